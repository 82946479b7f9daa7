"""Pages: a night or a plan as one self-contained HTML document; no script, no outside resource."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from coaching.answers import OUTCOME_WORDS
from coaching.charts import curve_band, curve_path, curves_end, level, path_of, trend_points
from coaching.covering import is_covered
from coaching.due import due_facts
from coaching.night_report import NightReport
from coaching.overview import count_criteria, night_sentence, to_check
from coaching.plan import Plan
from coaching.showing import clock, shown_context, shown_reason, shown_text, shown_words, slice_digest, visible
from coaching.wording import confidence_words, counted, long_date, plain

if TYPE_CHECKING:
    from jinja2 import Environment


def report_html(report: NightReport, *, redacted: bool = True) -> str:
    """The night's report. Private data is masked unless ``redacted`` is False."""
    return _render(
        "night.html",
        report=report,
        redacted=redacted,
        sentence=night_sentence(report),
        criteria=count_criteria(report),
        first=to_check(report),
    )


def plan_html(plan: Plan, *, scale: tuple[float, float] = (0, 100), redacted: bool = True) -> str:
    """One plan as a page of its own."""
    return _render("plan.html", plan=plan, scale_min=scale[0], scale_max=scale[1], redacted=redacted)


def plan_paper(plan: Plan, program: str, *, scale: tuple[float, float] = (0, 100), redacted: bool = True) -> str:
    """One plan for A4 paper, to be set as PDF. Nothing in it depends on the clock."""
    return _render("paper.html", plan=plan, program=program, scale_min=scale[0], scale_max=scale[1], redacted=redacted)


def plans_html(program: str, plans: Sequence[Plan], reports: Sequence[str]) -> str:
    """The list of plans and of the nights' reports, which are named by their files."""
    return _render("plans.html", program=program, plans=plans, reports=reports)


def share(value: float, low: float, high: float) -> float:
    """Where ``value`` stands between ``low`` and ``high``, in percent from 0 to 100."""
    return round(min(100.0, max(0.0, 100 * (value - low) / (high - low))), 2)


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("coaching", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, paper_style = (
        files("coaching").joinpath(f"templates/{name}.css").read_text(encoding="utf-8") for name in ("page", "paper")
    )
    environment.globals.update(
        clock=clock,
        confidence_words=confidence_words,
        counted=counted,
        curve_band=curve_band,
        curve_path=curve_path,
        curves_end=curves_end,
        due_facts=due_facts,
        is_covered=is_covered,
        level=level,
        long_date=long_date,
        outcome_words=OUTCOME_WORDS,
        paper_style=Markup(paper_style),
        path_of=path_of,
        share=share,
        shown_context=shown_context,
        shown_reason=shown_reason,
        shown_text=shown_text,
        shown_words=shown_words,
        slice_digest=slice_digest,
        trend_points=trend_points,
        style=Markup(style),
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    environment.filters.update(plain=plain, visible=visible)
    return environment
