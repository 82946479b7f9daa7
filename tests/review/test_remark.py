"""An evaluator's own words stand on the evidence page: escaped, masked, with what they were said about."""

import re

import pytest

from builders import STARTED_AT, a_score
from judging_builders import a_waiting_item, keep_draft
from rubric.evaluation import Evaluated
from store.evaluations import put_evaluated
from store.scores import put_scores
from web_builders import a_program, signed_in

SAID = 'Asked for the number first.\n<script>alert(1)</script> Her card: 4111 1111 1111 1111, "{{7*7}}".'


@pytest.fixture
def plan(store):
    return keep_draft(store, "a-1", a_waiting_item(call_id="c-a-1", score=40), team="east")


@pytest.fixture
def program(tmp_path, store, plan):
    return a_program(tmp_path, store)


@pytest.fixture
def page(program, app, plan):
    browser = signed_in(program, app, "qa_manager")
    return lambda: browser.get(f"/evidence/{plan.plan_id}/{plan.items[0].item_id}").text


def of_the_call(score=40.0, **fields):
    return a_score(score, call_id="c-a-1", **fields)


def evaluated(**fields):
    score = of_the_call(0.0, comment=SAID, scored_by="qa-3")
    usual = {"key": "k-1", "told": "t-1", "vendor": "Somebody's", "question": "Empathy", "answer": "In part"}
    return Evaluated(score=score, **{**usual, **fields})


def test_what_the_evaluator_said_is_shown_escaped_and_masked(store, page):
    with store.begin() as session:
        put_scores(session, [of_the_call(comment=SAID, scored_by="qa-3")])
    shown = page()
    assert "What the evaluator said" in shown
    assert "Asked for the number first." in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown
    assert "4111" not in shown
    assert "{{7*7}}" in shown, "what looks like a template is text"
    assert re.search(r"qa-3, .*2 November 2026", shown)


def test_an_automatic_fail_and_what_was_said_on_the_whole_are_shown_with_their_form(store, page):
    with store.begin() as session:
        put_evaluated(session, [evaluated(auto_fail=True, form="Water board form", overall="A hard call.")])
    shown = page()
    assert "automatic fail" in shown
    assert "A hard call." in shown
    assert "Water board form" in shown
    assert "Of a score of 0." in shown, "the item was scored 40, and this is of another score"


def test_of_two_scores_the_words_are_of_the_one_that_counts(store, page):
    later = STARTED_AT.replace(day=9)
    with store.begin() as session:
        put_scores(session, [of_the_call(comment="the older"), of_the_call(50.0, comment="the newer", scored_at=later)])
    assert "the newer" in page()
    assert "the older" not in page()


def test_where_nothing_was_said_there_is_nothing_to_see(store, page):
    assert "What the evaluator said" not in page()
    with store.begin() as session:
        put_scores(session, [of_the_call()])
    assert "What the evaluator said" not in page()


def test_a_long_remark_is_folded_so_that_the_decision_stays_in_sight(store, page):
    with store.begin() as session:
        put_scores(session, [of_the_call(comment="Much was said here. " * 100)])
    shown = page()
    assert "<summary>400 words</summary>" in shown
    assert shown.index("</details>") < shown.index("Accept the quote")
