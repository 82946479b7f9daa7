import base64
import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importing import calls_of, found_in, refusal_of, said, times, transcript_of
from nlp.readers import vcon
from nlp.readers.speakers import Who

CHAT = {
    "vcon": "0.4.0",
    "uuid": "018f-aa01",
    "created_at": "2026-11-02T14:00:00Z",
    "subject": "Late parcel",
    "parties": [
        {"name": "Dana Whitlock", "role": "customer", "tel": "+15550100"},
        {"name": "Priya Raman", "meta": {"role": "agent"}},
        {"name": "Router", "role": "ivr"},
    ],
    "dialog": [
        {
            "type": "text", "start": "2026-11-02T14:03:00Z", "parties": [2, 0], "mediatype": "text/plain",
            "body": "Queue: parcels",
        },
        {"type": "text", "start": "2026-11-02T14:03:05Z", "parties": [0, 1], "originator": 0, "body": "Where is it?"},
        {
            "type": "text", "start": "2026-11-02T14:03:09.500Z", "parties": [[1], 0], "encoding": "base64url",
            "body": base64.urlsafe_b64encode("Let me look – one moment.".encode()).decode().rstrip("="), "duration": 2,
        },
    ],
}  # fmt: skip

WTF = {
    "transcript": {"text": "Hello. Hi.", "language": "en", "duration": 4.0, "confidence": 0.9},
    "segments": [
        {"id": 0, "start": 0.5, "end": 1.5, "text": "Hello.", "confidence": 0.9, "speaker": 0},
        {"id": 1, "start": 2.0, "end": 4.0, "text": "Hi.", "confidence": 0.9, "speaker": 1},
    ],
    "speakers": {"0": {"id": 0, "label": "Priya Raman"}, "1": {"id": 1, "label": "Dana Whitlock"}},
}


def recorded(*analysis, version="0.0.1", **more):
    dialog = [
        {"type": "recording", "start": "2026-11-02T14:00:00Z", "parties": [0, 1], "duration": 60, "url": "s3://x/y.wav"}
    ]
    return {**CHAT, "vcon": version, "dialog": dialog, "analysis": list(analysis), **more}


def changed(path, value):
    made = copy.deepcopy(CHAT)
    here = made
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return json.dumps(made)


def signed(value, shape="general"):
    def encode(text):
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    header, payload, signature = encode('{"alg":"RS256"}'), encode(json.dumps(value)), encode("not checked")
    if shape == "compact":
        return f"{header}.{payload}.{signature}"
    if shape == "flat":
        return json.dumps({"payload": payload, "protected": header, "signature": signature})
    return json.dumps({"payload": payload, "signatures": [{"protected": header, "signature": signature}]})


def test_text_dialogs_are_turns_of_their_parties():
    found = transcript_of(json.dumps(CHAT))
    assert said(found) == [("2", "Queue: parcels"), ("0", "Where is it?"), ("1", "Let me look – one moment.")]
    assert times(found) == [(0.0, None), (5.0, None), (9.5, 11.5)]
    assert found.roles == {"0": "customer", "1": "agent", "2": "system"}
    assert found.names["1"] == "Priya Raman"
    assert (found.call_id, found.channel, found.started_at.isoformat()) == (
        "018f-aa01",
        "chat",
        "2026-11-02T14:03:00+00:00",
    )
    assert found.metadata == {"vcon": "0.4.0", "subject": "Late parcel"}


def test_a_chat_becomes_a_call_with_the_agents_id():
    (call,) = calls_of(json.dumps(CHAT), who=Who(agents={"Priya Raman": "a-9"}))
    assert call.agent_id == "a-9"
    assert [turn.speaker for turn in call.turns] == ["system", "customer", "agent"]


@pytest.mark.parametrize("shape", ["general", "flat", "compact"])
def test_a_signed_vcon_is_read_through_its_signature_which_is_said_to_be_unchecked(shape):
    found = transcript_of(signed(CHAT, shape))
    assert len(found.speeches) == 3
    assert "the signature was not checked" in found.notes[0]


def test_an_encrypted_vcon_is_refused():
    raw = json.dumps({"protected": "x", "recipients": [], "iv": "x", "ciphertext": "x", "tag": "x"})
    assert refusal_of(raw) == "is encrypted (JWE); decrypt it with its key first"


def test_a_signature_around_something_else_is_no_vcon():
    assert "no transcript of a known format" in refusal_of(signed({"sub": "me"}))
    assert refusal_of(json.dumps({"payload": "%%%", "signatures": []})) == "payload: is no base64url of UTF-8 text"


@pytest.mark.parametrize("version", [None, "0.0.1", "0.0.2", "0.3.0", "0.4.0"])
def test_every_version_is_read_and_the_first_that_names_none(version):
    made = recorded(
        {"type": "transcript", "dialog": 0, "body": [{"speaker": "Agent", "message": "Hi."}]}, version=version
    )
    if version is None:
        del made["vcon"]
    assert said(transcript_of(json.dumps(made))) == [("Agent", "Hi.")]


@pytest.mark.parametrize("encoding", ["object", "json", "base64url"])
def test_wtf_is_read_in_any_encoding_and_its_speakers_by_name(encoding):
    text = json.dumps(WTF)
    body = {"object": WTF, "json": text, "base64url": base64.urlsafe_b64encode(text.encode()).decode()}[encoding]
    entry = {
        "type": "wtf_transcription",
        "dialog": [0],
        "encoding": encoding if encoding != "object" else "json",
        "body": body,
    }
    found = transcript_of(json.dumps(recorded(entry, version="0.4.0")))
    assert said(found) == [("0", "Hello."), ("1", "Hi.")]
    assert times(found) == [(0.5, 1.5), (2.0, 4.0)]
    assert found.names == {"0": "Priya Raman", "1": "Dana Whitlock"}


def test_labels_that_are_names_of_parties_have_the_parties_roles():
    turns = [{"speaker": "priya raman", "text": "Hi.", "start": 1}, {"speaker": "Dana Whitlock", "text": "Yes."}]
    (call,) = calls_of(json.dumps(recorded({"type": "transcript", "dialog": 0, "body": turns})))
    assert [turn.speaker for turn in call.turns] == ["agent", "customer"]


def test_a_transcript_as_the_transcriber_wrote_it_is_read_by_its_own_reader():
    words = [
        {"word": w, "start": n, "end": n + 0.5, "speaker": n % 2, "punctuated_word": w}
        for n, w in enumerate(["Hello.", "Hi."])
    ]
    body = {"transcript": "Hello. Hi.", "confidence": 0.9, "words": words}
    found = transcript_of(json.dumps(recorded({"type": "transcript", "dialog": 0, "vendor": "deepgram", "body": body})))
    assert said(found) == [("0", "Hello."), ("1", "Hi.")]


def test_a_transcript_that_is_plain_text_is_read_as_that():
    body = "Agent: Good morning.\nCustomer: Hello."
    found = transcript_of(json.dumps(recorded({"type": "transcript", "dialog": 0, "encoding": "none", "body": body})))
    assert said(found) == [("Agent", "Good morning."), ("Customer", "Hello.")]


def test_a_second_transcript_of_the_same_dialog_does_not_double_the_call():
    first = {"type": "transcript", "dialog": 0, "body": [{"speaker": "Agent", "message": "Hi."}]}
    second = {
        "type": "transcript",
        "dialog": 0,
        "vendor": "other",
        "body": [{"speaker": "Agent", "message": "High."}] * 2,
    }
    found = transcript_of(json.dumps(recorded(first, second)))
    assert said(found) == [("Agent", "Hi.")]
    assert found.no_speech == 2
    assert "a turn of a second transcript of the same dialog (2 times)" in found.notes[0]


def test_transcripts_of_two_dialogs_stand_in_the_order_of_time():
    made = recorded(
        {"type": "transcript", "dialog": 1, "body": [{"speaker": "Agent", "text": "second", "start": 1.0, "end": 2.0}]},
        {"type": "transcript", "dialog": 0, "body": [{"speaker": "Agent", "text": "first", "start": 1.0, "end": 2.0}]},
    )
    made["dialog"].append({**made["dialog"][0], "start": "2026-11-02T14:10:00Z"})
    found = transcript_of(json.dumps(made))
    assert said(found) == [("Agent", "first"), ("Agent", "second")]
    assert times(found) == [(1.0, 2.0), (601.0, 602.0)]


def test_summaries_and_other_analyses_are_no_turns():
    summary = {
        "type": "transcript_summary",
        "dialog": 0,
        "vendor": "x",
        "body": [{"speaker": "Agent", "text": "A late parcel."}],
    }
    turns = {"type": "transcript", "dialog": 0, "body": [{"speaker": "Agent", "message": "Hi."}]}
    assert said(transcript_of(json.dumps(recorded(summary, turns)))) == [("Agent", "Hi.")]


@pytest.mark.parametrize(
    ("dialog", "said_why"),
    [
        ({"mediatype": "text/html", "body": "<p>Hi</p>"}, "is text/html; of text dialogs, plain text is read"),
        ({"url": "https://example.org/x", "body": None}, "its body lies at a url outside of the file"),
        ({"body": None}, "its body is missing"),
        ({"body": {"a": 1}}, "its body is no text"),
        ({"body": "%%%", "encoding": "base64url"}, "is no base64url of UTF-8 text"),
        ({"body": "x", "encoding": "rot13"}, "encoding: 'rot13' is none of none, json and base64url"),
        ({"body": "a\x00b"}, "holds a NUL character"),
    ],
)
def test_a_text_dialog_that_cannot_be_read_is_lost_alone(dialog, said_why):
    made = {**CHAT, "dialog": [CHAT["dialog"][0], {**CHAT["dialog"][1], **dialog}]}
    found = transcript_of(json.dumps(made))
    assert len(found.speeches) == 1
    assert f"dialog[1]: {said_why}" in found.set_aside[0].reason or said_why in found.set_aside[0].reason


def test_a_turn_that_is_none_is_lost_alone():
    turns = [{"speaker": "Agent", "message": "Hi."}, "text", {"speaker": "Agent"}, {"speaker": "Agent", "message": 7}]
    found = transcript_of(json.dumps(recorded({"type": "transcript", "dialog": 0, "body": turns})))
    assert said(found) == [("Agent", "Hi.")]
    assert [lost.reason.split(": ")[0] for lost in found.set_aside] == [f"analysis[0].body[{n}]" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        (["vcon"], "", "vcon: is empty; a version like '0.4.0' is needed"),
        (["uuid"], None, "uuid: is null"),
        (["created_at"], "yesterday", "created_at: 'yesterday' is none; a time like 2026-11-02T14:03:00Z is needed"),
        (["parties"], [], "parties: is empty; a list of at least one party is needed"),
        (["parties", 1], "x", "parties[1]: is no object"),
        (["dialog"], {}, "dialog: is no list"),
        (["dialog", 0], 3, "dialog[0]: is no object"),
        (["dialog", 0, "type"], "txt", "dialog[0].type: 'txt' is none; did you mean 'text'?"),
        (["dialog", 0, "start"], "x", "dialog[0].start: 'x' is none; a time like 2026-11-02T14:03:00Z is needed"),
        (["dialog", 0, "parties"], [0, -1], "dialog[0].parties: points to number -1, and there are 3 parties"),
        (["dialog", 0, "parties"], ["a"], "dialog[0].parties: 'a' is no number of one of the parties"),
        (["dialog", 0, "originator"], 3, "dialog[0].originator: points to number 3, and there are 3 parties"),
        (["dialog", 0, "duration"], "long", "dialog[0].duration: 'long' is none; a number of seconds is needed"),
        (["dialog", 0, "mimetype"], 12345, "dialog[0].mimetype: '12345' is none; a text is needed"),
        (["analysis"], [{"type": "transcript", "dialog": 9, "body": []}], "analysis[0].dialog: points to number 9"),
    ],
)
def test_what_is_wrong_with_a_vcon_is_said_with_its_place(path, value, wrong):
    assert refusal_of(changed(path, value)).startswith(f"is no vCon: {wrong}")


def test_references_that_are_null_and_numbers_in_quotes_are_taken_as_they_are_meant():
    made = recorded({"type": "transcript", "dialog": None, "body": [{"speaker": "Agent", "message": "Hi."}]})
    made["dialog"][0] |= {"parties": None, "duration": "57.1"}
    assert said(transcript_of(json.dumps(made))) == [("Agent", "Hi.")]


def test_a_vcon_without_words_says_so():
    assert refusal_of(json.dumps(recorded())) == "holds no words: no dialog of it is text, and no analysis a transcript"


KEYS = [
    *("vcon", "uuid", "parties", "dialog", "analysis", "type", "start", "body", "encoding", "speaker", "message"),
    *(
        "segments",
        "transcript",
        "payload",
        "signatures",
        "created_at",
        "originator",
        "role",
        "name",
        "speakers",
        "words",
    ),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats(allow_nan=False) | st.text(max_size=6)
    | st.sampled_from(["transcript", "text", "wtf", "2026-11-02T14:00:00Z", "base64url", "json", "recording"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_vcon_in_which_anything_is_anything_else_is_read_or_refused(data):
    made = recorded({"type": "transcript", "dialog": 0, "body": [{"speaker": "Agent", "message": "Hi."}]}, WTF)
    base = copy.deepcopy(data.draw(st.sampled_from([CHAT, made])))
    for _ in range(data.draw(st.integers(1, 3))):
        here = base
        while True:
            keys = list(here) if isinstance(here, dict) else list(range(len(here)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(here[key], dict | list) and here[key] and data.draw(st.booleans()):
                here = here[key]
                continue
            here[key] = data.draw(JSON)
            break
    source = found_in(json.dumps(base), "a.vcon.json")
    assert source
    assert not any("is not as vCon writes it" in getattr(each, "reason", "") for each in source)
    assert not any("could be accounted for" in getattr(each, "reason", "") for each in source)


@settings(max_examples=80, deadline=None)
@given(JSON)
def test_any_json_is_looked_at_without_complaint(value):
    for each in found_in(json.dumps(value) or "null"):
        assert "is not as vCon writes it" not in getattr(each, "reason", "")
    assert vcon.NAME == "vCon"
