"""Vectors that outlive a process: the same to the last digit, bounded, and never in the way of the work."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime

import numpy as np
import pytest

from nlp.encoder import SentenceEncoder
from nlp.static_encoder import StaticEncoder, load_static
from nlp.vector_cache import OURS, NotACache, NotCleared, VectorFile, drop_vectors, keep_vectors, version_of

WRITER = """
import sys
import numpy as np
from pathlib import Path
from nlp.vector_cache import VectorFile
kept, who = VectorFile(Path(sys.argv[1]), "m"), sys.argv[2]
for number in range(int(sys.argv[3])):
    kept.put({f"{who} {number} {n}": np.full(8, n, dtype=np.float32) for n in range(20)})
    print(number, flush=True)
"""


def vector_of(number: int) -> np.ndarray:
    return np.round(np.random.default_rng(number).normal(size=384), 5).astype(np.float32)


@pytest.fixture
def kept(tmp_path):
    found = VectorFile(tmp_path / "vectors", "m", most=100)
    yield found
    found.close()


def writer(path, who, times):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), who, str(times)], stdout=subprocess.PIPE, text=True
    )


def test_a_vector_comes_back_to_the_last_digit_in_another_process_and_unknown_texts_do_not(kept):
    kept.put({"a": vector_of(1), "Ünïcode \ud800": vector_of(2)})
    again = VectorFile(kept.path, "m")
    found = again.get(["a", "b", "Ünïcode \ud800", "a"])
    again.close()
    assert set(found) == {"a", "Ünïcode \ud800"}
    assert found["a"].dtype == np.float32
    assert found["a"].tobytes() == vector_of(1).tobytes()


def test_what_another_model_gave_is_never_found(kept):
    kept.put({"a": vector_of(1)})
    other = VectorFile(kept.path, "m2")
    assert other.get(["a"]) == {}
    other.close()


def test_the_oldest_go_first_when_it_is_full_and_the_file_stops_growing(kept):
    for start in range(0, 400, 50):
        kept.put({str(n): vector_of(n) for n in range(start, start + 50)})
    kept.close()
    size = kept.size()
    for start in range(400, 1200, 50):
        kept.put({str(n): vector_of(n) for n in range(start, start + 50)})
    assert kept.count() == 100
    assert set(kept.get([str(n) for n in range(1200)])) == {str(n) for n in range(1100, 1200)}
    kept.close()
    assert kept.size() <= 1.1 * size


def test_no_text_stands_in_the_file_and_clearing_takes_the_vectors_out_of_it_too(kept):
    kept.put({"my card is 4111 1111 1111 1111": vector_of(1)})
    assert all(b"4111" not in path.read_bytes() for path in kept.path.parent.iterdir())
    kept.clear()
    assert all(vector_of(1).tobytes()[:64] not in path.read_bytes() for path in kept.path.parent.iterdir())
    assert kept.count() == 0


def test_two_processes_write_at_once_and_one_that_is_killed_leaves_all_that_it_had_put(tmp_path):
    path = tmp_path / "vectors"
    killed, other = writer(path, "killed", 100_000), writer(path, "other", 30)
    last = 0
    while last < 20:
        last = int(killed.stdout.readline())
    os.kill(killed.pid, signal.SIGKILL)
    rest = killed.stdout.read().split()  # what it had said of itself before it died
    killed.wait()
    killed.stdout.close()
    assert other.communicate(timeout=60)[0].split()[-1] == "29"
    last = int(rest[-1]) if rest else last
    kept = VectorFile(path, "m")
    texts = [f"killed {number} {n}" for number in range(last + 1) for n in range(20)]
    texts += [f"other {number} {n}" for number in range(30) for n in range(20)]
    assert len(kept.get(texts)) == len(texts)
    kept.close()


def test_a_file_that_is_something_else_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path)
    connection.execute("create table plans (id integer)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NotACache, match=r"store\.db: is no cache of vectors"):
        VectorFile(path, "m").put({"a": vector_of(1)})
    assert path.read_bytes() == before
    words = tmp_path / "words.txt"
    words.write_text("Not a database at all, and long enough to look at. " * 40)
    with pytest.raises(NotACache):
        VectorFile(words, "m").get(["a"])


def test_a_damaged_file_is_begun_anew_with_a_warning(kept, caplog):
    kept.put({str(n): vector_of(n) for n in range(100)})
    kept.close()
    size = kept.path.stat().st_size
    with kept.path.open("r+b") as handle:
        handle.seek(4096)
        handle.write(os.urandom(size - 4096))
    kept.put({"a": vector_of(1)})
    kept.get(["a"])
    assert "is damaged and begun anew" in caplog.text
    kept.put({"a": vector_of(1)})
    assert set(kept.get(["a"])) == {"a"}


def test_where_no_file_can_be_all_is_computed_after_one_warning(tmp_path, caplog):
    nowhere = VectorFile(tmp_path / "no such folder" / "vectors", "m")
    nowhere.put({"a": vector_of(1)})
    assert nowhere.get(["a"]) == {}
    assert nowhere.size() == 0
    assert len(caplog.records) == 1


def test_a_writer_who_holds_the_file_holds_nobody_up_for_longer_than_the_wait(kept, monkeypatch):
    monkeypatch.setattr("nlp.vector_cache.WAIT_S", 0.1)
    kept.put({"a": vector_of(1)})
    holder = sqlite3.connect(kept.path, isolation_level=None)
    holder.execute("begin immediate")
    kept.close()
    began = time.monotonic()
    kept.put({"b": vector_of(2)})
    assert time.monotonic() - began < 5
    holder.execute("rollback")
    holder.close()
    kept.put({"c": vector_of(3)})
    assert set(kept.get(["a", "c"])) == {"a", "c"}


def test_vectors_that_came_before_a_day_go_and_no_byte_of_them_stays(tmp_path):
    old = VectorFile(tmp_path / "vectors", "m", now=lambda: datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    old.put({"a": vector_of(1)})
    old.close()
    new = VectorFile(tmp_path / "vectors", "m2", now=lambda: datetime(2026, 3, 1, tzinfo=UTC).timestamp())
    new.put({"a": vector_of(2)})
    drop_vectors(new.path, datetime(2026, 2, 1, tzinfo=UTC))
    assert set(new.get(["a"])) == {"a"}
    assert new.count() == 1
    new.close()
    assert all(vector_of(1).tobytes()[:64] not in path.read_bytes() for path in tmp_path.iterdir())


def test_dropping_makes_no_file_and_refuses_one_that_is_something_else(tmp_path):
    drop_vectors(tmp_path / "vectors")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "vectors").write_text("words of somebody else, in a file of that name\n" * 50, encoding="utf-8")
    with pytest.raises(NotACache):
        drop_vectors(tmp_path / "vectors")
    assert (tmp_path / "vectors").exists()


def test_where_another_is_writing_dropping_says_that_the_vectors_are_still_there(kept, monkeypatch):
    monkeypatch.setattr("nlp.vector_cache.WAIT_S", 0.1)
    kept.put({"a": vector_of(1)})
    holder = sqlite3.connect(kept.path, isolation_level=None)
    holder.execute("begin immediate")
    with pytest.raises(NotCleared, match="forget again"):
        drop_vectors(kept.path)
    holder.execute("rollback")
    holder.close()
    drop_vectors(kept.path)
    assert kept.count() == 0


def test_a_file_of_an_earlier_version_is_begun_anew(tmp_path):
    path = tmp_path / "vectors"
    connection = sqlite3.connect(path)
    connection.executescript(f"pragma application_id = {OURS}; create table vectors (place integer, vector blob)")
    connection.execute("insert into vectors values (1, x'00')")
    connection.commit()
    connection.close()
    kept = VectorFile(path, "m")
    kept.put({"a": vector_of(1)})
    assert set(kept.get(["a"])) == {"a"}
    kept.close()


def test_what_looks_its_vectors_up_keeps_none_in_a_file(tmp_path):
    encoder = load_static()
    assert keep_vectors(encoder, tmp_path / "vectors") is None
    encoder.encode(["I was charged twice."])
    assert list(tmp_path.iterdir()) == []


class Counting(SentenceEncoder):
    """The packaged encoder, and what it had to compute."""

    def __init__(self):
        super().__init__()
        self.computed = []

    def _compute(self, texts):
        self.computed += texts
        return super()._compute(texts)


def test_a_sentence_is_encoded_once_ever_and_its_vector_is_the_same_from_the_file(tmp_path):
    said = ["I was charged twice.", "What is your order number?", "I was charged twice."]
    first, second = Counting(), Counting()
    kept = keep_vectors(first, tmp_path / "vectors")
    vectors = first.encode(said)
    kept.close()
    kept = keep_vectors(second, tmp_path / "vectors")
    assert second.encode([*said, "And who are you?"])[:3].tobytes() == vectors.tobytes()
    assert second.computed == ["And who are you?"]
    assert first.computed == said[:2]
    kept.close()


def test_another_version_of_the_weights_or_of_the_engine_is_another_version(tmp_path, monkeypatch):
    (tmp_path / "weights").write_bytes(b"1")
    before = version_of(str(tmp_path))
    assert version_of(str(tmp_path)) == before
    assert before.startswith(f"{tmp_path}+")
    (tmp_path / "weights").write_bytes(b"22")
    changed = version_of(str(tmp_path))
    assert changed != before
    monkeypatch.setattr("nlp.vector_cache.version", lambda name: "9")
    assert version_of(str(tmp_path)) not in (before, changed)


@pytest.mark.parametrize("encoder", [SentenceEncoder(), StaticEncoder()], ids=["net", "table"])
def test_a_vector_that_is_remembered_does_not_keep_its_batch_in_memory(encoder):
    encoder.encode(["I was charged twice.", "What is your order number?", "Bye."])
    assert [vector.base for vector in encoder._cache.values()] == [None, None, None]
