"""Talk-over, by the times alone.

The contract's rule: the agent starts at least half a second before the end of what the customer began earlier, and
says more than two words; the evidence is the longest overlap, its first utterance where the turn is long.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlp.call import Call
from nlp.utterance import word_count

MIN_OVERLAP_S = 0.5
MAX_AGREEING_WORDS = 2
"""A word or two of agreement is no interruption."""


@dataclass(frozen=True, slots=True)
class TalkOver:
    """The agent's ``turn`` began before the customer's turn ``over`` ended; both spoke for ``overlap_s`` seconds."""

    turn: int
    over: int
    overlap_s: float


def find_talk_overs(call: Call) -> list[TalkOver]:
    """The agent's turns that talk over the customer, the longest overlap first, then in the order of the call.

    Turns without times count for nothing. Linear in the turns: what the customer began earlier and ends latest.
    """
    spoken = [
        (turn.start, turn.end, number)
        for number, turn in enumerate(call.turns)
        if turn.speaker == "customer" and turn.start is not None and turn.end is not None
    ]
    customers = sorted(spoken)
    agents = sorted(
        (turn.start, number, turn.end)
        for number, turn in enumerate(call.turns)
        if turn.speaker == "agent" and turn.start is not None
    )
    found, latest, at = [], (0.0, -1), 0
    for start, number, end in agents:
        while at < len(customers) and customers[at][0] < start:
            customer_end, over = customers[at][1], customers[at][2]
            if latest[1] < 0 or customer_end > latest[0]:
                latest = customer_end, over
            at += 1
        left = round(latest[0] - start, 6)
        if latest[1] >= 0 and left >= MIN_OVERLAP_S and word_count(call.turns[number].text) > MAX_AGREEING_WORDS:
            both = left if end is None else round(min(latest[0], end) - start, 6)
            found.append(TalkOver(number, latest[1], both))
    return sorted(found, key=lambda one: (-one.overlap_s, one.turn))
