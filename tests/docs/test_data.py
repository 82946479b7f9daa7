"""Every example of docs/data.md is read as the page says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builders import a_rubric
from coaching.agent import Agent
from coaching.agent_reader import read_agents
from nlp.call import Call
from nlp.ledger import Ledger
from nlp.noun import Noun, known_keys
from nlp.readers.contract import read_calls
from nlp.set_aside import SetAside
from rubric.flag_reader import read_flags
from rubric.score import Flag, Score
from rubric.score_reader import read_scores

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = {name: text for language, name, text in BLOCKS if language != "text"}
SAID = {name: text for language, name, text in BLOCKS if language == "text"}
RUBRIC = a_rubric("empathy", "closing")


def reader_of(name: str) -> Callable[[Path], Iterator[Noun | SetAside]]:
    if "agents" in name:
        return read_agents
    if "call" in name:
        return read_calls
    return (lambda path: read_flags(path, RUBRIC)) if "flags" in name else (lambda path: read_scores(path, RUBRIC))


def read(folder: Path, name: str) -> tuple[list[Noun], Ledger]:
    (folder / name).write_text(FILES[name], encoding="utf-8")
    ledger = Ledger()
    return list(ledger.keep(reader_of(name)(folder / name))), ledger


def test_the_page_shows_every_input_and_what_is_refused() -> None:
    assert set(FILES) - set(SAID) == {
        "calls.jsonl",
        "call.json",
        "scores.csv",
        "scores.jsonl",
        "agents.csv",
        "flags.csv",
    }
    assert set(SAID) == {"refused-calls.jsonl", "refused-scores.csv", "wrong-columns.csv"}


@pytest.mark.parametrize("name", sorted(set(FILES) - set(SAID)))
def test_what_the_page_shows_is_read_whole(tmp_path: Path, name: str) -> None:
    kept, ledger = read(tmp_path, name)
    assert kept
    assert ledger.set_aside == []
    assert ledger.repeated == 0


@pytest.mark.parametrize("name", sorted(SAID))
def test_what_the_page_says_is_refused_is_refused_in_those_words(tmp_path: Path, name: str) -> None:
    kept, ledger = read(tmp_path, name)
    assert kept == []
    assert [str(aside).removeprefix(f"{tmp_path}/") for aside in ledger.set_aside] == SAID[name].splitlines()


@pytest.mark.parametrize("noun", [Call, Score, Agent, Flag])
def test_the_page_names_every_key(noun: type[Noun]) -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith(f"| [{noun.__name__.lower()}s]")]
    assert len(rows) == 1
    for key in known_keys(noun):
        assert f"`{key}`" in rows[0]


def test_the_values_that_the_page_explains_are_those_that_are_read(tmp_path: Path) -> None:
    scores, _ = read(tmp_path, "scores.csv")
    assert [score.score for score in scores if isinstance(score, Score)] == [42, None, 0]
    agents, _ = read(tmp_path, "agents.csv")
    assert [agent.active for agent in agents if isinstance(agent, Agent)] == [True, True, False]
    ((call,), _) = read(tmp_path, "call.json")
    assert isinstance(call, Call)
    assert call.started_at == datetime(2026, 11, 2, 15, 20, tzinfo=UTC)
