"""A whole night, its follow-ups and the pages, with a phrase in every turn that nobody may find in a log."""

import json
import logging
from datetime import UTC, date, datetime

import pytest

from app.log_settings import LogSettings
from app.logs import set_up_logs
from operations.follow_up import score_due
from operations.review import approve_plan
from programs import NIGHT, open_program, run_sample, sample_program
from review.app import make_app
from web_builders import signed_in

CANARY = "xylophone"
KEPT = ("2026-11-02.jsonl", "2026-11-12-hm-1112-05.json")
PAGES = (
    "/queue",
    "/plans",
    "/plans/{plan}",
    "/plans/{plan}/markdown",
    "/plans/{plan}/calls/{call}",
    "/evidence/{plan}/{item}",
    "/agents/{agent}",
    "/dashboard",
    "/nights",
    "/readyz",
    "/plans/none",
)


def mark(record):
    for turn in record["turns"]:
        turn["text"] = f"{turn['text']} {CANARY} {turn['text']}"
    return record


def put_canary(folder):
    """The phrase in every turn of a few calls, and in records that cannot be used."""
    for path in sorted(folder.iterdir()):
        if path.name not in KEPT:
            path.unlink()
        elif path.suffix == ".json":
            path.write_text(json.dumps(mark(json.loads(path.read_text()))))
        else:
            lines = [json.dumps(mark(json.loads(line))) for line in path.read_text().splitlines()]
            path.write_text("\n".join(lines) + "\n")
    said = f"it's {CANARY} time"
    broken = {"call_id": "broken", "turns": [{"speaker": said, "text": said, "start": said, "end": {said: said}}]}
    (folder / "broken.jsonl").write_text(json.dumps(broken) + f'\n{{"text": "{said}')


@pytest.fixture
def written(capfd):
    """What all handlers write, at the lowest level of every logger."""
    loggers = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    before = {one: one.level for one in [logging.getLogger(), *loggers]}
    set_up_logs(LogSettings(format="json", level="debug"))
    for one in loggers:
        one.setLevel(logging.DEBUG)
    yield lambda: capfd.readouterr().err
    for one, level in before.items():
        one.setLevel(level)


@pytest.mark.slow
def test_no_word_of_a_call_is_in_the_logs_of_a_night_a_follow_up_and_the_pages(tmp_path, written, caplog):
    config = sample_program(tmp_path / "program")
    put_canary(config.parent / "calls")
    result = run_sample(config)
    assert result.set_aside >= 1
    with open_program(config) as program:
        plan = next(plan for plan in result.report.plans if any(item.evidence.quote for item in plan.items))
        browser = signed_in(program, make_app(program), "admin", at=datetime.now(UTC))
        item = next(item for item in plan.items if item.evidence.quote)
        names = {"plan": plan.plan_id, "item": item.item_id, "call": item.call_id, "agent": plan.agent_id}
        answers = [browser.get(path.format(**names)) for path in PAGES]
        assert [answer.status_code for answer in answers] == [200] * (len(PAGES) - 1) + [404]
        assert any(CANARY in answer.text for answer in answers)
        approved = approve_plan(program.store, plan.plan_id, program.decision("ines", None, NIGHT), _rules(program))
        score_due(program.follow_up_work(), max(approved.follow_up_on, date(2026, 12, 24)))
        _stumble(program, item)
    err = written()
    assert '"event"' in err
    assert '"refused' in err or '"logger"' in err
    assert CANARY not in err
    assert not [record for record in caplog.records if CANARY in record.getMessage()]


def _rules(program):
    return program.settings.plan.rules()


def _stumble(program, item):
    """Errors on the way that carry words: of our own, of the database, of validation."""
    from sqlalchemy import text

    from nlp.errors import WrongInput

    log = logging.getLogger("operations.night")
    quote = item.evidence.quote
    for failing in (
        lambda: program.store.engine.connect().execute(text("SELECT :said FROM nowhere"), {"said": quote}),
        lambda: type(item).model_validate({"headline": quote}),
        lambda: (_ for _ in ()).throw(WrongInput(f"calls.jsonl:1: should be a number (here: {quote!r})")),
    ):
        try:
            failing()
        except Exception as error:
            log.exception("event %s", "e-1")
            if isinstance(error, WrongInput):
                log.error("not done: %s", error)
