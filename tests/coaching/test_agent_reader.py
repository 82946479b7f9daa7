from __future__ import annotations

from pathlib import Path

import pytest

from coaching.agent import Agent
from coaching.agent_reader import read_agents
from nlp.files import NoSuchInput
from nlp.ledger import Ledger


def read(tmp_path: Path, text: str) -> tuple[list[Agent], Ledger]:
    path = tmp_path / "agents.csv"
    path.write_text(text, encoding="utf-8")
    ledger = Ledger()
    return list(ledger.keep(read_agents(path))), ledger


def test_an_agent_needs_an_id_and_a_name(tmp_path: Path) -> None:
    assert read(tmp_path, "agent_id,name\n0017,Niamh Ó Sé\n")[0] == [Agent(agent_id="0017", name="Niamh Ó Sé")]


def test_an_agent_is_read_with_all_that_is_known(tmp_path: Path) -> None:
    text = "agent_id;name;team;supervisor_id;calls_per_day;active\na-1;Sam;Billing;s-1;22.5;No\n"
    assert read(tmp_path, text)[0] == [
        Agent(agent_id="a-1", name="Sam", team="Billing", supervisor_id="s-1", calls_per_day=22.5, active=False)
    ]


def test_an_agent_is_active_unless_the_file_says_no(tmp_path: Path) -> None:
    words = ["", "true", "YES", "1", "false", "No", "0"]
    agents, _ = read(tmp_path, "agent_id,name,active\n" + "".join(f"{n},x,{word}\n" for n, word in enumerate(words)))
    assert [agent.active for agent in agents] == [True, True, True, True, False, False, False]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a-2,,,", "'name' is missing"),
        ("a-2,Sam,-1,", "calls_per_day: input should be greater than or equal to 0 (here: -1.0)"),
        ("a-2,Sam,many,", "calls_per_day: 'many' is no number; write digits, with a point for decimals"),
        ("a-2,Sam,,maybe", "active: 'maybe' is neither yes nor no; write true or false"),
    ],
)
def test_what_is_no_agent_is_set_aside(tmp_path: Path, row: str, reason: str) -> None:
    kept, ledger = read(tmp_path, f"agent_id,name,calls_per_day,active\na-1,Kim,,\n{row}\na-3,Lee,0,\n")
    assert [agent.agent_id for agent in kept] == ["a-1", "a-3"]
    assert [(aside.line, aside.reason) for aside in ledger.set_aside] == [(3, reason)]


def test_the_same_agent_twice_is_once_and_another_of_the_same_id_is_set_aside(tmp_path: Path) -> None:
    kept, ledger = read(tmp_path, "agent_id,name,active\na-1,Sam,\na-1,Sam,yes\na-1,Kim,\n")
    assert kept == [Agent(agent_id="a-1", name="Sam")]
    assert ledger.repeated == 1
    file = tmp_path / "agents.csv"
    assert [str(aside) for aside in ledger.set_aside] == [
        f"{file}:4: 'a-1' is already in {file}:2, with other content; which one is right?"
    ]


def test_agents_are_one_csv_file(tmp_path: Path) -> None:
    (tmp_path / "agents.xlsx").touch()
    with pytest.raises(NoSuchInput, match=r"agents are read from \*.csv, not from .xlsx"):
        read_agents(tmp_path / "agents.xlsx")
