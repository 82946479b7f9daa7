import pytest

from bench import reading


@pytest.mark.parametrize("name", reading.WRITERS)
def test_every_call_of_every_format_is_read_and_cut_whole(name, tmp_path):
    reading.WRITERS[name](tmp_path, 3)
    found = reading._measured(str(tmp_path))
    assert (found["calls"], found["turns"], found["utterances"]) == (3, 300, 600)
