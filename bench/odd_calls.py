"""Calls of odd shapes, written for this bench: whatever a call is like, its quotes are slices of the agent's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from nlp.call import Call, Speaker
from rubric.rubric import Rubric

Turns = list[tuple[Speaker, str]]
OPENERS = ["Right,", "So,", "Well,", "Now,", "Listen,", "Okay,", "You see,", "Honestly,"]
SUBJECTS = [
    "the parcel",
    "my boiler",
    "your account",
    "the second invoice",
    "this router",
    "our engineer",
    "the booking",
]
DEEDS = [
    "has not come",
    "was changed on Monday",
    "costs more than you said",
    "is being looked at",
    "should work by now",
]
ENDS = [
    "and nobody rang me",
    "so I would wait",
    "as far as I know",
    "because of the snow",
    "which is not my job",
    "I am sorry",
]
CRITERIA: list[dict[str, object]] = [
    {
        "id": "blame",
        "failure": "violation",
        "definition": "The agent does not blame the customer.",
        "expected_behavior": "Own the problem.",
        "broken_by": {"examples": ["That is your own fault, you should have read it."]},
    },
    {
        "id": "empathy",
        "failure": "omission",
        "definition": "The agent acknowledges the customer's trouble before moving on.",
        "expected_behavior": "Name the trouble, then ask.",
        "due": {"cue": {"speaker": "customer", "examples": ["It has not come and nobody rang me."]}},
        "broken_by": {"examples": ["What is the order number?"]},
    },
    {
        "id": "closing",
        "failure": "omission",
        "definition": "The agent sums up and says goodbye.",
        "expected_behavior": "Sum up what happens next.",
        "due": {"moment": "closing"},
    },
    {
        "id": "talk_over",
        "failure": "talk_over",
        "definition": "The agent lets the customer finish.",
        "expected_behavior": "Wait until they have finished.",
    },
]


@dataclass(frozen=True)
class Odd:
    """A call and what is odd about it."""

    shape: str
    call: Call


def odd_rubric() -> Rubric:
    """A violation, an omission after a cue and one at a moment, and talking over."""
    filled = [{"weight": 25, "threshold": 60, **one} for one in CRITERIA]
    return Rubric.model_validate({"schema": 1, "id": "odd", "version": 1, "criteria": filled})


def odd_calls() -> Iterator[Odd]:
    """A call of each shape; the same every time."""
    for number, (shape, turns) in enumerate(_shapes().items()):
        said = [{"speaker": speaker, "text": text} for speaker, text in turns]
        yield Odd(shape, Call.model_validate({"call_id": f"odd-{number:02}", "turns": said}))


def _shapes() -> dict[str, Turns]:
    talk = _talk(12)
    return {
        "one turn": [("agent", "You should have read the terms.")],
        "5,000 turns": _talk(5000),
        "no punctuation": [(who, text.translate({ord(sign): None for sign in ",.?!"})) for who, text in talk],
        "the agent alone": [("agent", text) for _, text in talk],
        "the customer alone": [("customer", text) for _, text in talk],
        "one speaker at a time, in long runs": sorted(_talk(400), key=lambda one: one[0], reverse=True),
        "capitals": [(who, text.upper()) for who, text in talk],
        "no agent, a system": [("customer", "Hello?"), ("system", "The agent has left the conversation.")],
        "blank turns": [("agent", ""), ("customer", " \n\t "), ("agent", "  \n ")],
        "marks and signs alone": [("agent", "…"), ("agent", "?!?!"), ("agent", "👍🏽🇩🇪"), ("customer", "\u200b")],
        "one turn of 20,000 words": [("customer", "Well?"), ("agent", " ".join(text for _, text in _talk(1500)))],
        "one word of 100,000 letters": [("agent", "x" * 100_000)],
        "100,000 dots": [("agent", "." * 100_000 + "x"), ("agent", "etc. " * 20_000)],
        "other scripts": [
            ("agent", "您好。请稍等！"),
            ("agent", "مرحبا، كيف أساعدك؟"),
            ("agent", "Straße, naïve e\u0301"),
        ],
    }


def _talk(turns: int) -> Turns:
    rng = Random(11)
    return [("customer" if number % 2 else "agent", _sentences(rng)) for number in range(turns)]


def _sentences(rng: Random) -> str:
    count = rng.randint(1, 3)
    said = (
        f"{rng.choice(OPENERS)} {rng.choice(SUBJECTS)} {rng.choice(DEEDS)} {rng.choice(ENDS)}" for _ in range(count)
    )
    return " ".join(one + rng.choice(".?!") for one in said)
