"""The sentence with what it answers: a lapse is often one of the pair and not of the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.examples import asides, plain_examples, sentences
from models.signals.family import family

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family(
    "pair_like_failing",
    "pair_like_good",
    "pair_like_definition",
    "pair_like_part_of_definition",
    "pair_like_expected",
    "pair_like_cue",
    "before_like_definition",
    "before_like_part_of_definition",
    "before_like_failing",
    "before_like_aside",
    "after_like_definition",
    "after_like_failing",
)
def context(scene: Scene) -> dict[str, Values]:
    """Cosines of the pair and of what the customer said before and after, to the criterion's texts."""
    criterion = scene.criterion
    failing, good = plain_examples(criterion.broken_by), plain_examples(criterion.met_by)
    parts = sentences(criterion.definition)
    cue = criterion.due.cue.examples if criterion.due and criterion.due.cue else ()
    pairs, before, after = scene.view.pairs, scene.view.words_before, scene.view.words_after
    return {
        "pair_like_failing": scene.likeness_of(pairs, failing),
        "pair_like_good": scene.likeness_of(pairs, good),
        "pair_like_definition": scene.likeness_of(pairs, [criterion.definition]),
        "pair_like_part_of_definition": scene.likeness_of(pairs, parts),
        "pair_like_expected": scene.likeness_of(pairs, [criterion.expected_behavior]),
        "pair_like_cue": scene.likeness_of(pairs, cue),
        "before_like_definition": scene.likeness_of(before, [criterion.definition]),
        "before_like_part_of_definition": scene.likeness_of(before, parts),
        "before_like_failing": scene.likeness_of(before, failing),
        "before_like_aside": scene.likeness_of(before, asides(criterion.broken_by)),
        "after_like_definition": scene.likeness_of(after, [criterion.definition]),
        "after_like_failing": scene.likeness_of(after, failing),
    }
