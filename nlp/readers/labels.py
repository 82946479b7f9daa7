"""Names in front of what is said: ``Agent: hi``, ``**Agent:** hi``, ``[SPEAKER_00]: hi``, ``Maria Cruz: hi``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlp.readers.roles import role_of

NAMED = r"\[?(?P<label>[^\W\d_][^:\[\]<>{}*\n]{0,59}?)\]?"
LABEL = re.compile(NAMED + r"\s?:(?=\s|$)[ \t]*")
BOLD = re.compile(r"(?P<mark>\*\*|__)" + NAMED + r"(?:\s?:(?P=mark)|(?P=mark)\s?:)[ \t]*")
DIARISED = re.compile(r"\[{1,2}(?P<label>(?:SPEAKER|Speaker|spk)[ _]?\w{1,8})\]{1,2}:?[ \t]*")
TIGHT = re.compile(r"(?P<label>[^\W\d_][\w .'-]{0,40}(?:\([^()\n]{1,40}\))?)(?::(?=[^\s\d])|\t+)")
"""A name with no space after its colon, or with a tab for it: taken for one only where it says a role."""

WORD = re.compile(r"[^\W\d_]|\d")
SMALL = {
    "de",
    "da",
    "do",
    "dos",
    "van",
    "von",
    "der",
    "den",
    "la",
    "le",
    "el",
    "bin",
    "al",
    "of",
    "the",
    "and",
    "y",
    "e",
}
NO_NAME = {
    "note", "notes", "ps", "re", "subject", "date", "time", "total", "topic", "summary", "transcript", "duration", "ok",
    "okay", "yes", "no", "so", "well", "question", "answer", "http", "https", "warning", "disclaimer", "language",
    "call id", "call", "title", "start", "end", "status", "category", "queue", "channel", "kind", "recording date",
}  # fmt: skip


def split_label(text: str) -> tuple[str, str] | None:
    """The label that ``text`` begins with and what is said after it, or None where it begins with none.

    Whether the label is one is for the whole document to tell: see ``are_labels``.
    """
    for form in (DIARISED, BOLD, LABEL):
        found = form.match(text)
        if found is not None and looks_like_name(found["label"]):
            return found["label"].strip(), text[found.end() :]
    tight = TIGHT.match(text)
    return (tight["label"].strip(), text[tight.end() :]) if tight is not None and is_role(tight["label"]) else None


def looks_like_name(label: str) -> bool:
    """Whether a label may be of a speaker: a role, ``Speaker 1``, or a name of one to five words."""
    plain = label.strip().casefold()
    if is_role(label.strip()):
        return True
    words = re.sub(r"\(.*?\)", " ", label).split()
    if plain in NO_NAME or not 1 <= len(words) <= 5:
        return False
    return all(word[0].isupper() or word[0].isdigit() or not word[0].isalpha() or word in SMALL for word in words)


def are_labels(found: Iterable[tuple[str, str] | None], least: float) -> bool:
    """Whether the labels that were found are a document's way of naming speakers.

    They are where at least the share ``least`` of its lines or cues has one, and where some of them say a role, are
    numbered speakers, or come more than once.
    """
    labels = [each[0] if each is not None else None for each in found]
    named = [label for label in labels if label is not None]
    if not named or len(named) < least * len(labels):
        return False
    return any(is_role(label) or named.count(label) > 1 for label in set(named))


def is_role(label: str) -> bool:
    """Whether a label is a role or a numbered speaker, and no name that anything might be."""
    return role_of(label) is not None or DIARISED.match(f"[{label}]") is not None
