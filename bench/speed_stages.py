"""Where the time of `locate` goes, and what its bare forward passes would take."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from bench.watch import Watch
from models.evidence_model import EvidenceModel
from models.reranker import Reranker
from models.reranker_onnx import RerankerGraphs
from models.scene import CallView
from models.scorer import Scorer
from nlp.encoder import SentenceEncoder
from nlp.static_encoder import StaticEncoder

ENCODE, NET = "encode", "second look, its net"
STAGES: tuple[tuple[type, str, str], ...] = (
    (CallView, "__init__", "cut into sentences"),
    (SentenceEncoder, "_compute", ENCODE),
    (StaticEncoder, "_compute", "look tokens up"),
    (EvidenceModel, "signals", "signals"),
    (Reranker, "second_opinion", "second look"),
    (RerankerGraphs, "read", NET),
    (RerankerGraphs, "read_criterion", NET),
    (RerankerGraphs, "score", NET),
    (Scorer, "chances", "was it due and done"),
)
REST = "read, choose, write"


class Stages:
    """Stands around the methods of the stages from when it is made; one a process."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.texts: list[str] = []
        for owner, method, stage in STAGES:
            setattr(owner, method, self._timed(getattr(owner, method), stage))

    def begin(self) -> None:
        """Forget what was."""
        self.watch, self.texts = Watch(), []

    def end(self, seconds: float) -> dict[str, float]:
        """Seconds by stage, what an inner one took not being its outer one's, and the rest of ``seconds``."""
        found = dict(self.watch.seconds)
        return {**found, REST: seconds - sum(found.values())}

    def bare(self, encoder: Any) -> float:
        """Seconds of the forward passes of the texts that were encoded, all at once, and of the second look's net.

        0 for a profile that passes none.
        """
        texts = list(dict.fromkeys(self.texts))
        began = time.perf_counter()
        if texts:
            _COMPUTE(encoder, texts)
        passed = time.perf_counter() - began if texts else 0.0
        return passed + self.watch.seconds[NET]

    def _timed(self, method: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @wraps(method)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if stage == ENCODE:
                self.texts += args[1]
            with self.watch.stage(stage):
                return method(*args, **kwargs)

        return timed


_COMPUTE = SentenceEncoder._compute
