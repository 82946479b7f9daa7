"""A record as one row of a table: what is nested gets a column a field, what is a list one cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

Kind = Literal["text", "number", "whole", "yes_no", "day", "time"]
KINDS: Mapping[type, Kind] = {bool: "yes_no", int: "whole", float: "number", datetime: "time", date: "day"}
OWN_TABLE = {"items"}
SAID_ABOVE = {"plan_id", "item_id", "call_id", "criterion_id"}
"""What a record inside another repeats of it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, and the fields that lead to its value."""

    name: str
    kind: Kind
    path: tuple[str, ...]


Columns = tuple[Column, ...]


def columns_of(record: type[BaseModel], before: tuple[str, ...] = ()) -> Columns:
    """The columns of a record's table, in the order of its fields."""
    found: list[Column] = []
    for name, field in record.model_fields.items():
        if name in OWN_TABLE or (before and name in SAID_ABOVE):
            continue
        path, inner = (*before, name), _without_none(field.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += columns_of(inner, path)
        else:
            found.append(Column("_".join(_short(path)), KINDS.get(inner, "text"), path))
    return tuple(found)


def row_of(record: BaseModel, columns: Columns) -> list[Any]:
    """A record's values by column; None where there is nothing, a list as JSON."""
    return [_value(record, column.path) for column in columns]


def _short(path: tuple[str, ...]) -> tuple[str, ...]:
    """``evidence_span_quote`` is ``quote`` to whoever reads a table; no other column has the name."""
    return path[-1:] if path[-2:] == ("span", "quote") else path


def _value(record: BaseModel, path: tuple[str, ...]) -> Any:
    value: Any = record
    for name in path:
        value = getattr(value, name, None)
    if isinstance(value, list):
        plain = [one.model_dump(mode="json") if isinstance(one, BaseModel) else one for one in value]
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return value


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        kept = [one for one in get_args(annotation) if one is not type(None)]
        return _without_none(kept[0]) if len(kept) == 1 else str
    return annotation
