from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from builders import a_call
from coaching.markdown import night_markdown, night_rows, plan_markdown
from night_builders import TALK, a_night, a_night_of, a_none_item, a_shown_item
from nlp.set_aside import SetAside
from plan_builders import a_plan, further

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[a link](https://example.com) ![a picture](https://example.com/a.png) <https://example.com>",
    "**bold** __bold__ ~~gone~~ `code` ``` fence",
    "| a | cell |",
    "# heading",
    "1. one",
    "- item",
    "&lt;b&gt; &amp; {{ 7 * 7 }} {% raw %}",
    "\\*",
]


def kinds(markdown: str) -> list[str]:
    """The kinds of all tokens, in order, without the text in them."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    inner = [child for token in tokens for child in token.children or ()]
    return [token.type for token in tokens] + [child.type for child in inner if child.type not in ("text", "softbreak")]


def read_aloud(markdown: str) -> str:
    """What a reader sees of it."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    return " ".join("".join(child.content for child in token.children or ()) for token in tokens if token.children)


def test_a_plan_holds_all_that_is_needed_to_coach() -> None:
    text = plan_markdown(a_plan("a-1", a_shown_item(further=[further("c-7")])))
    for words in (
        "# Coaching plan: A-1",
        "follow-up scoring: **30 November 2026** (provisional until approved)",
        "## Empathy (25% weight): scored 42, threshold 60",
        "Call c-1, 2 November 2026, at 0:09 · rubric support-core version 1",
        "**Quote:** “What is the account number?”",
        "> customer 0:02 (cue): My basement flooded at four in the morning.",
        "> agent 0:09: Right. **What is the account number?** And the postcode?",
        "Sure (80%). It asks for details and acknowledges nothing.",
        "**Expected:** Say what the trouble means for the customer.",
        "**Practice:** Complete 2.",
        "Further evidence: c-7 (2026-11-03, 50)",
    ):
        assert words in text


def test_a_masked_plan_carries_the_place_and_digest_of_the_raw_words() -> None:
    text = plan_markdown(a_plan("a-1", a_shown_item()))
    digest = hashlib.sha256(b"What is the account number?").hexdigest()
    assert f"turn 2, characters 7 to 34, sha256 `{digest}`" in text
    assert "four zero nine" not in text
    assert "four zero nine" in plan_markdown(a_plan("a-1", a_shown_item()), redacted=False)


def test_a_plan_without_a_quote_says_why() -> None:
    text = plan_markdown(a_plan("a-1", a_none_item()))
    assert "_No quote: Nothing comes near it._" in text
    assert "sha256" not in text


def test_an_approved_plan_has_a_firm_date_and_says_who_decided() -> None:
    text = plan_markdown(a_plan("a-1", status="approved", decided_by="ines.duarte", reason="Agreed on 16 November."))
    assert "provisional" not in text
    assert "Last decision by ines.duarte: Agreed on 16 November." in text


@pytest.mark.parametrize("words", HOSTILE)
def test_what_was_said_is_text_and_never_markup(words: str) -> None:
    harmless, hostile = a_night_of("words"), a_night_of(words)
    assert kinds(plan_markdown(hostile.plans[0])) == kinds(plan_markdown(harmless.plans[0]))
    assert kinds(night_markdown(hostile)) == kinds(night_markdown(harmless))
    assert read_aloud(plan_markdown(hostile.plans[0])).count(words) >= 8


@given(st.text(alphabet="ab.,!?*_`[](){}<>#|~&@$^\\/:-+=1\n w", min_size=1, max_size=30).filter(str.strip))
def test_any_words_leave_the_shape_of_a_night_as_it_is(words: str) -> None:
    call = a_call("agent: Hello.", f"customer: {words}", "agent: Well then.")
    night = a_night(a_plan("a-1", a_shown_item(call, (0, 4)), agent_name=words))
    assert kinds(night_markdown(night)) == kinds(night_markdown(a_night(a_plan("a-1", a_shown_item()))))


def test_a_quote_keeps_the_space_around_it() -> None:
    call = a_call("agent: Hello.", "customer: Hello.", "agent: Well, no. What now?\nTell me.")
    text = plan_markdown(a_plan("a-1", a_shown_item(call, (10, 19))))
    assert "Well, no. **What now?** Tell me." in text


def test_a_night_warns_of_what_was_set_aside_and_masks_what_it_repeats() -> None:
    aside = [SetAside(file="calls.jsonl", line=n, reason="text: is wrong (here: 4095123456789)") for n in range(1, 61)]
    text = night_markdown(a_night(set_aside=aside))
    assert "**Warning: 60 records set aside.**" in text
    assert "calls.jsonl:50: text: is wrong (here: \\[card\\])" in text
    assert "- and 10 more" in text


def test_a_quiet_night_is_two_lines() -> None:
    quiet = a_night(plans=(), failures=0, found=0, note="", waiting=(), order_notes=(), not_planned={}, set_aside=())
    assert night_markdown(quiet).count("\n\n") == 1


def test_rows_are_one_an_item_with_masked_quotes() -> None:
    call = a_call("agent: Hello.", "customer: Hi.", "agent: Is it 4095 1234 5678 9010?")
    rows = night_rows(a_night(a_plan("a-1", a_shown_item(call, (0, 25)), a_none_item())))
    assert [(row["agent"], row["quote"], row["sure"]) for row in rows] == [
        ("A-1", "Is it [card]", "yes"),
        ("A-1", "", "no"),
    ]


def test_the_same_night_is_the_same_bytes() -> None:
    assert night_markdown(a_night()) == night_markdown(a_night())
    assert plan_markdown(a_plan("a-1", a_shown_item(TALK))) == plan_markdown(a_plan("a-1", a_shown_item(TALK)))
