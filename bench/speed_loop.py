"""The peer to beat: what a data team writes in an afternoon, with sentence-transformers' defaults."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from nlp.encoder import packaged_path

END = re.compile(r"(?<=[.!?])\s+")


def load() -> Any:
    """The same encoder, as its makers' first example loads it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(packaged_path()), device="cpu")


def locate_plainly(model: Any, calls: Path, scores: Path, rubric: Path, out: Path, at_once: bool) -> int:
    """For each failing score the agent's sentence that is most like the criterion; how many lines were written.

    ``at_once``: all sentences of all calls in one list, which takes all of them into memory and fills its batches.
    """
    criteria = {one["id"]: one["definition"] for one in json.loads(rubric.read_text(encoding="utf-8"))["criteria"]}
    meanings = dict(zip(criteria, model.encode(list(criteria.values()), show_progress_bar=False), strict=True))
    failing = defaultdict(list)
    with scores.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            failing[row["call_id"]].append(row["criterion_id"])
    with calls.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as picks:
        said = (_said(line) for line in lines)
        read = _all_at_once(model, list(said)) if at_once else ((*one, _encoded(model, one[1])) for one in said)
        return sum(_choose(meanings, failing[call], call, sentences, found, picks) for call, sentences, found in read)


def _said(line: str) -> tuple[str, list[str]]:
    call = json.loads(line)
    turns = (turn["text"] for turn in call["turns"] if turn["speaker"] == "agent")
    return call["call_id"], [sentence for text in turns for sentence in END.split(text) if sentence]


def _encoded(model: Any, sentences: list[str]) -> Any:
    return model.encode(sentences, show_progress_bar=False)


def _all_at_once(model: Any, said: list[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str], Any]]:
    vectors = _encoded(model, [sentence for _, sentences in said for sentence in sentences])
    at = 0
    for call, sentences in said:
        yield call, sentences, vectors[at : at + len(sentences)]
        at += len(sentences)


def _choose(
    meanings: dict[str, Any], names: list[str], call: str, sentences: list[str], vectors: Any, picks: IO[str]
) -> int:
    from sentence_transformers import util

    for name in names:
        best = int(util.cos_sim(meanings[name], vectors)[0].argmax())
        picks.write(json.dumps({"call": call, "criterion": name, "quote": sentences[best]}) + "\n")
    return len(names)
