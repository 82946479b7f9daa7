"""The cores that a night needs by its calls, for both profiles, as a picture for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.scale_arithmetic import Center, needs_of
from bench.scale_figures import Figures

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "scale.svg"
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 420, 64, 64, 96, 56
FEWEST, MOST = 3.0, 7.0
"""Powers of ten of calls a night."""
STEPS = 120
STYLE = """<style>
.ground{fill:#fff}.ink{fill:#1b2733}.pale{fill:#5b6875}.grid{stroke:#e6eaee}.line{fill:none;stroke-width:2.5}
.default{stroke:#1f5fa8;stroke-width:6}.fast{stroke:#b3541e}.of-default{fill:#1f5fa8}.of-fast{fill:#b3541e}
@media (prefers-color-scheme:dark){
.ground{fill:#12181f}.ink{fill:#e8edf2}.pale{fill:#a3afbb}.grid{stroke:#2a343f}
.default{stroke:#6aa9f0}.fast{stroke:#f0a06a}.of-default{fill:#6aa9f0}.of-fast{fill:#f0a06a}}
</style>"""


def drawing(figures: Figures) -> str:
    """Both axes go by tenfold steps. SVG, readable without a program."""
    sizes = [round(10 ** (FEWEST + (MOST - FEWEST) * step / STEPS)) for step in range(STEPS + 1)]
    needs = [needs_of(Center(calls=calls), figures) for calls in sizes]
    lines = {
        name: [(calls, pair[n].cores) for calls, pair in zip(sizes, needs, strict=True)]
        for n, name in enumerate(("default", "fast"))
    }
    top = math.ceil(math.log10(max(cores for points in lines.values() for _, cores in points)))
    drawn = [_line(name, points, top) for name, points in lines.items()]
    parts = [*_frame(top), *drawn, *_names({name: points[-1][1] for name, points in lines.items()}, top)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img">'
    )
    return "\n".join(
        [head, "<title>Cores for a night of six hours, by calls a night</title>", STYLE, *parts, "</svg>\n"]
    )


def _frame(top: int) -> list[str]:
    bottom, right = _y(0, top), _x(MOST)
    parts = [
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="ink" x="{LEFT}" y="24" font-size="16">Cores for a night of six hours</text>',
        f'<text class="pale" x="{LEFT}" y="44">both axes by tenfold steps; every call fails two of twelve scores, '
        "30 days are looked back on</text>",
    ]
    for power in range(top + 1):
        y = _y(power, top)
        parts.append(f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{right}" y2="{y}"/>')
        parts.append(f'<text class="pale" x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{10**power:,}</text>')
    for power in range(int(FEWEST), int(MOST) + 1):
        x = _x(power)
        parts.append(f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}"/>')
        parts.append(f'<text class="pale" x="{x}" y="{bottom + 18}" text-anchor="middle">{10**power:,}</text>')
    parts.append(
        f'<text class="ink" x="{(LEFT + right) / 2}" y="{HEIGHT - 12}" text-anchor="middle">calls a night</text>'
    )
    return parts


def _line(name: str, points: Sequence[tuple[int, int]], top: int) -> str:
    path = " ".join(f"{_x(math.log10(calls))},{_y(math.log10(cores), top)}" for calls, cores in points)
    return f'<polyline class="line {name}" points="{path}"/>'


def _names(ends: Mapping[str, int], top: int) -> list[str]:
    """The profiles' names at the ends of their lines, apart where the lines lie on each other."""
    parts, last = [], 0.0
    for name, cores in sorted(ends.items(), key=lambda item: -item[1]):
        y = last = max(_y(math.log10(cores), top) + 4, last + 16)
        parts.append(f'<text class="of-{name}" x="{_x(MOST) + 8}" y="{y}" font-weight="600">{name}</text>')
    return parts


def _x(power: float) -> float:
    return round(LEFT + (power - FEWEST) / (MOST - FEWEST) * (WIDTH - LEFT - RIGHT), 1)


def _y(power: float, top: int) -> float:
    return round(HEIGHT - BOTTOM - power / top * (HEIGHT - TOP - BOTTOM), 1)
