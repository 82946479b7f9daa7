"""Names of columns, questions and forms in one way of writing, so that two tools' spellings can be compared."""

from __future__ import annotations

from functools import lru_cache

from nlp.readers.table_columns import plain as written_plain


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """``Identity Check`` and ``identityCheck`` are ``identity_check``. A table asks it of the same names row by row."""
    return written_plain(name)
