"""verbatim score: which criteria the built-in scorer may score, and how far it agrees with people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME

if TYPE_CHECKING:
    from operations.score import Machine, Standing


def score(
    config: Annotated[Path, typer.Option("--config", help="The program's configuration.")] = Path(DEFAULT_NAME),
) -> None:
    """Show how far the built-in scorer agrees with your own scores, criterion by criterion; nothing is scored.

    Reads the newest scored calls in the store, so run the night first. Some minutes for many calls.

    Example: verbatim score --config quality/verbatim.toml
    """
    from app.wiring import open_program
    from cli.progress import shown_progress

    with open_program(config) as program, shown_progress() as progress:
        scoring, criteria = program.machine_scoring(), program.rubric.criteria
        standings = []
        for number, criterion in enumerate(criteria, start=1):
            standings.append(scoring.standing(criterion, program.rubric))
            progress("reading scored calls", number, len(criteria))
    _print_standings(standings, program.settings.scoring.machine)


def _print_standings(standings: list[Standing], machine: Machine) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from coaching.showing import visible

    table = Table()
    for heading in ("Criterion", "Scores", "Kappa", "Same", "By machine", "Why"):
        table.add_column(heading, overflow="fold", justify="right" if heading in ("Scores", "Kappa") else "left")
    for one in standings:
        kappa = "-" if one.kappa is None else f"{one.kappa:.2f}"
        same = "-" if one.accuracy is None else f"{one.accuracy:.0%}"
        cells = [visible(one.criterion_name), str(one.scores), kappa, same, _allowed(one, machine), visible(one.why)]
        table.add_row(*[Text(cell) for cell in cells])
    console = Console()
    console.print(table)
    console.print(Text(_setting(standings, machine)))


def _allowed(one: Standing, machine: Machine) -> str:
    if one.allowed(machine):
        return "yes" if one.standing == "proven" else "yes, unproven"
    return "no, could be" if machine == "off" and one.standing == "proven" else "no"


def _setting(standings: list[Standing], machine: Machine) -> str:
    proven = sum(one.standing == "proven" for one in standings)
    said = f"{proven} of {len(standings)} criteria are proven; scoring.machine is {machine!r}."
    hint = " Set it to 'proven' to have those scored where people have not."
    return said + (hint if machine == "off" and proven else "")
