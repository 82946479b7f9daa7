"""Who is who by how they talk: what the readers ask of a model that they do not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nlp.call import Call
from nlp.readers.vendor import Role
from nlp.set_aside import SetAside


@dataclass(frozen=True, slots=True)
class Heard:
    """The likeliest role of every label that nobody named, and how sure that is of all of them together, 0 to 1."""

    roles: Mapping[str, Role]
    sure: float


class Listener(Protocol):
    """Tells who talks like an agent and who like a customer."""

    def hear(self, said: Mapping[str, Sequence[str]], known: Mapping[str, Role]) -> Heard:
        """The roles of those labels of ``said`` (texts by label, in their order) that are not ``known``."""

    def swapped(self, call: Call) -> float:
        """How likely those whom the call says are the agent and the customer are the other way round, 0 to 1."""


class LooksSwapped(SetAside):
    """A call whose agent talks like a customer, and whose customer like an agent: a person has to look at it before
    anything of it is scored. ``call_id`` names it; ``chance`` is how likely it is, 0 to 1; ``agent`` and ``customer``
    are how each of the two begins."""

    call_id: str
    chance: float
    agent: str
    customer: str


def percent(chance: float) -> str:
    """A chance in whole percent, rounded down: what is not beyond doubt never reads so."""
    return f"{min(99, int(chance * 100))}%"


def looks_swapped(call: Call, chance: float, file: str, line: int | None = None) -> LooksSwapped:
    """The call held back, with what a person has to see to tell."""
    reason = (
        f"call {call.call_id!r}: its speakers look swapped, {percent(chance)} sure: who is called the agent talks like "
        "a customer, and the other way round; turn them round by --speaker, or say --checked where they are right"
    )
    return LooksSwapped(
        file=file,
        line=line,
        reason=reason,
        record=call.model_dump_json(exclude_defaults=True)[:2000],
        call_id=call.call_id,
        chance=round(chance, 4),
        agent=_longest_of_first(call, "agent"),
        customer=_longest_of_first(call, "customer"),
    )


def _longest_of_first(call: Call, speaker: Role) -> str:
    """What tells most among the first three turns of a side: a bare ``Hello.`` tells nothing."""
    said = [turn.text for turn in call.turns if turn.speaker == speaker and turn.text.strip()][:3]
    return max(said, key=len, default="")[:200]
