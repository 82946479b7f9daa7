"""Who may what: the viewer of a request, the roles that a route asks for, and the checks of one plan.

Every route declares who may use it, with ``allows`` or ``anyone``; an app with a route that does not will not start.
A role says what kind of thing somebody may do; whether they may do it to this plan is asked again of the plan, and a
plan that is not theirs does not exist for them: ``the_plan_seen`` answers 404.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Annotated, Any, TypeVar, cast

from markupsafe import Markup
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from coaching.account import ALL_TEAMS, Role, Scope
from coaching.plan import Plan
from nlp.errors import VerbatimError
from nlp.noun import Id, Noun, Text

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

EVERY_ROLE: tuple[Role, ...] = ("admin", "qa_manager", "supervisor", "viewer")
"""The roles of people with an account."""

NOT_ASSIGNED = ("draft", "returned", "dismissed")
"""A plan in one of these was not given to its agent, who does not see it."""

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
ACCESS = "__access__"


class Viewer(Noun):
    """Who asks. ``teams`` are those of a supervisor, viewer or service; ``plan_id`` is the one plan of an agent."""

    user_id: Id
    name: Text
    role: Role
    teams: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    scopes: Annotated[tuple[Scope, ...], Field(strict=False)] = ()
    plan_id: Id | None = None

    @property
    def sees_all_teams(self) -> bool:
        """Whether no plan is hidden from this viewer for its team."""
        return self.role in ("admin", "qa_manager") or (self.role != "agent" and ALL_TEAMS in self.teams)


class NotSignedIn(HTTPException):
    """Nobody is signed in, and somebody must be."""

    def __init__(self) -> None:
        super().__init__(401, "Sign in first.")


class Unguarded(VerbatimError):
    """A route does not say who may use it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"route {path}: does not say who may use it; put allows(...) or anyone before its endpoint")
        self.path = path


def viewer_of(request: Request) -> Viewer:
    """Who is signed in. Raises NotSignedIn."""
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    if viewer is None:
        raise NotSignedIn
    return viewer


def require(request: Request, *roles: Role) -> Viewer:
    """The viewer, who must have one of the roles. Raises NotSignedIn, or HTTPException 403."""
    viewer = viewer_of(request)
    if viewer.role not in roles:
        raise HTTPException(403, "Your role does not allow this.")
    return viewer


def allows(*roles: Role) -> Callable[[Endpoint], Endpoint]:
    """Declare who may use a route, and refuse everybody else before its endpoint (a function or a method) runs."""

    def guard(endpoint: Endpoint) -> Endpoint:
        if iscoroutinefunction(endpoint):

            @wraps(endpoint)
            async def guarded_async(*given: Any) -> Any:
                require(given[-1], *roles)
                awaited: Awaitable[Any] = endpoint(*given)
                return await awaited

            return cast(Endpoint, _declared(guarded_async, roles))

        @wraps(endpoint)
        def guarded(*given: Any) -> Any:
            require(given[-1], *roles)
            return endpoint(*given)

        return cast(Endpoint, _declared(guarded, roles))

    return guard


def anyone(endpoint: Endpoint) -> Endpoint:
    """Declare that a route is open to everybody, signed in or not."""
    setattr(endpoint, ACCESS, ("anyone",))
    return endpoint


def _declared(endpoint: Callable[..., Any], roles: Iterable[str]) -> Callable[..., Any]:
    setattr(endpoint, ACCESS, tuple(roles))
    return endpoint


def may_see_plan(viewer: Viewer, plan: Plan) -> bool:
    """Whether this plan exists for the viewer."""
    if viewer.role == "agent":
        own = plan.plan_id == viewer.plan_id and plan.agent_id == viewer.user_id
        return own and (plan.status not in NOT_ASSIGNED or _was_disputed_away(plan))
    if viewer.role == "service" and "plans:read" not in viewer.scopes:
        return False
    return viewer.sees_all_teams or _is_own(viewer, plan)


def may_decide_plan(viewer: Viewer, plan: Plan) -> bool:
    """Whether the viewer may approve, edit, send back or dismiss this plan: its supervisor, or an admin."""
    if viewer.role == "service":
        return "decisions:write" in viewer.scopes and may_see_plan(viewer, plan)
    return viewer.role in ("admin", "supervisor") and may_see_plan(viewer, plan)


def may_judge_evidence(viewer: Viewer, plan: Plan) -> bool:
    """Whether the viewer may decide on the quotes of this plan: those who look after the quality of all teams."""
    return viewer.role in ("admin", "qa_manager") and may_see_plan(viewer, plan)


def the_plan_seen(viewer: Viewer, plan: Plan | None) -> Plan:
    """The plan, where there is one for this viewer. Raises HTTPException 404, the same for none and for another's."""
    if plan is None or not may_see_plan(viewer, plan):
        raise HTTPException(404, "There is no such plan.")
    return plan


def teams_seen(viewer: Viewer) -> tuple[str, ...] | None:
    """The teams of which the viewer sees the plans, for the query of a list; None for all of them.

    Somebody who sees no team gets an empty tuple, and with it an empty list.
    """
    return None if viewer.sees_all_teams else tuple(team for team in viewer.teams if team != ALL_TEAMS)


def csrf_token(request: Request) -> str:
    """What a form sends back to show that it is one of ours: bound to the session, or to this browser before it."""
    request.state.csrf_shown = True
    token: str = request.state.csrf
    return token


def csrf_field(request: Request) -> Markup:
    """The hidden field of a form that changes something."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, csrf_token(request))


def _was_disputed_away(plan: Plan) -> bool:
    """Whether the plan was assigned and is over because its agent was right: they see what came of it."""
    return plan.status == "dismissed" and any(item.disputed is not None for item in plan.items)


def _is_own(viewer: Viewer, plan: Plan) -> bool:
    supervises = viewer.role == "supervisor" and plan.supervisor_id == viewer.user_id
    return supervises or (plan.team is not None and plan.team in viewer.teams)
