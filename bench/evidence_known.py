"""What the bench of evidence knows of each label: measured once for all methods and folds, and kept in build/bench."""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bench.labelled import LabelledSet, source_of
from models.labels import Label
from models.scene import CallView, Scene
from models.training import Example, examples_of
from nlp.call import Call
from nlp.encoder import Encoder, load_encoder

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "build" / "bench"
MEASURING = (
    "models/signals",
    "models/scene.py",
    "models/patterns.py",
    "models/training.py",
    "models/labels.py",
    "nlp/segment.py",
    "nlp/encoder.py",
    "bench/evidence_known.py",
)
"""The code that what is kept depends on."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Known:
    """A label with its call and what was measured for it; ``set_name`` is the labelled set that it stands in."""

    set_name: str
    label: Label
    call: Call
    example: Example

    @property
    def source(self) -> str:
        return source_of(self.label.call)

    @property
    def criterion(self) -> str:
        """``open`` where the label has a criterion of its own."""
        return "open" if self.set_name == "open" else self.label.criterion.id

    @property
    def scene(self) -> Scene:
        """Segmented again, and encoded only if somebody asks for vectors; labels of one call share what they see."""
        return Scene(_view_of(_Seen(self.call)), self.label.criterion)

    @property
    def said(self) -> list[str]:
        """The candidates' words."""
        return self.scene.texts


@dataclass(frozen=True, eq=False)
class _Seen:
    """A call, the same where its id is."""

    call: Call

    def __hash__(self) -> int:
        return hash(self.call.call_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Seen) and other.call.call_id == self.call.call_id


@lru_cache(maxsize=8)
def _view_of(seen: _Seen) -> CallView:
    return CallView(seen.call, load_encoder())


def know(sets: Sequence[LabelledSet], progress: Progress, kept: Path = KEPT) -> list[Known]:
    """An entry for each label that can be learned from: measured, or as it was measured before from the same files.

    A call that stands in several sets is encoded once: its labels come one after the other.
    """
    path = kept / f"known-{digest_of(sets, MEASURING)}.pickle"
    if path.exists():
        known: list[Known] = pickle.loads(path.read_bytes())
        return known
    known = list(measured(sets, load_encoder(), progress=progress))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(known))
    return known


def tell_progress(done: int, total: int) -> None:
    """How far the measuring is, on standard error."""
    if done % 100 == 0 or done == total:
        print(f"measuring signals: {done} of {total} labels", file=sys.stderr, flush=True)


def measured(
    sets: Sequence[LabelledSet], encoder: Encoder, without: Sequence[str] = (), progress: Progress = lambda *_: None
) -> Iterator[Known]:
    """Every label of which an example can be made, in the order of its call; ``without`` are signals left out."""
    listed = sorted(
        ((one.name, label) for one in sets for label in one.labels),
        key=lambda entry: (entry[1].call, entry[0], entry[1].criterion.id),
    )
    calls = {call_id: call for one in sets for call_id, call in one.calls.items()}
    given: list[tuple[str, Label]] = []

    def feed() -> Iterator[Label]:
        for entry in listed:
            given.append(entry)
            progress(len(given), len(listed))
            yield entry[1]

    for example in examples_of(feed(), calls, encoder, without):
        name, label = given[-1]  # examples are made one at a time, some labels give none
        yield Known(name, label, calls[label.call], example)


def digest_of(sets: Sequence[LabelledSet], code_in: Sequence[str]) -> str:
    """Twelve digits over the labelled files and the code that what is kept of them depends on."""
    code = [path for name in code_in for path in [ROOT / name, *(ROOT / name).rglob("*")] if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(path for path in code if path.suffix in (".py", ".yaml")):
        digest.update(path.read_bytes())
    for one in sets:
        digest.update(one.calls_path.read_bytes() + one.labels_path.read_bytes())
    return digest.hexdigest()[:12]
