"""Google's scorecard results: zeros that are left out, answers that do not apply, and calls that hold them."""

import json

import pytest

from scoring import EVALUATIONS, Read, evaluations_in, setup_of, the_evaluation

CONVERSATION = EVALUATIONS / "google-conversation.json"
EDITED = EVALUATIONS / "google-result-edited.json"
BIGQUERY = EVALUATIONS / "google-bigquery.jsonl"
MAP = {"criteria": {"Did the agent show empathy?": "empathy", "closing": "closing", "verify": "identity", "hold": ""}}


def result():
    return json.loads(CONVERSATION.read_text())["latestAnalysis"]["analysisResult"]["callAnalysisMetadata"][
        "qaScorecardResults"
    ][0]


def test_a_conversation_with_its_results_gives_scores_and_is_left_to_who_reads_calls():
    found = Read({"c.json": CONVERSATION.read_bytes()}, setup_of(MAP))
    assert found.left_to_others == ["c.json"]
    assert found.values == {("c-4001", "empathy"): 40, ("c-4001", "closing"): 0, ("c-4001", "identity"): None}
    assert {one["agent_id"] for one in found.scores} == {"0012"}


def test_points_that_are_left_out_are_zero_where_there_were_points_to_be_had():
    answer = result()["qaAnswers"][1]["answerValue"]
    assert "score" not in answer
    assert "normalizedScore" not in answer
    assert the_evaluation(result()).answers[1].score == 0


@pytest.mark.parametrize("value", [{"key": "na", "naValue": True}, {"skipValue": True}])
def test_what_does_not_apply_or_was_skipped_is_empty_and_not_zero(value):
    changed = result()
    changed["qaAnswers"][0]["answerValue"] = {**value, "potentialScore": 5.0}
    assert Read({"r.json": changed}, setup_of(MAP)).values["c-4001", "empathy"] is None


def test_a_result_that_a_person_has_edited_counts_before_the_machines():
    found = Read({"a.json": result(), "b.json": EDITED.read_bytes()}, setup_of(MAP))
    of_closing = [(one["scored_at"], one["score"]) for one in found.scores if one["criterion_id"] == "closing"]
    assert [score for _, score in of_closing] == [0, 100]
    assert of_closing[0][0] < of_closing[1][0]
    (edited,) = evaluations_in(EDITED.read_bytes())
    assert [answer.by_machine for answer in edited.answers] == [True, False, True, True]


def test_the_scorecard_and_its_revision_are_the_form_and_its_version():
    found = the_evaluation(result())
    assert (found.form, found.form_version) == ("sc", "r7")
    assert found.evaluation_id == "res-1"


def test_what_questions_are_worth_is_their_points_of_all():
    assert the_evaluation(result()).weights == [83.333, 16.667]
    assert Read({"a.json": result()}, setup_of(MAP)).tally.notes == []


def test_bigquerys_snake_case_is_the_same():
    found = Read({"b.jsonl": BIGQUERY.read_bytes()}, setup_of(MAP))
    assert found.left_to_others == []
    assert found.values["c-4001", "empathy"] == found.values["c-4002", "empathy"] == 40
    assert found.values["c-4001", "closing"] == 0


def test_several_results_in_a_list_are_read():
    other = result() | {"name": "x/qaScorecardResults/res-2", "conversation": "x/conversations/c-4009"}
    found = Read({"a.json": {"qaScorecardResults": [result(), other]}}, setup_of(MAP))
    assert {call for call, _ in found.values} == {"c-4001", "c-4009"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"score": 6.0, "potentialScore": 5.0}, "score: 6 is off the scale of 0 to 5"),
        ({"score": -1.0, "potentialScore": 5.0}, "score: -1 is off the scale of 0 to 5"),
        ({"score": "much", "potentialScore": 5.0}, "answerValue.score: 'much' is no number"),
        ({"strValue": "fine"}, "has an answer and no score: are there points to the scorecard's answers?"),
    ],
)
def test_an_answer_without_a_score_that_can_be_used_is_set_aside_alone(value, reason):
    changed = result()
    changed["qaAnswers"][0]["answerValue"] = value
    found = Read({"r.json": changed}, setup_of(MAP))
    assert found.reasons == [f"qaAnswers[0]: {reason}"]
    assert found.balanced


def test_a_normalized_score_alone_is_a_share_of_one():
    changed = result()
    changed["qaAnswers"][0]["answerValue"] = {"normalizedScore": 0.58}
    assert Read({"r.json": changed}, setup_of(MAP)).values["c-4001", "empathy"] == 58


def test_who_wants_the_call_alone_needs_no_rubric():
    found = Read({"c.json": CONVERSATION.read_bytes()}, setup_of(MAP, rubric=None))
    assert found.left_to_others == ["c.json"]
    assert not found.tally.found
