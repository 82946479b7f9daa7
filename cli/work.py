"""verbatim locate, run, serve, deploy, train: the work itself."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.settings import DEFAULT_NAME


class Profile(StrEnum):
    """How much is spent on a pick."""

    default = "default"
    fast = "fast"


Config = Annotated[Path, typer.Option("--config", help="The program's configuration.")]


def locate(
    rubric: Annotated[Path, typer.Option(help="The rubric, YAML.", show_default=False)],
    calls: Annotated[
        Path, typer.Option(help="Calls: a .jsonl or .json file, or a folder of them.", show_default=False)
    ],
    scores: Annotated[Path, typer.Option(help="Scores: CSV, Parquet or JSONL.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Where the picks go, JSON lines.", show_default=False)],
    model: Annotated[Path | None, typer.Option(help="A model folder that `verbatim train` wrote.")] = None,
    sure: Annotated[float | None, typer.Option(min=0, max=1, help="The confidence from which a pick is sure.")] = None,
    profile: Annotated[
        Profile, typer.Option(help="default, or fast: a table of words instead of nets; less often right.")
    ] = Profile.default,
    cache: Annotated[
        Path | None, typer.Option(help="A file that keeps sentences' vectors for the next time.", show_default=False)
    ] = None,
) -> None:
    """Find the evidence of each failing score: no store, no Prefect, just files.

    Example: verbatim locate --rubric rubric.yaml --calls calls/ --scores scores.csv --out picks.jsonl
    """
    from cli.night import last_line
    from cli.progress import shown_progress
    from models.finder import load_finder
    from nlp.vector_cache import keep_vectors
    from operations.locate import locate_files
    from rubric.loading import load_rubric

    with shown_progress() as progress:
        finder = load_finder(model, sure=sure, profile=profile.value)
        if cache is not None:
            keep_vectors(finder.encoder, cache)
        report = locate_files(load_rubric(rubric), calls, scores, out, finder, progress)
    typer.echo(
        f"{report.failures} failures: {report.found} with a quote ({report.sure} sure), {report.none} without; {out}"
    )
    raise typer.Exit(last_line(len(report.set_aside), report.set_aside_path))


def run_night(
    config: Config = Path(DEFAULT_NAME),
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The day to run for, like 2026-11-16; today by default.")
    ] = None,
) -> None:
    """Run the nightly flow once, with no server: read, find evidence, draft plans, write the report.

    Example: verbatim run --config quality/verbatim.toml --as-of 2026-11-16
    """
    from cli.night import run_and_show

    raise typer.Exit(run_and_show(config, as_of))


def serve(
    config: Config = Path(DEFAULT_NAME),
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port, on this machine only.")] = 8080,
    as_user: Annotated[
        str | None, typer.Option("--as", help="Whose sign-in link is printed; yours where left out.")
    ] = None,
) -> None:
    """Serve the review page and the API on this machine, and print a link that signs you in once.

    Example: verbatim serve --config quality/verbatim.toml --port 8080
    """
    from review.server import serve_program

    serve_program(config, port, as_user)


def deploy(config: Config = Path(DEFAULT_NAME)) -> None:
    """Register the nightly flow and its schedule with the Prefect server that PREFECT_API_URL names.

    Example: PREFECT_API_URL=http://127.0.0.1:4200/api verbatim deploy --config quality/verbatim.toml
    """
    from flows.deploying import deploy_program

    for line in deploy_program(config):
        typer.echo(line)


def train(
    labels: Annotated[
        list[Path], typer.Option(help="Labels, JSON lines; may be given more than once.", show_default=False)
    ],
    calls: Annotated[list[Path], typer.Option(help="The labelled calls, in the same order.", show_default=False)],
    out: Annotated[Path, typer.Option(help="A new folder for the model.", show_default=False)],
    rubric: Annotated[
        list[Path] | None, typer.Option(help="Rubrics of labels that name only a criterion's id.")
    ] = None,
    profile: Annotated[
        Profile, typer.Option(help="default, or fast: a model that needs a table of words and no nets.")
    ] = Profile.default,
    without_second_stage: Annotated[
        bool, typer.Option("--without-second-stage", help="Seconds instead of minutes, and fewer first picks right.")
    ] = False,
) -> None:
    """Learn the evidence models again, from labels of your own.

    Example: verbatim train --labels my.labels.jsonl --calls my.calls.jsonl --rubric rubric.yaml --out model
    """
    from cli.progress import shown_progress
    from operations.train import train as train_model
    from rubric.loading import load_rubric

    with shown_progress() as progress:
        rubrics = [load_rubric(path) for path in rubric or ()]
        report = train_model(
            labels,
            calls,
            out,
            rubrics,
            progress=progress,
            profile=profile.value,
            second_stage=not without_second_stage,
        )
    typer.echo(
        f"Wrote {out}, {'two stages' if report.second else 'one stage'}, from {report.labels} labels of "
        f"{report.calls} calls. On calls that it had not seen: "
        f"hit@1 {report.hit_at_1:.2f}, hit@3 {report.hit_at_3:.2f}, calibration error {report.calibration_error:.2f}"
    )
