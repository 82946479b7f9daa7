"""The page on large centers: its tables and picture follow from its own figures, by the formulas that stand in it."""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import pytest

from bench.scale_arithmetic import Center, needs_of
from bench.scale_figures import WORDS, Figures
from bench.scale_page import PAGE, SIZES, worked_out
from bench.scale_picture import PICTURE, drawing

ROOT = Path(__file__).parents[2]
GIVEN = {"per_agent": "calls_an_agent"}
"""What the page calls what a Center has."""

STEPS = {
    "looked back": "looked_back",
    "compared": "compared",
    "plans": "plans",
    "to take up": "take_hours",
    "to select": "select_hours",
    "to draft and report": "draft_hours",
    "alone": "alone_hours",
    "workers": "find_hours",
    "all": "core_hours",
    "programs": "programs",
    "working time": "found_in_hours",
    "cores": "cores",
    "memory": "memory_gb",
    "cost": "cost_of_1000",
    "rows": "rows",
    "transactions": "commits_a_second",
    "new chunks": "chunks_a_second",
    "added to the store": "night_gb",
    "network": "network_gb",
}
"""The formulas of the page by what Needs, or its Center, calls them."""


@lru_cache(maxsize=1)
def page():
    return PAGE.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def formulas():
    """Each formula of the page by its name, without unit and remarks."""
    rows = page().partition("| what | is |\n|---|---|\n")[2].partition("\n\n")[0].splitlines()
    named = (row.strip("| ").split(" | ") for row in rows)
    return {name.partition(", ")[0]: formula for name, formula in named}


@pytest.mark.parametrize("name", ["cost", "store", "breaks"])
def test_each_table_is_what_follows_from_the_figures_of_the_page(name):
    section = page().partition(f"<!-- {name}: begin -->\n")[2].partition(f"<!-- {name}: end -->")[0]
    assert section.strip() == worked_out(Figures.read(page()))[name].strip()


def test_the_picture_follows_from_the_figures_of_the_page():
    assert PICTURE.read_text(encoding="utf-8") == drawing(Figures.read(page()))


def test_every_figure_of_the_formulas_is_measured_or_given():
    known = {*WORDS, *Center.__dataclass_fields__, *GIVEN}
    assert {name for text in formulas().values() for name in re.findall(r"`(\w+)`", text)} <= known
    assert formulas().keys() == STEPS.keys()


@pytest.mark.parametrize("profile", ["default", "fast"])
@pytest.mark.parametrize("calls", SIZES)
def test_a_reader_who_computes_by_the_page_comes_to_its_tables(calls, profile):
    figures = Figures.read(page())
    needs = needs_of(Center(calls=calls), figures)[("default", "fast").index(profile)]
    names = asdict(needs.center) | {name: getattr(needs.center, of) for name, of in GIVEN.items()}
    names |= asdict(figures.postgresql) | asdict(getattr(figures, profile))
    for name, formula in formulas().items():
        owner = needs if hasattr(needs, STEPS[name]) else needs.center
        names[name] = getattr(owner, STEPS[name])
        value = _computed(formula, names)
        if name in ("programs", "cores"):
            assert names[name] >= max(value, 1) * (1 - 1e-9), name
        elif name == "memory":  # half a worker is rounded up to a whole one
            assert value == pytest.approx(names[name], abs=names["worker_mb"] / 1000), name
        else:
            assert value == pytest.approx(names[name]), name


def _computed(formula, names):
    """The value of a formula of the page."""
    words = formula.replace("`", "").replace(",", "")
    spaced = sorted((one for one in names if one in STEPS), key=len, reverse=True)
    for number, name in enumerate(spaced):
        words = re.sub(rf"\b{name}\b", f"v{number}", words)
    values = names | {f"v{number}": names[name] for number, name in enumerate(spaced)}
    return eval(words.replace(" x ", " * "), {"__builtins__": {}}, values)
