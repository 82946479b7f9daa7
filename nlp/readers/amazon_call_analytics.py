"""Amazon Transcribe Call Analytics, the file that it writes after a call.

Structure: docs.aws.amazon.com/transcribe/latest/dg/tca-output-batch. A turn is an entry of ``Transcript``. ``Items``
(the words) are absent where the call was transcribed while it was live, and are not needed here. Redacted words stay
as the vendor marks them (``[PII]``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, millis, objects, text_at, under
from nlp.readers.vendor import Role, Source, Transcript
from nlp.set_aside import SetAside

NAME = "Amazon Transcribe Call Analytics"

ROLES: Mapping[str, Role] = {"AGENT": "agent", "CUSTOMER": "customer", "SYSTEM": "system"}


def recognises(source: Source) -> float:
    """Its ``Transcript`` is a list whose turns name a role and no participant, as those of Contact Lens do."""
    if any("ParticipantId" in each for key in ("Transcript", "Participants") for each in objects(source.value, key)):
        return 0.0
    named = any("ParticipantRole" in turn for turn in objects(source.value, "Transcript"))
    if named:
        return 1.0 if text_at(source.value, "LanguageCode") else 0.7
    silent = under(source.value, "JobStatus") and under(source.value, "ConversationCharacteristics")
    return 0.7 if silent else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one call of the file."""
    if (failed := failure(source)) is not None:
        yield failed
        return
    gathering = Gathering(source)
    for place, turn in gathering.entries(source.value, "Transcript"):
        begin, end = millis(turn.get("BeginOffsetMillis")), millis(turn.get("EndOffsetMillis"))
        gathering.say(place, label(turn.get("ParticipantRole")), turn.get("Content"), begin, end)
    gathering.in_time_order()
    yield gathering.complete(
        Transcript(
            call_id=identifier(under(source.value, "SessionId")) or source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            language=identifier(under(source.value, "LanguageCode")),
            metadata=about(source.value),
            roles=ROLES,
            sides="channels",
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``Transcript``."""
    return elements(source.raw, "Transcript")


def failure(source: Source) -> SetAside | None:
    """The document set aside where it has no list of turns, or says that its job did not succeed."""
    status = text_at(source.value, "JobStatus")
    if status is not None and status.upper() == "FAILED":
        return source.aside("the analysis failed, so there is nothing to read; run it again", "JobStatus")
    if not isinstance(under(source.value, "Transcript"), list):
        return source.aside("a list of turns was to be here", "Transcript")
    return None


def about(value: Any) -> dict[str, Any]:
    """What is worth keeping beside the call: the job, its categories and how it was redacted."""
    categories = [name for name in listed(value, "Categories", "MatchedCategories") if facts(name=name)]
    return facts(
        job_name=text_at(value, "JobName"),
        content=text_at(value, "ContentMetadata", "Output"),
        categories=", ".join(str(name) for name in categories) or None,
    )
