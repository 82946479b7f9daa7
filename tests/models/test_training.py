import json

import numpy as np
import pytest

from builders import a_call, a_criterion, a_failure, a_rubric
from models.confidence import LearnedConfidence, train_confidence
from models.evaluating import (
    calibration_error,
    folds_of,
    hit_of,
    leave_out,
    linear,
    out_of_sample,
    scores_of,
    sure_threshold,
)
from models.finder import load_finder
from models.labels import Label, WrongLabel, overlaps, read_labels
from models.shelf import NoSuchModel, load_model, read_sheet
from models.signals import COSTLY
from models.training import Example, examples_of, train_ranker
from nlp.encoder import load_encoder
from nlp.static_encoder import STATIC
from nlp.utterance import Utterance
from operations.train import TooFewLabels, train

SPAN = [(1, 0, 10)]


def said(turn, start, end):
    return Utterance(turn, start, end, "x" * (end - start), "agent")


@pytest.mark.parametrize(
    ("utterance", "shared"),
    [((1, 0, 10), True), ((1, 5, 15), True), ((1, 6, 16), False), ((0, 0, 10), False), ((1, 0, 100), True)],
)
def test_an_utterance_is_accepted_that_shares_half_of_the_shorter_one(utterance, shared):
    assert overlaps(said(*utterance), SPAN) is shared


def an_example(call, right, values):
    signals = {"telling": np.array(values, dtype=float), "silent": np.zeros(len(values))}
    accepted = np.arange(len(values)) == right
    return Example(call, a_criterion("c"), "violation", signals, accepted, accepted)


EXAMPLES = [
    an_example(f"call {n}", n % 4, [1.0 if place == n % 4 else 0.1 * place for place in range(4)]) for n in range(40)
]


def test_the_ranker_learns_which_signal_tells():
    ranker = train_ranker(EXAMPLES, ridge=1.0)
    weights = dict(zip(ranker.signals, ranker.weights["violation"], strict=True))
    assert weights["telling"] > 0.5
    assert weights["silent"] == 0
    assert all(hit_of(one, scores_of(ranker, one)).first for one in EXAMPLES)


def test_a_situation_without_examples_leans_on_the_common_weights():
    ranker = train_ranker(EXAMPLES, ridge=1.0)
    assert 0 < ranker.weights["closing"][0] < ranker.weights["violation"][0]


def test_what_is_tested_was_not_trained_on():
    groups = [one.call for one in EXAMPLES]
    for learn, test in leave_out(folds_of(groups)):
        assert not {groups[n] for n in learn} & {groups[n] for n in test}


def test_a_learner_is_given_all_but_the_group_and_scores_the_group():
    groups = folds_of([one.call for one in EXAMPLES])
    asked = []

    def learner(left_out, learn):
        asked.append((left_out, {one.call for one in learn}))
        return lambda example: np.array([float(example.call in asked[-1][1])])

    scores = out_of_sample(EXAMPLES, groups, learner)
    assert [left_out for left_out, _ in asked] == sorted(set(groups))
    assert [float(one[0]) for one in scores] == [0.0] * 40


def test_the_first_stage_does_as_well_on_calls_that_it_had_not_seen():
    scores = out_of_sample(EXAMPLES, folds_of([one.call for one in EXAMPLES]), linear)
    assert all(hit_of(one, score).first for one, score in zip(EXAMPLES, scores, strict=True))


def test_the_calibration_error_is_the_gap_between_confidence_and_right_picks():
    assert calibration_error([0.75] * 4, [True, True, True, False]) == 0
    assert calibration_error([0.95] * 2, [False, False]) == pytest.approx(0.95)


def test_the_threshold_is_the_lowest_from_which_enough_are_right():
    certain = [n / 100 for n in range(100)]
    assert sure_threshold(certain, [value >= 0.5 for value in certain], wanted=1.0) == 0.5
    assert sure_threshold(certain, [False] * 100) == 1.0


def test_a_larger_lead_is_a_higher_confidence():
    rankings = [np.array([lead, 0.0, 0.0]) for lead in (0.1, 0.2, 3.0, 4.0)] * 10
    confidence = train_confidence(rankings, [False, False, True, True] * 10)
    assert confidence.certainty(np.array([3.5, 0.0, 0.0])) > 0.8 > 0.3 > confidence.certainty(np.array([0.1, 0.0, 0.0]))


def test_no_other_candidate_is_surer_than_the_pick():
    found = LearnedConfidence((-1.0, 0.5, 0.2, 0.0)).confidences(None, np.array([0.5, 0.4, 0.3]))
    assert list(found) == sorted(found, reverse=True)
    assert all(0 <= value <= 1 for value in found)


WRITTEN = {
    "call": "c-1",
    "criterion": "own",
    "definition": "The agent does not blame the customer.",
    "expected_behavior": "Own the problem.",
    "failure": "violation",
    "broken_by": {"examples": ["That is your own fault."]},
    "gold": [[1, 0, 20]],
    "best": [[1, 0, 20]],
}


def test_a_label_names_a_criterion_of_the_rubric_or_writes_one_out(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text(
        json.dumps(WRITTEN) + "\n\n" + json.dumps({"call": "c-1", "criterion": "empathy", "gold": [[1, 0, 9]]}) + "\n"
    )
    found = list(read_labels(path, {"empathy": a_criterion("empathy")}))
    assert [one.criterion.id for one in found] == ["own", "empathy"]


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("{", "is no JSON"),
        ("[]", "a label is an object"),
        ({"call": "c-1", "criterion": "unknown", "gold": []}, "not in the rubric"),
        ({**WRITTEN, "failure": "other"}, "failure"),
        ({**WRITTEN, "gold": [[1, 0]]}, "gold"),
    ],
)
def test_a_label_that_cannot_be_used_is_refused_with_its_line(tmp_path, record, says):
    path = tmp_path / "labels.jsonl"
    path.write_text(record if isinstance(record, str) else json.dumps(record))
    with pytest.raises(WrongLabel, match=f"line 1: .*{says}"):
        list(read_labels(path, {}))


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(NoSuchModel, match="verbatim train"):
        load_model(tmp_path, "all-MiniLM-L6-v2")


def renamed(record, name):
    return {**record, "signals": [name, *record["signals"][1:]]}


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda record: renamed(record, "like_faling"), "unknown signal 'like_faling'; did you mean 'like_failing'?"),
        (lambda record: renamed(record, "zzz"), "unknown signal 'zzz'"),
        (lambda record: renamed(record, record["signals"][1]), "signals has a name twice"),
        (
            lambda record: {**record, "spread": [float("nan"), *record["spread"][1:]]},
            "spread[0]: input should be a fin",
        ),
        (lambda record: {**record, "spread": [0, *record["spread"][1:]]}, "spread[0]: input should be greater than 0"),
        (lambda record: {**record, "spread": [1.0]}, "spread has 1 numbers for"),
        (lambda record: {**record, "weights": {}}, "no weights for"),
        (lambda record: {**record, "confidence": [1.0]}, "confidence has 1 numbers"),
        (lambda record: {**record, "sure": 2}, "sure: input should be less"),
        (lambda record: {**record, "sures": 1}, "unknown key 'sures'; did you mean 'sure'?"),
        (lambda record: [], "input should be an object"),
    ],
)
def test_a_model_whose_parts_do_not_fit_is_refused_in_one_line(tmp_path, spoil, says):
    record = json.loads(packaged().model_dump_json(exclude_none=True))
    (tmp_path / "model.json").write_text(json.dumps(spoil(record)))
    with pytest.raises(NoSuchModel) as refused:
        read_sheet(tmp_path)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("length", [0, 1, 3000])
def test_a_model_file_that_was_cut_is_refused(tmp_path, length):
    (tmp_path / "model.json").write_text(packaged().model_dump_json()[:length])
    with pytest.raises(NoSuchModel, match=r"model.json: invalid JSON"):
        read_sheet(tmp_path)


def test_a_model_of_another_encoder_is_refused_and_the_packaged_one_gives_way_to_the_plain_ranker(tmp_path):
    (tmp_path / "model.json").write_text(packaged().model_dump_json())
    with pytest.raises(NoSuchModel, match="verbatim train"):
        load_model(tmp_path, "another")
    assert load_model(None, "another").ranker.name == "plain"


def packaged():
    from importlib.resources import files
    from pathlib import Path

    return read_sheet(Path(str(files("models") / "artifacts" / "evidence")))


def test_the_packaged_model_weighs_signals_that_are_measured(tmp_path):
    call = a_call("customer: Hello", "agent: That is your own fault, I said.")
    label = Label.model_validate(
        {"call": "c-1", "criterion": a_criterion("own", failure="violation"), "gold": [SPAN[0]]}
    )
    (example,) = examples_of([label], {"c-1": call}, load_encoder())
    assert set(packaged().signals) <= set(example.signals)


def company(tmp_path, calls=24):
    lines, labels = [], []
    for n in range(calls):
        texts = [
            ("customer", "My order is late."),
            ("agent", "Let me look."),
            ("agent", f"That is your fault, number {n}."),
        ]
        texts = texts if n % 2 else [texts[0], texts[2], texts[1]]
        lines.append({"call_id": f"c-{n}", "turns": [{"speaker": who, "text": text} for who, text in texts]})
        turn = 2 if n % 2 else 1
        labels.append({**WRITTEN, "call": f"c-{n}", "gold": [[turn, 0, len(texts[turn][1])]], "best": []})
    (tmp_path / "calls.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    (tmp_path / "labels.jsonl").write_text("".join(json.dumps(one) + "\n" for one in labels))
    return [tmp_path / "labels.jsonl"], [tmp_path / "calls.jsonl"]


def test_training_writes_a_model_that_finds_with_and_a_card_that_says_how_well(tmp_path):
    report = train(*company(tmp_path), tmp_path / "model")
    assert (report.labels, report.calls, report.hit_at_3) == (24, 24, 1.0)
    card = json.loads((tmp_path / "model" / "card.json").read_text())
    assert card["labels"] == 24
    assert set(card["data"]) == {"labels.jsonl", "calls.jsonl"}
    assert load_finder(tmp_path / "model").model_version != load_finder().model_version


def test_a_model_of_the_profile_fast_looks_vectors_up_and_finds_without_a_net(tmp_path):
    train(*company(tmp_path), tmp_path / "model", profile="fast")
    finder = load_finder(tmp_path / "model")
    assert (finder.encoder.name, finder.model.reranker) == (STATIC, None)
    assert json.loads((tmp_path / "model" / "card.json").read_text())["encoder"] == STATIC
    assert finder.model.without == COSTLY
    call = a_call("customer: My order is late.", "agent: Let me look.", "agent: That is your fault, number 7.")
    own = a_criterion(
        "own",
        failure="violation",
        definition=WRITTEN["definition"],
        expected_behavior=WRITTEN["expected_behavior"],
        broken_by=WRITTEN["broken_by"],
    )
    (pick,) = finder.find(call, [a_failure(own)], a_rubric(own))
    assert pick.quote == "That is your fault, number 7."


def test_training_twice_writes_the_same_model(tmp_path):
    data = company(tmp_path)
    train(*data, tmp_path / "one")
    train(*data, tmp_path / "two")
    assert (tmp_path / "one/model.json").read_bytes() == (tmp_path / "two/model.json").read_bytes()


def test_too_few_labels_are_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(TooFewLabels):
        train(*company(tmp_path, calls=4), tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_rubric_of_the_labels_is_not_needed_where_they_write_their_criteria_out(tmp_path):
    assert train(*company(tmp_path), tmp_path / "model", rubrics=[a_rubric()]).labels == 24
