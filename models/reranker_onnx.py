"""The reranker's net as three ONNX graphs, its adapter merged into the weights: what scores without torch.

The same net as models.reranker_net, which trains it: read (the lower layers as packaged), meet (a criterion through the
upper ones, with the keys and values that candidates look at) and score (candidates against one criterion).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.adapter import merged
from models.reranker_text import BAD, CUE, GOOD, PREVIOUS, SENTENCE, WHAT
from nlp.onnx_bert import FUSED, HEADS, LAYERS, WIDTH, Graph, embeddings, layer, linear, rest_of_layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Weights = Mapping[str, NDArray[np.float32]]

SHARED = 3
"""The first layers, which stay as packaged."""
UPPER = range(SHARED, LAYERS)
PAIRS = ("bad", "what", "good", "cue")
"""What a candidate is held against, in the order of the learned weights of likeness."""


@dataclass(frozen=True)
class ReadCriterion:
    """A criterion as it stands before a candidate meets it: keys and values a layer, its parts, its tokens' mask."""

    inputs: dict[str, Array]


class RerankerGraphs:
    """Scores candidates against a criterion. Raises AdapterDoesNotFit where the file is no adapter of this net."""

    def __init__(self, adapter: Path) -> None:
        weights = merged(adapter)
        self._learned = {name: weights[name] for name in ("place", "section")}
        self._read, self._meet, self._score = (make(weights) for make in (_read_session, _meet_session, _score_session))

    def read(self, ids: Array) -> Array:
        """Token ids [n, length] through the lower layers: [n, length, 384]."""
        import numpy as np

        (states,) = self._read.run(["states"], {"ids": ids.astype(np.int32), "mask": (ids != 0).astype(np.int32)})
        return np.asarray(states)

    def read_criterion(self, ids: Array, sections: Array) -> ReadCriterion:
        """One criterion, ids and sections [1, length], through all layers."""
        import numpy as np

        names = [f"{part}_{number}" for number in UPPER for part in ("key", "value")]
        states = self.read(ids)
        mask = (sections != 0).astype(np.int32)
        *beside, end = self._meet.run([*names, "end"], {"states": states, "mask": mask})
        parts = {
            name: mean_of(end, sections == which) for name, which in zip(PAIRS, (BAD, WHAT, GOOD, CUE), strict=True)
        }
        return ReadCriterion({**dict(zip(names, beside, strict=True)), **parts, "their_mask": mask})

    def score(self, criterion: ReadCriterion, states: Array, sections: Array, places: Array) -> Array:
        """Scores [n] of candidates: states [n, length, 384], sections [n, length], places [n, 3]."""
        import numpy as np

        learned = self._learned
        here = sum(learned["place"][kind][places[:, kind]] for kind in range(3))
        sentence = sections == SENTENCE
        inputs = {
            "states": states + learned["section"][sections] + here[:, None] * sentence[..., None],
            "our_mask": (sections != 0).astype(np.int32),
            "sentence": sentence.astype(np.float32)[..., None],
            "before": (sections == PREVIOUS).astype(np.float32)[..., None],
        }
        (scores,) = self._score.run(["scores"], {**inputs, **criterion.inputs})
        return np.asarray(scores)


def mean_of(x: Array, where: Array) -> Array:
    """The mean of the tokens where ``where`` is true, at length one, [n, 384]; zeros where none is."""
    import numpy as np

    total = (x * where[..., None]).sum(1)
    found: Array = (total / np.maximum(np.linalg.norm(total, axis=-1, keepdims=True), 1e-6)).astype(np.float32)
    return found


def _read_session(weights: Weights) -> Any:
    from onnx import TensorProto

    graph = Graph()
    x = embeddings(graph, weights, "ids")
    for number in range(SHARED):
        x = layer(graph, x, weights, number, "mask")
    shape = (TensorProto.INT32, ("rows", "length"))
    return graph.session({"ids": shape, "mask": shape}, {"states": x})


def _meet_session(weights: Weights) -> Any:
    from onnx import TensorProto

    graph, outputs, x = Graph(), {}, "states"
    for number in UPPER:
        outputs[f"key_{number}"], outputs[f"value_{number}"] = _keys_and_values(graph, x, weights, number)
        x = layer(graph, x, weights, number, "mask")
    inputs = {
        "states": (TensorProto.FLOAT, ("rows", "length", WIDTH)),
        "mask": (TensorProto.INT32, ("rows", "length")),
    }
    return graph.session(inputs, {**outputs, "end": x})


def _score_session(weights: Weights) -> Any:
    from onnx import TensorProto

    graph, x, floats = Graph(), "states", TensorProto.FLOAT
    mask = graph.node("Concat", ["our_mask", _for_each_row(graph, "their_mask", 2)], axis=1)
    for number in UPPER:
        x = _looking_beside(graph, x, weights, number, mask)
    inputs = {
        "states": (floats, ("rows", "length", WIDTH)),
        "our_mask": (TensorProto.INT32, ("rows", "length")),
        "their_mask": (TensorProto.INT32, (1, "theirs")),
        **dict.fromkeys(("sentence", "before"), (floats, ("rows", "length", 1))),
        **dict.fromkeys(PAIRS, (floats, (1, WIDTH))),
        **{f"{part}_{n}": (floats, (1, "theirs", WIDTH)) for n in UPPER for part in ("key", "value")},
    }
    return graph.session(inputs, {"scores": _scores(graph, x, weights)})


def _looking_beside(graph: Graph, x: str, weights: Weights, number: int, mask: str) -> str:
    """A layer whose tokens look at their own text's and at the criterion's."""

    at = f"encoder.layer.{number}."
    query = linear(graph, x, weights, f"{at}attention.self.query")
    key, value = _keys_and_values(graph, x, weights, number)
    keys = graph.node("Concat", [key, _for_each_row(graph, f"key_{number}", 3)], axis=1)
    values = graph.node("Concat", [value, _for_each_row(graph, f"value_{number}", 3)], axis=1)
    inputs = [query, keys, values, "", mask]
    read = graph.node("MultiHeadAttention", inputs, domain=FUSED, num_heads=HEADS)
    return rest_of_layer(graph, x, read, weights, at)


def _keys_and_values(graph: Graph, x: str, weights: Weights, number: int) -> tuple[str, str]:
    at = f"encoder.layer.{number}.attention.self."
    key, value = (linear(graph, x, weights, at + part) for part in ("key", "value"))
    return key, value


def _for_each_row(graph: Graph, x: str, axes: int) -> str:
    """``x``, whose first axis is one, as often as there are candidates."""
    import numpy as np

    rows = graph.node("Shape", ["states"], start=0, end=1)
    ones = graph.weight(f"ones_{axes}", np.ones(axes - 1, dtype=np.int64))
    return graph.node("Expand", [x, graph.node("Concat", [rows, ones], axis=0)])


def _scores(graph: Graph, x: str, weights: Weights) -> str:
    """The learned likeness of the sentence and of the words before it to the criterion's parts, and a small net."""
    import numpy as np

    said = {name: _mean(graph, x, name) for name in ("sentence", "before")}
    products = [graph.node("Mul", [said["before" if name == "cue" else "sentence"], name]) for name in PAIRS]
    last = graph.weight("last", np.array([-1]))
    likeness = graph.node("Concat", [graph.node("ReduceSum", [one, last], keepdims=1) for one in products], axis=-1)
    counted = graph.node("Mul", [likeness, graph.weight("likeness", weights["likeness"])])
    root = graph.weight("root", np.array(math.sqrt(WIDTH), dtype=np.float32))
    grown = [graph.node("Mul", [one, root]) for one in products]
    quarter = graph.weight("quarter", np.array(math.sqrt(WIDTH) / 4, dtype=np.float32))
    wide = graph.node("Mul", [graph.node("Concat", [said["sentence"], said["before"], *grown], axis=-1), quarter])
    inner = linear(graph, wide, weights, "inner", bias=False)
    inner = graph.node("BiasGelu", [inner, graph.weight("inner.bias", weights["inner.bias"])], domain=FUSED)
    deep = linear(graph, inner, weights, "outer", bias=False)
    total = graph.node("Add", [graph.node("ReduceSum", [counted, last], keepdims=1), deep])
    return graph.node("Squeeze", [total, last])


def _mean(graph: Graph, x: str, where: str) -> str:
    import numpy as np

    tokens = graph.weight("tokens", np.array([1]))
    total = graph.node("ReduceSum", [graph.node("Mul", [x, where]), tokens], keepdims=0)
    length = graph.node("ReduceL2", [total], axes=[-1], keepdims=1)
    least = graph.weight("least", np.array(1e-6, dtype=np.float32))
    return graph.node("Div", [total, graph.node("Max", [length, least])])
