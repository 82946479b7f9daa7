"""verbatim import: vendors' transcripts and scores into a program, looked at first."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME

if TYPE_CHECKING:
    from app.settings import Settings
    from operations.import_scores import ScoreDesk, ScoreSetup
    from operations.import_transcripts import ImportReport, ImportSetup


def import_(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="A file, a folder, an address (s3://, gs://, az://), or a map of scores with a query.",
            show_default=False,
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
    rubric: Annotated[
        Path | None, typer.Option(help="The rubric that scores are held against; else the program's.")
    ] = None,
    score_map: Annotated[
        list[Path] | None,
        typer.Option(help="A map of scores; more than once. Else import-scores*.toml beside the configuration."),
    ] = None,
    scores_out: Annotated[
        Path | None, typer.Option(help="Write scores to this file, JSON lines, instead of into the program.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The day after which scores are of the future; today by default.")
    ] = None,
) -> None:
    """Read transcripts and scores as vendors write them: what a file is, is told by its content. Twice is once.

    Example: verbatim import exports/ --preview && verbatim import exports/
    """
    from cli.import_scores import score_setup
    from operations.import_map import DEFAULT_MAP

    settings = _settings(config, needed=not preview and out is None and scores_out is None)
    map_path = mapping or config.parent / DEFAULT_MAP
    setup = _setup(settings, map_path, mapping is not None, speaker or [], agents, vendor)
    setup = _listening(setup, settings, checked or [], sure)
    scores = score_setup(settings, rubric, score_map or [], config, as_of)
    if preview:
        raise typer.Exit(_look(path, setup, scores, map_path, config))
    if out is not None or scores_out is not None:
        raise typer.Exit(_take_to_files(path, setup, scores, out, scores_out))
    raise typer.Exit(_take(path, setup, scores, config, None if mapping else map_path))


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


def _look(path: str, setup: ImportSetup, scores: ScoreSetup, map_path: Path, config: Path) -> int:
    from cli.import_score_tables import print_scores, sum_up_scores
    from cli.import_scores import print_maps, take_query
    from cli.import_tables import print_preview
    from cli.progress import shown_progress
    from operations.import_scores import LOOKED_AT, ScoreDesk
    from operations.import_transcripts import preview
    from operations.score_sinks import Nowhere

    desk = ScoreDesk(scores, Nowhere(), LOOKED_AT)
    found = None
    if not take_query(path, desk):
        with shown_progress() as progress:
            found = preview(path, replace(setup, beside=desk.takes), progress)
    tally = desk.close()
    calls = found is not None and bool(found.tally.read or not tally.found)
    if found is not None and calls:
        print_preview(found, map_path)
    if tally.found:
        print_scores(tally, would=True)
        print_maps(tally, scores.rubric, config)
        typer.echo(sum_up_scores(tally, would=True))
    return 1 if tally.set_aside or (found is not None and found.tally.set_aside) else 0


def _take(path: str, setup: ImportSetup, scores: ScoreSetup, config: Path, map_path: Path | None) -> int:
    """Take up calls and scores into the program; the exit status."""
    from app.wiring import open_program
    from cli.import_scores import take_query, write_maps
    from cli.night import last_line
    from cli.progress import shown_progress
    from operations.import_scores import ScoreDesk
    from operations.import_transcripts import import_into
    from operations.score_sinks import IntoStore
    from operations.set_aside import write_set_aside

    report = None
    with open_program(config) as program:
        desk = ScoreDesk(scores, IntoStore(program.store))
        if not take_query(path, desk):
            with shown_progress() as progress:
                report = import_into(program.store, path, replace(setup, beside=desk.takes), progress)
        desk.close()
    _tell(report, desk, None, None)
    if report is not None:
        _keep_map(report, map_path)
    write_maps(desk.tally, scores.rubric, config)
    aside = [*(report.tally.set_aside if report else ()), *desk.tally.set_aside]
    return last_line(len(aside), write_set_aside(config.parent / "import.set-aside.jsonl", aside))


def _take_to_files(path: str, setup: ImportSetup, scores: ScoreSetup, out: Path | None, scores_out: Path | None) -> int:
    """Write calls and scores to files, each where one was named; the exit status."""
    from cli.import_scores import take_query
    from cli.night import last_line
    from cli.progress import shown_progress
    from operations.import_scores import ScoreDesk
    from operations.import_transcripts import import_to_file
    from operations.score_sinks import Nowhere, scores_file
    from operations.set_aside import write_set_aside

    report = None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        desk = ScoreDesk(scores, stack.enter_context(scores_file(scores_out)) if scores_out else Nowhere())
        if not take_query(path, desk):
            with shown_progress() as progress:
                calls = out or folder / "calls.jsonl"
                report = import_to_file(calls, path, replace(setup, beside=desk.takes), progress)
        desk.close()
    _tell(report, desk, out, scores_out, files=True)
    aside = [*(report.tally.set_aside if report else ()), *desk.tally.set_aside]
    beside = out or scores_out or Path()
    return last_line(len(aside), write_set_aside(beside.with_name(f"{beside.name}.set-aside.jsonl"), aside))


def _tell(
    report: ImportReport | None, desk: ScoreDesk, out: Path | None, scores_out: Path | None, *, files: bool = False
) -> None:
    """What was done, calls first; of what had no file to go to, how many."""
    from cli.import_score_tables import print_scores, sum_up_scores
    from cli.import_tables import print_reasons, print_swapped, sum_up

    tally = desk.tally
    if report is not None and (report.tally.read or not tally.found):
        print_reasons(report.tally)
        print_swapped(report.tally)
        unwritten = files and out is None
        typer.echo(f"{report.tally.kept:,} calls not written: --out FILE" if unwritten else sum_up(report, out))
    if tally.found:
        print_scores(tally)
        unwritten = files and scores_out is None
        typer.echo(
            f"{tally.kept:,} scores not written: --scores-out FILE" if unwritten else sum_up_scores(tally, scores_out)
        )


def _keep_map(report: ImportReport, map_path: Path | None) -> None:
    """Write the map beside the configuration, where there is something to say and none is there yet."""
    if map_path is None or not report.mapping or map_path.exists():
        return
    map_path.write_text(report.mapping, encoding="utf-8")
    typer.echo(f"Wrote {map_path}: what was taken for what. Edit it and import again where it is wrong.")
