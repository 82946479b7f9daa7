"""The language that a call is in: what the call says itself, else what can be heard; and whether a model here reads it.

A stretch of speech with enough of English's small words is English; only what has too few is asked of py3langid, which
is loaded then. So a company that speaks English pays microseconds a turn for it, and no memory.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from nlp.blotting import is_blotted
from nlp.marks import without_marks

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

from nlp.call import Call

SERVED = frozenset({"en"})
"""Languages that the models read."""

NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "ms": "Malay", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tl": "Tagalog",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""What can be heard. Rarer languages would be heard in names and in English with an accent."""

OTHER_TAGS = {
    "eng": "en", "spa": "es", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "ita": "it", "por": "pt", "nld": "nl",
    "dut": "nl", "pol": "pl", "rus": "ru", "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko", "hin": "hi", "ara": "ar",
    "tur": "tr", "vie": "vi", "tgl": "tl", "fil": "tl", "iw": "he", "cmn": "zh", "yue": "zh", "nb": "no", "nn": "no",
}  # fmt: skip
SAYS_NOTHING = frozenset({"", "und", "mul", "multi", "auto", "unknown", "none", "null", "zxx", "mis", "other"})
SMALL_WORDS = frozenset(
    re.findall(
        r"\S+",
        "the and you to that it my your have what this with i'm it's are do don't can for but not just would i yes "
        "okay know how there they please thank thanks be got if or from at hello yeah um uh right you're that's of is "
        "was we i've i'll about like get all need could out up been when did were then because oh well which who our "
        "their",
    )
)
ENOUGH = 0.25
"""The share of small words from which a stretch is English: spoken English has about half."""

STRETCH = 12
"""Words that are judged together; shorter turns of a speaker are put together."""

MOST_WORDS = 1000
FEWEST_WORDS = 24
"""Words beyond which a call is not listened to, and under which nothing is said of its language."""

SURE = 0.8
"""How sure py3langid must be of a stretch: else nothing is said of it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The language of a call. ``tag`` is its main one (``en``), None where nobody can tell; ``heard`` is whether that
    was heard, and not said by the call. ``shares`` are the shares of the words heard, where they were listened to."""

    tag: str | None
    heard: bool
    shares: dict[str, float] = field(default_factory=dict)

    @property
    def served(self) -> bool:
        """Whether the models read it; so they try where nobody can tell."""
        return self.tag is None or self.tag in SERVED

    @property
    def other_share(self) -> float:
        """The share of the words heard, 0 to 1, that are in languages that the models do not read."""
        return sum(share for tag, share in self.shares.items() if tag not in SERVED)

    @property
    def name(self) -> str:
        """What people call it."""
        return NAMES.get(self.tag or "", self.tag or "unknown")


def spoken_in(call: Call) -> Spoken:
    """The language that the call says, else the one that most of its words are in."""
    if (tag := plain_tag(call.language or "")) is not None:
        return Spoken(tag, heard=False)
    words: Counter[str] = Counter()
    for stretch in _stretches(call):
        if (tag := _language_of(stretch)) is not None:
            words[tag] += len(stretch)
    total = sum(words.values())
    if total < FEWEST_WORDS:
        return Spoken(None, heard=True)
    shares = {tag: count / total for tag, count in words.most_common()}
    return Spoken(next(iter(shares)), heard=True, shares=shares)


def why_unread(call: Call) -> str | None:
    """Why no model here reads the call: its language, or that its words were forgotten. None where one does, or may."""
    if is_blotted(call):
        return "the words of the call were forgotten"
    spoken = spoken_in(call)
    return None if spoken.served else f"the call is in {spoken.name}, which no model here reads"


def plain_tag(said: str) -> str | None:
    """``en`` of ``en-US``, ``EN_us``, ``eng`` and ``English (United States)``; None where nothing is said."""
    plain = said.strip().casefold()
    first = re.split(r"[-_\s(;,]", plain, maxsplit=1)[0]
    if first in SAYS_NOTHING:
        return None
    by_name = {name.casefold(): tag for tag, name in NAMES.items()}
    return by_name.get(first) or OTHER_TAGS.get(first, first)


def _stretches(call: Call) -> Iterator[list[str]]:
    """What each side says, in stretches of at least twelve words, as far as is listened to."""
    waiting: dict[str, list[str]] = {"agent": [], "customer": []}
    read = 0
    for turn in call.turns:
        if turn.speaker == "system":
            continue
        said = waiting[turn.speaker]
        said += without_marks(turn.text).split()
        if len(said) >= STRETCH:
            yield said
            read += len(said)
            waiting[turn.speaker] = []
        if read >= MOST_WORDS:
            return
    yield from (said for said in waiting.values() if said)


def _language_of(words: list[str]) -> str | None:
    text = " ".join(words).casefold().replace("’", "'")
    plain = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text)
    if not plain:
        return None
    if sum(word in SMALL_WORDS for word in plain) >= ENOUGH * len(plain):
        return "en"
    tag, sure = _identifier().classify(text)
    return str(tag) if sure >= SURE else None


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """py3langid with the languages that can be heard; about 80 MB, once in a process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(NAMES))
    return identifier
