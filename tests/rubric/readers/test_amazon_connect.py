"""Amazon Connect evaluations, with the traps of their export: each arrives twice, and the total says nothing."""

import json

import pytest

from rubric.evaluation import LostScores
from scoring import EVALUATIONS, Read, evaluations_in, setup_of, the_evaluation

FOLDER = EVALUATIONS / "amazon-connect"
FIRST = next((FOLDER / "Evaluations" / "2026").rglob("*.json"))
SECOND = next((FOLDER / "Evaluations" / "contact_c-2001").rglob("*.json"))
MAP = {"criteria": {"Empathy": "empathy", "q-verify": "identity", "Closing": "closing", "Hold etiquette": ""}}


def first():
    return json.loads(FIRST.read_text())


def read(*names):
    return Read({name: (FOLDER / name).read_bytes() for name in names}, setup_of(MAP))


def test_an_evaluation_is_read_with_who_when_and_under_which_form():
    found = the_evaluation(FIRST.read_bytes())
    assert (found.call_id, found.agent_id) == ("c-2001", "5e8d2c1b-aaaa-4bbb-8ccc-1234567890ab")
    assert found.evaluator == "9f0e1d2c-qa-lead", "an address of a user is the user"
    assert (found.form, found.form_version) == ("Water board call form", "4")
    assert found.at.isoformat() == "2026-11-03T09:05:44.902000+00:00"
    assert found.overall == "The conversation: Rushed from the start."
    assert [answer.question_id for answer in found.answers] == ["q-empathy", "q-verify", "q-hold", "q-close", "q-free"]
    assert found.answers[0].answer == "In part"
    assert found.answers[0].comment.startswith("Asked for the meter number")


def test_each_evaluation_arrives_twice_and_counts_once():
    found = Read({"a.json": FIRST.read_bytes(), "b.json": SECOND.read_bytes()}, setup_of(MAP))
    assert found.tally.read == 10
    assert (found.tally.kept, found.tally.repeated) == (3, 3)
    assert found.balanced
    assert len(found.scores) == 3


def test_an_automatic_fail_fails_its_criterion_and_the_total_is_not_taken():
    found = Read({"a.json": FIRST.read_bytes()}, setup_of(MAP))
    assert first()["metadata"]["score"]["percentage"] == 0
    assert first()["questions"][1]["score"] == {"percentage": 100.0, "automaticFail": True}
    assert found.values == {("c-2001", "empathy"): 40, ("c-2001", "identity"): 0, ("c-2001", "closing"): 0}
    assert found.tally.auto_failed == 1


def test_a_zero_is_a_zero_and_not_applicable_is_none():
    told = {"criteria": {**MAP["criteria"], "Hold etiquette": "hold"}}
    from builders import a_rubric

    found = Read(
        {"a.json": FIRST.read_bytes()}, setup_of(told, rubric=a_rubric("empathy", "closing", "hold", "identity"))
    )
    assert found.values["c-2001", "closing"] == 0
    assert found.values["c-2001", "hold"] is None


def test_a_question_of_words_gives_no_score():
    assert Read({"a.json": FIRST.read_bytes()}, setup_of(MAP)).tally.left_out["a question that gives no score"] == 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("calibration.json", "of a calibration session"),
        ("draft.json", "a draft, which nobody has submitted"),
        ("own.json", "the agent's own evaluation"),
    ],
)
def test_what_does_not_count_is_left_out_and_counted(name, why):
    found = read(name)
    assert found.scores == []
    assert dict(found.tally.left_out) == {why: 1}
    assert found.tally.set_aside == []


def test_a_draft_that_says_so_is_one_though_it_has_a_time():
    value = first()
    value["metadata"]["status"] = "DRAFT"
    assert Read({"a.json": value}, setup_of(MAP)).tally.left_out == {"a draft, which nobody has submitted": 5}


def test_a_resubmitted_evaluation_is_kept_beside_the_old_one():
    found = Read({"a.json": FIRST.read_bytes(), "b.json": (FOLDER / "resubmitted.json").read_bytes()}, setup_of(MAP))
    of_empathy = [(one["scored_at"][:10], one["score"]) for one in found.scores if one["criterion_id"] == "empathy"]
    assert of_empathy == [("2026-11-03", 40.0), ("2026-11-04", 70.0)]


def test_the_same_version_with_another_answer_is_set_aside_and_the_first_stays():
    other = first()
    other["questions"][0]["score"]["percentage"] = 90.0
    found = Read({"a.json": FIRST.read_bytes(), "b.json": other}, setup_of(MAP))
    assert found.values["c-2001", "empathy"] == 40
    assert found.reasons == [
        "evaluation 'e-0001', question 'Empathy', was taken up before with another answer of the same time; "
        "the first stays"
    ]
    assert found.balanced


def test_automation_in_either_place_of_amazons_samples_changes_nothing():
    plain, nested = first(), first()
    plain["questions"][0].pop("automation")
    nested["questions"][0]["answer"]["automation"] = {"status": "SYSTEM_ANSWER", "systemSuggestedValue": "v0"}
    assert the_evaluation(plain).answers[0] == the_evaluation(nested).answers[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"percentage": 140.0}, "questions[0]: score: 140 is off the scale of 0 to 100"),
        ({"percentage": -1}, "questions[0]: score: -1 is off the scale of 0 to 100"),
        ({"percentage": "forty"}, "questions[0]: score.percentage: 'forty' is no number"),
        ({"percentage": True}, "questions[0]: score.percentage: 'True' is no number"),
    ],
)
def test_a_score_that_is_none_is_set_aside_alone(change, reason):
    value = first()
    value["questions"][0]["score"] = change
    found = Read({"a.json": value}, setup_of(MAP))
    assert found.reasons == [reason]
    assert len(found.scores) == 2
    assert found.balanced


def test_a_missing_score_is_not_applicable_and_never_a_zero():
    value = first()
    del value["questions"][0]["score"]
    assert Read({"a.json": value}, setup_of(MAP)).values["c-2001", "empathy"] is None


@pytest.mark.parametrize(
    ("where", "what", "reason"),
    [
        ("contactId", None, "metadata.contactId: a contact's id was to be here"),
        ("evaluationSubmitTimestamp", "yesterday", "metadata.evaluationSubmitTimestamp: 'yesterday' is no time"),
    ],
)
def test_an_evaluation_that_cannot_be_used_is_set_aside_with_all_its_answers(where, what, reason):
    value = first()
    value["metadata"][where] = what
    (lost,) = evaluations_in(value)
    assert isinstance(lost, LostScores)
    assert (lost.reason, lost.scores) == (reason, 5)


def test_an_array_of_them_is_read_one_by_one():
    other = first()
    other["evaluationId"], other["metadata"]["contactId"] = "e-0009", "c-2009"
    found = Read({"a.json": [first(), other, 7]}, setup_of(MAP))
    assert {call for call, _ in found.values} == {"c-2001", "c-2009"}
    assert found.reasons == ["is no evaluation"]
