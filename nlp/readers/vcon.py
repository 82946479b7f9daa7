"""vCon, the IETF's container of conversations, 0.0.1 to 0.4.0, as it is or signed.

draft-ietf-vcon-vcon-core; transcripts in ``analysis`` as lists of turns, as WTF (draft-howe-vcon-wtf-extension) or as
the transcriber wrote them. Webex Contact Center exports vCons whose turns are text dialogs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nlp.readers.documents import text_document
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, moment, number, text_at, under
from nlp.readers.roles import role_of
from nlp.readers.vcon_checking import dialogs_of, parties_of, what_is_wrong
from nlp.readers.vcon_envelope import Unreadable, body_of, is_encrypted, is_envelope, text_of, unwrapped
from nlp.readers.vendor import Role, Source, Transcript
from nlp.set_aside import SetAside

NAME = "vCon"

READ_AS_TEXT = ("text/plain", "text/markdown")
TEXT_KEYS = ("message", "text", "transcript", "content", "body")
SPEAKER_KEYS = ("speaker", "speaker_label", "role", "party", "participant", "name", "channel")
TRANSCRIPTS = ("transcript", "wtf")
ABOUT_THEM = ("summary", "sentiment", "topic", "score")


def recognises(source: Source) -> float:
    """1 for an object with ``vcon``, or with the three keys of the earliest drafts, and for a signature around one."""
    value = source.value
    if not is_envelope(source):
        return _likeness(value)
    if is_encrypted(value):
        return 0.8
    try:
        return _likeness(unwrapped(source)[0])
    except Unreadable:
        return 0.5


def _likeness(value: object) -> float:
    if not isinstance(value, Mapping):
        return 0.0
    if "vcon" in value:
        return 1.0 if {"uuid", "parties", "dialog"} & value.keys() else 0.5
    return 0.9 if {"uuid", "parties", "dialog"} <= value.keys() else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one call of a vCon: its text dialogs and its transcripts, by the starts of the dialogs that they are of."""
    try:
        vcon, notes = unwrapped(source)
    except Unreadable as error:
        yield source.aside(str(error))
        return
    wrong = what_is_wrong(vcon, source.hints.timezone)
    yield source.aside(f"is no vCon: {wrong}") if wrong is not None else _Reading(source, vcon).call(notes)


def count(source: Source) -> int | None:
    """Text dialogs, and entries or segments of transcripts: by the standard library's parser and a plain walk."""
    try:
        vcon = json.loads(source.raw) if source.raw.lstrip().startswith(b"{") else None
        if vcon is None or "payload" in vcon:
            vcon = unwrapped(source)[0]
        if what_is_wrong(vcon, source.hints.timezone) is not None:
            return None
    except (ValueError, RecursionError):
        return None
    total: int = sum(dialog.get("type") == "text" for dialog in vcon.get("dialog") or ())
    for holder in (*(vcon.get("analysis") or ()), *(vcon.get("attachments") or ())):
        if _is_transcript(holder):
            body = holder.get("body")
            try:
                body = body_of(holder) if isinstance(body, str) else body
            except Unreadable:
                body = None
            if isinstance(body, dict) and isinstance(body.get("transcript"), dict):
                body = body.get("segments")
            total += len(body) if isinstance(body, list) else 0
    return total


class _Reading:
    """One vCon while it is read. It is sound: ``what_is_wrong`` found nothing."""

    def __init__(self, source: Source, vcon: Mapping[str, Any]) -> None:
        self.source, self.vcon = source, vcon
        self.parties: list[Mapping[str, Any]] = vcon["parties"]
        self.dialogs: list[Mapping[str, Any]] = vcon.get("dialog") or []
        self.gathering = Gathering(source)
        self.roles: dict[str, Role] = {}
        self.names: dict[str, str] = {}
        self.transcribed: set[int] = set()
        self.chat = self.spoken = False
        starts = [at for dialog in self.dialogs if (at := moment(dialog.get("start"), source.hints.timezone))]
        self.began = min(starts, default=None)

    def call(self, notes: tuple[str, ...]) -> Transcript | SetAside:
        for index, dialog in enumerate(self.dialogs):
            if dialog.get("type") == "text":
                self._say_text(index, dialog)
        for name in ("analysis", "attachments"):
            for index, entry in enumerate(self.vcon.get(name) or ()):
                if _is_transcript(entry):
                    self._say_transcript(f"{name}[{index}]", entry)
        self.gathering.in_time_order()
        made = self.gathering.complete(self._frame(notes))
        if isinstance(made, SetAside):
            return self.source.aside("holds no words: no dialog of it is text, and no analysis a transcript")
        self._name_sides({speech.speaker_label for speech in made.speeches})
        return replace(made, roles=self.roles, names=self.names)

    def _frame(self, notes: tuple[str, ...]) -> Transcript:
        version, subject = self.vcon.get("vcon"), self.vcon.get("subject")
        return Transcript(
            call_id=self.vcon["uuid"],
            vendor=NAME,
            speeches=(),
            started_at=self.began or moment(self.vcon.get("created_at"), self.source.hints.timezone),
            channel="chat" if self.chat and not self.spoken else "phone",
            language=identifier(self.vcon.get("language")),
            metadata=facts(vcon=version, subject=subject),
            sides="names",
            notes=notes,
        )

    def _offset(self, dialog: int) -> float | None:
        """Seconds from the call's start to a dialog's."""
        at = moment(self.dialogs[dialog].get("start"), self.source.hints.timezone) if self.dialogs else None
        return None if at is None or self.began is None else round((at - self.began).total_seconds(), 3)

    def _say_text(self, index: int, dialog: Mapping[str, Any]) -> None:
        place = f"dialog[{index}]"
        given = dialog.get("mediatype") or dialog.get("mimetype") or READ_AS_TEXT[0]
        kind = str(given).split(";")[0].strip().casefold()
        if kind not in READ_AS_TEXT:
            self.gathering.lose(place, f"is {kind}; of text dialogs, plain text is read", dialog)
            return
        try:
            text = text_of(dialog)
        except Unreadable as error:
            self.gathering.lose(place, str(error), dialog)
            return
        parties = parties_of(dialog)
        speaker = dialog.get("originator", parties[0] if parties else None)
        start, duration = self._offset(index), number(dialog.get("duration"))
        end = start + duration if start is not None and duration is not None and duration >= 0 else None
        self.chat = True
        self.gathering.say(place, self._party(speaker), text, start, end)

    def _party(self, index: int | None) -> str:
        """The label of a party, which is its number; what the vCon says of it is noted down."""
        if index is None:
            return ""
        party, name = self.parties[index], str(index)
        if (role := _role(party)) is not None:
            self.roles[name] = role
        if called := text_at(party, "name"):
            self.names[name] = called
        return name

    def _say_transcript(self, place: str, entry: Mapping[str, Any]) -> None:
        of = dialogs_of(entry)
        try:
            body = body_of(entry)
        except Unreadable as error:
            self.gathering.lose(place, str(error), {**entry, "body": None}, entries=0)
            return
        turns = _turns(body)
        again = bool(of) and set(of) <= self.transcribed
        if again:
            for _ in turns or ():
                self.gathering.pass_over("a turn of a second transcript of the same dialog")
            return
        self.spoken = True
        offset = self._offset(of[0]) if of and of[0] < len(self.dialogs) else 0.0
        before = len(self.gathering)
        if turns is not None:
            self._say_turns(f"{place}.body", turns, _speaker_names(body), offset or 0.0)
        else:
            self._say_foreign(place, body, offset or 0.0)
        if len(self.gathering) > before:
            self.transcribed.update(of)

    def _say_turns(self, place: str, turns: list[Any], called: Mapping[str, str], offset: float) -> None:
        for index, turn in enumerate(turns):
            where = f"{place}[{index}]"
            if not isinstance(turn, Mapping):
                self.gathering.lose(where, "is no object, and a turn is one", turn)
                continue
            text = next((turn[key] for key in TEXT_KEYS if key in turn), None)
            speaker = next((label(turn[key]) for key in SPEAKER_KEYS if turn.get(key) is not None), "")
            if speaker in called:
                self.names[speaker] = called[speaker]
            times = [number(turn.get(key)) for key in ("start", "end")]
            start, end = (None if time is None else round(time + offset, 3) for time in times)
            self.gathering.say(where, speaker, text, start, end)

    def _say_foreign(self, place: str, body: Any, offset: float) -> None:
        """A transcript as the transcriber wrote it: its own reader reads it, and accounts for its turns."""
        from nlp.readers import registry

        for found in registry.read(_as_source(self.source, body)):
            if isinstance(found, SetAside):
                self.gathering.lose(place, found.reason, found.record, entries=0)
                continue
            self.roles |= found.roles
            self.names |= found.names
            for note in found.notes:
                self.gathering.note(note)
            for speech in found.speeches:
                start, end = (None if time is None else round(time + offset, 3) for time in (speech.start, speech.end))
                self.gathering.say(place, speech.speaker_label, speech.text, start, end, entries=0)
            for lost in found.set_aside:
                self.gathering.lose(place, lost.reason, lost.record, entries=0)

    def _name_sides(self, labels: set[str]) -> None:
        """Labels that name a party or a role stand for that party, where there is one of the kind."""
        for speaker in sorted(labels - self.roles.keys()):
            said = role_of(speaker)
            same = [party for party in self.parties if _same(text_at(party, "name"), speaker)]
            alike = [party for party in self.parties if said is not None and _role(party) == said]
            of = same or alike
            if len(of) == 1 and (role := said or _role(of[0])) is not None:
                self.roles[speaker] = role
                if called := text_at(of[0], "name"):
                    self.names[speaker] = called


def _is_transcript(entry: Mapping[str, Any]) -> bool:
    kind = (text_at(entry, "type") or text_at(entry, "purpose") or "").casefold()
    return any(word in kind for word in TRANSCRIPTS) and not any(word in kind for word in ABOUT_THEM)


def _turns(body: Any) -> list[Any] | None:
    """The turns of a transcript that is a list of them or WTF; None where it is of another make."""
    if isinstance(body, list):
        return body
    return listed(body, "segments") if isinstance(under(body, "transcript"), Mapping) and "segments" in body else None


def _speaker_names(body: Any) -> dict[str, str]:
    """What WTF calls its speakers, by their labels."""
    speakers = under(body, "speakers") if isinstance(body, Mapping) else None
    if not isinstance(speakers, Mapping):
        return {}
    return {name: called for name, each in speakers.items() if (called := text_at(each, "label")) and called != name}


def _as_source(source: Source, body: Any) -> Source:
    """A body as a document of its own; what a Deepgram link keeps of a response is put where it was taken from."""
    if isinstance(body, str):
        return text_document(source, body)
    if isinstance(under(body, "transcript"), str) and {"words", "paragraphs"} & body.keys():
        body = {"metadata": {}, "results": {"channels": [{"alternatives": [body]}]}}
    return text_document(source, json.dumps(body))


def _role(party: Mapping[str, Any]) -> Role | None:
    given = text_at(party, "role") or text_at(party, "meta", "role") or text_at(party, "type") or ""
    return role_of(given) or role_of(text_at(party, "name") or "")


def _same(name: str | None, other: str) -> bool:
    return name is not None and name.strip().casefold() == other.strip().casefold()
