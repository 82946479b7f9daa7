"""What it takes to start: the help of the command line, and the picks of one call from nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.page import table
from bench.speed_calls import Wanted, write

TIMES = 5
HELP_S = 0.3
COMMAND = [sys.executable, "-c", "from cli.main import run; run()"]
NEEDED = "import numpy, onnxruntime, pydantic, safetensors, tokenizers, typer"
"""What one pick cannot be made without, whatever this project's own code does."""
PLAIN = "import sentence_transformers"
TEXT = """\
From nothing to done, each a new process; what is imported has been read from the disk before. `verbatim --help`
is held to {limit} seconds: {held}.

"""


@dataclass(frozen=True)
class Start:
    """A command's seconds, each time that it was run."""

    name: str
    seconds: tuple[float, ...]

    def row(self) -> list[str]:
        """Median, lowest and highest."""
        return [self.name, f"{median(self.seconds):.2f} ({min(self.seconds):.2f}-{max(self.seconds):.2f})"]


def started(folder: Path) -> list[Start]:
    """Each command in turns; ``folder`` is for a call. Raises CalledProcessError where one fails."""
    given = write(Wanted(calls=1, failing=2), folder)
    locate = [*COMMAND, "locate", "--rubric", str(given.rubric), "--calls", str(given.calls)]
    locate += ["--scores", str(given.scores), "--out", str(folder / "start.jsonl")]
    commands = {
        "`verbatim --help`": [*COMMAND, "--help"],
        "`verbatim locate`, one call, `fast`": [*locate, "--profile", "fast"],
        "`verbatim locate`, one call, `default`": locate,
        f"`{NEEDED}`": [sys.executable, "-c", NEEDED],
        f"`{PLAIN}`, for the plain loop": [sys.executable, "-c", PLAIN],
    }
    for command in commands.values():
        _seconds(command)
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(TIMES):
        for name, command in commands.items():
            spent[name].append(_seconds(command))
    return [Start(name, tuple(each)) for name, each in spent.items()]


def section(starts: Sequence[Start]) -> str:
    """A row a command; the first is the help of the command line."""
    return TEXT.format(limit=HELP_S, held=_held(starts[0])) + table(
        ["command", "seconds"], [one.row() for one in starts]
    )


def _held(start: Start) -> str:
    return "it holds" if median(start.seconds) <= HELP_S else "**it does not hold**"


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began
