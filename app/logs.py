"""Logs in one form, whoever writes them: what happened, with ids and numbers, and no word of a call.

What people said can reach a log in two ways, and both are closed. An error quotes the value that it met: whatever
stands between quotation marks and has a space in it is replaced by its length. And a traceback ends in what the error
says: of a library's error only its kind and the lines of code are kept. What libraries tell of their own work below a
warning is left out, for SQLAlchemy and others would show whole rows there.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from typing import TYPE_CHECKING, Any, TextIO

from nlp.errors import VerbatimError

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

    from app.log_settings import LogSettings

ROOMS = ("nlp", "rubric", "models", "coaching", "store", "operations", "app", "flows", "review", "cli", "verbatim")
"""The loggers that are ours, by the first part of their name."""

ACCESS = "verbatim.access"
LONGEST = 1000
ID = re.compile(r"""(?<!\w)(['"])[^\s'"]{1,120}\1(?!\w)""")
QUOTED = re.compile(r"""(?<!\w)(['"“‘]).*['"”’](?!\w)""", re.DOTALL)


def without_words(said: str) -> str:
    """``said`` in one line, at most 1,000 characters, without what it quotes: ids stay, words of people go."""
    ids: list[str] = []

    def held(found: re.Match[str]) -> str:
        ids.append(found[0])
        return f"\x00{len(ids) - 1}\x00"

    sound = said.replace("\x00", "\ufffd")
    cut = QUOTED.sub(lambda found: f"[{len(found[0]) - 2} characters]", ID.sub(held, sound))
    whole = re.sub("\x00(\\d+)\x00", lambda found: ids[int(found[1])], cut)
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in whole)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]} [{len(shown) - LONGEST} characters more]"


class NoWords(logging.Filter):
    """Takes people's words out of a record, and leaves out what a library says below a warning.

    It stands before every handler, those of Prefect too, which send records on to its server.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] not in ROOMS and record.levelno < logging.WARNING:
            return False
        if not getattr(record, "without_words", False):
            _clean(record)
        return True


def _clean(record: logging.LogRecord) -> None:
    record.without_words = True
    if record.name == ACCESS:
        return
    record.msg, record.args = without_words(_told(record)), ()
    if record.exc_info and record.exc_info[1] is not None:
        record.msg += f" [{_where(record.exc_info[1])}]"
    record.exc_info, record.exc_text, record.stack_info = None, None, None


def _told(record: logging.LogRecord) -> str:
    """The message. What a library says with an error at hand is often that error, word by word: only ours is kept."""
    ours = record.name.partition(".")[0] in ROOMS
    if record.exc_info and not ours:
        return str(record.msg).partition("%")[0].partition(":")[0]
    return record.getMessage()


def _where(error: BaseException) -> str:
    """What kind of error it is and the lines of code that it came by; what it says where it is one of ours."""
    kind = type(error).__name__
    said = f"{kind}: {without_words(str(error))}" if isinstance(error, VerbatimError) else kind
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    return " ".join([said, "at", *lines[-8:]]) if lines else said


class Terminal(logging.StreamHandler[TextIO]):
    """Writes to standard error as it is when something is written, which may have been put elsewhere meanwhile."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def set_up_logs(settings: LogSettings) -> None:
    """Write logs as the settings say, and keep people's words out of every handler that there is. Twice is once."""
    handler = Terminal()
    handler.setFormatter(_formatter(settings.format))
    root = logging.getLogger()
    left = [one for one in root.handlers if not isinstance(one, Terminal) and "Prefect" not in type(one).__name__]
    root.handlers[:] = [*left, handler]
    level = settings.level.upper()
    root.setLevel(level)
    for room in ROOMS:
        logging.getLogger(room).setLevel(level)
    access = logging.getLogger(ACCESS)
    access.setLevel(min(logging.INFO, logging.getLevelName(level)))
    for one in _handlers():
        if not any(isinstance(known, NoWords) for known in one.filters):
            one.addFilter(NoWords())


def _handlers() -> list[logging.Handler]:
    known = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    return [handler for logger in [logging.getLogger(), *known] for handler in logger.handlers]


def _formatter(form: str) -> logging.Formatter:
    import structlog

    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "console":
        renderer = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "logger", "event"])
    steps: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _fields,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=steps,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )


def _fields(_logger: object, _name: str, event: EventDict) -> EventDict:
    """What was noted of access as fields of its own."""
    if event.get("logger") == ACCESS:
        told = json.loads(event["event"])
        event.update({name: without_words(value) if isinstance(value, str) else value for name, value in told.items()})
    return event
