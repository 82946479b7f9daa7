"""What bench.speed found, as a section of the page of benchmarks."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from bench.page import table
from bench.speed_child import AT_ONCE, LOOP
from bench.speed_labelled import LABELLED

if TYPE_CHECKING:
    from bench.speed import Cell, Started, Turn

TEXT = """## Speed: `locate` beside a plain loop

Written by `make bench-speed`. The loop is what a team would write in an afternoon: each call's agent sentences through
`SentenceTransformer.encode` with its defaults, the cosine with each failing criterion's definition, the best sentence.
*All at once* is the same with one list of all sentences, which needs memory for all and fills its batches better. Both
have the same encoder and the same calls, on the same {cores} cores (load {load:.1f} when the run ended). Calls are
simulated, half spoken and half typed where a row does not say otherwise, {calls} a turn and new each turn. Each method
is a process of its own, ready before time counts, and all take turns. A figure is the median of {turns} turns, with the
lowest and highest turn behind it. What the loop picks is in the section on evidence: *MiniLM, likeness to the
definition*.
{labelled}

"""
LABELS = """\
The labelled calls are conversations as people held them, {calls} a turn, {picks:.1f} failures a call as readers
found them. Nearly every failure is of a criterion of its own, whose texts have to be encoded too, by the loop as well.
"""
PROFILES = ("default", "fast")
PEERS = (LOOP, AT_ONCE)
METHODS = (LOOP, AT_ONCE, *PROFILES)


def page(cells: Sequence[Cell], started: Mapping[str, Started]) -> str:
    """The section: calls a second and ratios, picks a second, start-up, and where the time goes."""
    first = cells[0].turns
    head = TEXT.format(
        cores=os.cpu_count(), load=os.getloadavg()[0], calls=first[0].calls, turns=len(first), labelled=_labelled(cells)
    )
    parts = [_ratios(cells), _rates(cells), _starts(started), _bare(cells), _stages(cells)]
    return head + "\n".join(parts)


def _labelled(cells: Sequence[Cell]) -> str:
    """What is different about the last row, where there is one."""
    for cell in cells:
        if cell.name == LABELLED:
            turn = cell.turns[0]
            each = median(one.done["default"].picks / one.calls for one in cell.turns)
            return "\n" + LABELS.format(calls=turn.calls, picks=each)
    return ""


def _spread(turns: Sequence[Turn], of: Callable[[Turn], float], digits: int = 2) -> str:
    values = [of(turn) for turn in turns]
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def _ratios(cells: Sequence[Cell]) -> str:
    rows = [
        [
            cell.name,
            *(_spread(cell.turns, _slower("default", peer)) for peer in PEERS),
            *(_spread(cell.turns, _faster("fast", peer)) for peer in PEERS),
        ]
        for cell in cells
    ]
    heads = [f"`default`: times the time of the {peer}" for peer in PEERS]
    heads += [f"`fast`: times the calls a second of the {peer}" for peer in PEERS]
    return table(["calls", *heads], rows)


def _slower(method: str, peer: str) -> Callable[[Turn], float]:
    return lambda turn: turn.ratio(method, peer)


def _faster(method: str, peer: str) -> Callable[[Turn], float]:
    return lambda turn: 1 / turn.ratio(method, peer)


def _rates(cells: Sequence[Cell]) -> str:
    rows = []
    for cell in cells:
        calls = [f"{_rate(cell.turns, name):.1f}" for name in METHODS]
        picks = [f"{_picks(cell.turns, name):.1f}" for name in METHODS]
        rows.append([cell.name, *calls, *picks])
    return table(["calls", *(f"{name}, calls/s" for name in METHODS), *(f"{name}, picks/s" for name in METHODS)], rows)


def _rate(turns: Sequence[Turn], method: str) -> float:
    return median(turn.calls / turn.done[method].seconds for turn in turns)


def _picks(turns: Sequence[Turn], method: str) -> float:
    return median(turn.done[method].picks / turn.done[method].seconds for turn in turns)


def _starts(started: Mapping[str, Started]) -> str:
    rows = [[name, f"{one.seconds:.1f}", f"{one.peak_mb:.0f}"] for name, one in started.items()]
    return table(["from nothing to the picks of one call", "seconds", "peak memory, MB"], rows)


def _bare(cells: Sequence[Cell]) -> str:
    def over(method: str) -> Callable[[Turn], float]:
        return lambda turn: turn.done[method].seconds / turn.done[method].bare_s

    rows = []
    for cell in cells:
        texts = median(turn.done["default"].texts / turn.calls for turn in cell.turns)
        paid = [name for name in PROFILES if all(turn.done[name].bare_s for turn in cell.turns)]
        rows.append(
            [
                cell.name,
                f"{texts:.0f}",
                *(_spread(cell.turns, over(name)) if name in paid else "-" for name in PROFILES),
            ]
        )
    note = (
        "The physical limit is the bare forward passes of what had to be read by a net at all: the distinct\n"
        "texts that were encoded, all at once and nothing else beside them, and what the second look passed.\n"
    )
    heads = ["calls", "texts encoded a call", *(f"`{name}`: times its bare passes" for name in PROFILES)]
    return note + "\n" + table(heads, rows)


def _stages(cells: Sequence[Cell]) -> str:
    rows = []
    for name in PROFILES:
        turns = cells[0].turns
        spent = {stage: median(turn.done[name].stages.get(stage, 0.0) for turn in turns) for stage in _all(turns, name)}
        whole = sum(spent.values())
        each = [
            [f"`{name}`: {stage}", f"{1000 * value / turns[0].calls:.1f}", f"{value / whole:.0%}"]
            for stage, value in sorted(spent.items(), key=lambda item: -item[1])
        ]
        rows += each
    return table(["where the time goes, 2 picks a call, nothing said before", "ms a call", "share"], rows)


def _all(turns: Sequence[Turn], name: str) -> list[str]:
    return list(dict.fromkeys(stage for turn in turns for stage in turn.done[name].stages))
