"""What a token must be good for before a route of the API runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from coaching.account import Scope
from operations.feeds import Reach
from review.access import ACCESS, Viewer, teams_seen, viewer_of
from review.access_log import noted

TOKEN = HTTPBearer(auto_error=False, description="A token of `verbatim user token`.")
Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(TOKEN)]


def needs(*scopes: Scope) -> Callable[..., None]:
    """A dependency that lets only tokens with all of these scopes through: 401 without a token, 403 without a scope."""

    def check(request: Request, _: Shown) -> None:
        viewer = viewer_of(request)
        missing = [scope for scope in scopes if scope not in viewer.scopes]
        if viewer.role != "service" or missing:
            noted("refused: scope", user=viewer.user_id, path=request.url.path, missing=missing)
            raise HTTPException(403, f"The token needs the scope {', '.join(missing)}.")

    setattr(check, ACCESS, ("service", *scopes))
    return check


def reach_of(viewer: Viewer) -> Reach:
    """Whose plans a token is told of."""
    return Reach(teams_seen(viewer))
