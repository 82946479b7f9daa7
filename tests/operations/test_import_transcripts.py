import json
import re

import fsspec
import pytest

from importing import contract_line, gzipped, zipped
from nlp.readers.contract import read_calls
from nlp.readers.places import NoSuchPlace
from nlp.readers.registry import NoSuchVendor
from operations import import_transcripts
from operations.import_account import Tally
from operations.import_map import ImportMap, WrongMap, WrongSpeaker, load_map, roles_given
from operations.import_transcripts import (
    CannotImportTo,
    ImportSetup,
    agents_by_name,
    import_into,
    import_to_file,
    preview,
)
from operations.set_aside import write_set_aside
from store.calls import count_calls, get_calls
from store.session import open_store
from store.set_aside import list_set_aside as kept_aside
from talking import AGENT, CUSTOMER, talk

TEXT = "Agent: Good morning.\nCustomer: Hi.\n"
UNKNOWN = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Priya Raman>Hello.</v>\n\n00:03.000 --> 00:04.000\n<v Dana>Hi.</v>\n"
TABLE = "Gespraech,Wer,Was\n1,Agent,hi\n1,Customer,yes\n"


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        yield opened


@pytest.fixture
def export(tmp_path):
    """A folder as a vendor's export may be: formats mixed, some of it packed, some of it broken."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT)
    (folder / "b.vtt").write_text(UNKNOWN)
    (folder / "c.jsonl.gz").write_bytes(
        gzipped(f"{contract_line('c-1')}\n{contract_line('c-1')}\n{contract_line('c-2')}\n")
    )
    (folder / "d.zip").write_bytes(zipped({"x.txt": TEXT, "y.json": "{", "README.md": "# What this is\n\nNothing.\n"}))
    (folder / "e.jsonl").write_text(contract_line("c-2", "Something else.") + "\n")
    (folder / "README.md").write_text("# What this is\n\nNothing.\n")
    return folder


def held(store):
    with store.read() as session:
        return get_calls(session, ["a", "b", "c-1", "c-2", "x", "1"])


def balances(tally):
    """Whether every record that was read is in the account once."""
    aside = len(tally.set_aside) - tally.lost_records
    return tally.read == tally.kept + tally.repeated + aside


def test_a_preview_says_what_is_recognised_and_what_would_be_set_aside_and_writes_nothing(export):
    before = sorted(export.rglob("*"))
    found = preview(str(export), ImportSetup())
    assert dict(found.tally.recognised) == {"Plain text": 2, "WebVTT": 1, "Verbatim": 4}
    assert found.tally.seen["Plain text"] == "text that begins with 'Agent: Good morning.'"
    assert [call.call_id for call in found.calls] == ["a", "c-1", "c-2", "x"]
    assert (found.tally.kept, found.tally.repeated, len(found.tally.set_aside)) == (4, 1, 3)
    assert balances(found.tally)
    assert [re.split(r":| in ", reason)[0] for reason, _, _ in found.tally.reasons()] == [
        "call '…'",
        "is not JSON",
        "'…' is already",
    ]
    assert sorted(export.rglob("*")) == before


def test_the_map_of_a_preview_has_the_speakers_that_nobody_knows(export):
    mapping = preview(str(export), ImportSetup()).mapping
    assert '# "Priya Raman" = "agent"  # or customer, or system; says: Hello.' in mapping
    assert '# "Dana" = "agent"' in mapping
    named = mapping.replace('# "Priya Raman"', '"Priya Raman"')
    (export / "import.toml").write_text(named)
    told = load_map(export / "import.toml")
    assert told.speakers == {"Priya Raman": "agent"}
    (export / "import.toml").unlink()
    found = preview(str(export), ImportSetup(told))
    assert [call.call_id for call in found.calls] == ["a", "b", "c-1", "c-2", "x"]


def test_the_map_of_a_table_has_its_columns_and_reads_it_the_same(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Conversation ID,From,Message\n1,Agent,hi\n1,Customer,yes\n")
    mapping = preview(str(path), ImportSetup()).mapping
    assert 'call_id = "Conversation ID"' in mapping
    (tmp_path / "import.toml").write_text(mapping)
    told = load_map(tmp_path / "import.toml")
    assert preview(str(path), ImportSetup(told)).calls == preview(str(path), ImportSetup()).calls


def test_columns_that_nobody_would_guess_are_read_by_a_map(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(TABLE)
    assert preview(str(path), ImportSetup()).calls == ()
    told = ImportMap(columns={"call_id": "Gespraech", "speaker": "Wer", "text": "Was"})
    (call,) = preview(str(path), ImportSetup(told)).calls
    assert [turn.text for turn in call.turns] == ["hi", "yes"]


def test_an_import_takes_up_the_calls_and_twice_is_once(export, store):
    first = import_into(store, str(export), ImportSetup())
    assert (first.added, first.known) == (4, 0)
    assert [call.call_id for call in held(store)] == ["a", "c-1", "c-2", "x"]
    second = import_into(store, str(export), ImportSetup())
    assert (second.added, second.known) == (0, 4)
    with store.read() as session:
        assert count_calls(session) == 4
        assert len(kept_aside(session)) == 3
    assert first.tally.set_aside == second.tally.set_aside


def test_a_call_that_is_known_with_other_content_is_set_aside_and_the_first_stays(tmp_path, store):
    path = tmp_path / "x.txt"
    path.write_text(TEXT)
    import_into(store, str(path), ImportSetup())
    path.write_text(TEXT + "Agent: Bye.\n")
    again = import_into(store, str(path), ImportSetup())
    assert (again.added, again.known, again.tally.kept) == (0, 0, 0)
    assert (again.tally.turns, again.tally.turns_read) == (0, 3)
    assert "'x' was taken up before with other content; the first stays" in again.tally.set_aside[0].reason
    assert len(held(store)[0].turns) == 2
    assert balances(again.tally)


def test_a_call_that_is_known_is_set_aside_under_its_own_file_and_line(tmp_path, store):
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "one.jsonl").write_text(contract_line("c-1") + "\n" + contract_line("c-2") + "\n")
    import_into(store, str(folder), ImportSetup())
    (folder / "one.jsonl").write_text(contract_line("c-1") + "\n" + contract_line("c-2", "Something else.") + "\n")
    (aside,) = import_into(store, str(folder), ImportSetup()).tally.set_aside
    assert (aside.file, aside.line) == (str(folder / "one.jsonl"), 2)


UNHEARD_OF = {
    "chat": {
        "ref": "k-1",
        "log": [{"by": {"who": "Agent"}, "what": "Good morning."}, {"by": {"who": "Customer"}, "what": "Hi."}],
    }
}


def test_json_that_no_reader_knows_is_read_by_the_paths_of_the_map(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(UNHEARD_OF))
    (aside,) = preview(str(path), ImportSetup()).tally.set_aside
    assert "say under [paths] of the map" in aside.reason
    told = tmp_path / "import.toml"
    told.write_text('[paths]\nturns = "chat.log"\ntext = "what"\nspeaker = "by.who"\ncall_id = "chat.ref"\n')
    (call,) = preview(str(path), ImportSetup(load_map(told))).calls
    assert (call.call_id, [(turn.speaker, turn.text) for turn in call.turns]) == (
        "k-1",
        [("agent", "Good morning."), ("customer", "Hi.")],
    )


def test_the_paths_that_were_found_stand_in_the_map_that_would_be_written(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(
        '{"id": 7, "log": [{"sender": "Agent", "message": "Hi."}, {"sender": "Customer", "message": "Hi."}]}'
    )
    found = preview(str(path), ImportSetup())
    assert [call.call_id for call in found.calls] == ["7"]
    assert '[paths]\nturns = "log"\ntext = "message"\nspeaker = "sender"\ncall_id = "id"\n' in found.mapping


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ('[paths]\nwords = "a"', "paths: 'words' is nothing that a call has"),
        ('[paths]\nturns = "a"', "paths: 'text' is missing"),
    ],
)
def test_paths_that_cannot_be_used_are_refused(tmp_path, written, reason):
    path = tmp_path / "import.toml"
    path.write_text(written)
    with pytest.raises(WrongMap, match=re.escape(reason)):
        load_map(path)


def test_an_import_that_was_cut_short_keeps_its_chunks_and_goes_on(tmp_path, store, monkeypatch):
    path = tmp_path / "many.jsonl"
    path.write_text("".join(contract_line(f"c-{n}") + "\n" for n in range(25)))
    monkeypatch.setattr(import_transcripts, "CHUNK", 10)

    def stop(stage, done, total):
        if done >= 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_into(store, str(path), ImportSetup(), stop)
    with store.read() as session:
        assert count_calls(session) == 20
    report = import_into(store, str(path), ImportSetup())
    assert (report.added, report.known) == (5, 20)


def test_the_night_reads_what_was_written_to_a_file(export, tmp_path):
    out = tmp_path / "calls.jsonl"
    report = import_to_file(out, str(export), ImportSetup())
    assert report.added == 4
    assert list(read_calls(out)) == list(preview(str(export), ImportSetup()).calls)
    assert import_to_file(out, str(export), ImportSetup()).added == 4
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_file_is_written_whole_or_not_at_all(export, tmp_path):
    out = tmp_path / "calls.jsonl"
    with pytest.raises(NoSuchPlace):
        import_to_file(out, str(export / "nowhere"), ImportSetup())
    assert not out.exists()
    with pytest.raises(CannotImportTo, match="is a folder"):
        import_to_file(tmp_path, str(export), ImportSetup())
    with pytest.raises(CannotImportTo, match="there is no folder"):
        import_to_file(tmp_path / "no" / "x.jsonl", str(export), ImportSetup())


def test_a_bucket_is_read_as_a_folder_is(store):
    system = fsspec.filesystem("memory")
    system.pipe({"/bucket/2026/a.txt": TEXT.encode(), "/bucket/b.json.gz": gzipped(contract_line("c-1"))})
    try:
        assert import_into(store, "memory://bucket", ImportSetup()).added == 2
    finally:
        system.rm("/bucket", recursive=True)


def test_a_preview_looks_at_so_many_documents_and_says_that_there_are_more(tmp_path, monkeypatch):
    path = tmp_path / "many.jsonl"
    path.write_text("".join(contract_line(f"c-{n}") + "\n" for n in range(8)))
    monkeypatch.setattr(import_transcripts, "LOOKED_AT", 5)
    monkeypatch.setattr(import_transcripts, "SHOWN", 3)
    found = preview(str(path), ImportSetup())
    assert (found.tally.kept, len(found.calls), found.tally.more) == (5, 3, True)


def test_turns_are_counted_kept_lost_and_of_calls_set_aside(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("call_id,speaker,text\n1,agent,a\n1,agent\n1,customer,b\n2,X,c\n2,Y,d\n,agent,e\n")
    tally = preview(str(path), ImportSetup()).tally
    assert (tally.turns, tally.lost_turns, tally.other_turns, tally.turns_read) == (2, 2, 2, 6)
    assert balances(tally)


def test_agents_are_known_by_names_that_only_one_of_them_bears(tmp_path):
    path = tmp_path / "agents.csv"
    path.write_text("agent_id,name\na-1,Priya Raman\na-2,Li Wei\na-3,Li Wei\n")
    assert agents_by_name(path) == {"Priya Raman": "a-1"}
    assert agents_by_name(None) == {}


def test_what_was_set_aside_is_listed_a_record_a_line(export, tmp_path):
    listed = tmp_path / "aside.jsonl"
    tally = preview(str(export), ImportSetup()).tally
    assert write_set_aside(listed, tally.set_aside) == listed
    lines = [json.loads(line) for line in listed.read_text().splitlines()]
    assert [set(line) for line in lines] == [{"file", "line", "reason", "record"}] * 3
    assert write_set_aside(listed, Tally().set_aside) is None
    assert not listed.exists()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('unit = "hours"', "unit: input should be 'seconds' or 'milliseconds'"),
        ('[column]\na = "b"', "unknown key 'column'; did you mean 'columns'?"),
        ('[columns]\nspeeker = "b"', "columns: 'speeker' is no column of a call; known are call_id"),
        ('[speakers]\n"0" = "boss"', "speakers.0: input should be 'agent', 'customer' or 'system'"),
        ("x = ", "is no TOML"),
    ],
)
def test_a_map_that_is_wrong_says_where(tmp_path, text, wrong):
    path = tmp_path / "import.toml"
    path.write_text(text)
    with pytest.raises(WrongMap) as caught:
        load_map(path)
    assert wrong in str(caught.value)


def test_a_map_that_is_not_there_is_wrong_use(tmp_path):
    with pytest.raises(WrongMap, match="No such file"):
        load_map(tmp_path / "import.toml")


def test_a_map_survives_being_written(tmp_path):
    told = ImportMap(format="Table", unit="seconds", columns={"text": 'a "b"\\\n'}, speakers={"ü 0:1": "agent"})
    (tmp_path / "m.toml").write_text(told.written(), encoding="utf-8")
    assert load_map(tmp_path / "m.toml") == told


def test_speakers_can_be_told_by_word():
    assert roles_given(["0=agent", "a=b=customer"]) == {"0": "agent", "a=b": "customer"}
    with pytest.raises(WrongSpeaker, match="write a label and a role, like 0=agent"):
        roles_given(["0:agent"])


def test_a_format_that_is_not_known_is_wrong_use(export):
    with pytest.raises(NoSuchVendor):
        preview(str(export), ImportSetup(ImportMap(format="Nice")))


def captions(*sides):
    """Zoom's captions of speakers whom nobody named."""
    cues = [f"00:{n:02}.000 --> 00:{n:02}.900\n{who}: {text}" for n, (who, text) in enumerate(talk(*sides))]
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def contract_call(*sides, call_id="c-9"):
    turns = [{"speaker": who, "text": text} for who, text in talk(*sides)]
    return json.dumps({"call_id": call_id, "turns": turns}) + "\n"


def test_who_is_who_is_told_by_their_talk_where_nothing_says_it_and_is_counted(tmp_path):
    (tmp_path / "x.vtt").write_text(captions(("Joyce Mbeki", AGENT), ("Dana Field", CUSTOMER)))
    found = preview(str(tmp_path), ImportSetup())
    assert (found.tally.kept, found.tally.heard, found.tally.unknown) == (1, 1, {})
    (call,) = found.calls
    assert [turn.speaker for turn in call.turns[:2]] == ["agent", "customer"]
    assert call.metadata["speakers_heard"]["labels"] == ["Joyce Mbeki", "Dana Field"]
    strict = preview(str(tmp_path), ImportSetup(sure=1.0)).tally
    assert (strict.kept, strict.heard) == (0, 0)
    assert "by how they talk 'Joyce Mbeki' would be the agent, 99% sure of 100% asked for" in strict.set_aside[0].reason
    assert balances(strict)


def test_a_call_whose_speakers_look_swapped_is_held_back_until_somebody_says(tmp_path, store):
    path = tmp_path / "x.jsonl"
    path.write_text(contract_call(("customer", AGENT), ("agent", CUSTOMER)))
    held = import_into(store, str(path), ImportSetup()).tally
    assert (held.kept, [one.call_id for one in held.swapped]) == (0, ["c-9"])
    assert held.unknown == {}
    assert balances(held)
    turned = ImportSetup(ImportMap(speakers={"agent": "customer", "customer": "agent"}))
    assert preview(str(path), turned).calls[0].turns[0].speaker == "agent"
    assert import_into(store, str(path), ImportSetup(checked=frozenset({"c-9"}))).added == 1


def test_the_languages_of_the_calls_are_counted_and_what_no_model_reads_is_said(tmp_path):
    spanish = "Hola, mire, quiero saber por qué me han cobrado dos veces la factura de la luz este mes, por favor."
    english = talk(("agent", AGENT), ("customer", CUSTOMER))
    lines = [
        contract_call(*(("agent", [spanish]), ("customer", [spanish])), call_id="c-1"),
        json.dumps({"call_id": "c-2", "language": "de", "turns": [{"speaker": "agent", "text": "Guten Tag."}]}) + "\n",
        contract_call(("agent", [text for _, text in english]), ("customer", [spanish]), call_id="c-3"),
        contract_line("c-4") + "\n",
    ]
    (tmp_path / "x.jsonl").write_text("".join(lines))
    tally = preview(str(tmp_path), ImportSetup()).tally
    assert tally.languages == {"es": 1, "de": 1, "en": 1, "": 1}
    assert tally.languages_told() == (
        "1 in Spanish and 1 in German: kept, and not scored, since no model here reads that; "
        "1 in part in another language"
    )
    assert Tally().languages_told() == ""
