"""Who is the agent, and whose speakers are swapped, by how they talk: each source is left out in turn.

``python -m bench.speakers [--labelled FOLDER] [--ship FOLDER]`` hides who is who in the labelled calls, prints the
tables and writes them into docs/benchmarks.md; with ``--ship`` it also writes the model that is trained on all of them
but MathDial, with its card. No name of a label, no capital and no mark of punctuation is used.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.labelled import SETS, sha256_of, source_of
from bench.page import table, write_section
from models.speaker_roles import SpeakerRoles, save_sheet
from models.speaker_training import pairs_of, train_speakers
from nlp.call import Call, Turn
from nlp.ledger import Ledger
from nlp.noun import JsonObject
from nlp.readers.contract import read_calls
from nlp.readers.hearing import Heard

BESIDE = Path(__file__).parents[2] / "shared"
RESEARCH_ONLY = "MathDial"
SURE = 0.95
SWAPPED = (0.90, 0.95, 0.97, 0.99)
HEADING = """## Who is the agent, and whose speakers are swapped

`python -m bench.speakers`: labels, capitals and marks of the labelled calls are hidden, and who is who is told by
how people talk. The model has seen neither the source that it is measured on nor MathDial. *Told* is where it is at
least as sure as `input.speakers_sure`; other calls are set aside. *Passed on*: the agent's turns of the later part
are under a third label. *An announcement*: a machine speaks first, under a third.
"""
SWAPPED_HEADING = """\
The same calls as their files have them, and with the two sides exchanged: how many of the exchanged are held back,
and how many of the right ones, by `input.swapped_from`.
"""

IVR = (
    "Thank you for calling. This call may be recorded for training and quality purposes.",
    "For billing press one. For technical support press two. For anything else please stay on the line.",
)
LIMITS = (
    "English. Learned from 272 calls: support and fundraising chats, medical consultations, and calls written for this "
    "project. Where both sides talk alike, as two strangers in a chat do, it is seldom sure."
)


@dataclass(frozen=True)
class Hidden:
    """A call whose speakers have labels that tell nothing, and which of the labels are whose."""

    said: dict[str, list[str]]
    truth: dict[str, str]


def main() -> None:
    """Measure, print, write; train and ship where that is asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--labelled", type=Path, default=BESIDE / "calls")
    asked.add_argument("--ship", type=Path, help="also train on all of it and write the model here")
    given = asked.parse_args()
    if not given.labelled.is_dir():
        raise SystemExit(f"{given.labelled}: no such folder; --labelled names the folder of the labelled sets")
    calls = calls_by_source(given.labelled)
    unseen = out_of_source(calls)
    text = "\n".join([HEADING, told_apart(calls, unseen), SWAPPED_HEADING, swapped_table(calls, unseen)])
    print(text)
    write_section("speakers", text)
    if given.ship:
        ship(given.ship, calls, unseen, given.labelled)


def calls_by_source(folder: Path) -> dict[str, list[Call]]:
    """The labelled calls, each once, by where they come from."""
    found: dict[str, dict[str, Call]] = defaultdict(dict)
    for name in SETS:
        for call in Ledger().keep(read_calls(folder / f"{name}.jsonl")):
            found[source_of(call.call_id)].setdefault(call.call_id, call)
    return {source: list(found[source].values()) for source in sorted(found)}


def out_of_source(calls: Mapping[str, Sequence[Call]]) -> dict[str, SpeakerRoles]:
    """For each source a model that has seen neither it nor MathDial."""
    known = {source: some for source, some in calls.items() if source != RESEARCH_ONLY}
    pairs = pairs_of(known)
    return {left: SpeakerRoles(train_speakers([one for one in pairs if one.source != left])) for left in calls}


def told_apart(calls: Mapping[str, Sequence[Call]], unseen: Mapping[str, SpeakerRoles]) -> str:
    """How many calls of each kind are told, and how many of those rightly."""
    kinds: dict[str, Callable[[Call], Hidden]] = {
        "whole calls": two_speakers,
        "first 8 turns": lambda call: two_speakers(call.model_copy(update={"turns": call.turns[:8]})),
        "passed on to a second agent": passed_on,
        "an announcement before it": after_a_machine,
    }
    rows = []
    for kind, hide in kinds.items():
        for source, some in calls.items():
            hidden = [hide(call) for call in some]
            heard = [(one, unseen[source].hear(one.said, {})) for one in hidden]
            rows.append([f"{kind}, {source}", *told(heard)])
    header = ["calls", "n", "likeliest is right", f"told (at {SURE:.2f})", "right of the told"]
    return table(header, rows)


def told(heard: Sequence[tuple[Hidden, Heard]]) -> list[str]:
    """Of calls and what was heard: how many, the share that is right, the share that is told, and right of those."""
    right = [one.truth == dict(what.roles) for one, what in heard]
    sure = [good for good, (_, what) in zip(right, heard, strict=True) if what.sure >= SURE]
    return [
        str(len(right)),
        f"{_mean(right):.3f}",
        f"{len(sure) / len(right):.2f}",
        f"{_mean(sure):.3f}" if sure else "-",
    ]


def swapped_table(calls: Mapping[str, Sequence[Call]], unseen: Mapping[str, SpeakerRoles]) -> str:
    """How many swapped calls are found, and how many that are right are taken for swapped."""
    rows = []
    for source, some in calls.items():
        model = unseen[source]
        right = [model.swapped(call) for call in some]
        wrong = [model.swapped(turned_round(call)) for call in some]
        cells = [f"{_mean([one >= at for one in of]):.2f}" for at in SWAPPED for of in (wrong, right)]
        rows.append([source, str(len(some)), *cells])
    header = ["source", "n", *[f"{what} (at {at:.2f})" for at in SWAPPED for what in ("found", "false alarms")]]
    return table(header, rows)


def two_speakers(call: Call) -> Hidden:
    """The call's speakers as ``0`` and ``1``, in the order in which they begin."""
    return _hidden([(turn.speaker, turn) for turn in call.turns])


def passed_on(call: Call) -> Hidden:
    """The same with the agent's turns of the later part under a third label, as after a transfer."""
    at = random.Random(call.call_id).randint(len(call.turns) // 3, 2 * len(call.turns) // 3)
    return _hidden(
        [(t.speaker + (" 2" if n >= at and t.speaker == "agent" else ""), t) for n, t in enumerate(call.turns)]
    )


def after_a_machine(call: Call) -> Hidden:
    """The same with a machine that speaks first, under a label of its own."""
    machine = [("system", Turn(speaker="system", text=text)) for text in IVR]
    return _hidden([*machine, *((turn.speaker, turn) for turn in call.turns)])


def _hidden(turns: Sequence[tuple[str, Turn]]) -> Hidden:
    labels = {who: str(n) for n, who in enumerate(dict.fromkeys(who for who, _ in turns))}
    said: dict[str, list[str]] = {label: [] for label in labels.values()}
    for who, turn in turns:
        said[labels[who]].append(turn.text)
    return Hidden(said, {label: who.split()[0] for who, label in labels.items()})


def turned_round(call: Call) -> Call:
    """The call with the agent called the customer and the customer the agent."""
    other = {"agent": "customer", "customer": "agent", "system": "system"}
    turns = tuple(turn.model_copy(update={"speaker": other[turn.speaker]}) for turn in call.turns)
    return call.model_copy(update={"turns": turns})


def ship(folder: Path, calls: Mapping[str, Sequence[Call]], unseen: Mapping[str, SpeakerRoles], labelled: Path) -> None:
    """Train on all sources but MathDial, and write the model with its card."""
    known = {source: some for source, some in calls.items() if source != RESEARCH_ONLY}
    sheet = train_speakers(pairs_of(known))
    figures: JsonObject = {
        source: dict(
            zip(("calls", "right", "told", "right of the told"), told(_heard(some, unseen[source])), strict=True)
        )
        for source, some in calls.items()
    }
    card: JsonObject = {
        "what": "weights of words and pairs of words by which agents and customers are told apart, and their slope",
        "calls": sum(len(some) for some in known.values()),
        "weights": len(sheet.weights),
        "transcripts": {
            "STAR": "RasaHQ/STAR, MIT",
            "PriMock57": "Babylon Health, CC BY 4.0",
            "PersuasionForGood": "Apache-2.0",
            "authored": "written for this project",
        },
        "left out": "MathDial (CC BY-SA 4.0): used to measure, never in what ships",
        "sha256": {f"{name}.jsonl": sha256_of(labelled / f"{name}.jsonl") for name in SETS},
        f"out of sample, each source left out, told at {SURE}": figures,
        "limits": LIMITS,
    }
    save_sheet(folder, sheet, card)


def _heard(calls: Sequence[Call], model: SpeakerRoles) -> list[tuple[Hidden, Heard]]:
    return [(hidden, model.hear(hidden.said, {})) for hidden in map(two_speakers, calls)]


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    main()
