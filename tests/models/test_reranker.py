from random import Random

import numpy as np
import pytest
import torch

from builders import a_call, a_criterion
from models.adapter import AdapterDoesNotFit, fit_adapter, make_adapter, save_adapter
from models.reranker import Reranker, best_of, join
from models.reranker_net import RerankerNet
from models.reranker_text import CANDIDATE_TOKENS, CRITERION_TOKENS, SENTENCE, candidate_tokens, criterion_tokens
from models.reranker_training import Lesson, Recipe, read_call, second_opinions, train_reranker
from models.scene import CallView, Scene
from nlp.encoder import load_encoder
from nlp.segment import segment

RUDE = a_criterion("rude", failure="violation", broken_by={"examples": ["That is your own fault.", "Calm down."]})
LATE = a_criterion("late", failure="violation", broken_by={"examples": ["Somebody may call you at some point."]})
LINES = (
    "agent: Good morning, this is the workshop.",
    "customer: My car has been with you for nine days!",
    "agent: Then you should have read the contract. It is all written there.",
    "customer: I only want to know when it is ready.",
    "agent: Someone will ring you some time. Anything else?",
    "customer: No. Forget it.",
    "agent: Fine. Goodbye.",
)
CALL = a_call(*LINES)


def spoken(call):
    return [one for one in segment(call) if one.speaker == "agent"]


def a_lesson(criterion, right):
    count = len(spoken(CALL))
    return Lesson("c", criterion, np.arange(count) == right, np.zeros(count))


LESSONS = [a_lesson(RUDE, 1), a_lesson(LATE, 3)]


@pytest.fixture(scope="module")
def read():
    return {"c": read_call(RerankerNet().eval(), CALL, spoken(CALL))}


@pytest.fixture(scope="module")
def trained(read):
    recipe = Recipe(epochs=14, labels_a_step=2, rate=3e-4)
    return train_reranker(LESSONS, read, recipe, lambda *_: None)


@pytest.fixture(scope="module")
def adapter(trained, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "reranker.safetensors"
    save_adapter(path, make_adapter(trained))
    return path


def test_it_learns_which_sentence_shows_which_criterion(trained, read):
    every = [list(range(len(spoken(CALL))))] * 2
    untrained = second_opinions(RerankerNet().eval(), LESSONS, read, every)
    learned = second_opinions(trained, LESSONS, read, every)
    assert [int(one.argmax()) for one in learned] == [1, 3]
    assert [int(one.argmax()) for one in untrained] != [1, 3]


def test_an_adapter_keeps_what_was_learned_in_a_few_megabytes(trained, adapter, read):
    every = [list(range(len(spoken(CALL))))] * 2
    fitted = fit_adapter(RerankerNet(), adapter).eval()
    assert [int(one.argmax()) for one in second_opinions(fitted, LESSONS, read, every)] == [1, 3]
    assert adapter.stat().st_size < 4_000_000


def test_the_layers_that_read_a_candidate_apart_stay_as_packaged(trained):
    packaged = RerankerNet().shared.state_dict()
    assert all(torch.equal(value, packaged[name]) for name, value in trained.shared.state_dict().items())


def scene_of(criterion, view=None):
    return Scene(view or CallView(CALL, load_encoder()), criterion)


def test_the_second_look_changes_the_order_of_the_best_and_leaves_the_others_behind(adapter):
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.0, -0.1, -0.2])
    joined = Reranker(adapter, weight=5.0, candidates=4).joined(scene_of(LATE), scores)
    assert int(joined.argmax()) == 3
    assert joined[4:].max() < joined[:4].min()
    assert list(np.argsort(-joined[4:])) == [0, 1, 2]


def test_the_same_scene_gives_the_same_scores_whatever_was_looked_at_before(adapter):
    fresh, busy = Reranker(adapter), Reranker(adapter)
    view = CallView(CALL, load_encoder())
    busy.second_opinion(scene_of(RUDE, view), [0, 2, 4])
    busy.second_opinion(scene_of(LATE, view), [5])
    found = busy.second_opinion(scene_of(RUDE, view), [1, 0, 3])
    assert found.tobytes() == fresh.second_opinion(scene_of(RUDE), [1, 0, 3]).tobytes()
    assert found[0] == fresh.second_opinion(scene_of(RUDE), [1])[0]


def test_one_candidate_needs_no_second_look(adapter):
    scores = np.array([0.3])
    assert Reranker(adapter).joined(scene_of(RUDE), scores) is scores


def test_a_score_is_joined_about_the_mean_of_what_was_looked_at():
    joined = join(np.array([3.0, 2.0, 1.0]), [0, 1], np.array([-2.0, 2.0]), weight=0.5)
    assert joined.tolist() == [2.0, 3.0, 0.0]


def test_the_best_are_taken_in_the_order_in_which_they_were_spoken_where_they_are_equal():
    assert best_of(np.array([1.0, 2.0, 2.0, 0.5]), 3) == [1, 2, 0]


def test_texts_are_cut_to_the_tokens_that_the_net_reads():
    long = a_call("customer: " + "no no no " * 900, "agent: " + "well then " * 19, "customer: " + "hm " * 900)
    said = candidate_tokens(long, spoken(long))
    assert all(len(one.tokens.ids) <= CANDIDATE_TOKENS for one in said)
    assert all(SENTENCE in one.tokens.sections for one in said)
    wordy = a_criterion("wordy", definition="very " * 500, failure="violation", broken_by={"examples": ["x"]})
    assert len(criterion_tokens(wordy).ids) == CRITERION_TOKENS


def test_in_training_a_criterion_is_worded_in_many_ways_and_otherwise_in_one():
    assert len({criterion_tokens(RUDE, Random(n)).ids for n in range(20)}) > 5
    assert criterion_tokens(RUDE) == criterion_tokens(RUDE)


def test_a_file_that_is_no_adapter_is_refused_by_name(tmp_path, adapter):
    path = tmp_path / "reranker.safetensors"
    path.write_bytes(b"not tensors")
    with pytest.raises(AdapterDoesNotFit, match=r"reranker\.safetensors: is no safetensors file"):
        fit_adapter(RerankerNet(), path)
    save_adapter(path, {"place": torch.zeros(3, 8, 384)})
    with pytest.raises(AdapterDoesNotFit, match="has no tensor"):
        fit_adapter(RerankerNet(), path)
