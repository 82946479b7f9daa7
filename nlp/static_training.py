"""Distilling the table of tokens: from each token alone, then from sentences, so that sums come near the encoder's.

The rows begin as Model2Vec's and are moved by a ridge regression of the packaged encoder's sentence vectors on the
tokens of the sentences. A token that no sentence has stays where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nlp.encoder import packaged_path
from nlp.static_encoder import LONGEST, TOKENIZER_FILE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

DIMENSIONS = 256
COMMON = 1e-3
"""Frequency from which a token counts less than half; frequencies are Zipf's, by the order of the vocabulary."""
RIDGE = 1.0
STEPS = 40
TOGETHER = 256


def token_vectors() -> Values:
    """The packaged encoder's vector of each token of its vocabulary alone; a quarter of a minute on two cores."""
    import numpy as np
    import torch

    model = _load()
    start, end = model.tokenizer.cls_token_id, model.tokenizer.sep_token_id
    found = []
    with torch.inference_mode():
        for at in range(0, model.tokenizer.vocab_size, TOGETHER):
            some = torch.arange(at, min(at + TOGETHER, model.tokenizer.vocab_size))
            ids = torch.stack([torch.full_like(some, start), some, torch.full_like(some, end)], dim=1)
            given = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
            found.append(model(given)["sentence_embedding"].numpy())
    return np.concatenate(found).astype(np.float64)


def sentence_vectors(texts: Sequence[str]) -> Values:
    """The packaged encoder's unit vector of each text, shape (texts, dimensions); minutes for tens of thousands."""
    import numpy as np

    encoded = _load().encode(list(texts), batch_size=32, normalize_embeddings=True)
    return np.asarray(encoded, dtype=np.float64)


def prior_of(tokens: Values) -> tuple[Values, Values]:
    """The rows to begin with, and the principal directions that they are seen along, shape (encoder's, DIMENSIONS)."""
    import numpy as np

    centered = tokens - tokens.mean(axis=0)
    directions = np.linalg.svd(centered, full_matrices=False)[2][:DIMENSIONS].T
    frequency = 1 / np.arange(1, len(tokens) + 1)
    weight = COMMON / (COMMON + frequency / frequency.sum())
    rows = centered @ directions * weight[:, None]
    return rows / np.linalg.norm(rows, axis=1).mean(), directions


def distil(texts: Sequence[str], wanted: Values, prior: Values) -> Values:
    """The rows, as near to ``prior`` as the sums of the texts let them, whose sums point where ``wanted`` does.

    ``wanted`` has a row a text. Conjugate gradients on the normal equations, all dimensions at once.
    """
    import numpy as np

    counts, goal = _counts(texts, prior), _unit(wanted)
    residual = counts.T @ (goal - counts @ prior)
    moved, direction, size = np.zeros_like(prior), residual.copy(), (residual**2).sum(axis=0)
    for _ in range(STEPS):
        image = counts.T @ (counts @ direction) + RIDGE * direction
        step = size / np.maximum((direction * image).sum(axis=0), 1e-12)
        moved += step * direction
        residual -= step * image
        before, size = size, (residual**2).sum(axis=0)
        direction = residual + size / np.maximum(before, 1e-12) * direction
    rows: Values = prior + moved
    return rows


def _counts(texts: Sequence[str], prior: Values) -> Any:
    """How often each text has each token, a sparse row a text, so scaled that the prior's sums have length one."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(packaged_path() / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    tokens = [one.ids for one in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]
    rows = np.repeat(np.arange(len(tokens)), [len(ids) for ids in tokens])
    columns = np.concatenate([np.asarray(ids, dtype=np.int64) for ids in tokens])
    counts = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(tokens), len(prior)))
    lengths = np.linalg.norm(counts @ prior, axis=1)
    return diags(np.where(lengths > 0, 1 / np.maximum(lengths, 1e-9), 0.0)) @ counts


def _unit(rows: Values) -> Values:
    import numpy as np

    unit: Values = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _load() -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(packaged_path()), device="cpu", local_files_only=True).eval()
