"""What somebody tells the import about files that do not say it themselves: columns, units, speakers."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, cast, get_args

from pydantic import ValidationError

from coaching.showing import shown_text
from nlp.call import Speaker
from nlp.errors import WrongInput
from nlp.noun import Noun, explain
from nlp.readers.json_paths import KNOWN
from nlp.readers.table_columns import USUAL
from operations.import_account import Unknown

DEFAULT_MAP = "import.toml"
MOST_LABELS = 40
BY_EAR = "# Labels that were given by ear may be somebody else in the next call; channels never are."


class WrongMap(WrongInput):
    """The map of an import cannot be used; nothing was read or written."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


class WrongSpeaker(WrongInput):
    """What should say who a speaker is does not. ``written`` is what was given."""

    def __init__(self, written: str) -> None:
        super().__init__(f"--speaker {written!r}: write a label and a role, like 0=agent, spk_1=customer or ivr=system")
        self.written = written


class ImportMap(Noun):
    """``format`` names the vendor of all files where their content does not tell; ``unit`` that of bare times.

    ``columns`` maps our names to a table's own, ``paths`` to where they lie in JSON that no reader knows, ``speakers``
    a label or channel to ``agent``, ``customer`` or ``system``.
    """

    format: str | None = None
    unit: Literal["seconds", "milliseconds"] | None = None
    columns: dict[str, str] = {}
    paths: dict[str, str] = {}
    speakers: dict[str, Speaker] = {}

    def written(self, unknown: Iterable[Unknown] = ()) -> str:
        """The map as TOML, with a line to fill in for each ``unknown`` speaker and what that speaker said first."""
        lines = ["# What `verbatim import` cannot read from the files themselves. Edit it and import again."]
        lines += [f"{name} = {_quoted(value)}" for name in ("format", "unit") if (value := getattr(self, name))]
        lines += _section("columns", self.columns)
        lines += _section("paths", self.paths)
        lines += _section("speakers", self.speakers)
        waiting = list(unknown)[:MOST_LABELS]
        if waiting and not self.speakers:
            lines += ["", "[speakers]"]
        if any(each.by_ear for each in waiting):
            lines += [BY_EAR]
        several = len({each.vendor for each in waiting}) > 1
        for each in waiting:
            label = f"{each.vendor}:{each.label}" if several else each.label
            lines += [f'# {_quoted(label)} = "agent"  # or customer, or system; says: {_one_line(each.said)}']
        return "\n".join(lines) + "\n"

    def checked(self, path: Path) -> ImportMap:
        """The map itself, where its columns and paths are of what a call has. Raises WrongMap."""
        for name in self.columns:
            if name not in USUAL:
                raise WrongMap(path, f"columns: {name!r} is no column of a call; known are {', '.join(USUAL)}")
        for name in self.paths:
            if name not in KNOWN:
                raise WrongMap(path, f"paths: {name!r} is nothing that a call has; known are {', '.join(KNOWN)}")
        if self.paths and "text" not in self.paths:
            raise WrongMap(path, "paths: 'text' is missing; say where the words of a turn lie")
        return self


def load_map(path: Path) -> ImportMap:
    """A map by its file. Raises WrongMap, in one line, where there is none or it is not right."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return ImportMap.model_validate(values).checked(path)
    except ValidationError as error:
        raise WrongMap(path, explain(error, ImportMap)[1]) from None
    except tomllib.TOMLDecodeError as error:
        raise WrongMap(path, f"is no TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise WrongMap(path, f"cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8'}") from None


def roles_given(given: Iterable[str]) -> dict[str, Speaker]:
    """Roles by label, of texts like ``0=agent``. Raises WrongSpeaker."""
    found: dict[str, Speaker] = {}
    for each in given:
        label, sign, role = each.rpartition("=")
        if not sign or role not in get_args(Speaker):
            raise WrongSpeaker(each)
        found[label.strip()] = cast(Speaker, role)
    return found


def _section(name: str, values: Mapping[str, str]) -> list[str]:
    lines = [
        f"{key if re.fullmatch('[A-Za-z0-9_-]+', key) else _quoted(key)} = {_quoted(v)}" for key, v in values.items()
    ]
    return ["", f"[{name}]", *lines] if lines else []


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in shown_text(text, redacted=True))[:60]
