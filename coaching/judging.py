"""A person's choice on an item: what it quotes, how it stands to the machine's pick, and the item that it makes."""

from __future__ import annotations

from dataclasses import dataclass

from coaching.assemble import context_of
from coaching.judged import Choice, Judged, Verdict
from coaching.plan import PlanItem
from coaching.practice import opening_lines
from models.evidence import Pick
from nlp.call import Call
from nlp.errors import WrongInput
from nlp.utterance import Utterance


class NoSuchChoice(WrongInput):
    """The choice is none that this item has."""

    def __init__(self, item: PlanItem, problem: str) -> None:
        super().__init__(f"item {item.item_id}: {problem}")
        self.item_id, self.problem = item.item_id, problem


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice held against the call. ``quote`` is None where none was chosen.

    ``place`` is 0 where the words are the machine's or overlap them, 1 and up for its alternatives, None elsewhere.
    ``agrees`` says whether the machine was right; None where the score was wrong.
    """

    verdict: Verdict
    quote: Utterance | None
    place: int | None
    agrees: bool | None


def choose(item: PlanItem, pick: Pick, call: Call, choice: Choice) -> Chosen:
    """What ``choice`` means for an item of which the machine picked ``pick``.

    Raises NoSuchChoice where there is nothing to accept or no such alternative, where the words are not the agent's,
    and NotASlice where they are no stretch of a turn or over 39 words.
    """
    if choice.verdict == "wrong_score":
        return Chosen("wrong_score", None, None, None)
    if choice.verdict == "none":
        return Chosen("none", None, None, pick.status == "none")
    quote = _quoted(item, pick, call, choice)
    place = place_of(quote, pick)
    return Chosen(_verdict(quote, pick), quote, place, place == 0)


def place_of(quote: Utterance, pick: Pick) -> int | None:
    """Which of the machine's candidates the words are or overlap: 0 its pick, 1 and up the alternatives."""
    spans = [(pick.turn, pick.start, pick.end), *((one.turn, one.start, one.end) for one in pick.alternatives)]
    for place, (turn, start, end) in enumerate(spans):
        if turn == quote.turn and start is not None and end is not None and start < quote.end and quote.start < end:
            return place
    return None


def judged_item(item: PlanItem, call: Call, chosen: Chosen, judged: Judged, why: str) -> PlanItem:
    """The item as it stands after the decision: with the words that the person chose, or with none."""
    pick = _changed(item.evidence, call, chosen.quote, why)
    if pick is item.evidence:
        return item.model_copy(update={"judged": judged})
    practice = item.practice.model_copy(update={"opening_lines": opening_lines(call, pick)})
    changed = {"evidence": pick, "context": context_of(call, pick), "practice": practice, "judged": judged}
    return item.model_copy(update=changed)


def _changed(pick: Pick, call: Call, quote: Utterance | None, why: str) -> Pick:
    if quote is None:
        return pick if pick.status == "none" else _without_quote(pick, why)
    same = (quote.turn, quote.start, quote.end) == (pick.turn, pick.start, pick.end)
    return pick if same else _quoting(pick, call, quote, why)


def _quoted(item: PlanItem, pick: Pick, call: Call, choice: Choice) -> Utterance:
    if choice.turn is not None and choice.start is not None and choice.end is not None:
        return _of_agent(item, Utterance.of(call, choice.turn, choice.start, choice.end))
    if choice.verdict == "alternative":
        if choice.rank is None or choice.rank > len(pick.alternatives):
            raise NoSuchChoice(item, f"there are {len(pick.alternatives)} alternatives, none of rank {choice.rank}")
        other = pick.alternatives[choice.rank - 1]
        return _of_agent(item, Utterance.of(call, other.turn, other.start, other.end))
    if pick.turn is None or pick.start is None or pick.end is None:
        raise NoSuchChoice(item, "there is no quote to accept; mark one, or say that nothing shows it")
    return Utterance.of(call, pick.turn, pick.start, pick.end)


def _of_agent(item: PlanItem, quote: Utterance) -> Utterance:
    if quote.speaker != "agent":
        raise NoSuchChoice(item, f"turn {quote.turn} is the {quote.speaker}'s; a quote is the agent's own words")
    return quote


def _verdict(quote: Utterance, pick: Pick) -> Verdict:
    span = (quote.turn, quote.start, quote.end)
    if span == (pick.turn, pick.start, pick.end):
        return "accepted"
    return "alternative" if span in [(one.turn, one.start, one.end) for one in pick.alternatives] else "other"


def _without_quote(pick: Pick, why: str) -> Pick:
    gone = {"status": "none", "quote": "", "words": 0, "confidence": 0.0, "sure": False, "why": why}
    return pick.model_copy(
        update={**gone, **dict.fromkeys(("turn", "start", "end", "speaker", "start_s", "end_s")), "signals": {}}
    )


def _quoting(pick: Pick, call: Call, quote: Utterance, why: str) -> Pick:
    """A pick of the person's words. The confidence is what the machine gave them, none where it had not seen them."""
    known = [one for one in pick.alternatives if (one.turn, one.start, one.end) == (quote.turn, quote.start, quote.end)]
    spoken = call.turns[quote.turn]
    values = {
        "status": "found",
        "turn": quote.turn,
        "start": quote.start,
        "end": quote.end,
        "quote": quote.text,
        "words": quote.words,
        "speaker": quote.speaker,
        "start_s": spoken.start,
        "end_s": spoken.end,
        "confidence": known[0].confidence if known else 0.0,
        "sure": False,
        "signals": {},
        "why": why,
    }
    return Pick.model_validate({**dict(pick), **values})
