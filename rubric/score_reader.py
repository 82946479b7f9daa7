"""Scores in the contract's own formats: CSV, Parquet or JSONL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path

from nlp.files import files_in
from nlp.reading import Records, Shape, each, nouns
from nlp.records import read_json_lines
from nlp.set_aside import SetAside
from nlp.tables import Columns, read_csv, read_parquet
from nlp.written import number, whole_number
from rubric.rubric import Rubric, UnknownCriterion
from rubric.score import Score

COLUMNS = Columns.of(Score)
READ_BY_ENDING: dict[str, Callable[[Path], Records]] = {
    ".csv": partial(read_csv, columns=COLUMNS),
    ".jsonl": read_json_lines,
    ".parquet": partial(read_parquet, columns=COLUMNS),
}


def read_scores(path: Path, rubric: Rubric, timezone: tzinfo = UTC) -> Iterator[Score | SetAside]:
    """The scores of a file, or of a folder and its folders, file by file in the order of their names.

    An empty score is None, not applicable. A criterion that ``rubric`` does not have, or a score off its scale, is set
    aside; a score of another version of the rubric is not held against this one. A ``scored_at`` without an offset is
    in ``timezone``. Raises NoSuchInput, at once, where ``path`` does not exist or is no such file.
    """
    files = files_in(path, READ_BY_ENDING, "scores")
    return nouns(each(files, READ_BY_ENDING), score_shape(rubric, timezone))


def score_shape(rubric: Rubric, timezone: tzinfo = UTC) -> Shape[Score]:
    """How a record becomes a score of ``rubric``."""
    return Shape(
        noun=Score,
        written={"score": number, "rubric_version": whole_number},
        times=("scored_at",),
        timezone=timezone,
        empty={"score": None},
        refusal=lambda score: why_unusable(score, rubric),
    )


def why_unusable(score: Score, rubric: Rubric) -> str | None:
    """Why ``score`` cannot be one of ``rubric``, in words; None where it can, or is of another version."""
    if score.scored_by is not None and score.scored_by == score.agent_id:
        return "scored_by: is the agent, and an agent's own score is none of the QA team's"
    if score.rubric_version not in (None, rubric.version):
        return None
    try:
        rubric.criterion(score.criterion_id)
    except UnknownCriterion as error:
        return str(error)
    scale = rubric.scale
    if score.score is not None and not scale.min <= score.score <= scale.max:
        return f"score: {score.score:.12g} is off the scale of {rubric.id}, {scale.min:g} to {scale.max:g}"
    return None
