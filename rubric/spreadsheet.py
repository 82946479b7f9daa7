"""Words that go into a cell of a spreadsheet."""

from __future__ import annotations


def defused(words: str) -> str:
    """Words that no spreadsheet takes for a formula: those that it would begin with an apostrophe.

    So asks OWASP ASVS 5.0, 1.2.10. A cell is no place for words to the letter.
    """
    return f"'{words}" if words.lstrip()[:1] in ("=", "+", "-", "@") or words[:1] in ("\t", "\r", "\0") else words
