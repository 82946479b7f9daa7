"""The ordinary: what is like everything says little, however like it is to the criterion."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from models.signals.family import family

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family("like_any_failing", "like_any_definition", "like_the_call", of_the_call=True)
def ordinary(scene: Scene) -> dict[str, Values]:
    """Mean cosine to ordinary examples of failing, to ordinary definitions, and to the call's other sentences."""
    import numpy as np

    texts = _texts()
    vectors = scene.view.vectors[scene.view.candidates]
    return {
        "like_any_failing": vectors @ scene.view.encode(texts["failing"]).mean(axis=0),
        "like_any_definition": vectors @ scene.view.encode(texts["definitions"]).mean(axis=0),
        "like_the_call": np.asarray(vectors @ vectors.mean(axis=0)),
    }


@lru_cache(maxsize=1)
def _texts() -> dict[str, list[str]]:
    import yaml

    listed: dict[str, list[str]] = yaml.safe_load(
        (files("models.signals") / "data" / "ordinary.yaml").read_text(encoding="utf-8")
    )
    return listed
