"""The turns of one call as a reader comes upon them: what is sound is kept, what is not is set aside with its place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nlp.noun import clean_text
from nlp.readers.vendor import LostTurn, Source, Speech, Transcript
from nlp.set_aside import SetAside


class Gathering:
    """Collects the speeches of one call. ``at`` is the place of the call's own object in the document (``calls[2]``).

    Used for one call and thrown away.
    """

    def __init__(self, source: Source, at: str = "") -> None:
        self._source, self._at = source, at
        self._said: list[tuple[str, Speech]] = []
        self._lost: list[LostTurn] = []
        self._notes: list[str] = []
        self._passed: Counter[str] = Counter()
        self._reversed = 0

    def __len__(self) -> int:
        return len(self._said)

    def entries(
        self, holder: Any, key: str, at: str = "", *, weight: int = 1
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The objects of ``holder[key]`` with their places, where ``holder`` lies at ``at``; what is no object there
        is set aside, as ``weight`` of the entries that are counted."""
        found = holder.get(key) if isinstance(holder, Mapping) else None
        for index, entry in enumerate(found if isinstance(found, list) else ()):
            place = f"{at}.{key}[{index}]" if at else f"{key}[{index}]"
            if isinstance(entry, Mapping):
                yield place, entry
            else:
                self.lose(place, "is no object, and a turn is one", entry, weight)

    def say(
        self, place: str, label: str, text: Any, start: float | None, end: float | None, *, entries: int = 1
    ) -> None:
        """A turn at ``place``: kept where its text is text, set aside where it is not.

        ``start`` and ``end`` are seconds. An end before the start is left out, and a note says how often.
        """
        reason = _unsayable(text)
        if reason is not None:
            self.lose(place, reason, text, entries)
            return
        if start is not None and end is not None and end < start:
            end, self._reversed = None, self._reversed + 1
        self._said.append((place, Speech(label, text, start, end, entries)))

    def say_each(self, place: str, speeches: Iterable[Speech]) -> None:
        """The turns that lie at ``place``, as ``say``."""
        for speech in speeches:
            self.say(place, speech.speaker_label, speech.text, speech.start, speech.end, entries=speech.entries)

    def lose(self, place: str, reason: str, record: Any, entries: int = 1) -> None:
        """A turn that cannot be kept, with the place and what is wrong."""
        where = f"{self._at}.{place}" if self._at else place
        shown = json.dumps(record, ensure_ascii=False)[:2000]
        self._lost.append(self._source.lost(reason, where, shown, entries))

    def pass_over(self, what: str) -> None:
        """An entry that holds no speech by the format's own rules; a note tells ``what`` it was, in the singular."""
        self._passed[what] += 1

    def note(self, sentence: str) -> None:
        """A sentence for whoever looks at the import, once however often it is given."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def in_time_order(self) -> None:
        """Sort the turns by their start. One without a start stays behind the one that it stood behind."""
        keyed, last = [], float("-inf")
        for place, speech in self._said:
            last = last if speech.start is None else speech.start
            keyed.append((last, (place, speech)))
        self._said = [said for _, said in sorted(keyed, key=lambda pair: pair[0])]

    def shift(self, seconds: float) -> None:
        """Count every time from ``seconds`` on: what is measured from another moment than the call's start."""
        self._said = [(place, _shifted(speech, seconds)) for place, speech in self._said]

    def starts(self) -> Sequence[float]:
        """The starts of the turns that have one."""
        return [speech.start for _, speech in self._said if speech.start is not None]

    def complete(self, call: Transcript) -> Transcript | SetAside:
        """``call``, which says all but the turns, with the turns; set aside where there is none.

        Where turns name their speakers, those that do not are set aside: nobody can tell whose they are.
        """
        self._lose_nameless()
        if not self._said and not self._lost:
            return self._source.aside("holds no turns; was the recording silent, or was it not transcribed?", self._at)
        return replace(
            call,
            speeches=tuple(speech for _, speech in self._said),
            set_aside=tuple(self._lost),
            notes=(*call.notes, *self._notes, *self._remarks()),
            no_speech=self._passed.total(),
        )

    def _lose_nameless(self) -> None:
        named = [(place, speech) for place, speech in self._said if speech.speaker_label]
        if not named:
            return
        for place, speech in self._said:
            if not speech.speaker_label:
                self.lose(place, "names no speaker, as other turns do", speech.text, speech.entries)
        self._said = named

    def _remarks(self) -> Iterator[str]:
        total, timed = len(self._said), len(self.starts())
        for what, times in self._passed.items():
            yield f"passed over, as nothing is said in it: {what}" + (f" ({times} times)" if times > 1 else "")
        if self._reversed:
            yield f"{self._reversed} of {total} turns end before they start; their end was left out"
        if 0 < timed < total:
            yield f"{total - timed} of {total} turns have no start that can be read"


def _unsayable(text: Any) -> str | None:
    if text is None:
        return "has no text"
    if not isinstance(text, str):
        return "its text is no text in quotes"
    try:
        clean_text(text)
    except ValueError as error:
        return f"its text {error}"
    return None


def _shifted(speech: Speech, seconds: float) -> Speech:
    start = None if speech.start is None else round(speech.start - seconds, 6)
    end = None if speech.end is None else round(speech.end - seconds, 6)
    return Speech(speech.speaker_label, speech.text, start, end, speech.entries)
