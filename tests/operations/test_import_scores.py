"""Scores of every make into a program's store, beside calls; the night reads them; twice is once."""

import json
import shutil
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from builders import a_call, a_rubric
from importing import blob, contract_line, gzipped, zipped
from nlp.readers.unpacking import sources_in
from nlp.readers.vendor import Hints
from operations.import_scores import ScoreDesk
from operations.import_transcripts import CannotImportTo, ImportSetup, import_into, preview
from operations.score_sinks import IntoStore, Nowhere, scores_file
from operations.select import TriggerRules, select
from rubric.trigger import current_scores
from scoring import EVALUATIONS, Read, evaluation_files, previewed, setup_of
from store.calls import count_calls, put_calls
from store.evaluations import remark_on
from store.scores import scores_between
from store.session import open_store
from store.set_aside import list_set_aside

CRITERIA = {
    "Empathy": "empathy", "Did the agent show empathy?": "empathy", "qe": "empathy", "Closing": "closing",
    "closing": "closing", "q-verify": "identity", "Identity check": "identity", "qv": "identity",
    "verify": "identity", "Hold etiquette": "", "qt": "",
}  # fmt: skip
MAP = {"criteria": CRITERIA, "scales": {"qe": "0-5"}}
TABLE = "Interaction ID;Agent;Reviewed on;Empathy;Closing\nc-5001;0012;03.11.2026;3,5;5\nc-5002;0012;04.11.2026;1;N/A\n"
TABLE_MAP = {
    "columns": {"call_id": "Interaction ID", "agent_id": "Agent", "scored_at": "Reviewed on"},
    "criteria": {"Empathy": "empathy", "Closing": "closing"}, "scale": "0-5", "decimal": ",", "dates": "%d.%m.%Y",
}  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        yield opened


@pytest.fixture
def export(tmp_path):
    """A folder with calls and scores of every make, some of it packed, some of it broken."""
    folder = tmp_path / "export"
    shutil.copytree(EVALUATIONS, folder)
    (folder / "c-1.jsonl").write_text(contract_line("c-1") + "\n")
    (folder / "ours.csv").write_text("call_id,criterion_id,score\nc-1,empathy,40\nc-1,colour,40\n")
    (folder / "tool.csv.gz").write_bytes(gzipped(TABLE))
    (folder / "more.zip").write_bytes(zipped({"x.txt": "Agent: hi\nCustomer: yes\n", "s.csv": TABLE, "y.json": "{"}))
    return folder


def imported(store, folder, setup):
    desk = ScoreDesk(setup, IntoStore(store))
    report = import_into(store, str(folder), ImportSetup(beside=desk.takes))
    return report, desk.close()


def held(store):
    with store.read() as session:
        return list(scores_between(session, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))


def balanced(tally):
    return tally.read == tally.kept + tally.repeated + tally.left_out.total() + tally.lost


def test_a_mixed_folder_gives_calls_and_scores_and_twice_is_once(store, export):
    setup = setup_of(MAP, TABLE_MAP)
    report, tally = imported(store, export, setup)
    assert dict(report.tally.recognised) == {"Google Conversational Insights": 1, "Verbatim": 1, "Plain text": 1}
    assert set(tally.recognised) == {
        "Amazon Connect evaluations", "Genesys Cloud evaluations", "Google scorecard results", "Table of scores",
        "Verbatim scores",
    }  # fmt: skip
    assert balanced(tally)
    assert tally.added == tally.kept
    assert [str(record).rsplit("/", 1)[1] for record in tally.set_aside] == [
        "ours.csv:3: rubric support-core version 1 has no criterion 'colour'"
    ]
    before = held(store)
    assert len(before) == tally.added + tally.not_asked
    again, second = imported(store, export, setup)
    assert (again.added, second.added, second.corrected, second.not_asked) == (0, 0, 0, 0)
    assert second.repeated == tally.kept + tally.repeated
    assert held(store) == before
    with store.read() as session:
        assert count_calls(session) == 3
        assert sum("colour" in record.reason for record in list_set_aside(session)) == 1


def test_the_night_reads_what_was_imported(store, export):
    imported(store, export, setup_of(MAP, TABLE_MAP))
    rubric = a_rubric("empathy", "closing", "identity")
    selection = select(store, rubric, TriggerRules(), date(2026, 11, 16), ZoneInfo("UTC"), has_flags=False)
    failures = {(one.call_id, one.criterion_id): one.score for one in selection.failures}
    assert failures["c-2001", "identity"] == 0, "failed the whole evaluation by itself, with 100 %"
    assert ("c-2001", "empathy") not in failures, "the resubmitted evaluation says 70"
    assert ("c-2001", "closing") not in failures, "and does not ask this any more"
    assert failures["c-4001", "empathy"] == 40
    assert ("c-3001", "empathy") not in failures, "scored again, with all points"
    assert failures["c-5002", "empathy"] == 20
    assert selection.set_aside == ()


def test_two_agents_on_one_call_are_both_kept_and_the_one_who_is_not_the_calls_is_set_aside_by_the_night(store):
    with store.begin() as session:
        put_calls(session, [a_call(call_id="c-5001", agent_id="0012")])
    table = TABLE.split("\n")[0] + "\nc-5001;0012;03.11.2026;1;5\nc-5001;0013;03.11.2026;1;5\n"
    found = Read({"t.csv": table}, setup_of(TABLE_MAP), IntoStore(store))
    assert (found.tally.added, found.tally.lost) == (4, 0)
    rubric = a_rubric("empathy", "closing", "identity")
    selection = select(store, rubric, TriggerRules(), date(2026, 11, 16), ZoneInfo("UTC"), has_flags=False)
    assert {one.agent_id for one in selection.failures} == {"0012"}
    assert "names agent '0013', the call agent '0012'" in selection.set_aside[0].reason


def test_an_agent_that_nobody_knows_is_told_and_scored_all_the_same():
    found = Read({"t.csv": TABLE}, setup_of(TABLE_MAP, agents=frozenset({"a-1"})))
    assert len(found.scores) == 4
    assert dict(found.tally.strangers) == {"0012": 4}


def test_the_evaluators_words_reach_the_store(store, export):
    imported(store, export, setup_of(MAP, TABLE_MAP))
    with store.read() as session:
        remark = remark_on(session, "c-2001", "identity")
    assert remark.score.comment == "Read the address out before asking anything."
    assert remark.origin.auto_fail
    assert remark.origin.overall == "The conversation: Rushed from the start."
    assert remark.origin.form == "Water board call form"


def test_a_map_that_is_mended_corrects_what_was_imported_by_it(store):
    wrong = setup_of({**TABLE_MAP, "scale": "0-100"})
    Read({"t.csv": TABLE}, wrong, IntoStore(store))
    assert sorted(one.score for one in held(store) if one.score is not None) == [1, 3.5, 5]
    found = Read({"t.csv": TABLE}, setup_of(TABLE_MAP), IntoStore(store))
    assert (found.tally.corrected, found.tally.added, found.tally.repeated) == (3, 0, 1)
    assert sorted(one.score for one in held(store) if one.score is not None) == [20, 70, 100]


def test_an_import_in_steps_keeps_whole_evaluations(store, monkeypatch):
    from operations import import_scores

    monkeypatch.setattr(import_scores, "CHUNK", 1)
    page = (EVALUATIONS / "genesys.json").read_bytes()
    found = Read({"page.json": page}, setup_of(MAP), IntoStore(store))
    assert (found.tally.added, found.tally.not_asked) == (6, 0)


def test_a_preview_counts_as_the_import_does_and_keeps_nothing(store, export):
    setup = setup_of(MAP, TABLE_MAP)
    desk = ScoreDesk(setup, Nowhere())
    looked = preview(str(export), ImportSetup(beside=desk.takes))
    seen = desk.close()
    assert held(store) == []
    _, tally = imported(store, export, setup)
    assert (seen.kept, seen.repeated, seen.lost, seen.left_out) == (
        tally.kept,
        tally.repeated,
        tally.lost,
        tally.left_out,
    )
    assert len(seen.shown) == 10
    assert looked.tally.kept == 3


def test_an_unknown_table_is_set_aside_with_a_proposal_and_nothing_is_guessed():
    found = previewed({"tool.csv": TABLE}, setup_of())
    assert found.tally.kept == 0
    assert found.reasons == [
        "looks like scores, and nobody has said which column is what; see the map that is proposed"
    ]
    (proposal,) = found.tally.proposals
    assert [(one.ours, one.name) for one in proposal.columns] == [
        ("call_id", "Interaction ID"), ("agent_id", "Agent"), ("scored_at", "Reviewed on")
    ]  # fmt: skip
    assert proposal.dates == "%d.%m.%Y"
    assert proposal.decimal == ","


def test_a_map_that_is_only_proposed_is_not_used():
    found = previewed({"tool.csv": TABLE}, setup_of({**TABLE_MAP, "proposed": True}))
    assert found.tally.kept == 0
    assert found.reasons == ["its map map-0.toml is a proposal; look it through and take out `proposed = true`"]


@pytest.mark.parametrize(
    "path", [one for one in evaluation_files() if "conversation" not in one.name], ids=lambda path: path.name
)
def test_without_a_rubric_scores_are_set_aside_and_counted(path):
    found = previewed({path.name: path.read_bytes()}, setup_of(MAP, rubric=None))
    assert found.tally.kept == 0
    assert all("there is no rubric to hold them against" in reason for reason in found.reasons)
    assert found.tally.lost == found.tally.read > 0


def test_tables_of_turns_and_other_things_are_left_to_others():
    files = {
        "turns.csv": "call_id,speaker,text\nc-1,agent,hi\n",
        "agents.csv": "agent_id,name\na-1,Priya\n",
        "calls.jsonl": contract_line() + "\n",
        "prices.csv": "item,price\nx,3\n",
        "a.json": {"hello": 1},
    }
    found = previewed(files, setup_of(MAP))
    assert found.left_to_others == list(files)
    assert not found.tally.found


def test_a_document_that_breaks_off_is_set_aside_by_its_place(store, tmp_path):
    raw = (EVALUATIONS / "genesys.json").read_bytes()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "cut.json").write_bytes(raw[: len(raw) // 2])
    report, tally = imported(store, tmp_path / "in", setup_of(MAP))
    assert tally.read == 0
    assert [str(record).split(": ")[1] for record in report.tally.set_aside] == ["is not JSON"]


def test_answers_that_are_lost_are_told_by_the_bytes(monkeypatch):
    from rubric.readers import genesys

    whole = genesys.read
    monkeypatch.setattr(genesys, "read", lambda source: list(whole(source))[:-1])
    found = previewed({"page.json": (EVALUATIONS / "genesys.json").read_bytes()}, setup_of(MAP))
    assert found.tally.kept == 0
    assert found.reasons == [
        "holds 20 answers of Genesys Cloud evaluations, of which 16 could be accounted for; nothing of it was read, "
        "rather than a part"
    ]
    assert found.tally.lost == 20


def test_scores_are_written_to_a_file_whole_or_not_at_all(tmp_path):
    path = tmp_path / "scores.jsonl"
    with scores_file(path) as sink:
        found = Read({"t.csv": TABLE}, setup_of(TABLE_MAP), sink)
        assert not path.exists()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(lines) == found.tally.added == 4
    assert lines[3] == {"call_id": "c-5002", "criterion_id": "closing", "score": None, "agent_id": "0012",
                        "scored_at": "2026-11-04T00:00:00Z"}  # fmt: skip
    with pytest.raises(ZeroDivisionError), scores_file(path):
        raise ZeroDivisionError
    assert sorted(one.name for one in tmp_path.iterdir()) == ["scores.jsonl"]
    with pytest.raises(CannotImportTo, match="there is no folder"), scores_file(tmp_path / "no" / "where.jsonl"):
        pass


def test_what_was_written_is_read_by_the_night(tmp_path):
    from rubric.score_reader import read_scores

    path = tmp_path / "scores.jsonl"
    with scores_file(path) as sink:
        found = Read({"t.csv": TABLE}, setup_of(TABLE_MAP), sink)
    read = list(read_scores(path, a_rubric("empathy", "closing", "identity")))
    assert [one.score for one in current_scores(read)] == [100, 70, None, 20]
    assert len(read) == found.tally.added


def test_a_preview_looks_at_so_many_scores_of_a_table_and_says_that_there_are_more():
    rows = "".join(f"c-{n};0012;03.11.2026;1;2\n" for n in range(50))
    desk = ScoreDesk(setup_of(TABLE_MAP), Nowhere(), most=20)
    for source in sources_in(blob((TABLE.split("\n")[0] + "\n" + rows).encode(), "t.csv"), Hints()):
        assert desk.takes(source)
    tally = desk.close()
    assert (tally.read, tally.more) == (20, True)


def test_scored_calls_without_a_transcript_are_told(store):
    with store.begin() as session:
        put_calls(session, [a_call(call_id="c-5001")])
    found = Read({"t.csv": TABLE}, setup_of(TABLE_MAP), IntoStore(store))
    assert found.tally.notes == [
        "1 of 2 scored calls have no transcript in the program; a call and its scores are one by their call_id"
    ]
    with store.begin() as session:
        put_calls(session, [a_call(call_id="c-5002")])
    assert Read({"t.csv": TABLE}, setup_of(TABLE_MAP), IntoStore(store)).tally.notes == []
