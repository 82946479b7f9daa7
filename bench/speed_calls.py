"""Simulated calls for the bench of speed: seeded, spoken and typed, with a known share of sentences said before."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from random import Random

from bench import speed_words as words
from bench.labelled import FAILING, write_rubric
from nlp.call import Call, Channel, Speaker, Turn
from rubric.criterion import Criterion
from rubric.loading import load_rubric
from rubric.rubric import Rubric

SUPPLIES = {"support": 8, "sales": 4}
"""How many criteria of each rubric of the library calls fail at most; talking over is told by times and costs none."""
CALLS, SCORES, RUBRIC = "calls.jsonl", "scores.csv", "rubric.json"
TURNS = 26
SENTENCES_OF_A_TURN = (1, 1, 2, 2, 3, 3)
"""Drawn from for a turn of the agent; the customer's have one fewer, and at least one."""
WORDS_A_SECOND = 2.6


@dataclass(frozen=True)
class Wanted:
    """Which calls: how many, the share of sentences that are stock phrases, and how many criteria each one fails.

    ``spoken``: the share of calls that were spoken, the others were typed. The same seed gives the same calls, and the
    first calls of more are the calls of fewer.
    """

    calls: int
    seed: int = 1
    repeated: float = 0.0
    failing: int = 2
    spoken: float = 0.5
    turns: int = TURNS

    def __post_init__(self) -> None:
        if not 0 <= self.repeated <= 0.6 or not 0 <= self.spoken <= 1 or not 2 <= self.failing <= 12:
            raise ValueError("repeated is 0 to 0.6, spoken 0 to 1 and failing 2 to 12")


@dataclass(frozen=True)
class Files:
    """What `locate` is given."""

    calls: Path
    scores: Path
    rubric: Path


@lru_cache(maxsize=1)
def criteria() -> tuple[Criterion, ...]:
    """The twelve criteria that calls fail, from the rubrics of the library."""
    found: list[Criterion] = []
    for name, count in SUPPLIES.items():
        rubric = load_rubric(Path(str(files("rubric") / "library" / f"{name}.yaml")))
        known = {one.id for one in found}
        fit = [one for one in rubric.criteria if one.failure != "talk_over" and one.id not in known]
        found += fit[:count]
    return tuple(found)


def rubric() -> Rubric:
    """All twelve, of equal weight."""
    weight = 100 / len(criteria())
    equal = [one.model_copy(update={"weight": weight}) for one in criteria()]
    return Rubric.model_validate({"schema": 1, "id": "speed", "version": 1, "criteria": equal})


def generate(wanted: Wanted) -> Iterator[Call]:
    """The calls, one by one."""
    for number in range(wanted.calls):
        yield _call(wanted, number)


def failing(wanted: Wanted, number: int) -> list[str]:
    """The criteria that the call of that number fails."""
    names = [one.id for one in criteria()]
    return sorted(Random(f"failing {wanted.seed} {number}").sample(names, wanted.failing))


def write(wanted: Wanted, folder: Path) -> Files:
    """The calls, their failing scores and the rubric as files in ``folder``; nothing is held in memory."""
    found = Files(folder / CALLS, folder / SCORES, folder / RUBRIC)
    write_rubric(rubric(), found.rubric)
    with (
        found.calls.open("w", encoding="utf-8") as calls,
        found.scores.open("w", encoding="utf-8", newline="") as sheet,
    ):
        scores = csv.writer(sheet)
        scores.writerow(["call_id", "criterion_id", "score"])
        for number, call in enumerate(generate(wanted)):
            calls.write(call.model_dump_json(exclude_defaults=True) + "\n")
            scores.writerows([call.call_id, name, FAILING] for name in failing(wanted, number))
    return found


def _call(wanted: Wanted, number: int) -> Call:
    draw = Random(f"call {wanted.seed} {number}")
    spoken = draw.random() < wanted.spoken
    turns, at = [], 0.0
    for place in range(max(2, round(wanted.turns * draw.uniform(0.5, 1.5)))):
        speaker: Speaker = "customer" if place % 2 else "agent"
        text = " ".join(_sentence(draw, wanted, speaker, spoken) for _ in range(_sentences(draw, speaker)))
        lasts = round(len(text.split()) / WORDS_A_SECOND, 1)
        times = {"start": round(at, 1), "end": round(at + lasts, 1)} if spoken else {}
        turns.append(Turn(speaker=speaker, text=text, **times))
        at += lasts + 0.4
    channel: Channel = "phone" if spoken else "chat"
    return Call(call_id=f"s{wanted.seed}-{number:06d}", agent_id=f"a{number % 40}", channel=channel, turns=tuple(turns))


def _sentences(draw: Random, speaker: Speaker) -> int:
    count = draw.choice(SENTENCES_OF_A_TURN)
    return count if speaker == "agent" else max(1, count - 1)


def _sentence(draw: Random, wanted: Wanted, speaker: Speaker, spoken: bool) -> str:
    if draw.random() < wanted.repeated:
        return draw.choice(words.STOCK if speaker == "agent" else words.STOCK_CUSTOMER)
    kind = draw.random()
    if kind < 0.4:
        text = _filled(draw, draw.choice(words.SHORT)) + f", {draw.choice(words.ITEMS)} {draw.randrange(10**6)}"
    else:
        body = draw.choice(words.AGENT if speaker == "agent" else words.CUSTOMER)
        tail = draw.choice(words.TAILS) if kind < 0.95 else f" but {draw.choice(words.CUSTOMER)}"
        text = draw.choice(words.OPENERS) + _filled(draw, body + tail)
    return _said(draw, text) if spoken else _typed(draw, text)


def _filled(draw: Random, text: str) -> str:
    while "{" in text:
        before, _, rest = text.partition("{")
        slot, _, after = rest.partition("}")
        text = before + _SLOTS[slot](draw) + after
    return text


def _said(draw: Random, text: str) -> str:
    """With what people put in when they speak."""
    spoken = text.split(" ")
    for _ in range(draw.choice((0, 0, 1, 1, 2))):
        spoken.insert(draw.randrange(len(spoken)), draw.choice(words.FILLERS) + ",")
    return _ended(draw, " ".join(spoken))


def _typed(draw: Random, text: str) -> str:
    return _ended(draw, text.replace(" I am ", " im ") if draw.random() < 0.3 else text)


def _ended(draw: Random, text: str) -> str:
    return text[0].upper() + text[1:] + draw.choice("...?")


def _name(draw: Random) -> str:
    return f"{draw.choice(words.FIRST_NAMES)} {draw.choice(words.LAST_NAMES)}"


def _day(draw: Random) -> str:
    if draw.random() < 0.5:
        return f"the {draw.randrange(1, 29)} {draw.choice(words.MONTHS)}"
    return draw.choice(words.DAYS)


_SLOTS: dict[str, Callable[[Random], str]] = {
    "ref": lambda draw: f"{draw.choice('ABCDEFGHJKLM')}{draw.choice('NPQRSTUVWXYZ')}{draw.randrange(10**4, 10**7)}",
    "money": lambda draw: f"{draw.randrange(3, 900)} pounds {draw.randrange(1, 100)}",
    "item": lambda draw: draw.choice(words.ITEMS),
    "state": lambda draw: draw.choice(words.STATES),
    "team": lambda draw: draw.choice(words.TEAMS),
    "place": lambda draw: draw.choice(words.PLACES),
    "name": _name,
    "day": _day,
    "hour": lambda draw: f"{draw.randrange(8, 20)}:{draw.randrange(0, 60):02d}",
    "four": lambda draw: f"{draw.randrange(1000, 9999)}",
    "count": lambda draw: f"{draw.randrange(2, 30)}",
}
