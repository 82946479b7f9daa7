"""The second stage of a ranking: learned from the same labels, joined with the first, and held against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.reranker import CANDIDATES, WEIGHT, best_of, join
from models.reranker_training import Lesson, Recipe, read_call, second_opinions, train_reranker
from nlp.segment import segment

if TYPE_CHECKING:
    from models.adapter import Weights
    from models.reranker_net import RerankerNet
    from models.reranker_training import ReadCall
    from models.scene import Values
    from models.training import Example
    from nlp.call import Call

    Progress = Callable[[str, int, int], None]


def lessons_of(examples: Sequence[Example], unseen: Sequence[Values]) -> list[Lesson]:
    """What a reranker learns from; ``unseen`` are the first stage's scores by rankers that did not see the call."""
    return [Lesson(one.call, one.judged, one.accepted, first) for one, first in zip(examples, unseen, strict=True)]


def read_calls(calls: Iterable[Call]) -> dict[str, ReadCall]:
    """The agent's utterances of each call through the layers that stay as packaged; megabytes a hundred calls."""
    from models.reranker_net import RerankerNet

    net = RerankerNet().eval()
    return {
        call.call_id: read_call(net, call, [one for one in segment(call) if one.speaker == "agent"]) for call in calls
    }


def learn_adapter(
    lessons: Sequence[Lesson], calls: Mapping[str, ReadCall], progress: Progress, recipe: Recipe | None = None
) -> Weights:
    """Train a reranker and keep what it changed of the packaged weights."""
    from models.adapter import make_adapter

    return make_adapter(train_reranker(lessons, calls, recipe or Recipe(), progress))


def net_with(adapter: Path) -> RerankerNet:
    """The packaged net with an adapter on it. Raises AdapterDoesNotFit."""
    from models.adapter import fit_adapter
    from models.reranker_net import RerankerNet

    return fit_adapter(RerankerNet(), adapter).eval()


def joined_scores(net: RerankerNet, lessons: Sequence[Lesson], calls: Mapping[str, ReadCall]) -> list[Values]:
    """Both stages' scores of the candidates of each lesson, whose ``first`` are the first stage's."""
    looked = [best_of(one.first, CANDIDATES) for one in lessons]
    several = [n for n, some in enumerate(looked) if len(some) > 1]
    seen = second_opinions(net, [lessons[n] for n in several], calls, [looked[n] for n in several])
    found = [one.first for one in lessons]
    for n, opinion in zip(several, seen, strict=True):
        found[n] = join(lessons[n].first, looked[n], opinion, WEIGHT)
    return found
