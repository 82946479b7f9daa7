"""The tables of evidence quality, in Markdown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.page import table
from models.evaluating import Hit, calibration_error

BASELINES = (
    ("a uniform pick", "0.13", "0.09", "0.05"),
    ("BM25 with the definition", "0.17", "0.08", "0.05"),
    ("MiniLM, likeness to the definition", "0.20", "0.11", "0.08"),
    ("MiniLM, likeness to `broken_by`", "0.37", "0.15", "0.17"),
    ("position, else the reply to the best cue, else `broken_by`", "0.63", "0.41", "0.18"),
    ("two careful readers, one judged by the other", "1.00", "-", "0.99"),
)
"""hit@1 over all labels of the rubric's criteria: STAR, PersuasionForGood, authored."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One pick held against its label. ``criterion`` is ``open`` for a criterion that one label alone has."""

    source: str
    criterion: str
    hit: Hit
    confidence: float
    sure: bool


def measures(figures: Sequence[Figures]) -> tuple[float, float, float]:
    """hit@1, best@1, hit@3: the macro average over criteria and the mean over open labels, averaged where both are."""
    by_criterion: dict[str, list[Figures]] = defaultdict(list)
    for one in figures:
        by_criterion[one.criterion].append(one)
    single = by_criterion.pop("open", [])
    parts = []
    if by_criterion:
        parts.append(_mean(_means(inside) for inside in by_criterion.values()))
    if single:
        parts.append(_means(single))
    return _mean(parts)


def sources_table(figures: Sequence[Figures]) -> str:
    """A row a source, and their mean; with calibration and what is sure."""
    by_source: dict[str, list[Figures]] = defaultdict(list)
    for one in figures:
        by_source[one.source].append(one)
    rows = [[name, *_row(inside, measures(inside))] for name, inside in sorted(by_source.items())]
    mean = _mean(measures(inside) for inside in by_source.values())
    rows.append(["**mean over sources**", *_row(figures, mean)])
    intro = (
        "## Evidence: how often the picked sentence is one that a reader accepts\n\n"
        "Written by `make bench-evidence`. Each source is left out in turn: the model that picks was trained on the "
        "others. A source's figure is the macro average over its rubric criteria and the mean over its open labels, "
        "averaged where it has both. ECE is the expected calibration error; *sure* the share of picks over the "
        "threshold, *right of sure* how many of those are accepted.\n\n"
    )
    header = ["source", "labels", "hit@1", "best@1", "hit@3", "ECE", "sure", "right of sure"]
    return intro + table(header, rows) + "\n" + baselines_table(figures)


def baselines_table(figures: Sequence[Figures]) -> str:
    """What plain methods reach on the rubric's criteria, beside this model; over all labels, not macro."""
    ours = []
    for source in ("STAR", "PersuasionForGood", "authored"):
        hits = [one.hit.first for one in figures if one.source == source and one.criterion != "open"]
        ours.append(f"**{sum(hits) / max(1, len(hits)):.2f}**")
    rows = [list(row) for row in BASELINES]
    rows.insert(-1, ["**Verbatim, trained on the other sources**", *ours])
    header = ["hit@1 over all labels of the rubrics' criteria", "STAR", "PersuasionForGood", "authored"]
    return table(header, rows)


def criteria_table(figures: Sequence[Figures]) -> str:
    """A row a criterion of the rubrics, over all sources, and one for all criteria that stand alone."""
    by_criterion: dict[str, list[Figures]] = defaultdict(list)
    for one in figures:
        by_criterion[one.criterion].append(one)
    rows = [[name, str(len(inside)), *_words(_means(inside))] for name, inside in sorted(by_criterion.items())]
    return "### By criterion\n\n" + table(["criterion", "labels", "hit@1", "best@1", "hit@3"], rows)


def folds_line(hits: Sequence[Hit]) -> str:
    """Ten folds of the open set."""
    first, best, third = _words(_mean((one.first, one.best, one.third) for one in hits))
    return (
        f"Ten folds of `open`, a fold's criteria and its calls out together ({len(hits)} labels): "
        f"hit@1 {first}, best@1 {best}, hit@3 {third}.\n"
    )


def cost_line(seconds: float, picks: int, sentences: int) -> str:
    """What a pick costs."""
    return (
        f"Cost: {seconds:.2f} s a pick with nothing cached, encoding and signals on a busy machine of two cores, mean "
        f"over {picks} picks from {sentences} agent sentences each; more criteria of the same call share its vectors.\n"
    )


def ablation_table(found: Mapping[str, Sequence[Figures]]) -> str:
    """What each family of signals is worth: the mean over sources without it."""
    rows = []
    for family, figures in found.items():
        sources = sorted({one.source for one in figures})
        mean = _mean(measures([one for one in figures if one.source == source]) for source in sources)
        rows.append([family, *_words(mean)])
    return "### Without a family of signals\n\n" + table(["left out", "hit@1", "best@1", "hit@3"], rows)


def _row(figures: Sequence[Figures], means: tuple[float, float, float]) -> list[str]:
    error = calibration_error([one.confidence for one in figures], [one.hit.first for one in figures])
    sure = [one for one in figures if one.sure]
    right = sum(one.hit.first for one in sure) / max(1, len(sure))
    return [str(len(figures)), *_words(means), f"{error:.3f}", f"{len(sure) / len(figures):.2f}", f"{right:.2f}"]


def _means(figures: Sequence[Figures]) -> tuple[float, float, float]:
    return _mean((one.hit.first, one.hit.best, one.hit.third) for one in figures)


def _mean(rows: Iterable[tuple[float, float, float]]) -> tuple[float, float, float]:
    listed = list(rows)
    share: Callable[[int], float] = lambda n: sum(row[n] for row in listed) / max(1, len(listed))  # noqa: E731
    return share(0), share(1), share(2)


def _words(means: tuple[float, float, float]) -> list[str]:
    return [f"{value:.3f}" for value in means]
