"""What doctor says of the vectors that are kept from night to night."""

import numpy as np
import pytest

from app.health import examine
from nlp.vector_cache import VectorFile
from operations.start import init_program


@pytest.fixture
def said(tmp_path):
    """What is found of the vectors with these lines under [evidence]."""
    path = init_program(tmp_path / "program")
    lines_before = path.read_text(encoding="utf-8").splitlines()
    before = "\n".join(line for line in lines_before if not line.startswith("profile"))

    def look(*lines):
        path.write_text(before.replace("[evidence]", "\n".join(["[evidence]", *lines])), encoding="utf-8")
        found = next(one for one in examine(path) if one.what == "vectors")
        return found.well, found.said.replace(str(path.parent), "there")

    return look


def test_without_a_file_of_vectors_it_says_which_setting_names_one(said):
    assert said() == (True, "not kept from night to night: evidence.cache is not set")


def test_a_file_is_named_with_how_much_is_in_it(said, tmp_path):
    assert said('cache = "vectors"') == (True, "there/vectors: not there yet; the first night makes it")
    kept = VectorFile(tmp_path / "program" / "vectors", "m")
    kept.put({"a": np.ones(384, dtype=np.float32), "b": np.ones(384, dtype=np.float32)})
    kept.close()
    well, what = said('cache = "vectors"')
    assert well
    assert what.startswith("there/vectors: 2 of at most 250,000, 0.0 MB")


def test_it_says_when_the_profile_makes_no_use_of_the_file(said):
    assert said('cache = "vectors"', 'profile = "fast"')[1].startswith("there/vectors is not used: ")


def test_a_file_that_is_something_else_is_amiss(said, tmp_path):
    (tmp_path / "program" / "vectors").write_text("somebody's notes, and long enough to look at\n" * 50)
    well, what = said('cache = "vectors"')
    assert not well
    assert "is no cache of vectors" in what
