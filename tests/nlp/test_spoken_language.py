import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import spoken_language
from nlp.call import Call
from nlp.spoken_language import plain_tag, spoken_in, why_unread
from talking import AGENT, CUSTOMER, talk

SPANISH = (
    "Buenos días, gracias por llamar a Energía Puerto, ¿en qué le puedo ayudar hoy?",
    "Hola, mire, quiero saber por qué me han cobrado dos veces la factura de la luz este mes.",
    "Claro que sí, déjeme revisar su cuenta un momento, por favor, no cuelgue.",
)
GERMAN = "ich habe im letzten monat zweimal bezahlt und möchte gern wissen was da passiert ist bei ihnen im haus"


def call_of(*texts, language=None):
    turns = [{"speaker": ("agent", "customer")[n % 2], "text": text} for n, text in enumerate(texts)]
    return Call.model_validate({"call_id": "c-1", "language": language, "turns": turns})


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("en", "en"), ("en-US", "en"), ("EN_us", "en"), ("English", "en"), ("English (United States)", "en"),
        ("eng", "en"), ("es-419", "es"), ("spanish", "es"), ("cmn-Hans-CN", "zh"), ("pt-BR", "pt"), ("cy", "cy"),
        ("", None), ("und", None), ("multi", None), ("auto", None),
    ],
)  # fmt: skip
def test_vendors_write_one_language_in_many_ways(said, tag):
    assert plain_tag(said) == tag


def test_what_the_call_says_counts_before_what_is_heard():
    spoken = spoken_in(call_of(*SPANISH, language="en-US"))
    assert (spoken.tag, spoken.heard, spoken.served) == ("en", False, True)
    assert why_unread(call_of("Hello.", language="de-DE")) == "the call is in German, which no model here reads"
    assert why_unread(call_of("Hello.", language="cy")) == "the call is in cy, which no model here reads"


def test_a_call_that_says_nothing_is_heard():
    spoken = spoken_in(call_of(*SPANISH))
    assert (spoken.tag, spoken.heard, spoken.name) == ("es", True, "Spanish")
    assert why_unread(call_of(*SPANISH)) == "the call is in Spanish, which no model here reads"
    assert why_unread(call_of(GERMAN, GERMAN)) == "the call is in German, which no model here reads"


@pytest.mark.parametrize("written", [str.upper, str.lower, lambda text: text.replace(",", "").replace(".", "")])
def test_english_is_heard_however_it_is_written_and_asks_no_library(written, monkeypatch):
    monkeypatch.setattr(spoken_language, "_identifier", None)
    spoken = spoken_in(call_of(*(written(text) for _, text in talk(("a", AGENT), ("c", CUSTOMER)))))
    assert (spoken.tag, spoken.other_share) == ("en", 0)


def test_two_languages_in_one_call_are_measured():
    english = "Okay, one moment please, let me get somebody who can speak to you about your bill in Spanish today."
    spoken = spoken_in(call_of(AGENT[0], SPANISH[1], english, CUSTOMER[0]))
    assert spoken.tag == "en"
    assert 0.15 < spoken.other_share < 0.45
    assert set(spoken.shares) == {"en", "es"}


def test_of_few_words_nothing_is_said_and_the_models_try():
    spoken = spoken_in(call_of("Hola.", "Si, si."))
    assert (spoken.tag, spoken.served) == (None, True)
    assert why_unread(call_of("Hola.", "Si, si.")) is None


def test_short_turns_are_judged_together():
    words = " ".join(SPANISH * 3).split()
    said = [part for n in range(0, len(words), 3) for part in (" ".join(words[n : n + 3]), "sí")]
    assert spoken_in(call_of(*said)).tag == "es"


def test_marks_numbers_and_machines_say_nothing_of_a_language():
    assert spoken_in(call_of("[PII] **** {{NAME}} " * 20, "12 34 56 78 " * 20)).tag is None
    turns = [{"speaker": "system", "text": " ".join(SPANISH)}, {"speaker": "agent", "text": AGENT[0] * 3}]
    assert spoken_in(Call.model_validate({"call_id": "c", "turns": turns})).tag == "en"


@given(
    st.lists(st.text(max_size=80).filter(lambda text: "\x00" not in text), min_size=1, max_size=4), st.text(max_size=12)
)
def test_any_text_has_a_language_or_none_and_shares_that_come_to_one(texts, tag):
    spoken = spoken_in(call_of(*texts))
    assert not spoken.shares or sum(spoken.shares.values()) == pytest.approx(1)
    assert spoken == spoken_in(call_of(*texts))
    assert plain_tag(tag) is None or plain_tag(tag)
