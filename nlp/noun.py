"""Nouns refuse to be wrong: frozen, validated, no unknown key; and say in one line why not."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError


class Noun(BaseModel):
    """A frozen record that is valid from its first moment on.

    Values are taken strictly: ``"12"`` is no number, ``12`` is no text, ``true`` is no 1.
    NaN and infinities are refused everywhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def clean_text(value: str) -> str:
    """Refuse what no file, page or database can carry: lone surrogates and NUL characters."""
    if "\x00" in value:
        raise ValueError("holds a NUL character, which no text of a call has; remove it")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("holds half a surrogate pair; the file was cut or decoded wrongly") from None
    return value


def clean_id(value: str) -> str:
    """An identifier stays the string that it is; it is not blank and has no control characters."""
    clean_text(value)
    if not value.strip():
        raise ValueError("is blank; an identifier is needed")
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError("holds a control character; an identifier is one line of text")
    return value


DEEPEST = 50
"""How many lists and objects may lie inside each other in what a call carries along."""


def clean_json(value: Any) -> Any:
    """Refuse what JSON, files and databases cannot carry, wherever it lies in ``value``: see ``clean_text``."""
    waiting = [(value, 0)]
    while waiting:
        here, depth = waiting.pop()
        if depth > DEEPEST:
            raise ValueError(f"is nested more than {DEEPEST} deep")
        if isinstance(here, str):
            clean_text(here)
        elif isinstance(here, float) and not math.isfinite(here):
            raise ValueError("holds a number that is not finite")
        elif isinstance(here, dict):
            waiting += [(inner, depth + 1) for pair in here.items() for inner in pair]
        elif isinstance(here, list):
            waiting += [(inner, depth + 1) for inner in here]
    return value


Text = Annotated[str, AfterValidator(clean_text)]
Id = Annotated[str, Field(max_length=500), AfterValidator(clean_id)]
JsonObject = Annotated[dict[str, JsonValue], BeforeValidator(clean_json)]


class WrongAt(ValueError):
    """What a validator of a whole record raises to name the place inside it: ``("criteria", 2, "threshold")``."""

    def __init__(self, place: tuple[int | str, ...], message: str) -> None:
        super().__init__(message)
        self.place = place


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like ``name``, or None where none is like it."""
    found = difflib.get_close_matches(str(name), sorted(known), n=1, cutoff=0.5)
    return found[0] if found else None


def known_keys(model: type[BaseModel]) -> list[str]:
    """The keys that a record of ``model`` may have, as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def place_of(location: Iterable[int | str]) -> str:
    """``("turns", 3, "text")`` as a reader would write it: ``turns[3].text``."""
    words = ""
    for part in location:
        words += f"[{part}]" if isinstance(part, int) else f".{part}" if words else str(part)
    return words


def explain(error: ValidationError, model: type[BaseModel]) -> tuple[tuple[int | str, ...], str]:
    """The first thing that is wrong, as (location, one line that says what would be right)."""
    problems = error.errors(include_url=False)
    # a misspelt key makes another one missing: the misspelling is what helps
    first = next((problem for problem in problems if problem["type"] == "extra_forbidden"), problems[0])
    cause = first.get("ctx", {}).get("error")
    location = tuple(first["loc"]) + (cause.place if isinstance(cause, WrongAt) else ())
    place = place_of(location)
    kind, value = first["type"], first.get("input")
    if kind == "extra_forbidden":
        like = nearest(str(location[-1]), _keys_at(model, location))
        return location, f"unknown key {place!r}" + (f"; did you mean {like!r}?" if like else "")
    if kind == "missing":
        return location, f"{place!r} is missing"
    message = str(first["msg"]).removeprefix("Value error, ")
    message = _plain(message[:1].lower() + message[1:])
    shown = "" if isinstance(value, dict | list | tuple) else f" (here: {_short(value)})"
    if kind == "string_type" and isinstance(value, int | float):
        shown += "; text stands in quotes, so that 0012 stays 0012"
    return location, f"{place}: {message}{shown}" if place else message


def _keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys known where ``location`` ends, following nested models and sequences of them."""
    here: Any = model
    for part in location[:-1]:
        if isinstance(part, int):
            continue
        found = next((f for n, f in here.model_fields.items() if part in (n, f.alias)), None)
        inner = _model_in(found.annotation) if found else None
        if inner is None:
            return []
        here = inner
    return known_keys(here)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _plain(message: str) -> str:
    """Pydantic's message in the words of a file rather than of Python."""
    message = re.sub(r"a valid dictionary( or instance of \w+)?", "an object", message)
    return message.replace("tuple", "list").replace(" after validation", "")


def _short(value: Any, length: int = 60) -> str:
    words = repr(value)
    return words if len(words) <= length else words[: length - 1] + "…"
