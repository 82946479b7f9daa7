"""Commands: a sentence that begins with a bare verb and asks for nothing politely (spaCy's tags)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.signals.family import family

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from models.scene import Scene, Values

LONGEST = 400
"""Characters that are looked at: a command shows at the beginning."""
NO_VERBS = """
a an the this that these those there here some any all both each every no not
i you he she it we they my your his her its our their who whose what which when where why how whether
and but or so if because since while before after then than as of in on at to for from with by about into
is are was were am isn't aren't can could would should may might must will shall did does has had
ok okay yes yeah yep yup nope um uh uhm er erm mm mmm hmm ah oh hi hello hey thanks sorry bye goodbye now well just
"""
"""Words that are no verb in its bare form, whatever follows; four fifths of what agents say begins with one."""
BEGINS = re.compile(rf"\W*(?:{'|'.join(sorted(NO_VERBS.split(), key=len, reverse=True))})(?![\w-])", re.IGNORECASE)
TAGGING = ("tok2vec", "tagger")


@family("command", of_the_call=True)
def command(scene: Scene) -> dict[str, Values]:
    """1 for a command without a please; people hear it as curt."""
    import numpy as np

    found = np.zeros(len(scene.texts))
    texts = [text[:LONGEST] for text in scene.texts]
    open_ones = [n for n, text in enumerate(texts) if may_command(text)]
    if open_ones:
        found[open_ones] = tagged([texts[n] for n in open_ones])
    return {"command": found}


def may_command(text: str) -> bool:
    """Whether the tags of a text have to be seen: it asks nothing, and its first word may be a verb."""
    return not text.rstrip().endswith("?") and BEGINS.match(text) is None


def tagged(texts: Sequence[str]) -> list[float]:
    """1 for a command, 0 for what is none, by the tags that spaCy gives."""
    from nlp.language import load_language

    language = load_language()
    others = [name for name in language.pipe_names if name not in TAGGING]
    with language.memory_zone():
        return [float(_is_command(doc)) for doc in language.pipe(texts, disable=others)]


def _is_command(doc: Doc) -> bool:
    words = [token for token in doc if not token.is_punct and not token.is_space]
    if not words or doc.text.rstrip().endswith("?") or any(token.lower_ in ("please", "let") for token in words):
        return False
    return words[0].tag_ == "VB" and (len(words) < 2 or words[1].lower_ not in ("you", "me"))
