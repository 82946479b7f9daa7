"""What the templates of the dashboard draw with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from coaching.charts import curve_band, curve_path, curves_end, path_of
from coaching.dashboard import Figures
from coaching.dashboard_charts import Axis, forest_axis, half_by, trend_axis, week_points
from coaching.trends import Trend
from coaching.wording import MONTHS


def figures_drawing(figures: Figures) -> dict[str, Any]:
    """For a team's figures: charts beside each other have the same axes, so that they can be compared."""
    told = {one.criterion_id for one in figures.trends}
    limits = [limit for criterion_id, limit in figures.thresholds.items() if criterion_id in told]
    return {
        **trends_drawing(figures.trends, limits, (figures.scale_min, figures.scale_max)),
        "forest": forest_axis(figures.changes),
        "curve_band": curve_band,
        "curve_path": curve_path,
        "half_by": half_by,
        "last_day": curves_end([*figures.by_criterion, *figures.by_practice]),
    }


def trends_drawing(trends: Iterable[Trend], limits: Iterable[float], scale: tuple[float, float]) -> dict[str, Any]:
    """For trends of agents."""
    axis: Axis = trend_axis(list(trends), limits, scale)
    return {"axis": axis, "path_of": path_of, "short_date": short_date, "week_points": week_points}


def short_date(day: date) -> str:
    """``16 Nov``, whatever the machine's locale."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"
