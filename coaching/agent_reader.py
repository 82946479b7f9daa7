"""Who is coached: the agents' file, in CSV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coaching.agent import Agent
from nlp.files import one_file
from nlp.reading import Shape, nouns
from nlp.set_aside import SetAside
from nlp.tables import Columns, read_csv
from nlp.written import number, yes_or_no


def read_agents(path: Path) -> Iterator[Agent | SetAside]:
    """The agents of a CSV file, in its order.

    ``active`` is true, yes, 1, false, no or 0, and true where it is empty. An agent id that comes a second time is
    Repeated where the row is the same, and set aside where it is another.
    Raises NoSuchInput, at once, where ``path`` is no CSV file.
    """
    rows = read_csv(one_file(path, (".csv",), "agents"), Columns.of(Agent))
    written = {"calls_per_day": number, "active": yes_or_no}
    return nouns(rows, Shape(noun=Agent, written=written, identity=lambda agent: agent.agent_id))
