"""Who may see the words as they were said, where pages mask what is private: asked every time, and every look noted."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request

from coaching.account import UserRole
from coaching.plan import Plan
from review.access import Viewer, may_see_plan, viewer_of
from review.access_log import noted

WANTED = "words"
"""The field of an address that asks for the original: ``?words=original``."""


def may_see_originals(viewer: Viewer, plan: Plan, roles: Sequence[UserRole]) -> bool:
    """Whether the viewer may see the words of this plan's calls as they were said."""
    return viewer.role in roles and may_see_plan(viewer, plan)


def original_wanted(request: Request, plan: Plan, roles: Sequence[UserRole], call_id: str) -> bool:
    """Whether the request is for the original, which is then noted. Raises HTTPException 403."""
    if request.query_params.get(WANTED) != "original":
        return False
    viewer = viewer_of(request)
    seen = {"plan": plan.plan_id, "call": call_id, "user": viewer.user_id}
    if not may_see_originals(viewer, plan, roles):
        noted("refused: original words", **seen)
        raise HTTPException(403, "Your role does not allow to see the words as they were said.")
    noted("original words shown", **seen)
    return True
