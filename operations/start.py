"""Begin a program: a configuration, a rubric, empty folders, and tables with their headings alone."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

from nlp.errors import WrongInput
from rubric.new import write_rubric

CONFIG = """\
# A program of Verbatim. Paths are relative to this file. What is left out has the value shown in the comment.
[program]
name = "{name}"
timezone = "UTC"                      # the time zone of dates and of the schedule, like "Europe/Berlin"
store = "sqlite:///verbatim.db"       # or postgresql://user@host/database; VERBATIM_STORE takes its place
rubric = "rubric.yaml"

[input]
calls = "calls"                       # *.jsonl (a call a line) and *.json (one call)
scores = "scores"                     # *.csv, *.parquet, *.jsonl
agents = "agents.csv"
flags = "flags.csv"                   # calls that a supervisor marked

[trigger]
mode = "score"                        # score, flagged, or auto: flagged up to auto_limit agents, by score above
auto_limit = 40
lookback_days = 30

[plan]
max_items = 2                         # a person changes one thing at a time
busy_calls_per_day = 20               # from so many calls a day on new calls are scored after busy_days
busy_days = 7
days = 14
max_days = 21
# holidays = {{ country = "DE", subdivision = "BE" }}   # Monday to Friday without holidays where left out

[follow_up]
min_calls = 5                         # fewer scored calls since the approval give no verdict
by = "interval"                       # moved by the 90 % interval of the change, or by the plain "delta"
least_delta = 5                       # points that count as movement
before_days = 30                      # how far back the mean before the approval goes
hour = "06:00"                        # when follow-ups are scored, in the program's time zone
wake = "*/15 * * * *"                 # how often Prefect's runs are made what the store says

[evidence]
# sure = 0.6                          # the confidence from which a pick counts as sure; the model's own by default
# model = "model"                     # a folder that `verbatim train` wrote
alternatives = 4
profile = "default"                   # or "fast": a table of words instead of nets: far faster, less often right
# cache = "vectors.db"                # keeps sentences' vectors from night to night; not with the profile fast

[scoring]
machine = "off"                       # the built-in scorer, where people have not scored: off, proven or unproven
min_team_scores = 50                  # proven: from so many scores by people on,
min_kappa = 0.6                       # and only where it agrees with them so far; `verbatim score` shows it

[report]
folder = "reports"
redact = true                         # mask names, numbers, addresses and mail wherever words leave

[schedule]
cron = "15 4 * * *"                   # for `verbatim deploy`; keep clear of 02:00 to 03:00
work_pool = "verbatim"

[review]
# public_url = "https://coaching.example.com"   # where people reach the page through a proxy; see docs/security.md
session_hours = 12
idle_minutes = 60
"""
AGENTS = "agent_id,name,team,supervisor_id,calls_per_day,active\n"
FLAGS = "call_id,criterion_id,flagged_by,reason\n"


class AlreadyThere(WrongInput):
    """The folder holds something already; nothing was written."""

    def __init__(self, folder: Path, found: str) -> None:
        super().__init__(f"{folder}: already holds {found}; name a new or an empty folder")
        self.folder, self.found = folder, found


def init_program(folder: Path, starter: str = "support") -> Path:
    """Write a program that runs into ``folder`` and return its configuration.

    Raises AlreadyThere where the folder is a file or is not empty.
    """
    if folder.is_file():
        raise AlreadyThere(folder, "a file of that name")
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if there:
        raise AlreadyThere(folder, there[0])
    for name in ("calls", "scores"):
        (folder / name).mkdir(parents=True)
    write_rubric(folder / "rubric.yaml", starter)
    (folder / "agents.csv").write_text(AGENTS, encoding="utf-8")
    (folder / "flags.csv").write_text(FLAGS, encoding="utf-8")
    config = folder / "verbatim.toml"
    name = folder.absolute().name.replace("\\", "").replace('"', "")
    config.write_text(CONFIG.format(name=name or "program"), encoding="utf-8")
    return config


def copy_sample(folder: Path) -> Path:
    """Copy the bundled sample company into ``folder``, where it is not there yet, and return its configuration.

    What the folder holds besides is left alone. Raises AlreadyThere where the folder holds another program.
    """
    config = folder / "verbatim.toml"
    sample = Path(str(files("examples")))
    if config.exists() and config.read_bytes() != (sample / "verbatim.toml").read_bytes():
        raise AlreadyThere(folder, "another program's verbatim.toml")
    shutil.copytree(sample, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    return config
