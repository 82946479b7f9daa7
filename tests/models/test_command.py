"""What needs spaCy's tags to be known as a command, and what is settled without them."""

import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.signals.command import may_command, tagged
from nlp.readers.contract import read_calls
from nlp.segment import segment

SAMPLE = Path("examples/calls")


@pytest.fixture(scope="module")
def said():
    """What agents say in the sample's calls, each sentence once."""
    calls = [one for one in read_calls(SAMPLE, ZoneInfo("UTC")) if hasattr(one, "turns")]
    return list(dict.fromkeys(one.text for call in calls for one in segment(call) if one.speaker == "agent"))


def test_no_sentence_that_is_settled_without_tags_is_a_command_by_them(said):
    settled = [text for text in said if not may_command(text)]
    assert len(settled) > len(said) / 2
    assert not any(tagged(settled))


def test_a_bare_verb_is_looked_at_and_a_question_or_a_pronoun_is_not():
    assert all(map(may_command, ("Hold the line.", "«Calm down.»", "Is-it, no", "Hang on.", "Do that again.")))
    assert not any(
        map(may_command, ("Hold the line?", "You wait there.", "... and wait.", "I'm done.", "Can’t do it."))
    )


def test_a_command_is_one_by_its_tag_and_a_polite_one_is_none():
    assert tagged(["Give me the number.", "Hold the line.", "Hold the line, please.", "Statements come monthly."]) == [
        0.0,
        1.0,
        0.0,
        0.0,
    ]


def test_spacy_is_not_loaded_where_no_sentence_may_be_a_command():
    code = """
import sys
from builders import a_call, a_criterion
from models.scene import CallView, Scene
from models.signals.command import command
from nlp.static_encoder import load_static
call = a_call("agent: I see. Would you wait? The rest is here.", "customer: Stop that.")
print(command(Scene(CallView(call, load_static()), a_criterion("one")))["command"].tolist(), "spacy" in sys.modules)
"""
    paths = [str(Path.cwd()), str(Path.cwd() / "tests/support")]
    code = f"import sys; sys.path[:0] = {paths}\n{code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100)
    assert done.stdout.split("]") == ["[0.0, 0.0, 0.0", " False\n"], done.stderr
