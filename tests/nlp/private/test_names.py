"""Names by the words around them, by the lists, and by the model where those leave it open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.private.names import find_known, find_names, words_of
from nlp.redact import mask_private, names_of, redact

NOBODY = frozenset[str]()


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Harbour Energy, this is Joyce.", "Harbour Energy, this is [name]."),
        ("You called Ridgeline Fiber, my name is Dwayne.", "You called Ridgeline Fiber, my name is [name]."),
        ("Thank you, Ms Duivenvoorde, you are verified.", "Thank you, Ms [name], you are verified."),
        ("Okay, Marcelle, I see it.", "Okay, [name], I see it."),
        ("He said David Marsh.", "He said [name]."),
        ("It's Ngozi Okonjo-Field's bill.", "It's [name]'s bill."),
        ("I spoke to my colleague Farida.", "I spoke to my colleague [name]."),
        ("Is Mr Brown there?", "Is Mr [name] there?"),
        ("Petronella van Wyk. Good morning.", "[name]. Good morning."),
        ("my name is jomar how may i help you", "my name is [name] how may i help you"),
        ("thank you mrs lindqvist i have it", "thank you mrs [name] i have it"),
        ("sorrel card this is kayla on a recorded line", "sorrel card this is [name] on a recorded line"),
        ("MY NAME IS JOYCE", "MY NAME IS [name]"),
        ("Brian Akroyd, A K R O Y D.", "[name], [name]."),
    ],
)  # fmt: skip
def test_who_is_named_is_masked(raw: str, shown: str) -> None:
    assert redact(raw) == shown


@pytest.mark.parametrize(
    "raw",
    [
        "Welcome to Lumenfield Energy live chat!",
        "Thanks for ringing Fairhaven Mutual.",
        "I may look at it, will mark it, and hope that is fair.",
        "Will you do it in May or in June?",
        "I miss you, and the bill is frank about it.",
        "The Steady Twelve plan and the Essential, in April.",
        "Up on Monday, Good Friday, Christmas.",
        "You want the Galaxy S24 or iOS 17.",
    ],
)
def test_companies_products_and_words_that_are_names_too_stay(raw: str) -> None:
    assert redact(raw) == raw


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("Lakshmi Venkataraman.", "[name]."),
        ("Uh, yeah, it's Itha.", "Uh, yeah, it's [name]."),
        ("gemma stokoe and it's about my bill", "[name] and it's about my bill"),
        ("yes it's denise adeyemi", "yes it's [name]"),
        ("Sure, one moment.", "Sure, one moment."),
    ],
)
def test_the_answer_to_a_question_for_a_name_is_one(answer: str, shown: str) -> None:
    assert redact(answer, "Could I take your full name, please?") == shown


def test_the_model_is_asked_only_where_words_and_lists_leave_it_open() -> None:
    asked: list[str] = []

    def people() -> list[tuple[int, int]]:
        asked.append("once")
        return [(9, 23)]

    assert find_names("Hello, my name is Joyce.", "", people) == [(18, 23)]
    assert asked == []
    assert find_names("There is Zedekai Brolly in the shop.", "", people) == [(9, 23)]
    assert asked == ["once"]


def test_who_was_named_once_is_masked_in_the_other_turns_of_the_call() -> None:
    known = names_of([mask_private("My name is Zulhilmi."), mask_private("And I am Grace Okafor.")])
    assert mask_private("so zulhilmi said yes", known=known).show() == "so [name] said yes"
    assert mask_private("say grace, Grace", known=known).show() == "say grace, [name]"
    assert list(find_known("nobody here", NOBODY)) == []


words = st.lists(
    st.sampled_from(["Joyce", "my name is", "Mr", "Brown,", "will", "WILL", "it's", "O'Malley's", "a", "-", "."])
)


@given(words.map(" ".join))
def test_names_lie_in_the_text_in_order_and_apart(text: str) -> None:
    spans = sorted(find_names(text, "What is your name?", lambda: []))
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(word in text.lower() for word in words_of(text, spans))
