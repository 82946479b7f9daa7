"""The layers of a BERT as an ONNX graph, built in memory: no torch to run it, and no file to keep beside the weights.

The operators are ONNX Runtime's fused ones (com.microsoft: Attention, SkipLayerNormalization, BiasGelu), which do on a
CPU what four to eight plain ones do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Weights = Mapping[str, NDArray[np.float32]]

WIDTH, HEADS, LAYERS = 384, 12, 6
"""MiniLM's shape."""
EPSILON = 1e-12
FUSED = "com.microsoft"
OPSET, IR = 17, 8
APART = 1024
"""Bytes from which a weight is not written into the graph: that would copy it three times, and read it once more."""


class Graph:
    """Nodes and weights of a graph as it grows. What a method returns is the name of what it computes."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: dict[str, Array] = {}

    def node(self, kind: str, inputs: Sequence[str], outputs: int = 1, domain: str = "", **how: Any) -> str:
        """Add a node and return its first output; the others have the same name with .1, .2 and so on."""
        from onnx import helper

        name = f"{kind}_{len(self.nodes)}"
        names = [name, *(f"{name}.{n}" for n in range(1, outputs))]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **how))
        return name

    def weight(self, name: str, value: Array) -> str:
        """Put a weight under its name, which is returned."""
        import numpy as np

        self.weights[name] = np.ascontiguousarray(value)
        return name

    def session(self, inputs: Mapping[str, tuple[int, Sequence[int | str]]], outputs: Mapping[str, str]) -> Any:
        """An ONNX Runtime session of the graph on this machine's cores.

        ``inputs`` have for each name its element type and shape; ``outputs`` for each name what is computed under it.
        """
        from onnx import TensorProto, helper, numpy_helper

        for name, computed in outputs.items():
            self.nodes.append(helper.make_node("Identity", [computed], [name]))
        large = {name: value for name, value in self.weights.items() if value.nbytes >= APART}
        graph = helper.make_graph(
            self.nodes,
            "verbatim",
            [helper.make_tensor_value_info(name, *about) for name, about in inputs.items()],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
            [
                _elsewhere(name, value) if name in large else numpy_helper.from_array(value, name)
                for name, value in self.weights.items()
            ],
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
        return session_of(helper.make_model(graph, opset_imports=opsets, ir_version=IR).SerializeToString(), large)


def _elsewhere(name: str, value: Array) -> Any:
    """A weight whose numbers are handed to the session beside the graph."""
    from onnx import StringStringEntryProto, TensorProto, helper

    where = StringStringEntryProto(key="location", value="memory")
    kind = helper.np_dtype_to_tensor_dtype(value.dtype)
    apart = TensorProto.EXTERNAL
    return TensorProto(name=name, data_type=kind, dims=value.shape, data_location=apart, external_data=[where])


def session_of(model: bytes, weights: Mapping[str, Array]) -> Any:
    """A session whose threads are as many as the cores, or as OMP_NUM_THREADS says, and wait asleep (decision 0030).

    The session takes a copy of ``weights``, those that the graph names and does not hold. Without arena and memory
    pattern: both keep what the largest shape took (onnxruntime issues 9313, 11118).
    """
    import onnxruntime as ort

    options = ort.SessionOptions()
    said = os.environ.get("OMP_NUM_THREADS", "")
    options.intra_op_num_threads = int(said) if said.isdigit() and int(said) else os.cpu_count() or 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    values = [ort.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
    options.add_external_initializers(list(weights), values)
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def embeddings(graph: Graph, weights: Weights, ids: str) -> str:
    """Token ids [n, length] to what the first layer reads, [n, length, 384]."""
    import numpy as np

    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    words = graph.node("Gather", [graph.weight("words", weights["embeddings.word_embeddings.weight"]), ids])
    shape = graph.node("Shape", [ids], start=1, end=2)
    zero, axis = graph.weight("zero", np.array([0])), graph.weight("axis", np.array([0]))
    here = graph.node("Slice", [graph.weight("places", places), zero, shape, axis])
    return norm(graph, graph.node("Add", [words, here]), weights, "embeddings.LayerNorm")


def norm(graph: Graph, x: str, weights: Weights, at: str) -> str:
    """Layer normalization with the weights under ``at``."""
    scale, shift = (graph.weight(f"{at}.{part}", weights[f"{at}.{part}"]) for part in ("weight", "bias"))
    return graph.node("LayerNormalization", [x, scale, shift], axis=-1, epsilon=EPSILON)


def linear(graph: Graph, x: str, weights: Weights, at: str, bias: bool = True) -> str:
    """``x`` times the matrix under ``at``, with its bias or without."""
    product = graph.node("MatMul", [x, graph.weight(f"{at}.turned", weights[f"{at}.weight"].T)])
    return graph.node("Add", [product, graph.weight(f"{at}.bias", weights[f"{at}.bias"])]) if bias else product


def attention(graph: Graph, x: str, weights: Weights, at: str, mask: str) -> str:
    """Self-attention of a layer; ``mask`` int32 [n, length], 1 where there is a token."""
    import numpy as np

    parts = [f"{at}attention.self.{name}" for name in ("query", "key", "value")]
    joined = graph.weight(f"{at}qkv", np.concatenate([weights[f"{one}.weight"].T for one in parts], axis=1))
    shifts = graph.weight(f"{at}qkv.bias", np.concatenate([weights[f"{one}.bias"] for one in parts]))
    return graph.node("Attention", [x, joined, shifts, mask], domain=FUSED, num_heads=HEADS)


def rest_of_layer(graph: Graph, x: str, read: str, weights: Weights, at: str) -> str:
    """What follows the attention: both residual sums, and the two wide products with GELU between them."""
    x = _added(graph, linear(graph, read, weights, f"{at}attention.output.dense", bias=False), x, weights, at + OUT)
    inner = linear(graph, x, weights, f"{at}intermediate.dense", bias=False)
    bias = graph.weight(f"{at}intermediate.dense.bias", weights[f"{at}intermediate.dense.bias"])
    inner = graph.node("BiasGelu", [inner, bias], domain=FUSED)
    return _added(graph, linear(graph, inner, weights, f"{at}output.dense", bias=False), x, weights, at + DOWN)


OUT, DOWN = "attention.output", "output"


def _added(graph: Graph, product: str, x: str, weights: Weights, at: str) -> str:
    """A product with its bias, added to ``x`` and normalized."""
    scale, shift = (graph.weight(f"{at}.LayerNorm.{p}", weights[f"{at}.LayerNorm.{p}"]) for p in ("weight", "bias"))
    bias = graph.weight(f"{at}.dense.bias", weights[f"{at}.dense.bias"])
    inputs = [product, x, scale, shift, bias]
    return graph.node("SkipLayerNormalization", inputs, domain=FUSED, epsilon=EPSILON)


def layer(graph: Graph, x: str, weights: Weights, number: int, mask: str) -> str:
    """One whole layer that reads ``x`` [n, length, 384] alone."""
    at = f"encoder.layer.{number}."
    return rest_of_layer(graph, x, attention(graph, x, weights, at, mask), weights, at)


def sentence_session(weights: Weights) -> Any:
    """Token ids and mask, int32 [n, length], to ``vectors``: the mean of the last layer's states, [n, 384]."""
    import numpy as np
    from onnx import TensorProto

    graph = Graph()
    x = embeddings(graph, weights, "ids")
    for number in range(LAYERS):
        x = layer(graph, x, weights, number, "mask")
    some = graph.node("Cast", ["mask"], to=TensorProto.FLOAT)
    where = graph.node("Unsqueeze", [some, graph.weight("last", np.array([-1]))])
    total = graph.node("ReduceSum", [graph.node("Mul", [x, where]), graph.weight("tokens", np.array([1]))], keepdims=0)
    count = graph.node("ReduceSum", [where, graph.weight("tokens", np.array([1]))], keepdims=0)
    shape = (TensorProto.INT32, ("rows", "length"))
    return graph.session({"ids": shape, "mask": shape}, {"vectors": graph.node("Div", [total, count])})
