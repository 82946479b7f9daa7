"""What `verbatim locate` loads from a cold start: nothing that trains, and nothing that it can do without."""

import json
import os
import subprocess
import sys
from pathlib import Path

from builders import a_criterion, a_rubric

RUN = """
import sys
from cli.main import run
try:
    run()
except SystemExit as done:
    print("exit", done.code)
unneeded = {"torch", "transformers", "sentence_transformers", "prefect", "fastapi", "sklearn", "scipy", "pandas"}
print(sorted({*unneeded, "sqlalchemy", "spacy.cli", "weasel", "requests"} & sys.modules.keys()))
"""


def test_locate_finds_evidence_with_both_stages_and_imports_no_torch(tmp_path):
    refused = a_criterion("refusal", failure="violation", broken_by={"patterns": [[{"LEMMA": "do"}, {"LOWER": "not"}]]})
    rubric = a_rubric(refused).model_dump(mode="json", by_alias=True, exclude_none=True)
    (tmp_path / "rubric.yaml").write_text(json.dumps(rubric))
    said = ["Good morning.", "That is your problem.", "We do not do refunds.", "Goodbye then."]
    turns = [{"speaker": "agent", "text": text} for text in said]
    turns.insert(1, {"speaker": "customer", "text": "I was charged twice!"})
    (tmp_path / "calls.jsonl").write_text(json.dumps({"call_id": "c-1", "turns": turns}) + "\n")
    (tmp_path / "scores.csv").write_text("call_id,criterion_id,score\nc-1,refusal,10\n")
    asked = [
        "locate",
        "--rubric",
        "rubric.yaml",
        "--calls",
        "calls.jsonl",
        "--scores",
        "scores.csv",
        "--out",
        "p.jsonl",
    ]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *asked],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.stdout.splitlines()[-2:] == ["exit 0", "[]"], done.stderr
    (pick,) = map(json.loads, (tmp_path / "p.jsonl").read_text().splitlines())
    assert pick["status"] == "found"
    assert pick["quote"] in said
