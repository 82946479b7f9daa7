"""The first account action: where details are read out or something is changed on the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family
from models.signals.phrases import said

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family("account_action", "first_account_action", of_the_call=True)
def account_action(scene: Scene) -> dict[str, Values]:
    """Whether something is done or read out, and whether it is the first such sentence of the call."""
    import numpy as np

    done = said("account_action", scene.texts)
    first = np.zeros(len(done))
    at = np.flatnonzero(done)
    if len(at):
        first[at[0]] = 1.0
    return {"account_action": done, "first_account_action": first}
