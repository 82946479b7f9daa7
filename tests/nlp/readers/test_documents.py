import codecs
import json
import tracemalloc

import pytest

from importing import blob, contract_line, found_in, reasons, refusal_of, transcript_of
from nlp.readers.unpacking import sources_in
from nlp.readers.vendor import NO_JSON, Hints, Source, Transcript
from nlp.records import LONGEST
from nlp.set_aside import SetAside

LINE = contract_line()


def sources(raw, file="c-1.json"):
    return list(sources_in(blob(raw if isinstance(raw, bytes) else raw.encode(), file), Hints()))


def ids(raw):
    return [(call.call_id, call.line) for call in found_in(raw) if isinstance(call, Transcript)]


def test_one_object_is_one_document_on_one_line_or_on_many():
    for text in (LINE, f"\n{LINE}\n", json.dumps(json.loads(LINE), indent=2), "\ufeff" + LINE):
        assert ids(text) == [("c-1", None)]


def test_an_object_a_line_is_a_document_a_line():
    assert ids(f"{contract_line('a')}\n\n{contract_line('b')}\n") == [("a", 1), ("b", 3)]


def test_a_broken_line_loses_itself_alone_the_first_one_too():
    found = found_in('{"call_id": "a"\n' + contract_line("b") + "\nnonsense\n" + LINE + " x")
    assert [getattr(each, "call_id", None) for each in found] == [None, "b", None, None]
    assert [each.line for each in found] == [1, 2, 3, 4]
    assert reasons(found)[2].startswith("goes on after its JSON value ends")


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_document_with_an_element_a_line_is_one_document(turns):
    call = json.loads(LINE) | {"turns": json.loads(LINE)["turns"][:1] * turns}
    rows = ",\n".join(json.dumps(turn) for turn in call.pop("turns"))
    assert ids(f'{json.dumps(call)[:-1]}, "turns": [\n{rows}\n]}}\n') == [("c-1", None)]


def test_a_line_that_was_cut_off_in_a_list_loses_itself_alone():
    found = found_in('{"call_id": "a", "turns": [\n' + contract_line("b") + "\n" + LINE)
    assert [getattr(each, "call_id", None) for each in found] == [None, "b", "c-1"]


def test_an_array_of_calls_is_read_element_by_element():
    raw = f"[\n{contract_line('a')},\n  {contract_line('b')}\n]"
    assert ids(raw) == [("a", 2), ("b", 3)]


def test_objects_one_after_the_other_are_documents_of_their_own():
    many = (
        json.dumps(json.loads(contract_line("a")), indent=1)
        + "\n"
        + json.dumps(json.loads(contract_line("b")), indent=1)
    )
    assert [call for call, _ in ids(many)] == ["a", "b"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_wide_text_is_read_with_its_mark_or_without(encoding):
    raw = contract_line(text="Grüße, José").encode(encoding)
    assert transcript_of(raw).speeches[0].text == "Grüße, José"


def test_windows_1252_is_read_as_such_in_text_and_said():
    raw = "Agent: Hello there.\nCustomer: It\u2019s caf\xe9 \u201ctime\u201d.\nAgent: Good.\n".encode("cp1252")
    found = transcript_of(raw)
    assert found.speeches[1].text == "It\u2019s caf\xe9 \u201ctime\u201d."
    assert "read as Windows-1252" in found.notes[0]


def test_json_is_utf_8_or_it_is_set_aside():
    assert refusal_of(contract_line(text="é").encode("latin-1").replace(b"\\u00e9", b"\xe9")).startswith("is not UTF-8")


def test_text_in_another_alphabet_in_another_encoding_is_not_guessed():
    raw = ("Agent: " + "Добрый день, чем могу помочь? " * 5 + "\nCustomer: да\n").encode("koi8-r")
    assert refusal_of(raw).startswith("is not UTF-8 (byte 0x")


def test_a_cut_wide_text_is_set_aside():
    raw = codecs.BOM_UTF16_LE + LINE.encode("utf-16-le")[:-1]
    assert "is cut or broken UTF-16" in refusal_of(raw)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", "is empty"),
        (" \n\t\r\n", "is empty"),
        ('{"call_id": "c-1", "turns": [', "its end seems to be cut off"),
        ('{"a": NaN}', "holds NaN, which is no number"),
        ('{"a": 1e999}', "a number that is too large"),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"a":' * 50_000, "is nested too deeply"),
        ("[1, 2", "is no transcript of a known format"),
        ("[]", "is no transcript of a known format; it is a JSON array of 0 elements"),
        ("{}", "it is an empty JSON object"),
        ('"text"', "is no transcript of a known format"),
    ],
)
def test_what_is_no_transcript_is_set_aside_with_a_reason(raw, said):
    assert said in refusal_of(raw)


def test_text_that_begins_with_a_bracket_is_text():
    (source,) = sources("[00:00:12] Agent: hello")
    assert source.value is NO_JSON


def test_a_file_that_is_too_long_is_set_aside_unread(monkeypatch):
    monkeypatch.setattr("nlp.readers.documents.LONGEST", 1000)
    assert refusal_of("Agent: hello\n" * 100).startswith("is over")
    found = found_in(contract_line(text="x" * 2000) + "\n" + contract_line("b"))
    assert [each.line for each in found] == [1, 2]
    assert "is longer than 1,000 bytes" in found[0].reason
    assert LONGEST > 1000


@pytest.mark.parametrize(
    ("piece", "megabytes"),
    [
        (b"[],", 8),
        (b"{},", 8),
        (b'{"a":1},', 8),
        (b'"ab",', 2),
        (b"1.5,", 2),
        (b'{"word":"hello","start":1.25,"end":1.5,"confidence":0.98},', 2),
    ],
)
def test_json_of_any_shape_takes_at_most_ten_times_its_size_and_50_mb(piece, megabytes):
    raw = b'{"x":[' + piece * (megabytes * 2**20 // len(piece)) + b"1]}"
    tracemalloc.start()
    found = sources(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 1
    assert peak < 10 * len(raw) + 50 * 2**20
    if piece.startswith(b'{"word'):
        assert isinstance(found[0], Source), "what vendors write is read"


def test_one_object_of_a_million_keys_takes_no_more():
    raw = b"{" + b",".join(b'"k%d":1' % n for n in range(700_000)) + b"}"
    tracemalloc.start()
    sources(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * len(raw) + 50 * 2**20


TURN_LINES = """{"call_id": "a", "speaker": "Agent", "text": "Hello.", "start_s": 0.5}

{"call_id": "b", "speaker": "Agent", "text": "Hi, \\u007b}, you.", "start_s": 0}
{"call_id": "a", "speaker": "Customer", "text": "Yes?", "start_s": 2}
"""


def test_lines_that_are_a_turn_each_are_one_table():
    found = found_in(TURN_LINES, "x.jsonl")
    assert {call.call_id: [said.text for said in call.speeches] for call in found} == {
        "a": ["Hello.", "Yes?"],
        "b": ["Hi, {}, you."],
    }


def test_a_line_of_such_a_table_that_is_no_json_is_set_aside_alone():
    found = found_in(TURN_LINES + '{"call_id": "a", "speaker": "Agent", "te\n5\n', "x.jsonl")
    assert [str(each)[:40] for each in found if isinstance(each, SetAside)] == [
        "x.jsonl:5: is not JSON: unterminated str",
        "x.jsonl: row 4: is no object, and a row ",
    ]
    assert sum(len(call.speeches) for call in found if not isinstance(call, SetAside)) == 3


def test_lines_of_scores_are_no_table_of_turns():
    raw = '{"call_id": "a", "criterion_id": "x", "score": 4}\n{"call_id": "b", "criterion_id": "x", "score": 3}\n'
    assert len(found_in(raw, "x.jsonl")) == 2
