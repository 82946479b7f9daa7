"""verbatim export and verbatim schema: the open record, for coaching tools and for tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME

if TYPE_CHECKING:
    from app.wiring import Program
    from operations.export import Wanted
    from operations.export_documents import DocumentFormat
    from operations.progress import Progress

Config = Annotated[Path, typer.Option("--config", help="The program's configuration.")]


def export(
    folder: Annotated[Path, typer.Argument(help="The folder to write into; it is made where it is not there.")],
    config: Config = Path(DEFAULT_NAME),
    format_: Annotated[
        str, typer.Option("--format", help="jsonl (by docs/schema), csv, parquet or xlsx; pdf or md.")
    ] = "jsonl",
    since: Annotated[str | None, typer.Option(help="Only what was written on this day or later.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="What had been decided by the end of this day; it has no drafts.")
    ] = None,
) -> None:
    """Write plans, items, follow-ups and movements, a file each; the same state gives the same bytes.

    Words are masked where the settings mask them. In csv and xlsx nothing is a formula: csv puts an apostrophe before
    what would be one, so take jsonl or parquet where words have to stand to the letter. With pdf or md each plan is
    a document, and documents.json says which is which.

    Example: verbatim export exports/ --format xlsx --since 2026-11-01
    """
    from app.wiring import open_program
    from cli.progress import shown_progress
    from coaching.recording import View
    from coaching.wording import counted
    from operations.export import Wanted, export, known_format
    from operations.export_documents import DOCUMENTS

    document = next((one for one in DOCUMENTS if one == format_), None)
    with open_program(config) as program, shown_progress() as progress:
        wanted = Wanted(
            view=View(evidence=True, redacted=program.settings.report.redact),
            timezone=program.settings.timezone,
            format="jsonl" if document else known_format(format_),
            since=program.day(since) if since else None,
            as_of=program.day(as_of) if as_of else None,
        )
        if document:
            _documents(program, folder, document, wanted, progress)
            return
        done = export(program.store, folder, wanted, progress)
    for name, count in done.records.items():
        typer.echo(f"{done.folder / name}: {counted(count, 'record')}")


def _documents(program: Program, folder: Path, format_: DocumentFormat, wanted: Wanted, progress: Progress) -> None:
    """Write the plans as documents. Ends with status 1 where some could not be."""
    from coaching.wording import counted
    from operations.export_documents import LIST, Paper, export_documents

    scale = program.rubric.scale
    paper = Paper(program.settings.program.name, (scale.min, scale.max))
    done = export_documents(program.store, folder, format_, wanted, paper, progress)
    typer.echo(f"{done.folder}: {counted(len(done.written), 'document')}")
    if done.set_aside:
        typer.echo(f"{counted(len(done.set_aside), 'plan')} set aside: see {done.folder / LIST}", err=True)
        raise typer.Exit(1)


def schema(
    record: Annotated[
        str | None, typer.Argument(help="plan, item, evidence, follow_up or movement.", show_default=False)
    ] = None,
) -> None:
    """Print the JSON Schema of a record, or list what there is.

    Example: verbatim schema plan > plan.schema.json
    """
    from coaching.schemas import RECORDS, VERSION
    from operations.export import known_schema

    if record is None:
        typer.echo(f"version {VERSION}: {', '.join(RECORDS)}")
        return
    typer.echo(known_schema(record), nl=False)
