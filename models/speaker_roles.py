"""Who is the agent, by how people talk: words and pairs of words, weighed, and a calibrated confidence.

A side's score is the sum of ``weight * log(1 + times)`` over what it says, over the square root of its words; the
difference of two sides' scores, times a slope, is the log-odds that the first is the agent. The weights know no names:
they are of words that agents and customers of several companies use. Neither capitals nor punctuation count.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, cast

from pydantic import Field, ValidationError

from nlp.call import Call
from nlp.errors import WrongInput
from nlp.marks import without_marks
from nlp.noun import JsonObject, Noun, explain
from nlp.readers.hearing import Heard
from nlp.readers.vendor import Role

SHEET_FILE, CARD_FILE = "speakers.json", "card.json"
MOST_WORDS = 600
"""Words of a speaker that are listened to: who is who shows in the first minutes."""

FEWEST_WORDS = 20
"""Words that each side must have said before a call can look swapped."""

FEWEST_TOLD = 10
"""Words that each side must have said before anybody's role is told."""

FAINT_WORDS, FAINT_SHARE = 6, 0.02
"""Somebody who says fewer words than this, and less of the call than that, is nobody of whom one can tell."""

MOST_SPEAKERS = 6
"""Unknown speakers that are told apart at most: beyond that nobody can tell, and the call is for a person."""

SEVERAL = 2.0
"""How much sharper a difference counts where more than two speak: one of several on the wrong side changes it less.
Chosen on calls whose agent's later turns were given to a third speaker; of what is told at 0.95 then 0.95 is right."""

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
MACHINE = re.compile(
    r"\bpress (?:\d|one|two|three|four|five|six|seven|eight|nine|zero|pound|star)\b|\bpara espa[ñn]ol\b|"
    r"\bcalls? (?:may|will|is|are|might) be (?:being )?(?:recorded|monitored)\b|\byour call is (?:very )?important\b|"
    r"\bplease (?:stay on|hold) (?:the line|while|for the next)\b|\bnext available (?:agent|representative|advisor)\b|"
    r"\bestimated wait\b|\bafter the (?:tone|beep)\b|\bin a few words\b|\bmain menu\b|\bleave (?:a|your) message\b|"
    r"\byou are (?:number|caller) \S+ in (?:the )?(?:queue|line)\b|\bplease (?:enter|say) your\b",
    re.IGNORECASE,
)
"""What only machines say."""


class NoSuchListener(WrongInput):
    """A folder that holds no model of speakers, or one that cannot be used."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(f"{folder}: {problem}")
        self.folder, self.problem = folder, problem


class SpeakersSheet(Noun):
    """What ``speakers.json`` holds. A key of ``weights`` is a word, two words, or either at the beginning of a turn
    (``^thank you``); positive weights are of agents."""

    slope: Annotated[float, Field(gt=0)]
    weights: Annotated[dict[str, float], Field(min_length=1)]


class Side:
    """What somebody says: how often each feature of ``known`` comes, and how many words there are."""

    __slots__ = ("counts", "words")

    def __init__(self, counts: Counter[str], words: int) -> None:
        self.counts, self.words = counts, words


def plain_words(text: str) -> list[str]:
    """Words without capitals, marks and apostrophes; every number written in digits is ``0``."""
    said = WORD.findall(without_marks(text).lower().replace("’", "'"))
    return ["0" if word[0].isdigit() else word.replace("'", "") for word in said]


def side_of(texts: Iterable[str], most: int = MOST_WORDS) -> Side:
    """The features of a speaker's texts, in their order, until ``most`` words are read."""
    counts: Counter[str] = Counter()
    read = 0
    for text in texts:
        words = plain_words(text)
        if not words:
            continue
        pairs = [f"{one} {two}" for one, two in itertools.pairwise(words)]
        counts.update(words)
        counts.update(pairs)
        counts.update([f"^{words[0]}", *(f"^{pair}" for pair in pairs[:1])])
        read += len(words)
        if read >= most:
            break
    return Side(counts, read)


class SpeakerRoles:
    """The model at work: see nlp.readers.hearing.Listener."""

    def __init__(self, sheet: SpeakersSheet) -> None:
        self.weights, self.slope = sheet.weights, sheet.slope

    def hear(self, said: Mapping[str, Sequence[str]], known: Mapping[str, Role]) -> Heard:
        """The likeliest roles of the labels that are not ``known``. Machines, and whoever says next to nothing, are
        ``system``: on neither side. Sure of 0 where there are no two sides to tell apart, or too many to try."""
        roles = self._neither_side(said, known)
        left = [label for label in said if label not in known and label not in roles]
        sides = {label: side_of(said[label]) for label in said}
        chances = self._chances(sides, left, known) if len(left) <= MOST_SPEAKERS else []
        if not chances:
            return Heard({**roles, **dict.fromkeys(left, "customer")}, 0.0)
        sure, best = max(chances, key=lambda one: one[0])
        return Heard({**roles, **best}, sure)

    def swapped(self, call: Call) -> float:
        """See nlp.readers.hearing.Listener. 0 where either side says too little to tell."""
        agent, customer = (
            side_of(turn.text for turn in call.turns if turn.speaker == speaker) for speaker in ("agent", "customer")
        )
        if min(agent.words, customer.words) < FEWEST_WORDS:
            return 0.0
        return chance(self.slope * (self.score(customer) - self.score(agent)))

    def score(self, side: Side) -> float:
        """How much a side talks like an agent."""
        weigh = self.weights.get
        total = sum(weight * math.log1p(times) for word, times in side.counts.items() if (weight := weigh(word)))
        return total / math.sqrt(side.words + 1)

    def _chances(
        self, sides: Mapping[str, Side], left: Sequence[str], known: Mapping[str, Role]
    ) -> list[tuple[float, dict[str, Role]]]:
        """Every way to put those ``left`` on the two sides, with its chance among all of them."""
        talking = len(left) + sum(role != "system" for label, role in known.items() if label in sides)
        sharpness = self.slope / 2 * (SEVERAL if talking > 2 else 1)
        found = []
        for roles in itertools.product(("agent", "customer"), repeat=len(left)):
            given = dict(zip(left, cast("tuple[Role, ...]", roles), strict=True))
            agents, customers = (_together(sides, {**known, **given}, which) for which in ("agent", "customer"))
            if min(agents.words, customers.words) >= FEWEST_TOLD:
                found.append((sharpness * (self.score(agents) - self.score(customers)), given))
        if not found or talking < 2:
            return []
        most = max(odds for odds, _ in found)
        total = sum(math.exp(odds - most) for odds, _ in found)
        return [(math.exp(odds - most) / total, given) for odds, given in found]

    def _neither_side(self, said: Mapping[str, Sequence[str]], known: Mapping[str, Role]) -> dict[str, Role]:
        """Of the labels that nobody knows, machines and those who say next to nothing, as long as two are left."""
        words = {label: sum(len(text.split()) for text in texts) for label, texts in said.items()}
        total = sum(words.values())
        sides = len(said) - sum(role == "system" for label, role in known.items() if label in said)
        found: dict[str, Role] = {}
        for label in sorted((label for label in said if label not in known), key=lambda one: words[one]):
            faint = words[label] < FAINT_WORDS and words[label] < FAINT_SHARE * total
            if sides > 2 and (faint or is_machine(said[label])):
                found[label], sides = "system", sides - 1
        return found


def _together(sides: Mapping[str, Side], roles: Mapping[str, Role], which: Role) -> Side:
    """All that one side says, as if one person said it."""
    counts: Counter[str] = Counter()
    words = 0
    for label, role in roles.items():
        if role == which and label in sides:
            counts.update(sides[label].counts)
            words += sides[label].words
    return Side(counts, words)


def is_machine(texts: Sequence[str]) -> bool:
    """Whether at least half of what is said is what only machines say."""
    spoken = [text for text in texts if text.strip()]
    return bool(spoken) and 2 * sum(MACHINE.search(text) is not None for text in spoken) >= len(spoken)


def chance(odds: float) -> float:
    """The chance that log-odds are of; finite for any."""
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, odds))))


def packaged_folder() -> Path:
    """Where the model that ships lies."""
    return Path(str(files("models") / "artifacts" / "speakers"))


@lru_cache(maxsize=1)
def load_listener() -> SpeakerRoles:
    """The model that ships, read once in a process. Raises NoSuchListener."""
    return SpeakerRoles(read_sheet(packaged_folder()))


def save_sheet(folder: Path, sheet: SpeakersSheet, card: JsonObject) -> None:
    """Write a model and its card into ``folder``, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SHEET_FILE).write_text(sheet.model_dump_json(indent=0) + "\n", encoding="utf-8")
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_sheet(folder: Path) -> SpeakersSheet:
    """What the folder's ``speakers.json`` holds. Raises NoSuchListener."""
    try:
        text = (folder / SHEET_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NoSuchListener(folder, f"has no readable {SHEET_FILE}") from None
    try:
        return SpeakersSheet.model_validate_json(text)
    except ValidationError as error:
        raise NoSuchListener(folder, f"{SHEET_FILE}: {explain(error, SpeakersSheet)[1]}") from None
