"""The peer to beat: what a data team writes in an afternoon, with sentence-transformers' defaults."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from nlp.encoder import packaged_path

END = re.compile(r"(?<=[.!?])\s+")


def load() -> Any:
    """The same encoder, as its makers' first example loads it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(packaged_path()), device="cpu")


def locate_plainly(model: Any, calls: Path, scores: Path, rubric: Path, out: Path) -> int:
    """For each failing score the agent's sentence that is most like the criterion; how many lines were written."""
    from sentence_transformers import util

    criteria = {one["id"]: one["definition"] for one in json.loads(rubric.read_text(encoding="utf-8"))["criteria"]}
    meanings = dict(zip(criteria, model.encode(list(criteria.values()), show_progress_bar=False), strict=True))
    failing = defaultdict(list)
    with scores.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            failing[row["call_id"]].append(row["criterion_id"])
    count = 0
    with calls.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as picks:
        for line in lines:
            call = json.loads(line)
            sentences = [
                s for turn in call["turns"] if turn["speaker"] == "agent" for s in END.split(turn["text"]) if s
            ]
            vectors = model.encode(sentences, show_progress_bar=False)
            for name in failing[call["call_id"]]:
                best = int(util.cos_sim(meanings[name], vectors)[0].argmax())
                picks.write(json.dumps({"call": call["call_id"], "criterion": name, "quote": sentences[best]}) + "\n")
                count += 1
    return count
