"""Rubrics from files, with the line in every error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from nlp.errors import WrongInput
from nlp.noun import explain, place_of
from rubric.criterion import Sounds
from rubric.document import Document, Location, NotReadable, parse_document, read_document
from rubric.patterns import problem_of_pattern
from rubric.rubric import Rubric


class RubricError(WrongInput):
    """A rubric that cannot be used: ``path:line: what is wrong; what would be right``.

    ``line`` counts from 1; None where the whole file is meant.
    """

    def __init__(self, path: Path | str, line: int | None, reason: str) -> None:
        place = f"{path}:{line}" if line is not None else f"{path}"
        super().__init__(f"{place}: {reason}")
        self.path, self.line, self.reason = Path(path), line, reason


def load_rubric(path: Path) -> Rubric:
    """The rubric in a YAML file, or in a JSON file whose name ends so. Raises RubricError."""
    return load_with_lines(path)[0]


def load_with_lines(path: Path) -> tuple[Rubric, Document]:
    """A rubric, and the document that it was read from, which knows the line of each of its values.

    Raises RubricError.
    """
    try:
        document = read_document(path)
    except NotReadable as error:
        raise RubricError(path, error.line, error.reason) from error
    return _rubric_of(document, path), document


def parse_rubric(text: str, name: str = "rubric") -> Rubric:
    """A rubric from YAML text; ``name`` stands where an error would name the file. Raises RubricError."""
    try:
        document = parse_document(text)
    except NotReadable as error:
        raise RubricError(name, error.line, error.reason) from error
    return _rubric_of(document, name)


def _rubric_of(document: Document, path: Path | str) -> Rubric:
    if not isinstance(document.value, dict):
        raise RubricError(path, document.line(()), "a rubric is a mapping that begins with `schema: 1`")
    try:
        rubric = Rubric.model_validate(document.value)
    except ValidationError as error:
        location, message = explain(error, Rubric)
        reason = _with_what_yaml_made(document, location, message)
        raise RubricError(path, document.line(location), reason) from error
    _refuse_wrong_patterns(rubric, document, path)
    return rubric


def _with_what_yaml_made(document: Document, location: Location, message: str) -> str:
    """The message, and what YAML made of text that was not in quotes, and how to write it."""
    if "valid string" not in message:
        return message
    # the general hint gives way to one that shows the line as it should be
    message = message.partition("; text stands in quotes")[0]
    value: Any = document.at(location)
    if isinstance(value, dict):
        return f"{message}; a colon made it a mapping: write it in quotes"
    if isinstance(value, list):
        return f"{message}; one text is needed here, not a list"
    written = document.written.get(location, "")
    return f'{message}; write it in quotes: "{written}"' if written else f"{message}; it is empty"


def _refuse_wrong_patterns(rubric: Rubric, document: Document, path: Path | str) -> None:
    for location, sounds in _all_sounds(rubric):
        for index, pattern in enumerate(sounds.patterns):
            problem = problem_of_pattern(pattern)
            if problem:
                place = (*location, "patterns", index)
                raise RubricError(path, document.line(place), f"{place_of(place)}: is no token pattern: {problem}")


def _all_sounds(rubric: Rubric) -> Iterator[tuple[Location, Sounds]]:
    for index, criterion in enumerate(rubric.criteria):
        here: Location = ("criteria", index)
        yield (*here, "met_by"), criterion.met_by
        yield (*here, "broken_by"), criterion.broken_by
        if criterion.due and criterion.due.cue:
            yield (*here, "due", "cue"), criterion.due.cue
