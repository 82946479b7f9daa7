"""The packaged MiniLM as a cross-encoder that meets its criterion half-way up.

The lower three layers, as packaged, read a criterion and a candidate apart: a candidate is read once for all criteria
of its call. In the upper three, which are trained, the candidate's tokens attend to the criterion's as well. The idea
is PreTTR's (MacAvaney et al., SIGIR 2020). Imported only where a reranker is used: torch is heavy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.reranker_text import BAD, CUE, GOOD, PREVIOUS, SENTENCE, WHAT
from nlp.encoder import packaged_path

WIDTH, HEADS, LAYERS, SHARED = 384, 12, 6, 3
"""MiniLM's shape; the first ``SHARED`` layers stay as packaged."""
EPSILON = 1e-12
ABSENT = -1e4
PLACES, RANKS, SECTIONS = 3, 8, 4
PARTS = ("query", "key", "value")
Packaged = dict[str, Tensor]
KeysAndValues = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class ReadCriteria:
    """Criteria as they stand before a candidate meets them: keys and values a layer, the end, sections of tokens."""

    layers: list[KeysAndValues]
    end: Tensor
    sections: Tensor


@dataclass(frozen=True, slots=True)
class ReadCandidates:
    """Candidates after the lower layers, [n, length, 384]; sections [n, length]; places [n, 3]; owner [n]: whose row
    of the criteria each is held against."""

    states: Tensor
    sections: Tensor
    places: Tensor
    owner: Tensor


def packaged() -> Packaged:
    """The weights of the packaged encoder."""
    from safetensors.torch import load_file

    return load_file(str(packaged_path() / "model.safetensors"))


class Layer(nn.Module):
    """One layer of the packaged encoder, which may also look at another text of the same depth."""

    def __init__(self, weights: Packaged, number: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        at = f"encoder.layer.{number}."
        self.query, self.key, self.value = (_linear(weights, f"{at}attention.self.{name}") for name in PARTS)
        self.out = _linear(weights, at + "attention.output.dense")
        self.up, self.down = _linear(weights, at + "intermediate.dense"), _linear(weights, at + "output.dense")
        self.norm_out = _norm(weights, at + "attention.output.LayerNorm")
        self.norm_down = _norm(weights, at + "output.LayerNorm")

    def keys(self, x: Tensor) -> KeysAndValues:
        """What others look at of ``x`` [n, length, 384]."""
        return _heads(_apply(self.key, x)), _heads(_apply(self.value, x))

    def forward(self, x: Tensor, mask: Tensor, beside: KeysAndValues | None = None) -> Tensor:
        """``x`` [n, length, 384]; ``mask`` [n, 1, 1, keys], 0 or a large negative; ``beside`` keys and values."""
        query = _heads(_apply(self.query, x))
        key, value = self.keys(x)
        if beside is not None:
            key, value = torch.cat([key, beside[0]], 2), torch.cat([value, beside[1]], 2)
        scores = query @ key.transpose(-1, -2) * (1 / math.sqrt(WIDTH // HEADS)) + mask
        read = (torch.softmax(scores, -1) @ value).transpose(1, 2).reshape(x.shape)
        x = _normed(self.norm_out, x + self.drop(_apply(self.out, read)))
        inner = functional.gelu(_apply(self.up, x))
        return _normed(self.norm_down, x + self.drop(_apply(self.down, inner)))


class RerankerNet(nn.Module):
    """Scores candidates against criteria; higher shows the failure better. Only scores of one call compare."""

    def __init__(self, weights: Packaged | None = None, dropout: float = 0.0) -> None:
        super().__init__()
        weights = weights or packaged()
        places = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self.register_buffer("words", weights["embeddings.word_embeddings.weight"], persistent=False)
        self.register_buffer("places", places, persistent=False)
        self.norm = _norm(weights, "embeddings.LayerNorm").requires_grad_(False)
        layers = [Layer(weights, number, dropout if number >= SHARED else 0.0) for number in range(LAYERS)]
        self.shared = nn.ModuleList(layers[:SHARED]).requires_grad_(False)
        self.upper = nn.ModuleList(layers[SHARED:])
        self.section = nn.Parameter(torch.zeros(SECTIONS, WIDTH))
        self.place = nn.Parameter(torch.zeros(PLACES, RANKS, WIDTH))
        self.likeness = nn.Parameter(torch.tensor([6.0, 3.0, -2.0, 2.0]))
        self.inner = nn.Linear(6 * WIDTH, 128)
        self.outer = nn.Linear(128, 1, bias=False)
        nn.init.zeros_(self.outer.weight)

    @torch.no_grad()
    def read(self, ids: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Token ids [n, length] through the lower layers: [n, length, 384]."""
        x = functional.embedding(ids, self.get_buffer("words")) + self.get_buffer("places")[: ids.shape[1]]
        x = _normed(self.norm, x).to(dtype)
        mask = _mask(ids == 0, dtype)
        for layer in self.shared:
            x = layer(x, mask)
        return x

    def read_criteria(self, states: Tensor, sections: Tensor) -> ReadCriteria:
        """Criteria from the lower layers, [n, length, 384], through the upper ones; they look at themselves alone."""
        mask = _mask(sections == 0, states.dtype)
        layers = []
        for layer in self._upper():
            layers.append(layer.keys(states))
            states = layer(states, mask)
        return ReadCriteria(layers, states, sections)

    def forward(self, criteria: ReadCriteria, said: ReadCandidates) -> Tensor:
        """Scores [n] of the candidates."""
        x = said.states + self._marks(said).to(said.states.dtype)
        theirs = _mask(criteria.sections == 0, x.dtype)[said.owner]
        mask = torch.cat([_mask(said.sections == 0, x.dtype), theirs], -1)
        for layer, (key, value) in zip(self._upper(), criteria.layers, strict=True):
            x = layer(x, mask, (key[said.owner], value[said.owner]))
        return self._score(criteria, said, x.float())

    def _upper(self) -> Iterable[Layer]:
        return cast("Iterable[Layer]", self.upper)

    def _marks(self, said: ReadCandidates) -> Tensor:
        """Which part a token belongs to and, on the sentence itself, where in the call it stands."""
        here = torch.stack([self.place[kind][said.places[:, kind]] for kind in range(PLACES)]).sum(0)
        return self.section[said.sections] + here[:, None] * (said.sections == SENTENCE)[..., None]

    def _score(self, criteria: ReadCriteria, said: ReadCandidates, x: Tensor) -> Tensor:
        c = criteria.end.float()
        sentence, before = _mean(x, said.sections == SENTENCE), _mean(x, said.sections == PREVIOUS)
        what, bad, good, cue = (_mean(c, criteria.sections == part)[said.owner] for part in (WHAT, BAD, GOOD, CUE))
        pairs = [(sentence, bad), (sentence, what), (sentence, good), (before, cue)]
        likeness = torch.stack([(a * b).sum(-1) for a, b in pairs], -1)
        wide = torch.cat([sentence, before, *(a * b * math.sqrt(WIDTH) for a, b in pairs)], -1) * math.sqrt(WIDTH) / 4
        deep = self.outer(functional.gelu(self.inner(wide))).squeeze(-1)
        scores: Tensor = (likeness * self.likeness).sum(-1) + deep
        return scores

    def learned(self) -> Packaged:
        """What training changes: all that is not as packaged."""
        return {name: value for name, value in self.state_dict().items() if not name.startswith(("shared.", "norm."))}


def _linear(weights: Packaged, name: str) -> nn.Linear:
    out, inner = weights[name + ".weight"].shape
    linear = nn.Linear(inner, out)
    linear.load_state_dict({"weight": weights[name + ".weight"], "bias": weights[name + ".bias"]})
    return linear


def _norm(weights: Packaged, name: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(WIDTH, eps=EPSILON)
    norm.load_state_dict({"weight": weights[name + ".weight"], "bias": weights[name + ".bias"]})
    return norm


def _apply(linear: nn.Linear, x: Tensor) -> Tensor:
    return functional.linear(x, linear.weight.to(x.dtype), linear.bias.to(x.dtype))


def _normed(norm: nn.LayerNorm, x: Tensor) -> Tensor:
    return functional.layer_norm(x, (WIDTH,), norm.weight.to(x.dtype), norm.bias.to(x.dtype), EPSILON)


def _heads(x: Tensor) -> Tensor:
    return x.view(x.shape[0], x.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)


def _mask(absent: Tensor, dtype: torch.dtype) -> Tensor:
    return (absent.to(dtype) * ABSENT)[:, None, None, :]


def padded(rows: Sequence[Sequence[int]], length: int = 0) -> Tensor:
    """Rows of numbers as a tensor, filled up with zeros to ``length`` or to the longest."""
    width = length or max(map(len, rows))
    return torch.tensor([[*row, *([0] * (width - len(row)))] for row in rows])


def _mean(x: Tensor, where: Tensor) -> Tensor:
    """The mean of the tokens where ``where`` is true, at length one; zeros where none is."""
    total = (x * where[..., None]).sum(1)
    return functional.normalize(total, dim=-1, eps=1e-6)
