"""What training changed of the packaged encoder, small: differences of matrices in few directions, the rest whole.

The weights are trained whole and compressed afterwards, by a singular value decomposition of each difference; the
form is LoRA's (Hu et al., 2021). Kept as safetensors in half precision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.errors import WrongInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from models.reranker_net import RerankerNet

    Weights = dict[str, Tensor]

RANK = 16
UP, DOWN = ".up", ".down"


class AdapterDoesNotFit(WrongInput):
    """A file that holds no adapter of this net."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}; `verbatim train` writes one that fits")
        self.path, self.problem = path, problem


def make_adapter(net: RerankerNet, rank: int = RANK) -> Weights:
    """The adapter of a trained net: for each matrix of its upper layers ``rank`` directions, all else as it is."""
    import torch

    from models.reranker_net import RerankerNet

    before = RerankerNet().learned()
    found: Weights = {}
    for name, after in net.learned().items():
        if _is_matrix(name, after):
            left, sizes, right = torch.linalg.svd(after.float() - before[name])
            root = sizes[:rank].sqrt()
            found[name + UP], found[name + DOWN] = left[:, :rank] * root, root[:, None] * right[:rank]
        else:
            found[name] = after
    return {name: value.half().contiguous() for name, value in found.items()}


def fit_adapter(net: RerankerNet, path: Path) -> RerankerNet:
    """Put the adapter of a file onto a net fresh from the packaged weights, and return it. Raises AdapterDoesNotFit."""
    adapter = _read(path)
    try:
        net.load_state_dict({name: _fitted(name, one, adapter) for name, one in net.learned().items()}, strict=False)
    except KeyError as error:
        raise AdapterDoesNotFit(path, f"has no tensor {error}") from None
    except RuntimeError as error:
        raise AdapterDoesNotFit(path, f"is of another shape: {' '.join(str(error).split())[:160]}") from None
    return net


def merged(path: Path) -> dict[str, NDArray[np.float32]]:
    """The packaged weights with the adapter's on them, under the packaged names, without torch.

    What the packaged model has not (section, place, likeness, inner, outer) stands under the adapter's names. Raises
    AdapterDoesNotFit.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    from nlp.encoder import packaged_path

    found: dict[str, NDArray[np.float32]] = load_file(str(packaged_path() / "model.safetensors"))
    try:
        adapter = {name: value.astype("float32") for name, value in load_file(str(path)).items()}
    except (OSError, SafetensorError) as error:
        raise AdapterDoesNotFit(path, f"is no safetensors file: {error}") from None
    try:
        found |= {name: adapter[name] for name in ADDED}
        for here, there in _packaged_names():
            found[there] = _on_top(here, found[there], adapter)
    except KeyError as error:
        raise AdapterDoesNotFit(path, f"has no tensor {error}") from None
    except ValueError as error:
        raise AdapterDoesNotFit(path, f"is of another shape: {error}") from None
    return found


ADDED = ("section", "place", "likeness", "inner.weight", "inner.bias", "outer.weight")
PACKAGED_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm_out": "attention.output.LayerNorm",
    "norm_down": "output.LayerNorm",
}


def _packaged_names() -> Iterator[tuple[str, str]]:
    """What training changes of the packaged layers: its name in an adapter, and in the packaged file."""
    for number in range(3):
        for here, there in PACKAGED_NAMES.items():
            for kind in ("weight", "bias"):
                yield f"upper.{number}.{here}.{kind}", f"encoder.layer.{3 + number}.{there}.{kind}"


def _on_top(name: str, before: NDArray[np.float32], adapter: Mapping[str, Any]) -> NDArray[np.float32]:
    after: NDArray[np.float32] = (
        before + adapter[name + UP] @ adapter[name + DOWN] if before.ndim == 2 else adapter[name]
    )
    if after.shape != before.shape:
        raise ValueError(f"{name} {after.shape}, not {before.shape}")
    return after


def save_adapter(path: Path, adapter: Weights) -> None:
    """Write an adapter as safetensors."""
    from safetensors.torch import save_file

    save_file(adapter, str(path))


def _read(path: Path) -> Weights:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(str(path))
    except (OSError, SafetensorError) as error:
        raise AdapterDoesNotFit(path, f"is no safetensors file: {error}") from None


def _fitted(name: str, packaged: Tensor, adapter: Mapping[str, Tensor]) -> Tensor:
    if _is_matrix(name, packaged):
        return packaged + adapter[name + UP].float() @ adapter[name + DOWN].float()
    return adapter[name].float()


def _is_matrix(name: str, value: Tensor) -> bool:
    return name.startswith("upper.") and value.dim() == 2
