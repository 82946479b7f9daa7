"""The packaged encoder on ONNX Runtime: its vectors do not depend on neighbours, and are the model's own."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.encoder import BATCH_TOKENS, STEP, SentenceEncoder, batches, load_packaged, packaged_path

SAID = (
    "Yes.",
    "No, I told you that already.",
    "What is your order number?",
    "I understand that this is frustrating, and I am sorry that it took three calls to get here.",
    "Let me look at the account and see what went wrong with the second payment, which should never have been taken.",
    "word " * 300,
)


@pytest.mark.slow
def test_vectors_are_those_of_the_model_under_sentence_transformers():
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(packaged_path()), device="cpu", local_files_only=True).encode(list(SAID))
    assert np.abs(SentenceEncoder().encode(SAID) - theirs).max() < 2e-5


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(SAID[:5]), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_a_vector_is_the_same_to_the_last_digit_whatever_stands_beside_it(texts, random):
    alone = {text: load_packaged().encode([text])[0].tobytes() for text in set(texts)}
    random.shuffle(texts)
    together = load_packaged().encode(texts)
    assert [row.tobytes() for row in together] == [alone[text] for text in texts]


@given(st.lists(st.integers(1, 256), max_size=200))
def test_batches_take_every_text_once_and_never_more_tokens_than_fit(lengths):
    found = list(batches(lengths))
    assert sorted(place for places, _ in found for place in places) == list(range(len(lengths)))
    for places, length in found:
        assert len(places) * length <= BATCH_TOKENS
        assert all(length - STEP < lengths[place] <= length for place in places)


def test_what_is_kept_beyond_the_process_is_asked_before_anything_is_computed():
    class Kept(dict):
        def get(self, texts):
            return {text: self[text] for text in texts if text in self}

        def put(self, vectors):
            self.update(vectors)

    kept = Kept()
    first = SentenceEncoder(beyond=kept).encode(SAID[:3])
    assert list(kept) == list(SAID[:3])
    kept["Yes."] = np.zeros(384, dtype=np.float32)
    again = SentenceEncoder(beyond=kept).encode(SAID[:3])
    assert not again[0].any()
    assert (again[1:] == first[1:]).all()


def test_encoding_with_the_packaged_model_imports_no_torch():
    said = "import sys; from nlp.encoder import load_encoder; load_encoder().encode(['Hello.']); "
    heavy = "print(sorted({'torch', 'transformers', 'sentence_transformers'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", said + heavy], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
