"""What somebody tells the import about scores: which column is what, which question is which criterion, which scale.

A map is a TOML or YAML file. One map is for one table or form; several may be given.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from nlp.errors import WrongInput
from nlp.noun import Noun, Text, WrongAt, explain, nearest
from rubric.document import NotReadable, read_document
from rubric.naming import plain
from rubric.rubric import Rubric
from rubric.score_scale import WrittenScale, scale_named

Column = Literal[
    "call_id", "agent_id", "scored_at", "scored_by", "evaluation_id", "status", "calibration", "form", "form_version",
    "comment", "auto_fail", "criterion", "score", "max", "answer", "rubric_version",
]  # fmt: skip
COLUMNS: tuple[str, ...] = get_args(Column)
NOT_APPLICABLE = ("N/A", "NA", "n.a.", "not applicable")
ENDINGS = (".toml", ".yaml", ".yml")


class WrongScoreMap(WrongInput):
    """The map of scores cannot be used; nothing was read or written."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_texts(value: Any) -> Any:
    return tuple(_as_text(one) for one in value) if isinstance(value, list | tuple) else value


def _as_numbers(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {str(name): float(one) if type(one) is int else one for name, one in value.items()}


Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_texts)]


class Query(Noun):
    """Scores that lie in a database. ``address`` is the name of the environment variable that holds its address."""

    address: Text
    query: Text


class ScoreMap(Noun):
    """``columns`` maps our names to a table's own; ``criteria`` a form's questions, by id or text, or a wide table's
    columns to criteria of the rubric, "" to none. ``scale`` is how scores are written, ``scales`` that of single
    criteria or questions; without, the rubric's own. ``answers`` are words and the scores, on the rubric's scale, that
    they stand for.

    ``form`` and ``form_versions`` say which form the map is for; ``counted`` which words of the status column mean
    that an evaluation is finished. ``dates`` is ``iso``, ``excel`` (a spreadsheet's day numbers) or a pattern like
    ``%d/%m/%Y``. A ``proposed`` map is one that nobody has looked through yet, and is not used.
    """

    proposed: bool = False
    form: Annotated[Text | None, BeforeValidator(_as_text)] = None
    form_versions: Texts = ()
    rubric_version: Annotated[int, Field(ge=1)] | None = None
    layout: Literal["wide", "long"] | None = None
    scale: Text | None = None
    decimal: Literal[".", ","] = "."
    dates: Text = "iso"
    not_applicable: Texts = NOT_APPLICABLE
    counted: Texts = ()
    columns: dict[str, Text] = {}
    criteria: dict[str, Text] = {}
    comments: dict[str, Text] = {}
    scales: dict[str, Text] = {}
    answers: Annotated[dict[str, float], BeforeValidator(_as_numbers)] = {}
    source: Query | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for name in self.columns:
            if name not in COLUMNS:
                like = nearest(name, COLUMNS)
                hint = f"did you mean {like!r}?" if like else f"known are {', '.join(COLUMNS)}"
                raise WrongAt(("columns", name), f"is no column of a score; {hint}")
        for name, text in [("", self.scale), *self.scales.items()]:
            if text is not None:
                _checked_scale(name, text)
        if self.columns:
            self._check_table()
        return self

    def _check_table(self) -> None:
        needed = ["call_id", "criterion", "score"] if self.is_long else ["call_id"]
        for name in needed:
            if name not in self.columns:
                raise WrongAt(("columns",), f"{name!r} is missing: which column holds it?")
        if not self.is_long and not self.criteria:
            raise WrongAt(("criteria",), "a wide table needs at least one column that is a criterion")
        if "status" in self.columns and not self.counted:
            raise WrongAt(("counted",), "which words of the status column mean that an evaluation is finished?")

    @property
    def is_long(self) -> bool:
        """Whether a row of the table is a score, and not an evaluation."""
        return self.layout == "long" or (self.layout is None and "score" in self.columns)

    @property
    def is_table(self) -> bool:
        return bool(self.columns)

    def is_for(self, form: str | None, form_id: str | None) -> bool:
        """Whether it is for a form of that title and id; one that names no form is for all."""
        return self.form is None or plain(self.form) in {plain(one) for one in (form, form_id) if one}

    def criterion_of(self, *names: str) -> str | None:
        """The criterion that a question of these names (id, text) is: "" for none of the rubric, None if not told."""
        wanted = {plain(name) for name in names if name}
        return next((to for name, to in self.criteria.items() if plain(name) in wanted), None)

    def scale_of(self, *names: str) -> WrittenScale | None:
        """The scale of a criterion or question of these names; None for the rubric's own or the tool's."""
        wanted = {plain(name) for name in names if name}
        own = next((text for name, text in self.scales.items() if plain(name) in wanted), self.scale)
        return scale_named(own) if own is not None else None

    def is_not_applicable(self, word: str) -> bool:
        return word.strip().casefold() in {one.strip().casefold() for one in self.not_applicable}

    def checked(self, path: Path, rubric: Rubric | None) -> ScoreMap:
        """The map itself, where its criteria are the rubric's. Raises WrongScoreMap."""
        known = [one.id for one in rubric.criteria] if rubric else []
        for question, criterion in self.criteria.items():
            if rubric and criterion and criterion not in known:
                like = nearest(criterion, known)
                hint = f"did you mean {like!r}?" if like else f'known are {", ".join(known)}; "" leaves it out'
                raise WrongScoreMap(path, f"criteria.{question!r}: the rubric has no criterion {criterion!r}; {hint}")
        for word, score in self.answers.items():
            if rubric and not rubric.scale.min <= score <= rubric.scale.max:
                raise WrongScoreMap(path, f"answers.{word!r}: {score:g} is off the rubric's scale")
        return self


def load_score_map(path: Path, rubric: Rubric | None = None) -> ScoreMap:
    """A map by its file, TOML or YAML by its ending. Raises WrongScoreMap, in one line."""
    try:
        return ScoreMap.model_validate(_values(path)).checked(path, rubric)
    except ValidationError as error:
        raise WrongScoreMap(path, explain(error, ScoreMap)[1]) from None


def map_for(maps: Iterable[ScoreMap], form: str | None, form_id: str | None) -> ScoreMap:
    """What the maps say of a tool's form: what those say that name it, and then what those say that name none.

    A map of a table is for that table, and says nothing of forms.
    """
    fitting = [one for one in maps if not one.is_table and one.is_for(form, form_id)]
    fitting.sort(key=lambda one: one.form is None)
    if not fitting:
        return ScoreMap()
    criteria: dict[str, str] = {}
    scales: dict[str, str] = {}
    for one in fitting:
        criteria = {**criteria, **{name: to for name, to in one.criteria.items() if name not in criteria}}
        scales = {**scales, **{name: to for name, to in one.scales.items() if name not in scales}}
    return fitting[0].model_copy(update={"criteria": criteria, "scales": scales})


def _values(path: Path) -> Any:
    try:
        if path.suffix.casefold() in (".yaml", ".yml"):
            return read_document(path).value
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except NotReadable as error:
        line = f" (line {error.line})" if error.line else ""
        raise WrongScoreMap(path, f"{error.reason}{line}") from None
    except tomllib.TOMLDecodeError as error:
        raise WrongScoreMap(path, f"is no TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise WrongScoreMap(path, f"cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8'}") from None


def _checked_scale(name: str, text: str) -> None:
    try:
        scale_named(text)
    except ValueError as error:
        raise WrongAt(("scales", name) if name else ("scale",), str(error)) from None
