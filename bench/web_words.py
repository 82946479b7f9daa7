"""Made-up calls and what a program found in them: patterns in which the ids and days of a real row are put."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date

from coaching.follow_up import Cycle
from coaching.movement import Measured, MovementRules, measure_movement
from coaching.next_action import next_action
from coaching.plan import ContextTurn, Plan, PlanItem, PlannedPractice
from coaching.urgency import queue_key
from models.evidence import Pick
from nlp.call import Call, Turn
from rubric.criterion import Criterion
from rubric.rubric import Rubric

CALL, ITEM, PLAN, FOLLOW_UP, AGENT, NAME, TEAM, JUDGED = (
    f"@{word}@" for word in ("call", "item", "plan", "follow-up", "agent", "name", "team", "judged")
)
"""What stands in a pattern where a row has its own."""

THING, OTHER, NUMBER = "@thing1@", "@thing2@", "@number@"
"""What makes the words of a call its own, each as long as what it stands for: eight characters."""

THINGS = (  # noqa: SIM905
    "delivery contract discount engineer estimate exchange kitchens payments property purchase question receipts "
    "renewals schedule services shipment supplier transfer upstairs warranty bathroom basement building cupboard "
    "daughter document driveway feedback handbook hallways hospital keyboard landlord magazine material mattress "
    "meetings messages neighbor notebook operator painting pavement position priority producer progress reminder "
    "resident sentence showroom software solution straight strategy supplies terminal training vehicles vouchers "
    "weekdays workshop"
).split()

CALL_DAY, APPROVED, DUE = date(1901, 1, 1), date(1901, 1, 2), date(1901, 1, 3)
"""The same for days, which a noun lets be nothing else."""

AGENT_SAYS = (
    "Thank you for calling, you are through to customer care, how can I help you today?",
    "Can I take the account number and the postcode, please?",
    "Right, I can see the @thing1@ on the screen in front of me.",
    "I will need to put you on hold for a moment while I look at the @thing1@ and the @thing2@.",
    "There is nothing that I can do about the @thing2@ from here, it is another department.",
    "That is how the system works out the @thing1@, it is in the terms that you agreed to.",
    "Somebody will give you a ring back about the @thing1@ in the next few days.",
    "I am sorry to hear that, that must have been a long weekend with the @thing2@ like that.",
    "The next visit for the @thing1@ is on the fourteenth, in the afternoon.",
    "You should have had a letter about the @thing2@, the reference is @number@.",
    "Do you want me to start the plan for the @thing1@ today, yes or no?",
    "Is there anything else that I can help you with?",
)
CUSTOMER_SAYS = (
    "Hello, I have been waiting for somebody to look at the @thing1@ and nobody has called.",
    "The account is @number@, and the postcode is on the letter with the @thing2@.",
    "I was charged twice for the @thing1@, and my card is 4111 1111 @number@.",
    "We have had no hot water for five days because of the @thing1@, with two small children in the house.",
    "I do not understand what this fee for the @thing2@ is for, nobody has told me about it.",
    "That is the third time that I am explaining the @thing1@ to somebody.",
    "You can write to me at jo.@thing2@@example.com or ring me on @number@.",
    "Well, all right then, if that is what the @thing1@ takes.",
    "Could you tell me when the @thing2@ will be, because I have to take a day off work for it.",
    "No, thank you. That is all about the @thing1@.",
)
TURNS = 24
PATTERNS = 40
"""Different calls; what a hundred thousand of them speak of is drawn for each."""

CYCLES = 12
"""Different outcomes of a follow-up for each criterion."""


@dataclass(frozen=True)
class Found:
    """A failed criterion in a call: the item of a plan, the machine's pick, and what their rows are sorted by."""

    criterion: Criterion
    digest: str
    item: str
    pick: str
    urgency: str
    score: float
    confidence: float
    turn: int
    quote: str


@dataclass(frozen=True)
class Words:
    """Patterns as JSON: calls, by call and criterion what was found, by criterion what a follow-up showed."""

    calls: tuple[str, ...]
    found: dict[tuple[int, str], Found]
    cycles: dict[str, tuple[tuple[str, str, bool], ...]]


def make_words(rubric: Rubric, seed: int) -> Words:
    """The patterns of a rubric; the same seed gives the same."""
    chance = random.Random(seed)
    calls = [_call(chance) for _ in range(PATTERNS)]
    found = {
        (number, criterion.id): _find(chance, call, criterion, rubric)
        for number, call in enumerate(calls)
        for criterion in rubric.criteria
    }
    cycles = {one.id: tuple(_cycle(chance, one, rubric) for _ in range(CYCLES)) for one in rubric.criteria}
    return Words(tuple(call.model_dump_json() for call in calls), found, cycles)


def _call(chance: random.Random) -> Call:
    turns, at = [], 0.0
    for number in range(TURNS):
        speaker, says = ("customer", CUSTOMER_SAYS) if number % 2 else ("agent", AGENT_SAYS)
        text = says[0] if number < 2 else " ".join(chance.sample(says[1:], chance.choice((1, 1, 2))))
        length = len(text) / 15
        turns.append(
            Turn.model_validate({"speaker": speaker, "text": text, "start": round(at, 1), "end": round(at + length, 1)})
        )
        at += length + chance.random()
    return Call(call_id=CALL, agent_id=AGENT, channel="phone", language="en", turns=tuple(turns))


def _find(chance: random.Random, call: Call, criterion: Criterion, rubric: Rubric) -> Found:
    turns = chance.sample([n for n in call.agent_turns() if n > 2], 3)
    turn, score = turns[0], float(chance.randrange(0, int(criterion.threshold), 5))
    confidence = round(chance.betavariate(3, 2), 4)
    pick = Pick.model_validate(
        {
            **{"call_id": CALL, "criterion_id": criterion.id, "rubric_id": rubric.id, "rubric_version": rubric.version},
            **{"score": score, "threshold": criterion.threshold, "status": "found", "kind": criterion.failure},
            **_said(call, turn),
            "confidence": confidence,
            "words": len(call.turns[turn].text.split()),
            "speaker": "agent",
            "start_s": call.turns[turn].start,
            "end_s": call.turns[turn].end,
            "sure": confidence > 0.7,
            "cue": {**_said(call, turn - 1), "speaker": "customer"},
            "signals": {name: round(chance.random(), 4) for name in ("due", "likeness", "position", "reply")},
            "why": "It moves on to something else, and what was due was not said before or after it.",
            "alternatives": [
                {**_said(call, other), "kind": criterion.failure, "confidence": 0.1} for other in turns[1:]
            ],
        }
    )
    item = _item(call, criterion, rubric, pick)
    plan = Plan(plan_id=PLAN, agent_id=AGENT, agent_name=NAME, as_of=CALL_DAY, follow_up_on=DUE, items=(item,))
    key = queue_key(plan, item) or ""
    quote = call.turns[turn].text
    return Found(
        criterion, rubric.digests()[criterion.id], item.model_dump_json(), pick.model_dump_json(), key.split(" ")[0],
        score, confidence, turn, quote,
    )  # fmt: skip


def _said(call: Call, turn: int) -> dict[str, object]:
    text = call.turns[turn].text
    return {"turn": turn, "start": 0, "end": len(text), "quote": text}


def _item(call: Call, criterion: Criterion, rubric: Rubric, pick: Pick) -> PlanItem:
    around = range(max(0, (pick.turn or 0) - 2), min(TURNS, (pick.turn or 0) + 3))
    return PlanItem(
        item_id=ITEM,
        criterion_id=criterion.id,
        criterion_name=criterion.title,
        weight=criterion.weight,
        critical=criterion.critical,
        score=pick.score,
        threshold=criterion.threshold,
        rubric_id=rubric.id,
        rubric_version=rubric.version,
        criterion_digest=rubric.digests()[criterion.id],
        call_id=CALL,
        call_date=CALL_DAY,
        headline=f"{criterion.title} ({criterion.weight:g}% weight): scored {pick.score:g}",
        expected_behavior=criterion.expected_behavior,
        evidence=pick,
        context=tuple(
            ContextTurn(turn=n, speaker=call.turns[n].speaker, text=call.turns[n].text, start_s=call.turns[n].start)
            for n in around
        ),
        practice=_practice(criterion, call),
    )


def _practice(criterion: Criterion, call: Call) -> PlannedPractice:
    return PlannedPractice(
        skill=criterion.title,
        scenario=f"The customer says: {call.turns[3].text}",
        sessions=3,
        method="role-play",
        opening_lines=(call.turns[1].text, call.turns[3].text),
        sentence=f"Complete 3 role-play sessions on {criterion.title} by {DUE.isoformat()}.",
    )


def _cycle(chance: random.Random, criterion: Criterion, rubric: Rubric) -> tuple[str, str, bool]:
    """A cycle, its verdict, and whether it asks for a person."""
    base, gain = chance.uniform(40, 75), chance.choice((0, 0, 10, 20))
    before, after = (
        [float(min(100, max(0, round(chance.gauss(mean, 15))))) for _ in range(count)]
        for mean, count in ((base, 12), (base + gain, chance.choice((3, 9, 14))))
    )
    of = Measured(
        criterion_id=criterion.id, rubric_id=rubric.id, rubric_version=rubric.version, threshold=criterion.threshold,
        triggering_score=before[0],
    )  # fmt: skip
    movement = measure_movement(of, before, after, rules=MovementRules())
    cycle = Cycle(
        follow_up_id=FOLLOW_UP,
        plan_id=PLAN,
        item_id=ITEM,
        agent_id=AGENT,
        agent_name=NAME,
        team=TEAM,
        criterion_id=criterion.id,
        criterion_name=criterion.title,
        approved_on=APPROVED,
        promised_on=DUE,
        scored_on=DUE,
        practice=PlannedPractice(skill=criterion.title, scenario="", sessions=3, method="role-play", sentence="Do 3."),
        movement=movement,
        next=next_action(movement, last_day=True),
    )
    return cycle.model_dump_json(), movement.verdict, cycle.next.actions == ("ask",)


def own_words(call: int) -> dict[str, str]:
    """What a call of this number speaks of."""
    number = str(10_000_000 + call * 7_919 % 89_999_999)
    return {THING: THINGS[call % len(THINGS)], OTHER: THINGS[call // len(THINGS) % len(THINGS)], NUMBER: number}


def put_in(pattern: str, ids: dict[str, str], days: dict[date, date]) -> str:
    """A pattern with what is a row's own in it."""
    for word, own in ids.items():
        pattern = pattern.replace(word, json.dumps(own, ensure_ascii=False)[1:-1])
    for day, on in days.items():
        pattern = pattern.replace(day.isoformat(), on.isoformat())
    return pattern
