"""The cookies: the session's, and the one that binds a form to a browser before anybody is signed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names and flags. Over https the names begin with ``__Host-``: no other host can set them, no path narrow them.

    Over plain http on this machine browsers share cookies between ports, hence a name of the program's own.
    """

    prefix: str
    secure: bool

    @classmethod
    def of(cls, settings: Settings) -> Cookies:
        secure = settings.review.scheme == "https"
        own = hashlib.sha256(str(settings.path).encode()).hexdigest()[:8]
        return cls("__Host-verbatim" if secure else f"verbatim-{own}", secure)

    @property
    def session(self) -> str:
        return self.prefix

    @property
    def form(self) -> str:
        return f"{self.prefix}-form"

    @property
    def provider(self) -> str:
        return f"{self.prefix}-provider"

    def read(self, request: Request, name: str) -> str | None:
        """What the browser sent under this name."""
        return request.cookies.get(name)

    def write(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        """Give the browser a cookie that scripts cannot read and other sites' forms do not carry.

        Without ``seconds`` it goes with the browser's window.
        """
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax")

    def take_back(self, response: Response, name: str) -> None:
        """Make the browser forget a cookie."""
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")
