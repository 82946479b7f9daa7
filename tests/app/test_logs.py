"""What comes out of the logs: one line each, in the form that was asked for, and no word that anybody said."""

import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.log_settings import LogSettings
from app.logs import LONGEST, set_up_logs, without_words
from nlp.errors import WrongInput
from review.access_log import noted

SAID = "my mother's house burned down on Friday"


@pytest.fixture
def logs(capsys):
    """The lines that were logged, as JSON, at the lowest level."""
    before = {name: logging.getLogger(name).level for name in ("", "operations", "verbatim", "verbatim.access")}
    set_up_logs(LogSettings(format="json", level="debug"))
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def test_a_line_of_json_says_when_where_and_what(logs):
    logging.getLogger("operations.night").warning("call %s: %s", "c-1", "no words in it")
    (line,) = logs()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"level": "warning", "logger": "operations.night", "event": "call c-1: no words in it"}


def test_what_was_noted_of_access_has_fields_of_its_own(logs):
    noted("refused: forged form", path="/plans", user="ines")
    (line,) = logs()
    assert (line["event"], line["path"], line["user"]) == ("refused: forged form", "/plans", "ines")


@pytest.mark.parametrize("quoted", [f"'{SAID}'", f'"{SAID}"', f"text={SAID!r}", f"“{SAID}”", f"{{'text': '{SAID}'}}"])
def test_what_is_quoted_is_replaced_by_its_length_and_ids_stay(quoted):
    shown = without_words(f"calls.jsonl:7: call 'c-1': should be a number (here: {quoted})")
    assert "mother" not in shown
    assert "Friday" not in shown
    assert "calls.jsonl:7: call 'c-1'" in shown
    assert "characters]" in shown


@given(st.text(min_size=1, max_size=60), st.sampled_from("'\""))
def test_no_quoted_text_with_a_space_in_it_comes_through(said, sign):
    told = f"Grey {said} otter"
    assert told not in without_words(f"not a number (here: {sign}{told}{sign})")


@given(st.text(max_size=2 * LONGEST))
def test_whatever_is_said_is_one_line_of_bounded_length(said):
    shown = without_words(said)
    assert len(shown.splitlines()) <= 1
    assert len(shown) <= LONGEST + 40


def test_an_errors_message_is_kept_where_it_is_ours_and_left_out_where_it_is_a_librarys(logs):
    for error in (WrongInput("scores.csv: no such file"), ValueError(SAID)):
        try:
            raise error
        except Exception:
            logging.getLogger("operations.night").exception("event %s", "e-1")
            logging.getLogger("elsewhere").exception("it went wrong: %s", error)
    ours, _, foreign, from_elsewhere = logs()
    assert "WrongInput: scores.csv: no such file at test_logs.py:" in ours["event"]
    assert "[ValueError at test_logs.py:" in foreign["event"]
    assert from_elsewhere["event"].startswith("it went wrong [ValueError at")


def test_what_libraries_say_of_their_own_work_is_left_out_at_any_level(logs):
    logging.getLogger("sqlalchemy.engine.Engine").setLevel(logging.DEBUG)
    logging.getLogger("sqlalchemy.engine.Engine").debug("Row %r", (SAID,))
    logging.getLogger("sqlalchemy.engine.Engine").setLevel(logging.NOTSET)
    assert logs() == []


def test_a_newline_begins_no_line_of_its_own(logs):
    logging.getLogger("operations.night").error("plan %s not done", 'p-1\n{"level": "info"}\r\x1b[31m')
    (line,) = logs()
    assert line["level"] == "error"
    assert "\\n" in line["event"]
    assert "\x1b" not in line["event"]


def test_a_handler_that_stood_there_before_passes_no_words_either():
    kept = []

    class Kept(logging.Handler):
        def emit(self, record):
            kept.append(record.getMessage())

    logger, handler = logging.getLogger("prefect.flow_runs"), Kept()
    logger.addHandler(handler)
    try:
        set_up_logs(LogSettings())
        logger.error("Finished in state %s", f"Failed('invalid value: {SAID}')")
    finally:
        logger.removeHandler(handler)
    assert len(kept) == 1
    assert "mother" not in kept[0]


def test_on_the_console_a_line_is_read_as_keys_and_values(capsys):
    set_up_logs(LogSettings(format="console", level="info"))
    logging.getLogger("operations.night").info("done")
    assert "level='info' logger='operations.night' event='done'" in capsys.readouterr().err
    assert sys.stderr is not None
