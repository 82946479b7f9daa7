"""verbatim import: vendors' transcripts into a program's calls, looked at first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME

if TYPE_CHECKING:
    from app.settings import Settings
    from operations.import_transcripts import ImportReport, ImportSetup


def import_(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH", help="A file, a folder or an address (s3://, gs://, az://).", show_default=False
        ),
    ],
    preview: Annotated[bool, typer.Option("--preview", help="Show what would be imported, and write nothing.")] = False,
    config: Annotated[Path, typer.Option("--config", help="The program's configuration.")] = Path(DEFAULT_NAME),
    mapping: Annotated[
        Path | None, typer.Option("--map", help="Columns, units and speakers; import.toml beside the configuration.")
    ] = None,
    speaker: Annotated[
        list[str] | None, typer.Option(help="Who a label or channel is, like 0=agent; may be given more than once.")
    ] = None,
    agents: Annotated[Path | None, typer.Option(help="Agents, CSV, to know them by name; else the program's.")] = None,
    vendor: Annotated[str | None, typer.Option(help="The format, where the content does not tell it.")] = None,
    checked: Annotated[
        list[str] | None, typer.Option(help="A call whose speakers look swapped and are right; more than once.")
    ] = None,
    sure: Annotated[
        float | None,
        typer.Option(
            min=0.5, max=1, help="How sure it must be, by how people talk, who is the agent.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write calls to this file, JSON lines, instead of into the program.")
    ] = None,
) -> None:
    """Read transcripts as vendors write them: what each file is, is told by its content. Twice is once.

    Example: verbatim import exports/ --preview && verbatim import exports/
    """
    from operations.import_map import DEFAULT_MAP

    settings = _settings(config, needed=not preview and out is None)
    map_path = mapping or config.parent / DEFAULT_MAP
    setup = _setup(settings, map_path, mapping is not None, speaker or [], agents, vendor)
    setup = _listening(setup, settings, checked or [], sure)
    if preview:
        raise typer.Exit(_look(path, setup, map_path))
    raise typer.Exit(_take(path, setup, config, out, None if mapping else map_path))


def _settings(config: Path, *, needed: bool) -> Settings | None:
    """The program's settings; None where there is no program and none is needed."""
    from app.settings import load_settings

    return load_settings(config) if needed or config.exists() else None


def _setup(
    settings: Settings | None, map_path: Path, asked: bool, speakers: list[str], agents: Path | None, vendor: str | None
) -> ImportSetup:
    from datetime import UTC

    from operations.import_map import ImportMap, load_map, roles_given
    from operations.import_transcripts import ImportSetup, agents_by_name

    mapping = load_map(map_path) if asked or map_path.exists() else ImportMap()
    told = {**mapping.speakers, **roles_given(speakers)}
    mapping = mapping.model_copy(update={"speakers": told, "format": vendor or mapping.format})
    if agents is None and settings is not None and settings.input.agents:
        agents = settings.resolve(settings.input.agents)
    return ImportSetup(mapping, settings.timezone if settings else UTC, agents_by_name(agents))


def _listening(setup: ImportSetup, settings: Settings | None, checked: list[str], sure: float | None) -> ImportSetup:
    """The setup with how sure it must be who is who: as asked for, else as the program has it."""
    from dataclasses import replace

    setup = replace(setup, checked=frozenset(checked))
    if settings is not None:
        given = settings.input
        known = setup.checked | set(given.speakers_checked)
        setup = replace(setup, sure=given.speakers_sure, swapped_from=given.swapped_from, checked=known)
    return setup if sure is None else replace(setup, sure=sure)


def _look(path: str, setup: ImportSetup, map_path: Path) -> int:
    from cli.import_tables import print_preview
    from cli.progress import shown_progress
    from operations.import_transcripts import preview

    with shown_progress() as progress:
        found = preview(path, setup, progress)
    print_preview(found, map_path)
    return 1 if found.tally.set_aside else 0


def _take(path: str, setup: ImportSetup, config: Path, out: Path | None, map_path: Path | None) -> int:
    from app.wiring import open_program
    from cli.import_tables import print_languages, print_reasons, print_swapped, sum_up
    from cli.night import last_line
    from cli.progress import shown_progress
    from operations.import_transcripts import import_into, import_to_file
    from operations.set_aside import write_set_aside

    if out is not None:
        with shown_progress() as progress:
            report, listed = import_to_file(out, path, setup, progress), out.with_name(f"{out.name}.set-aside.jsonl")
    else:
        with open_program(config) as program, shown_progress() as progress:
            report, listed = import_into(program.store, path, setup, progress), config.parent / "import.set-aside.jsonl"
    print_reasons(report.tally)
    print_swapped(report.tally)
    print_languages(report.tally)
    typer.echo(sum_up(report, out))
    _keep_map(report, map_path if out is None else None)
    return last_line(len(report.tally.set_aside), write_set_aside(listed, report.tally.set_aside))


def _keep_map(report: ImportReport, map_path: Path | None) -> None:
    """Write the map beside the configuration, where there is something to say and none is there yet."""
    if map_path is None or not report.mapping or map_path.exists():
        return
    map_path.write_text(report.mapping, encoding="utf-8")
    typer.echo(f"Wrote {map_path}: what was taken for what. Edit it and import again where it is wrong.")
