import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_call, a_criterion, a_rubric
from models.head import Head
from models.labels import WrongLabel
from models.scorer import CannotScore, Scorer, answer_of, is_machines, load_scorer, points_of
from models.scorer_shelf import NoSuchScorer, packaged_folder, read_scorer
from models.scorer_training import Judged, fit_curve, train_heads
from models.team_reading import Chances, Heads, TeamScore, agreement_of, read_team
from models.verdicts import read_verdicts
from nlp.encoder import load_encoder

OPENING = a_criterion(
    "opening",
    due={"moment": "opening"},
    definition="The agent greets the customer, gives a name and offers help.",
    met_by={"examples": ["Good morning, thank you for calling, my name is Ana, how can I help you today?"]},
    broken_by={"examples": ["Yeah?", "Account number."]},
)
RUBRIC = a_rubric(OPENING)
GREETED = a_call("agent: Good morning, thank you for calling, this is Ana. How can I help you?", "customer: Hello.")
CURT = a_call("agent: Yeah?", "customer: Hello?", "agent: Account number.")


def test_a_greeting_scores_higher_than_none():
    scorer = load_scorer()
    greeted, curt = (scorer.score(call, OPENING, RUBRIC) for call in (GREETED, CURT))
    assert (greeted.answer, curt.answer) == ("met", "not_met")
    assert greeted.score > 60 > curt.score


def test_a_machines_score_says_whose_it_is_and_is_not_proven_by_itself():
    found = load_scorer().score(GREETED, OPENING, RUBRIC)
    assert found.scored_by.startswith("verbatim:scorer-")
    assert is_machines(found.scored_by)
    assert not is_machines("qa-7")
    assert not is_machines(None)
    assert not found.proven


def test_the_same_call_scores_the_same_whatever_was_scored_before():
    scorer = load_scorer()
    first = scorer.score(GREETED, OPENING, RUBRIC)
    scorer.score(CURT, OPENING, RUBRIC)
    assert scorer.score(GREETED, OPENING, RUBRIC) == first == load_scorer().score(GREETED, OPENING, RUBRIC)


def test_a_call_without_an_agent_cannot_be_scored():
    with pytest.raises(CannotScore, match="nothing in this call was said by the agent"):
        load_scorer().score(a_call("customer: Hello?"), OPENING, RUBRIC)


@pytest.mark.parametrize(("starts", "answer"), [("1.0-6.0", "not_met"), ("4.5-6.0", "met")])
def test_times_decide_talk_over(starts, answer):
    over = a_criterion("over", failure="talk_over")
    call = a_call("customer 0.0-4.0: I was charged twice and", f"agent {starts}: Let me look at that for you.")
    assert load_scorer().score(call, over, a_rubric(over)).answer == answer
    with pytest.raises(CannotScore, match="no times"):
        load_scorer().score(GREETED, over, a_rubric(over))


@given(met=st.floats(0, 1), low=st.floats(0, 60), high=st.floats(60, 100), threshold=st.floats(1, 99))
def test_points_are_under_the_threshold_where_failing_is_likelier_and_only_there(met, low, high, threshold):
    points = points_of(met, low, threshold, high)
    assert min(low, threshold) <= points <= max(high, threshold)
    if low < threshold:
        assert (points >= threshold) == (met >= 0.5)


@given(due=st.floats(0, 1), met=st.floats(0, 1))
def test_the_chances_of_the_answers_sum_to_one(due, met):
    assert sum(Chances(due, met).of.values()) == pytest.approx(1)


def test_no_score_is_no_opportunity_and_never_a_zero():
    assert [answer_of(score, 60) for score in (None, 0, 59.9, 60)] == ["no_opportunity", "not_met", "not_met", "met"]


def test_a_scorer_of_another_encoder_is_refused():
    class Another:
        name = "another"

    scorer = Scorer(Another())
    assert not scorer.usable
    with pytest.raises(NoSuchScorer, match="was made for encoder"):
        scorer.score(GREETED, OPENING, RUBRIC)


def test_a_sheet_whose_parts_do_not_fit_is_refused(tmp_path):
    record = json.loads((packaged_folder() / "scorer.json").read_text())
    record["met"]["mean"] = [0.0]
    (tmp_path / "scorer.json").write_text(json.dumps(record))
    with pytest.raises(NoSuchScorer, match="mean has 1 numbers"):
        read_scorer(tmp_path)
    with pytest.raises(NoSuchScorer, match="has no readable"):
        read_scorer(tmp_path / "nowhere")


def test_the_packaged_traits_are_measured():
    traits = load_scorer().traits(GREETED, OPENING)
    sheet = read_scorer(packaged_folder())
    assert set(sheet.met.traits) | set(sheet.due.traits) <= set(traits)
    assert sheet.encoder == load_encoder().name


def head_of(weight):
    return Head(traits=("t",), mean=(0,), spread=(1,), weights={"opening": (weight,)}, intercepts={"opening": 0})


def scored(count, answer=lambda n: "met" if n % 2 else "not_met", trait=lambda n: float(n % 2)):
    return [TeamScore(f"c-{n}", {"t": trait(n)}, answer(n), 90.0 if n % 2 else 20.0) for n in range(count)]


def test_a_team_whose_scores_follow_the_traits_is_agreed_with_on_calls_left_out():
    reading = read_team(Heads(None, head_of(0.1)), "opening", scored(60))
    assert reading.agreement.kappa == 1.0
    assert (reading.low, reading.high) == (20, 90)
    assert reading.heads.met.chance("opening", {"t": 1.0}) > 0.8


def test_a_team_that_scores_the_other_way_round_turns_the_head():
    reading = read_team(Heads(None, head_of(1.0)), "opening", scored(60, lambda n: "not_met" if n % 2 else "met"))
    assert reading.agreement.kappa == 1.0
    assert reading.heads.met.chance("opening", {"t": 1.0}) < 0.2


def test_agreement_by_chance_is_none():
    reading = read_team(Heads(None, head_of(1.0)), "opening", scored(60, trait=lambda n: float(n // 2 % 2)))
    assert reading.agreement.kappa < 0.3


def test_a_team_teaches_when_there_is_no_opportunity():
    rows = [
        TeamScore(f"c-{n}", {"t": n % 3 - 1.0}, ["no_opportunity", "not_met", "met"][n % 3], None) for n in range(90)
    ]
    reading = read_team(Heads(None, head_of(1.0)), "opening", rows)
    assert reading.heads.due is not None
    assert reading.heads.chances("opening", {"t": -1.0}).answer == "no_opportunity"


def test_the_teams_own_calls_are_read_by_heads_that_had_not_learned_from_them():
    rows = [*scored(59), TeamScore("odd", {"t": 1.0}, "not_met", 0.0)]
    reading = read_team(Heads(None, head_of(1.0)), "opening", rows)
    assert set(reading.unseen) == {one.call for one in rows}
    assert reading.chances("odd", "opening", {"t": 1.0}) == reading.unseen["odd"]
    assert reading.unseen["odd"].met >= reading.heads.chances("opening", {"t": 1.0}).met


def test_one_answer_throughout_shows_no_agreement():
    assert agreement_of([("met", "met")] * 60).kappa is None
    assert read_team(Heads(None, head_of(1.0)), "opening", scored(60, lambda n: "met")).agreement.kappa is None


def judged(source, n):
    answer = ("met", "not_met", "no_opportunity")[n % 3]
    traits = {"cue": float(n % 3 < 2), "call: account_action": 0.0, "call: identity_question": 0.0}
    return Judged(f"{source}-{n}", source, "c", "cue", {**traits, "good": float(n % 3 == 0)}, (answer,))


def test_heads_learn_which_trait_tells():
    due, met = train_heads([judged(source, n) for source in "ab" for n in range(60)])
    here = {"cue": 1.0, "call: account_action": 0.0, "call: identity_question": 0.0, "good": 1.0}
    assert due.chance("cue", here) > 0.8 > 0.3 > due.chance("cue", {**here, "cue": 0.0})
    assert met.chance("cue", here) > met.chance("cue", {**here, "good": 0.0})


def test_a_curve_never_turns_a_head_round():
    slope, _ = fit_curve([1.0, 2.0, -1.0, -2.0] * 5, [False, False, True, True] * 5)
    assert slope == 0
    assert fit_curve([1.0], [True]) == (1.0, 0.0)


def test_verdicts_are_read_with_the_line_of_what_is_wrong(tmp_path):
    path = tmp_path / "v.jsonl"
    path.write_text('{"call": "c", "criterion": "x", "reader": 1, "verdict": "na"}\n\n')
    assert [one.answer for one in read_verdicts(path)] == ["no_opportunity"]
    for wrong in ("{", '{"call": "c"}', '{"call": "c", "criterion": "x", "reader": 0, "verdict": "met"}'):
        path.write_text(wrong)
        with pytest.raises(WrongLabel, match="line 1"):
            list(read_verdicts(path))
