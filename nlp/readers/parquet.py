"""A Parquet file as one table whose rows are read a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO

from nlp.readers.vendor import Hints, Source
from nlp.set_aside import SetAside

ROWS_AT_ONCE = 200
MOST_TEXT = 2**20
"""Bytes of Parquet's own head, and names in it, beyond which it is no table of calls."""


class BrokenTable(ValueError):
    """The rest of a table cannot be read, in words."""


def parquet_table(file: str, stream: BinaryIO, hints: Hints) -> Iterator[Source | SetAside]:
    """The table of an open Parquet file, or the file set aside. Its rows can be read while the file is open.

    ``Source.rows`` raises BrokenTable where the file breaks.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(
            stream, thrift_string_size_limit=64 * MOST_TEXT, thrift_container_size_limit=MOST_TEXT
        ) as table:
            columns = tuple(table.schema_arrow.names)
            yield Source(file=file, columns=columns, rows=lambda: _rows(table), hints=hints)
    except (pa.ArrowException, OSError, ValueError, OverflowError, LookupError) as error:
        yield SetAside(file=file, line=None, reason=f"is not Parquet that can be read: {_words(error)}")


def _rows(table: Any) -> Iterator[Mapping[str, Any]]:
    import pyarrow as pa

    names = table.schema_arrow.names
    try:
        for batch in table.iter_batches(batch_size=ROWS_AT_ONCE):
            plain = [column.cast(_in_microseconds(pa, column.type), safe=False) for column in batch.columns]
            for cells in zip(*(column.to_pylist() for column in plain), strict=True):
                yield {
                    name: float(cell) if isinstance(cell, Decimal) else cell
                    for name, cell in zip(names, cells, strict=True)
                }
    except (pa.ArrowException, OSError, ValueError, OverflowError, LookupError) as error:
        raise BrokenTable(f"is not Parquet that can be read: {_words(error)}") from None


def _in_microseconds(pa: Any, kind: Any) -> Any:
    return pa.timestamp("us", kind.tz) if pa.types.is_timestamp(kind) else kind


def _words(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
