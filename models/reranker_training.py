"""Training the reranker: listwise within a call, the accepted sentences against the hardest of the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from models.reranker_text import candidate_tokens, criterion_tokens

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from torch import Tensor

    from models.reranker_net import ReadCandidates, RerankerNet
    from models.reranker_text import Candidate, Tokens
    from models.scene import Values
    from nlp.call import Call
    from nlp.utterance import Utterance
    from rubric.criterion import Criterion

    ReadCall = list[tuple[Tensor, Candidate]]
    Progress = Callable[[str, int, int], None]

AT_ONCE = 32
LESSONS_AT_ONCE = 8
GROUPS = 4
"""Parts of a step's candidates, by length: padding costs what words cost."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the reranker is trained. Rates are the highest of a warm-up and a cosine's half wave."""

    epochs: float = 2
    labels_a_step: int = 12
    candidates: int = 7
    accepted: int = 2
    rate: float = 2e-4
    rate_of_new: float = 1e-3
    decay: float = 0.01
    dropout: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Lesson:
    """A label as the reranker learns from it; ``accepted`` and ``first``, the first stage's scores by a ranker that
    did not see the call, have shape (candidates,)."""

    call: str
    criterion: Criterion
    accepted: NDArray[np.bool_]
    first: Values


def read_call(net: RerankerNet, call: Call, candidates: Sequence[Utterance]) -> ReadCall:
    """The candidates of a call through the layers that are not trained, once for all lessons and epochs."""
    import torch

    said = candidate_tokens(call, candidates)
    order = sorted(range(len(said)), key=lambda n: len(said[n].tokens.ids))
    states: dict[int, Tensor] = {}
    for start in range(0, len(order), AT_ONCE):
        inside = order[start : start + AT_ONCE]
        found = net.read(_ids([said[n].tokens for n in inside]), torch.bfloat16)
        states.update({n: found[row, : len(said[n].tokens.ids)].clone() for row, n in enumerate(inside)})
    return [(states[n], one) for n, one in enumerate(said)]


def train_reranker(
    lessons: Sequence[Lesson], calls: Mapping[str, ReadCall], recipe: Recipe, progress: Progress
) -> RerankerNet:
    """A net that has learned from ``lessons``; the same lessons and recipe give the same net on the same machine."""
    import torch

    from models.reranker_net import RerankerNet

    torch.manual_seed(recipe.seed)
    rng = Random(recipe.seed)
    net = RerankerNet(dropout=recipe.dropout).train()
    useful = [one for one in lessons if one.accepted.any() and not one.accepted.all()]
    steps = math.ceil(math.ceil(len(useful) / recipe.labels_a_step) * recipe.epochs)
    optimizer, schedule = _optimizer(net, recipe, steps)
    for done, some in enumerate(_steps(useful, recipe, rng, steps), start=1):
        chosen = [_choose(one, recipe, rng) for one in some]
        loss = _loss(_scores(net, some, chosen, calls, rng), some, chosen)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([one for one in net.parameters() if one.requires_grad], 1.0)
        optimizer.step()
        schedule.step()
        progress("training the reranker", done, steps)
    return net.eval()


def second_opinions(
    net: RerankerNet, lessons: Sequence[Lesson], calls: Mapping[str, ReadCall], looked: Sequence[Sequence[int]]
) -> list[Values]:
    """The net's scores of the candidates looked at, an array a lesson. In bf16: near what a Reranker gives."""
    import torch

    found: list[Values] = []
    with torch.inference_mode():
        for start in range(0, len(lessons), LESSONS_AT_ONCE):
            some = slice(start, start + LESSONS_AT_ONCE)
            scores = _scores(net, lessons[some], looked[some], calls, None)
            found += [one.double().numpy() for one in scores]
    return found


def _steps(useful: Sequence[Lesson], recipe: Recipe, rng: Random, steps: int) -> Iterator[list[Lesson]]:
    left = steps
    while left > 0:
        order = rng.sample(list(useful), len(useful))
        for start in range(0, len(order), recipe.labels_a_step):
            if left == 0:
                return
            yield order[start : start + recipe.labels_a_step]
            left -= 1


def _optimizer(
    net: RerankerNet, recipe: Recipe, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    import torch

    upper = list(net.upper.parameters())
    known = {id(one) for one in upper}
    new = [one for one in net.parameters() if one.requires_grad and id(one) not in known]
    groups = [{"params": upper, "lr": recipe.rate}, {"params": new, "lr": recipe.rate_of_new}]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=recipe.decay)

    def share(step: int) -> float:
        warm = min(1.0, (step + 1) / (0.06 * steps + 1))
        return warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def _choose(lesson: Lesson, recipe: Recipe, rng: Random) -> list[int]:
    """Accepted candidates first, then others: half of them those that the first stage likes best."""
    good = [n for n, accepted in enumerate(lesson.accepted) if accepted]
    chosen = rng.sample(good, min(recipe.accepted, len(good)))
    others = [n for n, accepted in enumerate(lesson.accepted) if not accepted]
    room = recipe.candidates - len(chosen)
    if len(others) <= room:
        return chosen + others
    others.sort(key=lambda n: -lesson.first[n])
    hard = max(0, room // 2 + rng.randint(-1, 1))
    return chosen + others[:hard] + rng.sample(others[hard:], room - hard)


def _scores(
    net: RerankerNet,
    lessons: Sequence[Lesson],
    chosen: Sequence[Sequence[int]],
    calls: Mapping[str, ReadCall],
    rng: Random | None,
) -> list[Tensor]:
    """The net's scores of the chosen candidates, a tensor a lesson. ``rng`` varies how a criterion is worded."""
    import torch

    criteria = [criterion_tokens(one.criterion, rng) for one in lessons]
    sections = _sections(criteria)
    read = net.read_criteria(net.read(_ids(criteria), torch.bfloat16), sections)
    rows = [(owner, calls[one.call][n]) for owner, one in enumerate(lessons) for n in chosen[owner]]
    order = sorted(range(len(rows)), key=lambda n: len(rows[n][1][0]))
    size = math.ceil(len(order) / GROUPS)
    parts = [net(read, _batch([rows[n] for n in order[at : at + size]])) for at in range(0, len(order), size)]
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return list(torch.split(torch.cat(parts)[back], [len(some) for some in chosen]))


def _loss(scores: Iterable[Tensor], lessons: Sequence[Lesson], chosen: Sequence[Sequence[int]]) -> Tensor:
    """How unlikely the accepted candidates are, by a softmax within each lesson."""
    import torch

    losses = []
    for own, lesson, some in zip(scores, lessons, chosen, strict=True):
        accepted = torch.from_numpy(lesson.accepted[list(some)])
        losses.append(torch.logsumexp(own, 0) - torch.logsumexp(own[accepted], 0))
    return torch.stack(losses).mean()


def _batch(rows: Sequence[tuple[int, tuple[Tensor, Candidate]]]) -> ReadCandidates:
    import torch
    from torch.nn.utils.rnn import pad_sequence

    from models.reranker_net import ReadCandidates

    return ReadCandidates(
        pad_sequence([states for _, (states, _) in rows], batch_first=True),
        _sections([candidate.tokens for _, (_, candidate) in rows]),
        torch.tensor([candidate.place for _, (_, candidate) in rows]),
        torch.tensor([owner for owner, _ in rows]),
    )


def _ids(texts: Sequence[Tokens]) -> Tensor:
    from models.reranker_net import padded

    return padded([one.ids for one in texts])


def _sections(texts: Sequence[Tokens]) -> Tensor:
    from models.reranker_net import padded

    return padded([one.sections for one in texts])
