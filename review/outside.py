"""The pages before and beside the work: signing in, what a link is good for, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse

from review.access import csrf_field

if TYPE_CHECKING:
    from jinja2 import Environment


def outside_page(request: Request, template: str, words: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """One of these pages. Its forms carry the token against forged ones."""
    html = _environment().get_template(template).render(request=request, **words)
    return HTMLResponse(html, status_code=status)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("review", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(csrf_field=csrf_field)
    return environment
