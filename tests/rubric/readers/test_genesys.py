"""Genesys Cloud evaluations: points of the form's options, kill questions, groups that do not apply."""

import json

import pytest

from scoring import EVALUATIONS, Read, evaluations_in, setup_of

PAGE = EVALUATIONS / "genesys.json"
BARE = EVALUATIONS / "genesys-without-form.json"
MAP = {"criteria": {"Empathy": "empathy", "Identity check": "identity", "Closing": "closing"}}
BY_ID = {"criteria": {"qe": "empathy", "qv": "identity", "qt": ""}}


def entities():
    return json.loads(PAGE.read_text())["entities"]


def read(*values, **told):
    return Read({f"{n}.json": value for n, value in enumerate(values)}, setup_of({**MAP, **told}))


def test_points_are_of_the_most_that_the_forms_options_give():
    found = read(entities()[0])
    assert found.values == {("c-3001", "empathy"): 40, ("c-3001", "identity"): 0, ("c-3001", "closing"): None}


def test_a_group_that_does_not_apply_makes_none_of_its_questions_a_zero():
    group = entities()[0]["answers"]["questionGroupScores"][1]
    assert group["markedNA"]
    assert group["questionScores"][0]["score"] == 0
    assert read(entities()[0]).values["c-3001", "closing"] is None


def test_a_failed_kill_question_fails_its_criterion_whatever_its_points():
    value = entities()[0]
    value["answers"]["questionGroupScores"][0]["questionScores"][1].update(score=1, answerId="vy")
    found = read(value)
    assert found.values["c-3001", "identity"] == 0
    assert found.tally.auto_failed == 1
    assert found.values["c-3001", "empathy"] == 40, "the total is not taken"


def test_private_comments_and_the_agents_own_stay_where_they_are():
    (found,) = evaluations_in(entities()[0])
    assert found.overall == "A hard call."
    assert found.answers[0].comment == "One sorry, late."
    assert "warning" not in repr(found)
    assert "I was new" not in repr(found)


def test_of_a_page_only_what_counts_is_taken_and_a_rescored_one_counts_again():
    found = Read({"page.json": PAGE.read_bytes()}, setup_of(MAP))
    assert dict(found.tally.left_out) == {
        "a question that gives no score": 2,
        "of a calibration session": 4,
        "a draft, which nobody has submitted": 4,
        "the agent's own evaluation": 4,
    }
    assert [one["score"] for one in found.scores if one["criterion_id"] == "empathy"] == [40, 100]
    assert found.balanced


def test_a_retracted_evaluation_is_left_out():
    value = entities()[0] | {"status": "RETRACTED"}
    assert dict(read(value).tally.left_out) == {"retracted": 4}


def test_an_evaluation_that_was_asked_for_without_the_rights_to_see_it_is_set_aside():
    found = read(entities()[0] | {"redacted": True})
    assert found.scores == []
    assert "may not see the answers" in found.reasons[0]
    assert found.tally.lost == 4


def test_without_the_form_nobody_knows_of_how_many_points_and_the_map_can_say_it():
    value = json.loads(BARE.read_text())
    lost = Read({"a.json": value}, setup_of(BY_ID))
    assert lost.reasons == [
        "answers.questionGroupScores[0].questionScores[0]: has 2 points, and the file does not say of how many; "
        'say it in the map\'s [scales], like "empathy" = "0-5"'
    ]
    found = Read({"a.json": value}, setup_of({**BY_ID, "scales": {"empathy": "0-5"}}))
    assert found.values["c-3009", "empathy"] == 40


def test_a_question_of_several_choices_has_the_points_of_all_of_them():
    value = entities()[0]
    question = value["evaluationForm"]["questionGroups"][0]["questions"][0]
    question["type"] = "multipleSelectQuestion"
    question["answerOptions"] = []
    question["multipleSelectOptionQuestions"] = [
        {"answerOptions": [{"value": 0}, {"value": points}]} for points in (3, 1)
    ]
    assert read(value).values["c-3001", "empathy"] == 50


def test_weights_that_do_not_sum_to_100_are_told_and_the_rubrics_count():
    assert read(entities()[0]).tally.notes == [
        "the weights of Water board form (60, 30) come to 90; the rubric's count"
    ]


def test_a_version_of_the_form_that_the_map_does_not_know_is_set_aside():
    known = read(entities()[0], form="Water board form", form_versions=["form-v3"])
    assert len(known.scores) == 3
    other = read(entities()[0], form="Water board form", form_versions=["form-v1", "form-v2"])
    assert other.scores == []
    assert other.reasons == [
        "is of version form-v3 of the form 'Water board form', and the map knows form-v1, form-v2; "
        "look whether its questions still mean the same, and add it there"
    ]
    assert other.tally.lost == 4


@pytest.mark.parametrize("scale", [[5, 2, 0], [5, 2, -1]])
def test_the_lowest_option_or_nothing_is_the_beginning_of_the_scale(scale):
    value = entities()[0]
    options = value["evaluationForm"]["questionGroups"][0]["questions"][0]["answerOptions"]
    for option, points in zip(options, scale, strict=True):
        option["value"] = points
    assert read(value).values["c-3001", "empathy"] == (40 if scale[-1] == 0 else 50)
