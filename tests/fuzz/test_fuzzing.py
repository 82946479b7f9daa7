"""A short run of the fuzzer over all readers; ``python -m bench.fuzz --seconds 3600`` is the long one."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("atheris", reason="the fuzzer is not installed")

from bench import fuzz

ROOT = Path(__file__).parents[2]


def test_every_fixture_keeps_the_promises():
    seeds = list(fuzz.seeds())
    assert len(seeds) > 30
    for raw in seeds:
        fuzz.check(raw)


@pytest.mark.parametrize(
    "raw", [b'{"recognised": "by nobody"}', b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"[[[[", b"\xff\xfe{"]
)
def test_what_is_no_transcript_keeps_them_too(raw):
    fuzz.check(raw)


def test_a_reader_that_breaks_is_found(monkeypatch):
    from nlp.readers import plain_text

    monkeypatch.setattr(plain_text, "read", lambda source: iter([source.aside("is not as anybody writes it")]))
    with pytest.raises(fuzz.Broken):
        fuzz.check(b"Agent: hello\nCustomer: hi\n")


def test_json_that_is_changed_is_json_still():
    raw = (fuzz.FIXTURES / "twilio.json").read_bytes()
    made = [fuzz.changed(raw, seed) for seed in range(50)]
    assert len(set(made)) > 40
    for each in made:
        fuzz.check(each)


@pytest.mark.slow
def test_a_short_run_of_the_fuzzer_breaks_nothing(tmp_path):
    words = ["-m", "bench.fuzz", "--seconds", "20", "--seed", "7", "--keep", str(tmp_path)]
    # a shell between: what is measured as the most memory begins with that of whoever starts the process
    between = ["sh", "-c", '"$@"; exit $?', "sh"]
    done = subprocess.run([*between, sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-3000:]
    assert list(tmp_path.iterdir()) == []
    assert "stat::number_of_executed_units" in done.stderr
