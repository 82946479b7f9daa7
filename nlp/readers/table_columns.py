"""Which column of a table is what: by a map that somebody wrote, else by what exports usually call it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

USUAL: dict[str, str] = {
    "call_id": "call_id conversation_id contact_id interaction_id session_id recording_id transcript_id chat_id"
    " ticket_id call_key callid ucid call conversation contact interaction",
    "text": "text message utterance transcript content body sentence phrase transcription spoken_text message_text"
    " msg speech line display_text original_text plain_text sentence_text message_content message_body utterance_text"
    " transcript_text caption",
    "role": "role participant_role speaker_role speaker_type sender_type party_role participant_type author_role"
    " user_type participant_purpose sender_role author_type from_type party_type sent_by actor_type",
    "speaker": "speaker speaker_label speaker_id speaker_name participant participant_name party from sender author"
    " sender_name channel_tag speaker_tag channel_id user who name author_name from_name username user_name"
    " display_name segment_speaker sender_id author_id participant_id user_id actor_id",
    "seq": "seq sequence turn turn_id turn_index index order position line_number line_no sentence_index message_index"
    " utterance_id row",
    "start": "start start_time start_ms start_s start_seconds start_sec begin begin_time offset offset_ms start_offset"
    " begin_offset_millis start_time_ms timestamp time sent_at message_time time_stamp ts created_at segment_start_time"
    " start_timestamp begin_timestamp start_ts client_timestamp created date_created"
    " server_received_timestamp date_sent",
    "end": "end end_time end_ms end_s end_seconds end_sec finish stop stop_time end_offset end_time_ms"
    " end_offset_millis segment_end_time end_timestamp end_ts",
    "agent_id": "agent_id agentid employee_id rep_id advisor_id agent_login",
    "agent": "agent agent_name rep_name advisor_name employee_name representative",
    "started_at": "started_at call_start call_date call_time conversation_start start_datetime call_started_at date",
    "call_type": "call_type",
    "language": "language language_code locale lang",
    "channel": "channel media_type medium",
}
MILLIS = re.compile(r"(ms|msec|msecs|millis|milliseconds?)$")
SECONDS = re.compile(r"(_s|sec|secs|seconds?)$")


@dataclass(frozen=True, slots=True)
class Columns:
    """Our names of a table's columns: ``theirs`` maps each of ours that is there to the table's own."""

    theirs: Mapping[str, str]

    @property
    def enough(self) -> bool:
        """Whether this can be a table of turns: words, and who said them."""
        return "text" in self.theirs and ("speaker" in self.theirs or "role" in self.theirs)

    @property
    def of_nobody(self) -> bool:
        """Whether this is a table of words with their times and no speakers, as Whisper's TSV is."""
        return {"text", "start", "end"} <= self.theirs.keys() and "call_id" not in self.theirs and not self.enough

    @property
    def whole_calls(self) -> bool:
        """Whether this can be a table of calls, each with its transcript in one cell."""
        return "text" in self.theirs and "call_id" in self.theirs and not self.enough

    def unit(self, ours: str) -> str | None:
        """The unit that a time column's own name says, ``milliseconds`` or ``seconds``; None where it says none."""
        name = plain(self.theirs.get(ours, ""))
        return "milliseconds" if MILLIS.search(name) else "seconds" if SECONDS.search(name) else None


def columns_of(names: Iterable[str], given: Mapping[str, str], usual: Mapping[str, str] = USUAL) -> Columns:
    """The columns that are ``given``, where the table has them, and the ``usual`` ones for what is not given."""
    names = list(names)
    by_plain = {plain(name): name for name in reversed(names)}
    theirs = {ours: by_plain[plain(name)] for ours, name in given.items() if plain(name) in by_plain}
    taken = set(theirs.values())
    bare = {name.replace("_", ""): theirs_ for name, theirs_ in by_plain.items()}
    for ours, listed in usual.items():
        if ours in theirs:
            continue
        found = next((by_plain[each] for each in listed.split() if each in by_plain), None)
        if found is None:
            found = next((bare[each] for name in listed.split() if (each := name.replace("_", "")) in bare), None)
        if found is not None and found not in taken:
            theirs[ours] = found
            taken.add(found)
    return Columns(theirs)


def plain(name: str) -> str:
    """A column's name in one way of writing: ``Conversation ID`` and ``conversationId`` are ``conversation_id``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[\W_]+", "_", spaced).strip("_").casefold()
