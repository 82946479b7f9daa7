"""Readers of transcripts and of scores under bytes that nobody meant: no traceback, no hang, no turn unaccounted for.

``python -m bench.fuzz --seconds 60``. Coverage-guided, by atheris, from the fixtures of the tests; JSON is also changed
value by value, so that what comes out is still JSON. Ends with status 1, and the input in ``--keep``, where a promise
is broken: a traceback, more than 20 seconds, a turn that nobody accounts for, or more memory than ten times what the
input unpacks to and 50 MB.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import re
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.set_aside import SetAside

if TYPE_CHECKING:
    from nlp.readers.vendor import Source

TESTS = Path(__file__).parents[1] / "tests"
FIXTURES = TESTS / "nlp" / "readers" / "fixtures"
SCORES = TESTS / "rubric" / "readers" / "fixtures"
STRICT = ("WebVTT", "SubRip", "Plain text", "Table", "Verbatim", "vCon")
LONGEST = 40_000
SECONDS_AN_INPUT = 20
MOST_TIMES, MOST_BESIDES = 10, 50 * 2**20
"""How much memory an input may take: times what it unpacks to, and bytes besides."""

ANY: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, 10**400, "", "x", "\x00", "\ud800", "0", "1.5s", "PT1M", "2026-11-02T14:00:00Z", [], {},
    [[]], [{}], "agent", "=1", "\u2028", "base64url",
)  # fmt: skip


class Broken(AssertionError):
    """A reader did not keep a promise."""


def check(raw: bytes) -> None:
    """One file through everything that an import does. Raises Broken, or whatever a reader lets out."""
    from nlp.readers.places import Blob
    from nlp.readers.registry import choose, read, vendors
    from nlp.readers.speakers import to_call
    from nlp.readers.unpacking import sources_in
    from nlp.readers.vendor import Hints, Transcript

    for source in sources_in(Blob("a.bin", lambda: io.BytesIO(raw)), Hints()):
        if isinstance(source, SetAside):
            continue
        for vendor in vendors():
            likely = float(vendor.recognises(source))
            if not 0 <= likely <= 1:
                raise Broken(f"{vendor.NAME}: recognises says {likely}")
        choice = choose(source)
        if not isinstance(choice, SetAside):
            list(choice.vendor.read(source))  # by itself: the registry would catch what it lets out
            choice.vendor.count(source)
        for found in read(source):
            if isinstance(found, Transcript):
                to_call(found)
            elif _breaks_a_promise(found.reason):
                raise Broken(str(found))
        _check_scores(source)


def _check_scores(source: Source) -> None:
    """A document as one that may hold evaluations."""
    from rubric.readers.registry import evaluations_of, score_vendors, vendor_of

    for vendor in score_vendors():
        likely = float(vendor.recognises(source))
        if not 0 <= likely <= 1:
            raise Broken(f"{vendor.NAME}: recognises says {likely}")
    chosen = vendor_of(source)
    if chosen is not None:
        list(chosen.read(source))  # by itself, as above
        for found in evaluations_of(chosen, source):
            if isinstance(found, SetAside) and found.reason.startswith("is not as "):
                raise Broken(str(found))


def check_with_memory(raw: bytes) -> None:
    """As ``check``, and the process's peak memory must not rise by more than the input allows.

    A rise under an earlier peak is not seen; what takes too much of it by itself is, wherever in a run it comes.
    """
    before = _peak()
    check(raw)
    rose = _peak() - before
    if rose > MOST_BESIDES and rose > MOST_BESIDES + MOST_TIMES * _unpacked(raw):
        raise Broken(f"takes {rose / 2**20:,.0f} MB of memory for {_unpacked(raw):,} bytes")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _unpacked(raw: bytes) -> int:
    """Bytes of what an input unpacks to: its own, or those of all documents in it."""
    from nlp.readers.places import Blob
    from nlp.readers.unpacking import sources_in
    from nlp.readers.vendor import Hints, Source

    found = sources_in(Blob("a.bin", lambda: io.BytesIO(raw)), Hints())
    return max(len(raw), sum(len(each.raw) for each in found if isinstance(each, Source)))


def _breaks_a_promise(reason: str) -> bool:
    """Whether a document was refused for what its reader did.

    JSON that has the parts of a transcript where no vendor has them is rightly refused when two ways of counting them
    differ. Captions, text, tables and vCons have no such places.
    """
    counted = re.match(r"holds [\d,]+ entries of (.+), of which [\d,]+ could be accounted for", reason)
    return counted[1] in STRICT if counted is not None else reason.startswith("is not as ")


def seeds() -> Iterator[bytes]:
    """The fixtures, each as it is and packed."""
    import gzip

    for path in (*sorted(FIXTURES.iterdir()), *sorted(each for each in SCORES.rglob("*") if each.is_file())):
        raw = path.read_bytes()
        if len(raw) <= LONGEST:
            yield raw
    yield gzip.compress(FIXTURES.joinpath("own.jsonl").read_bytes())


def changed(raw: bytes, seed: int) -> bytes:
    """JSON with one to four of its values replaced, doubled, moved or left out; other bytes as they are."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 4)):
        _change(value, rng)
    with contextlib.suppress(ValueError, RecursionError):
        return json.dumps(value).encode("utf-8", "replace")
    return raw


def _change(value: Any, rng: random.Random) -> None:
    here = value
    while isinstance(here, dict | list) and here:
        key: Any = rng.choice(list(here)) if isinstance(here, dict) else rng.randrange(len(here))
        inner = here[key]
        if isinstance(inner, dict | list) and inner and rng.random() < 0.8:
            here = inner
            continue
        act = rng.randrange(4)
        if act == 0 and isinstance(here, list):
            here.append(inner)
        elif act == 1:
            del here[key]
        elif act == 2 and isinstance(here, dict):
            here[rng.choice(("text", "start", "speaker", "words", "segments", str(key)))] = inner
        else:
            here[key] = rng.choice(ANY)
        return


def _mutator(mutate: Callable[[bytes, int], bytes]) -> Callable[[bytes, int, int], bytes]:
    def one(raw: bytes, most: int, seed: int) -> bytes:
        made = changed(raw, seed) if seed % 2 else raw
        made = made if made != raw and len(made) <= most else mutate(raw, most)
        return made[:most]

    return one


def main() -> None:
    """Fuzz for a while. Does not return: libFuzzer ends the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()), help="where a broken input is kept")
    asked = parser.parse_args()
    import atheris

    with atheris.instrument_imports(include=["nlp.readers", "rubric.readers"]):
        from nlp.readers.registry import vendors
        from rubric.readers.registry import score_vendors

        vendors(), score_vendors()
    with tempfile.TemporaryDirectory() as corpus:
        for number, raw in enumerate(seeds()):
            Path(corpus, f"{number:03}").write_bytes(raw)
        options = (
            f"-max_total_time={asked.seconds}",
            f"-max_len={LONGEST}",
            f"-timeout={SECONDS_AN_INPUT}",
            f"-seed={asked.seed or 1}",
            f"-artifact_prefix={asked.keep}/",
            "-rss_limit_mb=1500",
            "-print_final_stats=1",
            "-verbosity=1",
        )
        atheris.Setup(
            [sys.argv[0], *options, corpus],
            check_with_memory,
            custom_mutator=_mutator(lambda raw, most: bytes(atheris.Mutate(raw, most))),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
