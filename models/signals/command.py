"""Commands: a sentence that begins with a bare verb and asks for nothing politely (spaCy's tags)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family
from nlp.language import load_language

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from models.scene import Scene, Values

LONGEST = 400
"""Characters that are looked at: a command shows at the beginning."""


@family("command", of_the_call=True)
def command(scene: Scene) -> dict[str, Values]:
    """1 for a command without a please; people hear it as curt."""
    import numpy as np

    language = load_language()
    texts = [text[:LONGEST] for text in scene.texts]
    with language.memory_zone():
        return {"command": np.array([float(_is_command(doc)) for doc in language.pipe(texts)])}


def _is_command(doc: Doc) -> bool:
    words = [token for token in doc if not token.is_punct and not token.is_space]
    if not words or doc.text.rstrip().endswith("?") or any(token.lower_ in ("please", "let") for token in words):
        return False
    return words[0].tag_ == "VB" and (len(words) < 2 or words[1].lower_ not in ("you", "me"))
