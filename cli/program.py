"""verbatim demo, init, doctor: a program's beginning and its health."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.settings import DEFAULT_NAME

DEMO_DAY = "2026-11-16"
"""The sample's scores end on the Friday before."""


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where the sample is copied to and worked on.")] = Path("demo"),
) -> None:
    """Run the whole job on the bundled sample company: 8 agents, two weeks of scored calls.

    Example: verbatim demo --dir /tmp/demo
    """
    from cli.night import run_and_show
    from operations.start import copy_sample

    raise typer.Exit(run_and_show(copy_sample(folder), DEMO_DAY))


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)],
    rubric: Annotated[str, typer.Option(help="The rubric to start from: support, sales or collections.")] = "support",
) -> None:
    """Write a config, a rubric and empty folders that run.

    Example: verbatim init quality && verbatim run --config quality/verbatim.toml
    """
    from operations.start import init_program

    config = init_program(folder, rubric)
    typer.echo(f"Wrote {config} and {folder / 'rubric.yaml'}.")
    typer.echo(f"Put calls into {folder / 'calls'}, scores into {folder / 'scores'}, and agents into agents.csv, then:")
    typer.echo(f"  verbatim run --config {config}")


def doctor(
    config: Annotated[Path, typer.Option("--config", help="The program's configuration.")] = Path(DEFAULT_NAME),
) -> None:
    """Say what is installed, reachable and configured, and what is not.

    Example: verbatim doctor --config quality/verbatim.toml
    """
    from app.health import examine
    from cli.tables import print_findings

    findings = examine(config)
    print_findings(findings)
    raise typer.Exit(0 if all(finding.well for finding in findings) else 3)
