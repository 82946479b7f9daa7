"""What every page works with: the program, who has what open, and the templates."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from coaching.covering import is_covered
from coaching.double import is_doubled
from coaching.due import due_facts
from coaching.page import share
from coaching.showing import clock, shown_context, shown_text, shown_words, slice_digest, visible
from coaching.transcript import shown_quote
from coaching.urgency import waits
from coaching.wording import confidence_words, counted, long_date, plain
from operations.judge import Reviewer, kept_rubric
from operations.queue import COUNTED_TO, Wanted
from review.access import Viewer, csrf_field, viewer_of
from review.filters import Filters
from review.presence import Presence

if TYPE_CHECKING:
    from jinja2 import Environment

    from app.wiring import Program
    from coaching.plan import Plan, PlanItem
    from rubric.criterion import Criterion
    from rubric.rubric import Rubric
    from store.session import Store

FormHandler = Callable[[Request, FormData], Response]


@dataclass(frozen=True)
class Desk:
    """One program's pages. Times are shown in the program's time zone. ``clock`` tells an aware time."""

    program: Program
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    presence: Presence = field(default_factory=Presence)
    _rubrics: dict[tuple[str, int], Rubric | None] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.program.store

    @property
    def redacted(self) -> bool:
        return self.program.settings.report.redact

    @property
    def scale(self) -> tuple[float, float]:
        return self.program.rubric.scale.min, self.program.rubric.scale.max

    @property
    def doubled(self) -> float:
        """The share of items that two people judge."""
        return self.program.settings.review.two_reviewers

    def criterion(self, item: PlanItem) -> Criterion | None:
        """What an item was judged by, as its version of the rubric says; None where that version is not kept."""
        key = (item.rubric_id, item.rubric_version)
        current = self.program.rubric
        if key not in self._rubrics and key != (current.id, current.version):
            self._rubrics[key] = kept_rubric(self.store, *key)
        rubric = self._rubrics.get(key, current)
        return rubric.criterion(item.criterion_id) if rubric and rubric.has(item.criterion_id) else None

    def is_blind(self, item: PlanItem) -> bool:
        """Whether two people judge the item, and see no pick before they have."""
        return is_doubled(item, self.doubled)

    def blind_items(self, plan: Plan) -> set[str]:
        """The items of a plan that wait for such a decision."""
        waiting = (one for one in plan.items if waits(plan, one) and not one.waits_disputed)
        return {one.item_id for one in waiting if self.is_blind(one)}

    def wanted(self, viewer: Viewer, filters: Filters) -> Wanted:
        """What of the queue is for the viewer: not what they judged of two, nor disputes of what they decided."""
        reviewer = viewer.user_id if self.doubled else None
        return filters.wanted(self.today(), reviewer, (viewer.user_id, viewer.name))

    def now(self) -> datetime:
        return self.clock().astimezone(self.program.settings.timezone)

    def today(self) -> date:
        return self.now().date()

    def reviewer(self, request: Request) -> Reviewer:
        viewer = viewer_of(request)
        return Reviewer(viewer.user_id, viewer.name)

    def page(self, request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """A page of this program for the viewer."""
        html = (
            environment()
            .get_template(template)
            .render(
                request=request,
                viewer=viewer_of(request),
                program=self.program.settings.program.name,
                redacted=self.redacted,
                scale_min=self.scale[0],
                scale_max=self.scale[1],
                zone=self.program.settings.timezone,
                **values,
            )
        )
        return HTMLResponse(html, status)


def with_form(handle: FormHandler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that reads the form first, and then works beside the loop."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(handle, request, await request.form())

    return endpoint


def word(form: FormData, name: str) -> str:
    """A field of a form, without the space around it; empty where it is not there."""
    value = form.get(name, "")
    return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""


def number(form: FormData, name: str) -> int | None:
    """A whole number of a form, or None."""
    value = word(form, name)
    return int(value) if value.isdecimal() and len(value) < 10 else None


def many(count: int) -> str:
    """A count as the queue gives it: exact up to where it stops counting."""
    return f"{count:,}" if count <= COUNTED_TO else f"more than {COUNTED_TO:,}"


@lru_cache(maxsize=1)
def environment() -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader([PackageLoader("review", "templates"), PackageLoader("coaching", "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        address=static_address,
        clock=clock,
        confidence_words=confidence_words,
        counted=counted,
        csrf_field=csrf_field,
        long_date=long_date,
        many=many,
        share=share,
        shown_context=shown_context,
        shown_quote=shown_quote,
        due_facts=due_facts,
        is_covered=is_covered,
        shown_text=shown_text,
        shown_words=shown_words,
        slice_digest=slice_digest,
    )
    made.filters.update(plain=plain, visible=visible)
    return made


@lru_cache(maxsize=32)
def static_address(name: str) -> str:
    """Where a static file is, under an address that changes with what it holds: browsers may keep it."""
    return f"/static/{name}?v={hashlib.sha256(static_content(name)).hexdigest()[:12]}"


@lru_cache(maxsize=32)
def static_content(name: str) -> bytes:
    """A file of ours that a browser may ask for."""
    folder = "coaching/templates" if name == "page.css" else "review/static"
    package, _, rest = folder.partition("/")
    return files(package).joinpath(rest, name).read_bytes()
