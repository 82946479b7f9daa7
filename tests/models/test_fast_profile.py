import subprocess
import sys
from pathlib import Path

from models.finder import load_finder
from models.shelf import encoder_for, load_model, packaged_folder, read_sheet, save_model
from models.signals import COSTLY
from nlp.encoder import PACKAGED
from nlp.static_encoder import STATIC


def test_the_fast_profile_looks_tokens_up_unless_an_encoder_is_named() -> None:
    assert encoder_for(None, None, "fast").name == STATIC
    assert encoder_for(None, PACKAGED, "fast").name == PACKAGED
    assert encoder_for(None, None, "default").name == PACKAGED
    assert encoder_for(None, STATIC, "default").name == STATIC


def test_a_model_of_ones_own_keeps_its_encoder_whatever_the_profile(tmp_path: Path) -> None:
    save_model(tmp_path / "mine", read_sheet(packaged_folder("fast")), {})
    assert encoder_for(tmp_path / "mine", None, "default").name == STATIC
    save_model(tmp_path / "net", read_sheet(packaged_folder("default")), {})
    assert encoder_for(tmp_path / "net", None, "fast").name == PACKAGED


def test_the_fast_model_does_without_a_second_stage_and_without_the_tagger() -> None:
    model = load_model(None, STATIC, "fast")
    assert model.reranker is None
    assert set(model.without) == set(COSTLY)
    assert load_model(None, PACKAGED, "default").without == ()


def test_the_two_profiles_say_whose_picks_they_are() -> None:
    assert load_finder(profile="fast").model_version != load_finder().model_version


PICK = """
import sys
sys.path.insert(0, "tests/support")
from builders import a_call, a_criterion, a_failure, a_rubric
from models.finder import load_finder
call = a_call("agent: Hello, how can I help?", "customer: I was charged twice!", "agent: Give me the order number.")
criterion = a_criterion()
(pick,) = load_finder(profile="fast").find(call, [a_failure(criterion)], a_rubric(criterion))
pick.verify(call)
nets = {"torch", "onnxruntime", "sentence_transformers", "transformers", "spacy"}
print(pick.status, pick.opportunity.answer, *sorted(nets & set(sys.modules)))
"""


def test_a_pick_of_the_fast_profile_is_sound_and_loads_no_net() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", PICK], capture_output=True, text=True, timeout=60, cwd=root)
    assert (done.returncode, done.stdout.split()) == (0, ["found", "not_met"]), done.stderr
