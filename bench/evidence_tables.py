"""The tables of evidence quality, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.evidence_ablation import Worth
from bench.evidence_figures import Figures, Means, by, error_of, mean_of, measures, over_sources, sure_of
from bench.page import table

INTRO = """## Evidence: how often the picked sentence is one that a reader accepts

Written by `make bench-evidence`. Every figure is out of sample. Each source is left out in turn: what picks was learned
from the labels of the others. A source's figure is the macro average over its rubric criteria and the mean over its
open labels, averaged where it has both. ECE is the expected calibration error, of ten bins; *sure* the share of picks
at or over the threshold, *right of sure* how many of those are accepted.

The profile `fast` has its signals over a table of tokens, which was distilled without the left-out sentences, too, and
no net runs when a pick is made. *Signals alone* is the first stage of the profile `default`. What a pick costs stands
under [Speed](#speed-locate-beside-a-plain-loop).

"""
FOLDS = """### Ten folds of `open`

A fold's criteria and its calls, wherever else they stand, are out together. How sure `fast` is was learned from the
picks of the other folds, and how sure the others are from calls that their models had not seen.

"""
METHODS = """### Beside plain methods

hit@1 by source, as above; then the mean over the sources and the ten folds of `open`. All are computed by this bench,
from the same sentences. Two readers of one guideline, one held against the other, agree on the sentence in 97 of 100
failures: that is the end of the scale.

"""
CRITERIA = """### By criterion

Over all sources, each left out in turn; *by rule* is hit@1 of the best plain method. A criterion with few labels has a
figure that a few labels would change, and so has its calibration error.

"""
ABLATION = """## Evidence: what the signals are worth

Written by `make bench-evidence`. How much lower hit@1 and hit@3, mean over the sources, are when the ranker of *signals
alone* is trained without a family of signals, and without one signal, each source left out in turn. One pick in a
hundred is about what chance moves; a signal that others can stand in for is worth little alone.

"""
HEADER = ["labels", "hit@1", "best@1", "hit@3", "ECE", "sure", "right of sure"]


def sources_tables(found: Mapping[str, Sequence[Figures]]) -> str:
    """For each model a row a source, and their mean; with calibration and what is sure."""
    return INTRO + "\n".join(source_table(name, figures) for name, figures in found.items())


def source_table(name: str, figures: Sequence[Figures]) -> str:
    """A row a source, and their mean."""
    groups = by(figures, lambda one: one.source)
    rows = [[source, *_row(inside, measures(inside))] for source, inside in groups.items()]
    rows.append(["**mean over sources**", *_row(figures, over_sources(figures))])
    return table([name, *HEADER], rows)


def folds_table(found: Mapping[str, Sequence[Figures]]) -> str:
    """A row a model."""
    return FOLDS + table(
        ["model", *HEADER],
        [[name, *_row(figures, mean_of(one.means for one in figures))] for name, figures in found.items()],
    )


def methods_table(found: Mapping[str, Sequence[Figures]], folds: Mapping[str, Sequence[Figures]]) -> str:
    """A row a method, plain ones first."""
    sources = sorted({one.source for figures in found.values() for one in figures})
    rows = []
    for name, figures in found.items():
        hits = by(figures, lambda one: one.source)
        row = [f"{measures(hits[source])[0]:.3f}" if source in hits else "" for source in sources]
        row += [f"{value:.3f}" for value in over_sources(figures)[::2]]
        row += [f"{value:.3f}" for value in mean_of(one.means for one in folds.get(name, []))[::2]]
        rows.append([name, *row])
    return METHODS + table(["method", *sources, "mean hit@1", "mean hit@3", "`open` hit@1", "`open` hit@3"], rows)


def criteria_tables(found: Mapping[str, Sequence[Figures]], rule: Sequence[Figures]) -> str:
    """For each model a row a criterion of the rubrics, their macro average, and one for all that stand alone."""
    return CRITERIA + "\n".join(_criteria_table(name, figures, rule) for name, figures in found.items())


def _criteria_table(name: str, figures: Sequence[Figures], rule: Sequence[Figures]) -> str:
    groups, plain = by(figures, lambda one: one.criterion), by(rule, lambda one: one.criterion)
    means = {criterion: mean_of(one.means for one in inside) for criterion, inside in groups.items()}
    floor = {criterion: mean_of(one.means for one in inside) for criterion, inside in plain.items()}
    rows = [[one, *_row(groups[one], means[one]), f"{floor[one][0]:.3f}"] for one in groups if one != "open"]
    judged = [one for one in figures if one.criterion != "open"]
    macro, low = (mean_of(each for one, each in of.items() if one != "open") for of in (means, floor))
    rows.append(["**macro average**", *_row(judged, macro), f"{low[0]:.3f}"])
    if "open" in groups:
        rows.append(["`open`: one label each", *_row(groups["open"], means["open"]), f"{floor['open'][0]:.3f}"])
    return table([name, *HEADER, "by rule"], rows)


def ablation_table(families: Sequence[Worth], signals: Sequence[Worth]) -> str:
    """What leaving out costs, the dearest first."""
    text = ABLATION
    for what, listed in (("family", families), ("signal", signals)):
        ordered = sorted(listed, key=lambda one: (-one.first, -one.third, one.name))
        rows = [[one.name, str(one.signals), f"{one.first:+.4f}", f"{one.third:+.4f}"] for one in ordered]
        header = [f"without the {what}", "signals", "costs hit@1", "costs hit@3"]
        if what == "signal":
            rows, header = [[row[0], *row[2:]] for row in rows], [header[0], *header[2:]]
        text += table(header, rows) + "\n"
    return text.rstrip("\n") + "\n"


def _row(figures: Sequence[Figures], means: Means) -> list[str]:
    sure, right = sure_of(figures)
    words = [str(len(figures)), *(f"{value:.3f}" for value in means), f"{error_of(figures):.3f}", f"{sure:.2f}"]
    return [*words, f"{right:.2f}" if sure else "-"]
