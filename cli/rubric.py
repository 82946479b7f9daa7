"""verbatim rubric: check, new, diff, lock, template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

rubric_app = typer.Typer(
    help="Check, start, compare, lock a rubric; make a blank plan from it.", no_args_is_help=True, rich_markup_mode=None
)

RubricPath = Annotated[Path, typer.Argument(help="A rubric, YAML or JSON.", show_default=False)]


@rubric_app.command()
def check(path: RubricPath) -> None:
    """Say what is wrong with a rubric, and what could be better.

    Example: verbatim rubric check rubric.yaml
    """
    from rubric.checking import check_rubric
    from rubric.loading import load_with_lines
    from rubric.lock import verify_locks

    rubric, document = load_with_lines(path)
    verify_locks(rubric, path)
    warnings = check_rubric(rubric)
    for warning in warnings:
        typer.echo(f"{path}:{document.line(warning.location)}: warning: {warning}")
    found = "no warnings" if not warnings else f"{len(warnings)} warning{'s' if len(warnings) > 1 else ''}"
    typer.echo(f"{path}: {rubric.title}, version {rubric.version}, {len(rubric.criteria)} criteria; {found}")


@rubric_app.command()
def new(
    path: Annotated[Path, typer.Argument(help="A new file.", show_default=False)],
    starter: Annotated[str, typer.Option("--from", help="support, sales or collections.")] = "support",
) -> None:
    """Write a rubric to start from.

    Example: verbatim rubric new rubric.yaml --from sales
    """
    from rubric.new import write_rubric

    write_rubric(path, starter)
    typer.echo(f"Wrote {path}. Make it yours, then: verbatim rubric check {path}")


@rubric_app.command()
def diff(
    old: RubricPath,
    new: Annotated[Path, typer.Argument(help="The newer version.", show_default=False)],
    config: Annotated[Path | None, typer.Option(help="A program: which of its open plans lose comparability.")] = None,
) -> None:
    """Compare two versions, criterion by criterion, and say which scores stay comparable.

    Example: verbatim rubric diff rubric-1.yaml rubric.yaml --config verbatim.toml
    """
    from rubric.diffing import diff_lines, diff_rubrics, plans_that_lose
    from rubric.loading import load_rubric

    newer = load_rubric(new)
    for line in diff_lines(diff_rubrics(load_rubric(old), newer)):
        typer.echo(line)
    if config is None:
        return
    from app.wiring import open_program
    from operations.review import plan_references

    with open_program(config) as program:
        losing = plans_that_lose(plan_references(program.store), newer)
    for lost in losing:
        typer.echo(f"plan {lost.reference.plan_id} of {lost.reference.agent} loses comparability: {lost.reason}")
    typer.echo(
        "1 item of open plans loses comparability."
        if len(losing) == 1
        else f"{len(losing)} items of open plans lose comparability."
    )


@rubric_app.command()
def lock(path: RubricPath) -> None:
    """Lock this version: from now on an edit asks for a new version.

    Example: verbatim rubric lock rubric.yaml
    """
    from rubric.loading import load_rubric
    from rubric.lock import lock_beside, lock_path

    rubric = load_rubric(path)
    fresh = lock_beside(rubric, path)
    state = "Locked" if fresh else "Was locked already:"
    typer.echo(f"{state} version {rubric.version} in {lock_path(path)}.")


@rubric_app.command()
def template(
    path: RubricPath,
    out: Annotated[Path, typer.Option(help="A file that ends in .md, .docx or .csv.", show_default=False)],
) -> None:
    """Write the blank plan that follows from a rubric, for teams that start on paper.

    Example: verbatim rubric template rubric.yaml --out plan.docx
    """
    from rubric.loading import load_rubric
    from rubric.template import write_template

    write_template(load_rubric(path), out)
    typer.echo(f"Wrote {out}.")
