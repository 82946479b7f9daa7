import json

import pytest

from documents import FIXTURES
from importing import contract_line, found_in, reasons, refusal_of, said, transcript_of
from nlp.readers import contract, plain_text, registry, vcon
from nlp.readers.vendor import LostTurn, Source, Speech, Transcript
from nlp.set_aside import SetAside

OF = {
    "amazon-transcribe-call-analytics": ("Amazon Transcribe Call Analytics", 37),
    "azure-batch": ("Azure Speech", 37),
    "deepgram-utterances": ("Deepgram", 6),
    "deepgram-speakers": ("Deepgram", None),
    "google-stt-diarization": ("Google Speech-to-Text", None),
    "whisper": ("Whisper", 4),
}


def words_of(transcript):
    return " ".join(speech.text for speech in transcript.speeches).split()


@pytest.mark.parametrize("name", OF)
def test_real_files_of_vendors_are_recognised_and_read_without_loss(shared, name):
    path = shared / "transcripts" / f"{name}.json"
    found = transcript_of(path.read_bytes(), str(path))
    vendor, turns = OF[name]
    assert found.vendor == vendor
    assert found.set_aside == ()
    assert turns is None or len(found.speeches) == turns
    assert len(words_of(found)) > 50


def test_every_real_vcon_is_read_turn_by_turn(shared):
    paths = sorted((shared / "transcripts" / "vcon").glob("*.json"))
    assert len(paths) == 8
    for path in paths:
        body = json.loads(path.read_text())["analysis"][0]["body"]
        found = transcript_of(path.read_bytes(), str(path))
        assert said(found) == [(turn["speaker"], turn["message"]) for turn in body]
        assert {found.roles[turn["speaker"]] for turn in body} == {"agent", "customer"}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("bad_party_ref", "dialog[0].parties: points to number 99, and there are 2 parties, counted from 0"),
        ("empty_vcon", "vcon: is empty; a version like '0.4.0' is needed"),
        ("null_parties", "parties: is null; a list of at least one party is needed"),
    ],
)
def test_every_invalid_vcon_is_refused_with_what_is_wrong(shared, name, wrong):
    path = shared / "transcripts" / "vcon-invalid" / f"{name}.json"
    assert refusal_of(path.read_bytes(), str(path)) == f"is no vCon: {wrong}"


def test_our_own_calls_come_to_the_same_calls_as_the_night_reads(shared):
    from importing import calls_of
    from nlp.readers.contract import read_calls

    path = shared / "calls" / "authored.jsonl"
    assert calls_of(path.read_bytes(), str(path)) == list(read_calls(path))


def test_the_content_decides_and_never_the_name():
    assert transcript_of("Agent: hi\nCustomer: yes\n", "call.json").vendor == plain_text.NAME
    assert transcript_of("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>hi</v>\n", "call.csv").vendor == "WebVTT"
    assert transcript_of(contract_line(), "call.srt").call_id == "c-1"


def test_what_is_of_no_known_format_says_what_was_seen():
    assert refusal_of('{"b": 1, "a": [1], "c": 2}') == (
        "is no transcript of a known format; it is a JSON object with the keys b, a, c; "
        "say under [paths] of the map where its turns, speakers and words lie"
    )
    assert refusal_of("a,b\n1,2\n").endswith("; say under [columns] of the map which column is what")
    assert refusal_of("Dear team,\nplease find attached").endswith("it is text that begins with 'Dear team,'")


def test_what_two_vendors_may_have_written_names_both(monkeypatch):
    monkeypatch.setattr(plain_text, "recognises", lambda source: 0.98)
    assert refusal_of(contract_line()) == (
        "may be of Verbatim or of Plain text; it is a JSON object with the keys call_id, turns; say which with --vendor"
    )


def test_a_named_vendor_reads_what_would_not_be_recognised():
    source = Source(file="a.txt", raw=b"Hello: there", text="Hello: there")
    assert isinstance(next(registry.read(source)), SetAside)
    (found,) = registry.read(source, registry.vendor_named("plain TEXT"))
    assert isinstance(found, Transcript)


def test_a_vendor_that_is_not_known_is_answered_with_the_nearest():
    with pytest.raises(registry.NoSuchVendor, match="did you mean 'Deepgram'"):
        registry.vendor_named("deepgramm")


def test_all_vendors_have_names_of_their_own():
    names = [vendor.NAME for vendor in registry.vendors()]
    assert len(set(names)) == len(names) >= 16
    assert all(callable(vendor.read) and callable(vendor.count) for vendor in registry.vendors())


def test_a_reader_that_drops_a_turn_loses_the_document_and_not_the_turn_in_silence(monkeypatch):
    whole = contract.read

    def drops(source):
        (call,) = whole(source)
        yield registry.replace(call, speeches=call.speeches[1:])

    monkeypatch.setattr(contract, "read", drops)
    raw = json.dumps({"call_id": "c", "turns": [{"speaker": "agent", "text": "a"}, {"speaker": "agent", "text": "b"}]})
    assert refusal_of(raw).startswith(
        "holds 2 entries of Verbatim, of which 1 could be accounted for; nothing of it was read"
    )


def test_a_reader_that_doubles_a_turn_is_found_out_as_well(monkeypatch):
    whole = contract.read

    def doubles(source):
        (call,) = whole(source)
        yield registry.replace(call, speeches=call.speeches * 2)

    monkeypatch.setattr(contract, "read", doubles)
    assert refusal_of(contract_line()).startswith("holds 1 entries of Verbatim, of which 2 could be accounted for")


def test_a_reader_that_breaks_loses_its_document_alone(monkeypatch):
    def breaks(source):
        raise KeyError("surprise")
        yield

    monkeypatch.setattr(vcon, "read", breaks)
    found = found_in('{"vcon": "0.4.0", "uuid": "u", "parties": []}\n' + contract_line())
    assert reasons(found) == ["is not as vCon writes it: KeyError: 'surprise'"]
    assert found[1].call_id == "c-1"


def test_turns_that_no_call_can_hold_are_set_aside_alone(monkeypatch):
    def gives(source):
        speeches = (
            Speech("agent", "a\x00b"),
            Speech("agent", "half \ud800"),
            Speech("agent", "x" * 200_000),
            Speech("agent", "ok"),
        )
        yield Transcript(call_id="c", vendor="v", speeches=speeches)

    monkeypatch.setattr(contract, "read", gives)
    monkeypatch.setattr(contract, "count", lambda source: 4)
    found = transcript_of(contract_line(), "a.json")
    assert said(found) == [("agent", "ok")]
    assert [str(lost)[:80] for lost in found.set_aside] == [
        "a.json: turn 1: holds a NUL character, which no text of a call has; remove it",
        "a.json: turn 2: holds half a surrogate pair; the file was cut or decoded wrongly",
        "a.json: turn 3: is longer than 100,000 characters, which no turn of a call is",
    ]
    assert all(isinstance(lost, LostTurn) for lost in found.set_aside)


def test_times_that_are_none_are_left_out_and_said(monkeypatch):
    def gives(source):
        yield Transcript(
            call_id="c", vendor="v", speeches=(Speech("agent", "a", 2.0, 1.0), Speech("agent", "b", float("inf")))
        )

    monkeypatch.setattr(contract, "read", gives)
    monkeypatch.setattr(contract, "count", lambda source: None)
    found = transcript_of(contract_line())
    assert [(speech.start, speech.end) for speech in found.speeches] == [(None, None), (None, None)]
    assert found.notes == ("2 turns without their times, which ended before they began or were no numbers",)


@pytest.mark.parametrize(
    "wrapper",
    [
        '{"data": %s}',
        '{"id": 7, "payload": {"status": "ok", "body": %s}}',
        '[{"detail": %s}]',
        '{"x": [1], "result": %s}',
    ],
)
def test_what_a_gateway_wrapped_is_read_as_what_it_is(wrapper):
    raw = (FIXTURES / "twilio.json").read_text()
    wrapped = transcript_of(wrapper % raw, "calls/c-7.json")
    assert wrapped.vendor == "Twilio"
    assert said(wrapped) == said(transcript_of(raw, "calls/c-7.json"))


def test_what_is_wrapped_is_held_against_the_bytes_too():
    raw = (FIXTURES / "twilio.json").read_text()
    assert "could be accounted for" in refusal_of(f'{{"sentences": [1, 2], "data": {raw}}}')
