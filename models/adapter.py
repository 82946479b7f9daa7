"""What training changed of the packaged encoder, small: differences of matrices in few directions, the rest whole.

The weights are trained whole and compressed afterwards, by a singular value decomposition of each difference; the
form is LoRA's (Hu et al., 2021). Kept as safetensors in half precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.errors import WrongInput

if TYPE_CHECKING:
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
