"""spaCy token patterns: whether the matcher would take them."""

from __future__ import annotations

from functools import cache
from typing import Any

from nlp.light_spacy import import_spacy
from rubric.criterion import TokenPattern


def problem_of_pattern(pattern: TokenPattern) -> str | None:
    """What is wrong with a token pattern, in one line; None where spaCy's Matcher takes it.

    spaCy is loaded at the first pattern, not before.
    """
    if not pattern:
        return "an empty pattern matches nothing; describe at least one token"
    try:
        _loaded_matcher().add("pattern", [pattern])
    except Exception as error:  # spaCy lets errors of many kinds through: its own, re.error, TypeError
        return _one_line(error)
    _loaded_matcher().remove("pattern")
    return None


@cache
def _loaded_matcher() -> Any:
    import_spacy()
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

    return Matcher(Vocab(), validate=True)


def _one_line(error: Exception) -> str:
    # MatchPatternError lists its findings under a headline of its own
    lines = [line.strip(" -\t") for line in str(error).splitlines() if line.strip()]
    findings = [line for line in lines if not line.startswith(("Invalid token patterns", "Pattern "))]
    return "; ".join(findings) or type(error).__name__
