"""Against forms that another site sends in somebody's name: where the request comes from, and the token of the form.

Browsers say where a request comes from in ``Sec-Fetch-Site`` or at least ``Origin``; a form of ours carries a token as
well. Both are asked of every request that may change something and is not the API's, which takes no cookies.
"""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from review.access import CSRF_FIELD, CSRF_HEADER

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 1000

LARGEST_BODY = 1024 * 1024
"""Bytes of a request's body; a reason in words takes a few hundred."""


class TooLarge(HTTPException):
    """The body of the request is larger than any form of ours."""

    def __init__(self) -> None:
        super().__init__(413, "That is more than a form of this page can hold.")


class Forged(HTTPException):
    """The request does not come from a form of ours, or from one of an earlier sign-in."""

    def __init__(self, why: str) -> None:
        super().__init__(403, "This form is not from this sign-in. Go back, reload the page, and send it again.")
        self.why = why


async def read_body(receive: Receive) -> bytes:
    """The whole body. Raises TooLarge as soon as it is."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise TooLarge
        if not message.get("more_body", False):
            return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """The body once more for who comes after, then whatever else is received."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def refuse_forged(request: Request, body: bytes, origin: str | None, token: str) -> None:
    """Let pass what comes from a form of ours. ``origin`` is our own where it is configured, else what was asked for.

    Raises Forged.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        raise Forged(f"sec-fetch-site {site}")
    said = request.headers.get("origin")
    if said is not None and not (said == "null" and site == "same-origin"):
        own = origin or f"{request.url.scheme}://{request.headers.get('host', '')}"
        if said.lower() != own.lower():
            raise Forged("another origin")
    if not hmac.compare_digest(_token_in(request, body).encode(), token.encode()):
        raise Forged("no token of this sign-in")


def _token_in(request: Request, body: bytes) -> str:
    sent = request.headers.get(CSRF_HEADER)
    if sent is not None:
        return sent
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return ""
    try:
        fields = parse_qsl(body.decode("latin-1"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return ""
    return next((value for name, value in fields if name == CSRF_FIELD), "")
