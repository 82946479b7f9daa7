"""Risk and coverage as a picture: how many picks are over a threshold, and how many of those are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bench.evidence_figures import Figures, by
from bench.page import table, write_section
from models.finder import load_finder

DOCS = Path(__file__).parents[1] / "docs"
PICTURE = DOCS / "pictures" / "risk-and-coverage.svg"
PAGE = DOCS / "evidence.md"
TITLE = "# How a quote is found, and how far to trust it\n"
THRESHOLDS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
FEWEST = 20
"""Picks under which a share says nothing."""
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 430, 64, 56, 150, 56
TEXT = """Written by `make bench-evidence`, from {count} picks of calls whose whole source the model had not seen.
The packaged model's own threshold, which counts where `evidence.sure` is not set, is {sure}; that of `fast`, {fast}.

![Of the surest picks, how many are right](pictures/risk-and-coverage.svg)

"""


@dataclass(frozen=True, slots=True)
class Point:
    """At or over ``threshold``: the share of all picks, and of those the share that is right."""

    threshold: float
    covered: float
    right: float


def write_picture(name: str, figures: Sequence[Figures]) -> None:
    """The picture, and the section of docs/evidence.md that shows it beside its figures."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawing(name, figures), encoding="utf-8")
    rows = [
        [f"{one.threshold:.1f}", f"{100 * one.covered:.0f}", f"{100 * one.right:.0f}" if one.covered else "-"]
        for one in (point_at(threshold, figures) for threshold in THRESHOLDS)
    ]
    header = ["`evidence.sure`", "of 100 picks are marked sure", "of 100 sure picks are right"]
    sure, fast = load_finder().sure, load_finder(profile="fast").sure
    text = TEXT.format(count=len(figures), sure=sure, fast=fast) + table(header, rows)
    write_section("risk", text, PAGE, TITLE)


def point_at(threshold: float, figures: Sequence[Figures]) -> Point:
    """What is to be had at a threshold."""
    over = [one for one in figures if one.confidence >= threshold]
    return Point(threshold, len(over) / len(figures), sum(one.first for one in over) / max(1, len(over)))


def curve(figures: Sequence[Figures]) -> list[Point]:
    """From the surest picks to all of them; picks of one confidence come together."""
    ordered = sorted(figures, key=lambda one: -one.confidence)
    found, right = [], 0.0
    for count, one in enumerate(ordered, start=1):
        right += one.first
        last = count == len(ordered) or ordered[count].confidence < one.confidence
        if last and count >= FEWEST:
            found.append(Point(one.confidence, count / len(ordered), right / count))
    return found


def drawing(name: str, figures: Sequence[Figures]) -> str:
    """The curve of all picks with thresholds on it, those of the sources behind it. SVG, readable without a program."""
    whole = curve(figures)
    sources = by(figures, lambda one: one.source)
    lines = [_line(curve(inside), "#b9c3cf", 1.5) for inside in sources.values()]
    names = [_end(source, curve(inside)) for source, inside in sources.items()]
    dots = [_dot(point_at(threshold, figures)) for threshold in THRESHOLDS]
    parts = [*_frame(name), *lines, *_apart(names), _line(whole, "#1f5fa8", 3), *[dot for dot in dots if dot]]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img">'
    )
    return "\n".join([head, "<title>Of the surest picks, how many are right</title>", *parts, "</svg>"]) + "\n"


def _frame(name: str) -> list[str]:
    bottom, right = _y(0), _x(1)
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="16" fill="#1b2733">Of the surest picks, how many are right</text>',
        f'<text x="{LEFT}" y="42" fill="#5b6875">{escape(name.replace("`", ""))}; '
        "dots: the confidence from which a pick counts as sure</text>",
    ]
    for share in (0, 0.2, 0.4, 0.6, 0.8, 1):
        x, y = _x(share), _y(share)
        parts.append(f'<line x1="{LEFT}" y1="{y}" x2="{right}" y2="{y}" stroke="#e6eaee"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end" fill="#5b6875">{share:.0%}</text>')
        parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle" fill="#5b6875">{share:.0%}</text>')
    middle = (LEFT + right) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle" '
        'fill="#1b2733">share of all picks, the surest first</text>'
    )
    parts.append(
        f'<text transform="translate(18 {(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle" '
        'fill="#1b2733">of these, right</text>'
    )
    return parts


def _line(points: Sequence[Point], colour: str, width: float) -> str:
    path = " ".join(f"{_x(one.covered)},{_y(one.right)}" for one in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _dot(point: Point) -> str:
    """Nothing where no pick is that sure."""
    if not point.covered:
        return ""
    x, y = _x(point.covered), _y(point.right)
    return (
        f'<circle cx="{x}" cy="{y}" r="5" fill="#1f5fa8" stroke="#ffffff" stroke-width="1.5"/>'
        f'<text x="{x + 7}" y="{y - 8}" fill="#1f5fa8" font-weight="600">{point.threshold:.1f}</text>'
    )


def _end(name: str, points: Sequence[Point]) -> tuple[float, str]:
    return _y(points[-1].right), name


def _apart(names: Sequence[tuple[float, str]]) -> list[str]:
    """The sources' names at the ends of their lines, moved down where they would lie on each other."""
    found, last = [], 0.0
    for y, name in sorted(names):
        last = max(y, last + 15)
        found.append(f'<text x="{_x(1) + 8}" y="{last + 4}" fill="#5b6875">{escape(name)}</text>')
    return found


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)
