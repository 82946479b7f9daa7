from random import Random

import pytest

from builders import a_call, a_criterion
from models.evaluating import hit_of
from models.labels import Label
from models.shelf import NoSuchModel, SecondStage, load_model, read_sheet, save_model
from models.training import examples_of
from nlp.encoder import load_encoder
from operations import train_second
from operations.train import fit, unseen_scores

RUDE = a_criterion("rude", failure="violation", broken_by={"examples": ["You should have thought of that before."]})
INSULTS = ("That is your own fault.", "You people never listen.", "Do I have to spell it out?", "Use your head.")
PLAIN = ("The parcel left on Monday.", "I see the order here.", "It weighs two kilos.", "One moment, it is loading.")


def labelled(count):
    """Calls in each of which one of four sentences is rude, at a place that tells nothing."""
    rng = Random(3)
    for number in range(count):
        lines = rng.sample(PLAIN, 3)
        at = rng.randrange(4)
        lines.insert(at, INSULTS[number % 4])
        turns = [line for said in lines for line in (f"agent: {said}", "customer: Yes.")]
        call = a_call(*turns, call_id=f"c{number}")
        span = (2 * at, 0, len(INSULTS[number % 4]))
        yield call, Label(call=call.call_id, criterion=RUDE, gold=(span,), best=(span,))


@pytest.fixture(scope="module")
def material():
    pairs = list(labelled(24))
    calls = {call.call_id: call for call, _ in pairs}
    examples = list(examples_of([label for _, label in pairs], calls, load_encoder()))
    return examples, calls, unseen_scores(examples)


def hits(examples, scores):
    return sum(hit_of(example, one).first for example, one in zip(examples, scores, strict=True))


def silent(*_):
    pass


def test_few_labels_make_no_second_stage(material):
    assert train_second.train_second(*material, silent) is None


def test_a_second_stage_is_kept_only_where_it_helps_on_calls_left_out(material, monkeypatch):
    monkeypatch.setattr(train_second, "FEWEST_LABELS", 20)
    examples, _, unseen = material
    told = []
    found = train_second.train_second(*material, lambda stage, done, total: told.append((stage, done, total)))
    assert {stage for stage, _, _ in told} >= {f"second stage, calls left out, {n} of 3" for n in (1, 2, 3)}
    assert (found is not None) == ("training the second stage" in {stage for stage, _, _ in told})
    if found is not None:
        stage, _, joined = found
        assert hits(examples, joined) > hits(examples, unseen)
        assert 0 < stage.sure <= 1


def test_a_model_that_names_a_second_stage_needs_its_file_unless_it_is_to_be_fast(material, tmp_path):
    examples, _, unseen = material
    name = load_encoder().name
    stage = SecondStage(weight=0.5, candidates=6, confidence=(0.0, 1.0, 1.0, 0.0), sure=0.9)
    save_model(tmp_path, fit(examples, unseen, name).model_copy(update={"second": stage}), {})
    assert read_sheet(tmp_path).second == stage
    with pytest.raises(NoSuchModel, match=r"names a second stage, and there is no reranker\.safetensors"):
        load_model(tmp_path, name)
    assert load_model(tmp_path, name, "fast").reranker is None
