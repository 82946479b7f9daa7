"""The pages before and beside the work: signing in, what a link is good for, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse

from review.desk import environment


def outside_page(request: Request, template: str, words: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """One of these pages. Its forms carry the token against forged ones."""
    html = environment().get_template(template).render(request=request, **words)
    return HTMLResponse(html, status_code=status)
