"""The tables of the scorer's agreement with readers, in Markdown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.page import table
from models.evidence import Answer
from models.team_reading import Agreement, Chances, agreement_of


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion of one call: what a reader answered, and what the machine did."""

    source: str
    criterion: str
    theirs: Answer
    ours: Answer
    chances: Chances


def agreement_table(compared: Sequence[Compared], by_call: Sequence[Compared], readers: Mapping[str, Agreement]) -> str:
    """A row a criterion: a source left out, calls left out, and the two readers against each other."""
    intro = (
        "## The built-in scorer: how often it answers as a reader does\n\n"
        "Written by `make bench-scorer`. Met, not met or no opportunity, against the first reader of each call. *New "
        "source*: the heads were trained on the other sources. *New calls*: ten folds of calls, the sources are known. "
        "*Usual answer*: how often the readers' commonest answer is right, which has a kappa of 0. *Readers*: the two "
        "readers of the same calls against each other, where there were two. A dash: one answer throughout, so kappa "
        "says nothing.\n\n"
    )
    known = _by_criterion(by_call)
    rows = []
    for criterion, some in sorted(_by_criterion(compared).items()):
        rows.append([criterion, *_cells(some, known[criterion]), *_readers(readers.get(criterion))])
    rows.append(["**all**", *_cells(compared, by_call), "", "", ""])
    header = ["criterion", "n", "usual answer", "kappa, new source", "accuracy", "kappa, new calls", "accuracy"]
    return intro + table([*header, "readers: n", "accuracy", "kappa"], rows)


def sources_table(compared: Sequence[Compared]) -> str:
    """A row a source that was left out."""
    by_source: dict[str, list[Compared]] = defaultdict(list)
    for one in compared:
        by_source[one.source].append(one)
    rows = []
    for source, some in sorted(by_source.items()):
        found = _agreement(some)
        rows.append([source, str(found.scores), f"{_usual(some):.2f}", _kappa(found), f"{found.accuracy:.2f}"])
    return "### By source left out\n\n" + table(["source", "n", "usual answer", "kappa", "accuracy"], rows)


def teams_table(found: Mapping[tuple[str, str], Agreement]) -> str:
    """A row a source and criterion, read as a team with scores of its own."""
    intro = (
        "### As teams with scores of their own\n\n"
        "Each source read as a team: heads of the other sources, leant on its own verdicts as `verbatim score` does "
        "with a team's scores, and held against calls that were left out. A criterion under 0.6 is refused.\n\n"
    )
    rows = [
        [f"{source}: {criterion}", str(one.scores), _kappa(one), f"{one.accuracy:.2f}", _allowed(one)]
        for (source, criterion), one in found.items()
    ]
    return intro + table(["team and criterion", "n", "kappa", "accuracy", "allowed"], rows)


def _allowed(one: Agreement) -> str:
    return "yes" if one.kappa is not None and one.kappa >= 0.6 else "no"


def _cells(some: Sequence[Compared], known: Sequence[Compared]) -> list[str]:
    new, familiar = _agreement(some), _agreement(known)
    figures = [_kappa(new), f"{new.accuracy:.2f}", _kappa(familiar), f"{familiar.accuracy:.2f}"]
    return [str(new.scores), f"{_usual(some):.2f}", *figures]


def _readers(found: Agreement | None) -> list[str]:
    return [str(found.scores), f"{found.accuracy:.2f}", _kappa(found)] if found else ["", "", ""]


def _usual(some: Sequence[Compared]) -> float:
    theirs = [one.theirs for one in some]
    return max(theirs.count(answer) for answer in set(theirs)) / len(theirs)


def _agreement(some: Sequence[Compared]) -> Agreement:
    return agreement_of([(one.theirs, one.ours) for one in some])


def _kappa(found: Agreement) -> str:
    return "-" if found.kappa is None else f"{found.kappa:.2f}"


def _by_criterion(some: Sequence[Compared]) -> dict[str, list[Compared]]:
    found: dict[str, list[Compared]] = defaultdict(list)
    for one in some:
        found[one.criterion].append(one)
    return found
