"""The scores of an import: how they are to be read, and the maps that lie beside a configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from datetime import date

    from app.settings import Settings
    from operations.import_scores import ScoreDesk, ScoreSetup
    from operations.score_account import ScoreTally
    from rubric.rubric import Rubric

STEM = "import-scores"
"""Maps that lie beside a configuration begin with this."""


def score_setup(
    settings: Settings | None, rubric: Path | None, maps: list[Path], config: Path, as_of: str | None
) -> ScoreSetup:
    """How scores are to be read, by the program and by what was asked for. Raises WrongInput."""
    from datetime import UTC, datetime, time, timedelta

    from operations.import_scores import ScoreSetup
    from rubric.score_map import load_score_map

    zone = settings.timezone if settings else UTC
    known = _rubric(settings, rubric)
    day = _day(as_of) if as_of else datetime.now(zone).date()
    return ScoreSetup(
        rubric=known,
        maps=tuple((path, load_score_map(path, known)) for path in maps or _maps_beside(config)),
        timezone=zone,
        until=datetime.combine(day + timedelta(days=1), time(), zone),
        agents=_agents(settings),
    )


def take_query(path: str, desk: ScoreDesk) -> bool:
    """Where ``path`` is a map with a query, take the scores that it gives. Raises as ``ScoreDesk.take_query``."""
    from operations.score_query import is_query
    from rubric.score_map import load_score_map

    if not is_query(path):
        return False
    desk.take_query(Path(path), load_score_map(Path(path), desk.setup.rubric))
    return True


def print_maps(tally: ScoreTally, rubric: Rubric | None, config: Path) -> None:
    """The maps that would be written: a proposal for each unknown table, and the questions that are in no map."""
    from coaching.showing import visible

    for path, text in _maps(tally, rubric, config):
        typer.echo(f"Map ({visible(str(path))}):")
        typer.echo(visible(text))


def write_maps(tally: ScoreTally, rubric: Rubric | None, config: Path) -> None:
    """Write the maps beside the configuration, where none of that name is there yet."""
    for path, text in _maps(tally, rubric, config):
        if not path.exists():
            path.write_text(text, encoding="utf-8")
            typer.echo(f"Wrote {path}: look it through, mend what is wrong, and import again.")


def _rubric(settings: Settings | None, path: Path | None) -> Rubric | None:
    from rubric.loading import load_rubric

    if path is not None:
        return load_rubric(path)
    return load_rubric(settings.resolve(settings.program.rubric)) if settings is not None else None


def _day(written: str) -> date:
    from datetime import date

    from app.wiring import NotADay

    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotADay(written) from None


def _agents(settings: Settings | None) -> frozenset[str]:
    from coaching.agent_reader import read_agents
    from nlp.set_aside import SetAside

    if settings is None or settings.input.agents is None:
        return frozenset()
    found = read_agents(settings.resolve(settings.input.agents))
    return frozenset(one.agent_id for one in found if not isinstance(one, SetAside))


def _maps_beside(config: Path) -> list[Path]:
    from rubric.score_map import ENDINGS

    return sorted(path for path in config.parent.glob(f"{STEM}*") if path.suffix.casefold() in ENDINGS)


def _maps(tally: ScoreTally, rubric: Rubric | None, config: Path) -> Iterator[tuple[Path, str]]:
    from operations.score_account import criteria_lines

    for proposal in tally.proposals:
        stem = re.sub(r"[^A-Za-z0-9]+", "-", Path(proposal.file).stem).strip("-").lower()
        yield config.parent / f"{STEM}-{stem or 'table'}.toml", proposal.written()
    if tally.unknown:
        known = [one.id for one in rubric.criteria] if rubric else []
        yield config.parent / f"{STEM}.toml", criteria_lines(tally.unknown, known)
