import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nlp.static_encoder import NoSuchTable, StaticEncoder, TokenTable, load_static, read_table, write_table

TEXTS = ["I am sorry that the parcel is late.", "Your refund will be there on Friday.", "What is your date of birth?"]


def test_a_vector_has_length_one_and_does_not_depend_on_its_neighbours_or_their_order() -> None:
    together = StaticEncoder().encode(TEXTS)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    for text, row in zip(reversed(TEXTS), together[::-1], strict=True):
        assert (StaticEncoder().encode([text])[0] == row).all()


def test_what_means_the_same_is_nearer_than_what_does_not() -> None:
    said, like, other = load_static().encode(
        ["I apologise for the delay of your package.", TEXTS[0], "Please read me the long number on the card."]
    )
    assert said @ like > said @ other + 0.2


def test_nothing_said_is_nothing_and_a_text_beyond_measure_is_cut() -> None:
    assert not load_static().encode([""]).any()
    assert load_static().encode([]).shape[0] == 0
    assert (load_static().encode(["no " * 5000])[0] == load_static().encode(["no " * 300])[0]).all()


def test_a_table_comes_back_as_it_was_written_within_a_part_in_a_hundred(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(50, 8)) * np.logspace(-2, 1, 50)[:, None]
    write_table(tmp_path / "in" / "tokens.safetensors", vectors)
    table = read_table(tmp_path / "in" / "tokens.safetensors")
    assert isinstance(table, TokenTable)
    back = table.rows.astype(float) * 2.0 ** table.shifts[:, None]
    cosines = (back * vectors).sum(axis=1) / np.linalg.norm(back, axis=1) / np.linalg.norm(vectors, axis=1)
    assert cosines.min() > 0.9999


def test_a_file_that_is_no_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokens.safetensors").write_bytes(b"nothing of the kind")
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(NoSuchTable, match=r"tokens\.safetensors: holds no table"):
            StaticEncoder(folder).encode(["Hello."])


def test_a_table_of_another_vocabulary_is_refused(tmp_path: Path) -> None:
    write_table(tmp_path / "tokens.safetensors", np.ones((3, 4)))
    with pytest.raises(NoSuchTable, match="3 rows for 30522 tokens"):
        StaticEncoder(tmp_path).encode(["Hello."])


def test_no_net_is_loaded_for_it() -> None:
    code = (
        "import sys; from nlp.static_encoder import load_static; load_static().encode(['Hello there.']); "
        "print(sorted({'torch', 'onnxruntime', 'sentence_transformers', 'transformers', 'spacy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
