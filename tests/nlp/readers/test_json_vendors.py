"""What holds for every reader of a vendor's JSON, whatever it is shown."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents import FIXTURES, accounted, document, fixture
from nlp.readers import (
    amazon_call_analytics,
    amazon_contact_lens,
    amazon_transcribe,
    assemblyai,
    azure_speech,
    deepgram,
    elevenlabs,
    genesys,
    gong,
    google_insights,
    google_speech,
    ibm_watson,
    intercom,
    json_by_paths,
    registry,
    rev_ai,
    speechmatics,
    twilio,
    vosk,
    whisper,
    zendesk_chat,
    zoom_phone,
)
from nlp.readers.speakers import to_call
from nlp.readers.vendor import LostTurn, Transcript
from nlp.set_aside import SetAside

VENDORS = {
    "amazon_call_analytics": amazon_call_analytics,
    "amazon_contact_lens": amazon_contact_lens,
    "amazon_transcribe": amazon_transcribe,
    "assemblyai": assemblyai,
    "azure": azure_speech,
    "deepgram": deepgram,
    "elevenlabs": elevenlabs,
    "faster_whisper": whisper,
    "genesys": genesys,
    "gong": gong,
    "google_insights": google_insights,
    "google_speech": google_speech,
    "ibm_watson": ibm_watson,
    "intercom": intercom,
    "json_messages": json_by_paths,
    "openai": whisper,
    "rev_ai": rev_ai,
    "speechmatics": speechmatics,
    "twilio": twilio,
    "vosk": vosk,
    "whisper": whisper,
    "zendesk_chat": zendesk_chat,
    "zoom_phone": zoom_phone,
}
OWN = {
    path.stem: next(vendor for prefix, vendor in VENDORS.items() if path.stem.startswith(prefix))
    for path in sorted(FIXTURES.glob("*.json"))
    if any(path.stem.startswith(prefix) for prefix in VENDORS)
}
READERS = list({vendor.NAME: vendor for vendor in VENDORS.values()}.values())

KEYS = sorted({key.decode() for name in OWN for key in re.findall(rb'"(\w+)":', fixture(name).raw)})
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["", "1e999", "12.5", "PT1M2.5S", "1.200s", "2026-11-02T14:03:00Z", "\ud800", "\x00", "9" * 400, 10**400]
    )
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)
PATIENT = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def as_document(value):
    """A JSON value as the document that would hold it."""
    return replace(document(json.dumps(value).encode()), value=value)


def checked(vendor, source):
    """What the reader gives, held against all that readers promise."""
    assert 0 <= vendor.recognises(source) <= 1
    found = list(vendor.read(source))
    assert found, "a document that is shown comes to something"
    assert all(isinstance(each, Transcript | SetAside) for each in found)
    for each in found:
        if isinstance(each, Transcript):
            to_call(each)
    counted, given = vendor.count(source), accounted(found)
    refused = any(isinstance(each, SetAside) and not isinstance(each, LostTurn) for each in found)
    if counted is not None:
        assert given == counted or (refused and given < counted)
    return found


@pytest.mark.parametrize("name", OWN)
def test_a_document_is_taken_for_its_own_vendors_and_no_others(name):
    choice = registry.choose(fixture(name))
    assert choice.vendor is OWN[name]
    sure = [r.NAME for r in READERS if r is not json_by_paths and r.recognises(fixture(name)) >= registry.LIKELY]
    assert sure == [OWN[name].NAME] or (sure == [] and OWN[name] is json_by_paths)


@pytest.mark.parametrize("name", OWN)
def test_every_fixture_is_accounted_for(name):
    checked(OWN[name], fixture(name))
    assert all(isinstance(each, Transcript) for each in registry.read(fixture(name)))


@pytest.mark.parametrize("name", OWN)
@PATIENT
@given(data=st.data())
def test_a_document_in_which_something_is_not_as_it_should_be_is_still_accounted_for(name, data):
    value = json.loads(fixture(name).text)
    for _ in range(data.draw(st.integers(1, 4))):
        value = spoilt(value, data)
    checked(OWN[name], as_document(value))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.NAME)
@PATIENT
@given(value=ANY_JSON)
def test_any_json_comes_to_calls_or_to_reasons(reader, value):
    source = as_document(value)
    assert 0 <= reader.recognises(source) <= 1
    for each in reader.read(source):
        assert isinstance(each, Transcript | SetAside)
        if isinstance(each, Transcript):
            to_call(each)
    reader.count(source)


@pytest.mark.parametrize("name", OWN)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_document_that_was_cut_off_is_set_aside(name, data):
    raw = fixture(name).raw.rstrip()
    source = document(raw[: data.draw(st.integers(0, len(raw) - 1))])
    (aside,) = OWN[name].read(source)
    assert isinstance(aside, SetAside)
    assert OWN[name].recognises(source) == 0
    OWN[name].count(source)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.NAME)
@settings(max_examples=15, deadline=None)
@given(raw=st.binary(max_size=200))
def test_bytes_that_are_no_json_are_counted_without_complaint(reader, raw):
    reader.count(document(raw))


def spoilt(value, data):
    """``value`` with one place in it, at any depth, replaced, taken out or doubled."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 5)):
        key = data.draw(st.sampled_from(sorted(value)))
        return value | {key: spoilt(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.integers(0, 5)):
        at = data.draw(st.integers(0, len(value) - 1))
        return [*value[:at], spoilt(value[at], data), *value[at + 1 :]]
    if isinstance(value, list) and value and data.draw(st.booleans()):
        return value + value[:1] if data.draw(st.booleans()) else value[1:]
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        return dict(list(value.items())[1:])
    return data.draw(SCALARS | st.just([]) | st.just({}) | st.just([[]]) | st.just([{}]))
