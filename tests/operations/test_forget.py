"""Forgetting, on a real night of the sample company: what is searched is every text column that there is."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import String, Text, select

from cli.main import main
from nlp.blotting import is_blotted
from nlp.vector_cache import VectorFile
from operations.audit import verify_audit
from operations.forget import NothingToForget, forget_one, preview
from operations.review import Decision, approve_plan
from programs import open_program, run_sample
from store.calls import get_call, get_calls
from store.evidence import picks_of
from store.plans import list_plans
from store.snapshot import snapshot
from store.tables import Base, CallRow
from store.verifying import verify_quotes

AT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
LONG_ENOUGH = 12


@pytest.fixture(scope="module")
def after_a_night(sample_night, tmp_path_factory):
    """The sample company after a night, with a plan approved with words of the call in the reason."""
    folder = tmp_path_factory.mktemp("forget") / "program"
    shutil.copytree(sample_night[0].parent, folder)
    config = folder / sample_night[0].name
    with open_program(config) as program:
        plan = next(one for one in list_plans_of(program) if all(item.evidence.quote for item in one.items))
        said = plan.items[0].evidence.quote
        decision = Decision("ines", AT, AT.date(), f"She said {said!r}")
        approve_plan(program.store, plan.plan_id, decision, program.settings.plan.rules())
    return config.parent, plan.plan_id


@pytest.fixture
def program(after_a_night, tmp_path):
    folder, plan_id = after_a_night
    shutil.copytree(folder, tmp_path / "program")
    with open_program(tmp_path / "program" / "verbatim.toml") as opened:
        opened_plan = next(one for one in list_plans_of(opened) if one.plan_id == plan_id)
        yield opened, opened_plan


def list_plans_of(program):
    with program.store.read() as session:
        return list_plans(session)


def phrases(store, call_ids):
    """What was said in these calls and in no other."""
    with store.read() as session:
        every = get_calls(session, session.scalars(select(CallRow.call_id)))
    theirs = {turn.text for call in every if call.call_id in call_ids for turn in call.turns}
    others = "\n".join(turn.text for call in every if call.call_id not in call_ids for turn in call.turns)
    return sorted(said for said in theirs if len(said) >= LONG_ENOUGH and said not in others)


def where_it_stands(store, wanted):
    """Table and column of every text of the database that has one of these phrases in it."""
    found = set()
    with store.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                kind = getattr(column.type, "impl", column.type)
                if isinstance(kind, (String, Text)):
                    rows = connection.exec_driver_sql(f'SELECT "{column.name}" FROM "{table.name}"')
                    texts = "\n".join(str(text) for (text,) in rows if text is not None)
                    found |= {f"{table.name}.{column.name}" for one in wanted if written(one) in texts or one in texts}
    return found


def written(phrase):
    return phrase.replace('"', '\\"')


def reports_of(program):
    return program.settings.resolve(program.settings.report.folder)


def in_files(folder, wanted):
    texts = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {path.name for path, text in texts.items() if any(one.encode() in text for one in wanted)}


def forget(program, kind, name):
    return forget_one(program.store, kind, name, reports_of(program), AT, "ines")


def call_of(plan):
    return plan.items[0].call_id


def test_no_word_of_a_forgotten_call_is_left_in_any_text_column(program):
    opened, plan = program
    wanted = phrases(opened.store, {call_of(plan)})
    quote = plan.items[0].evidence.quote
    before = where_it_stands(opened.store, [*wanted, quote])
    assert {"calls.content", "evidence.pick", "plan_items.content", "decisions.content", "events.content"} <= before
    forget(opened, "call", call_of(plan))
    assert where_it_stands(opened.store, [*wanted, quote]) == set()


def test_no_word_is_left_in_the_files_of_the_store_or_among_the_reports(program):
    opened, plan = program
    wanted = phrases(opened.store, {call_of(plan)})
    folder = Path(opened.settings.folder)
    assert {"verbatim.db", "2026-11-16.html"} <= in_files(folder, wanted)
    forget(opened, "call", call_of(plan))
    databases = {path.name for path in folder.glob("verbatim.db*")}
    assert in_files(folder, wanted) & databases == set()
    assert in_files(reports_of(opened), wanted) == set()


def test_the_figures_stay_and_every_quote_is_still_a_slice_of_its_call(program):
    opened, plan = program
    forget(opened, "call", call_of(plan))
    after = next(one for one in list_plans_of(opened) if one.plan_id == plan.plan_id)
    for old, new in zip(plan.items, after.items, strict=True):
        assert (new.score, new.threshold, new.evidence.start, new.evidence.confidence, new.call_date) == (
            *(old.score, old.threshold, old.evidence.start, old.evidence.confidence),
            old.call_date,
        )
    assert after.items[0].evidence.quote != plan.items[0].evidence.quote
    assert after.items[1].evidence == plan.items[1].evidence
    with opened.store.read() as session:
        assert is_blotted(get_call(session, call_of(plan)))
        assert list(verify_quotes(session)) == []


def test_the_audit_trail_holds_and_says_who_forgot_what(program):
    opened, plan = program
    forget(opened, "call", call_of(plan))
    assert verify_audit(opened.store).plans == len(list_plans_of(opened))
    from operations.audit import latest_entries

    acts = {(one.by, one.act, one.subject) for one in latest_entries(opened.store, 5)}
    assert ("ines", "words.forgotten", f"call {call_of(plan)}") in acts
    assert ("ines", "plan.forgotten", f"plan {plan.plan_id}") in acts


def test_a_night_after_it_does_not_bring_the_words_back(program):
    opened, plan = program
    wanted = phrases(opened.store, {call_of(plan)})
    forget(opened, "call", call_of(plan))
    run_sample(opened.settings.path, "2026-11-17", "r-2")
    assert where_it_stands(opened.store, wanted) == set()
    assert in_files(reports_of(opened), wanted) == set()
    after = next(one for one in list_plans_of(opened) if one.plan_id == plan.plan_id)
    assert [item.score for item in after.items] == [item.score for item in plan.items]


def test_a_preview_changes_nothing(program):
    opened, plan = program
    with opened.store.read() as session:
        before = snapshot(session)
    found = preview(opened.store, "call", call_of(plan), reports_of(opened), AT)
    assert found.rows["calls"] == 1
    assert found.rows["plan_items"] == 1
    assert [path.name for path in found.files if path.suffix == ".html"] == ["2026-11-16.html"]
    with opened.store.read() as session:
        assert snapshot(session) == before
    assert all(path.exists() for path in found.files)


def test_a_forgotten_agent_goes_by_the_id_also_after_the_next_night(program):
    opened, plan = program
    assert plan.agent_name != plan.agent_id
    calls = {item.call_id for item in plan.items}
    wanted = [*phrases(opened.store, calls), plan.agent_name]
    assert "agents.name" in where_it_stands(opened.store, [plan.agent_name])
    forget(opened, "agent", plan.agent_id)
    left = where_it_stands(opened.store, wanted)
    assert left == set()
    run_sample(opened.settings.path, "2026-11-17", "r-2")
    assert where_it_stands(opened.store, wanted) == set()


def test_a_customer_is_known_by_the_metadata_of_calls(program):
    opened, plan = program
    from store.calls import put_calls

    with opened.store.begin() as session:
        call = get_call(session, call_of(plan))
        more = call.model_copy(update={"call_id": "c-new", "metadata": {"customer_id": "k-7"}})
        put_calls(session, [more])
    assert forget(opened, "customer", "k-7").calls == 1
    with opened.store.begin() as session:
        put_calls(session, [more.model_copy(update={"call_id": "c-later"})])
    with opened.store.read() as session:
        assert is_blotted(get_call(session, "c-new"))
        assert is_blotted(get_call(session, "c-later"))
        assert not is_blotted(get_call(session, call_of(plan)))


def test_what_nobody_knows_is_told_and_not_remembered(program):
    opened, _ = program
    for kind in ("call", "agent", "customer"):
        with pytest.raises(NothingToForget, match="nothing is kept of it"):
            forget(opened, kind, "no-such-one")
    assert where_it_stands(opened.store, ["no-such-one"]) == set()


def test_forgetting_twice_is_forgetting_once(program):
    opened, plan = program
    forget(opened, "call", call_of(plan))
    again = forget(opened, "call", call_of(plan))
    assert not any(again.rows.values())
    assert again.files == ()


def test_picks_of_a_forgotten_call_are_found_without_a_new_search(program):
    opened, plan = program
    forget(opened, "call", call_of(plan))
    model = opened.finder.model_version
    with opened.store.read() as session:
        assert picks_of(session, [call_of(plan)], opened.rubric.id, model)


def test_forgetting_empties_the_cache_of_vectors_and_a_second_time_as_well(program, tmp_path):
    opened, plan = program
    kept = VectorFile(tmp_path / "vectors", "m")
    for _ in range(2):
        kept.put({plan.items[0].evidence.quote: np.ones(8, dtype=np.float32)})
        kept.close()
        forget_one(opened.store, "call", call_of(plan), reports_of(opened), AT, "ines", kept.path)
        assert kept.count() == 0
        kept.close()


def test_the_command_forgets_what_the_program_keeps_as_vectors(program, capsys):
    opened, plan = program
    config = opened.settings.path
    config.write_text(config.read_text().replace("[evidence]", "") + '\n[evidence]\ncache = "vectors"\n')
    kept = VectorFile(config.parent / "vectors", "m")
    kept.put({"Anything.": np.ones(8, dtype=np.float32)})
    kept.close()
    assert main(["forget", "--call", call_of(plan), "--yes", "--config", str(config)]) == 0
    assert "All vectors of sentences go as well" in capsys.readouterr().out
    assert kept.count() == 0
    kept.close()
