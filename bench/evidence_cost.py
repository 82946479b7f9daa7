"""What a pick costs, stage by stage, with nothing known beforehand."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.evidence_known import Known
from models.finder import load_finder
from models.scene import CallView, Scene
from models.signals import NAMES
from nlp.encoder import SentenceEncoder

if TYPE_CHECKING:
    from models.evidence_model import EvidenceModel
    from nlp.encoder import Vectors

CALLS = 25
BUSY = 1.2
"""Waiting processes a core from which a machine is called busy."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Milliseconds of a call's first pick and of each further one."""

    name: str
    looks_at: str
    first_ms: float
    further_ms: float


@dataclass(frozen=True, slots=True)
class Cost:
    """All stages, in their order."""

    stages: tuple[Stage, ...]
    calls: int
    cores: int
    load: str


class Watch:
    """Seconds and counts by stage. What an inner stage takes is not its outer stage's."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.counts: dict[str, int] = defaultdict(int)
        self._inside: list[str] = []

    @contextmanager
    def stage(self, name: str, count: int = 0) -> Iterator[None]:
        self._inside.append(name)
        started = time.perf_counter()
        yield
        spent = time.perf_counter() - started
        self._inside.pop()
        self.seconds[name] += spent
        self.counts[name] += count
        if self._inside:
            self.seconds[self._inside[-1]] -= spent


class TimedEncoder(SentenceEncoder):
    """The packaged encoder, its time kept apart."""

    watch: Watch

    def encode(self, texts: Sequence[str]) -> Vectors:
        new = len({text for text in texts if text not in self._cache})
        with self.watch.stage("encode", new):
            return super().encode(texts)


def cost_of(known: Sequence[Known]) -> Cost:
    """Two criteria of each of some calls, spread over all sources, by the packaged model."""
    model, encoder = load_finder().model, TimedEncoder()
    encoder.watch = Watch()
    pairs = _two_of_a_call(known)
    for watch in (Watch(), Watch()):  # what is loaded when first used is loaded before time counts
        _pick(model, CallView(pairs[0][0].call, encoder), pairs[0][0], watch)
    watches = Watch(), Watch()
    for pair in pairs:
        encoder._cache.clear()
        encoder.watch = watches[0]
        with watches[0].stage("segment", len(pair[0].call.turns)):
            view = CallView(pair[0].call, encoder)
        for one, watch in zip(pair, watches, strict=True):
            encoder.watch = watch
            _pick(model, view, one, watch)
    return _cost(*watches, len(pairs))


def _two_of_a_call(known: Sequence[Known]) -> list[tuple[Known, Known]]:
    by_call: dict[str, list[Known]] = defaultdict(list)
    for one in known:
        by_call[one.label.call].append(one)
    pairs = [(listed[0], listed[1]) for _, listed in sorted(by_call.items()) if len(listed) > 1]
    return pairs[:: max(1, len(pairs) // CALLS)][:CALLS]


def _pick(model: EvidenceModel, view: CallView, one: Known, watch: Watch) -> None:
    scene, candidates = Scene(view, one.label.criterion), len(view.candidates)
    with watch.stage("signals", candidates):
        signals = model.signals(scene)
    with watch.stage("rank", candidates):
        scores = model.ranker.scores(scene, signals)
    if model.reranker is not None:
        with watch.stage("rerank", min(candidates, model.reranker.candidates)):
            scores = model.reranker.joined(scene, scores)
    with watch.stage("confidence", candidates):
        model.confidence.confidences(scene, scores)


def _cost(first: Watch, further: Watch, calls: int) -> Cost:
    units = {"segment": "{} turns", "encode": "{} texts", "signals": f"{{}} sentences, {len(NAMES)} signals each"}
    stages = tuple(
        Stage(
            name,
            units.get(name, "{} sentences").format(round(first.counts[name] / calls)),
            1000 * first.seconds[name] / calls,
            1000 * further.seconds[name] / calls,
        )
        for name in ("segment", "encode", "signals", "rank", "rerank", "confidence")
        if name in first.seconds
    )
    cores = os.cpu_count() or 1
    busy = os.getloadavg()[0] / cores
    return Cost(stages, calls, cores, f"{busy:.1f} processes a core, " + ("a busy machine" if busy > BUSY else "idle"))
