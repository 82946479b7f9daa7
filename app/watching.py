"""One look at a program by whoever watches over it; a store that cannot be reached is an alarm, too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.alarms import NotTold, tell
from app.settings import load_settings
from app.wiring import open_program
from nlp.errors import VerbatimError
from operations.watch import Alarm, Standing


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen: the standing where the store could be asked, the alarms, and those that could not be told."""

    standing: Standing | None
    alarms: tuple[Alarm, ...]
    not_told: tuple[NotTold, ...] = ()


def look(config: Path, now: datetime | None = None, *, telling: bool = True) -> Look:
    """Look at a program and tell of what somebody has to see to. Raises ConfigError for a wrong configuration."""
    settings, at = load_settings(config), now or datetime.now(UTC)
    standing, alarms = _seen(config, at)
    told = tell(settings.watch, settings.program.name, alarms, at) if telling else []
    return Look(standing, alarms, tuple(told))


def _seen(config: Path, at: datetime) -> tuple[Standing | None, tuple[Alarm, ...]]:
    from operations.watch import NotACron

    try:
        with open_program(config) as program:
            standing = program.standing(at)
    except NotACron:
        raise
    except VerbatimError as error:
        said = f"the program cannot work: {type(error).__name__}"
        return None, (Alarm("store_unreachable", "store_unreachable", said),)
    return standing, standing.alarms
