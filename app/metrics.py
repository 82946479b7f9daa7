"""Figures for Prometheus, asked of the store at each reading: so every process tells the same.

Format: Prometheus' text exposition 0.0.4. Names begin with ``verbatim_``; no label is a person or a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client.core import Metric

    from operations.watch import Standing

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTED = {
    "read_calls": "Calls read by nights that were done.",
    "read_scores": "Scores read by nights that were done.",
    "set_aside": "Records set aside by nights that were done.",
    "held_back": "Calls held back because their speakers look swapped.",
    "fresh": "Failed criteria that evidence was searched for.",
    "none": "Failed criteria for which no sentence was found.",
    "plans": "Plans drafted.",
    "follow_ups": "Follow-ups that a night took up late.",
    "follow_ups_failed": "Follow-ups that a night could not score.",
}
"""What a night counts, and what it is."""
NAMES = {"fresh": "picks", "read_calls": "calls_read", "read_scores": "scores_read", "none": "picks_none"}
STATUSES = ("done", "failed", "running")


def exposition(standing: Standing) -> bytes:
    """All figures, as Prometheus reads them."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class OfTheStore(Collector):
        def collect(self) -> Iterator[Metric]:
            return _metrics(standing)

    registry = CollectorRegistry()
    registry.register(OfTheStore())
    return generate_latest(registry)


def _metrics(standing: Standing) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    found = standing.figures
    nights = CounterMetricFamily("verbatim_nights", "Nights by how they ended.", labels=["status"])
    for status in STATUSES:
        nights.add_metric([status], found.nights.by_status.get(status, 0))
    yield nights
    for name, about in COUNTED.items():
        shown = NAMES.get(name, name)
        yield CounterMetricFamily(f"verbatim_{shown}", about, value=found.nights.counts.get(name, 0))
        yield GaugeMetricFamily(f"verbatim_last_night_{shown}", about, value=found.nights.last.get(name, 0))
    yield from _moments(standing)
    yield from _waiting(standing)
    deliveries = GaugeMetricFamily(
        "verbatim_deliveries", "Deliveries by endpoint and state.", labels=["endpoint", "state"]
    )
    for (endpoint, state), number in sorted(found.deliveries.items()):
        deliveries.add_metric([endpoint, state], number)
    yield deliveries
    yield GaugeMetricFamily("verbatim_endpoints_disabled", "Endpoints told nothing.", value=len(found.disabled))


def _moments(standing: Standing) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    done = standing.figures.nights.done_at
    missed = any(one.kind == "night_missed" for one in standing.alarms)
    if done is not None:
        about = "When the last night that was done ended."
        yield GaugeMetricFamily("verbatim_last_night_timestamp_seconds", about, value=done.timestamp())
    about = "When the latest night began that must be done by now."
    yield GaugeMetricFamily("verbatim_night_due_timestamp_seconds", about, value=standing.night_due.timestamp())
    yield GaugeMetricFamily("verbatim_night_missed", "1 where that night was not done.", value=int(missed))


def _waiting(standing: Standing) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    found, today = standing.figures, standing.at.date()
    age = (today - found.drafts.oldest).days if found.drafts.oldest else 0
    yield GaugeMetricFamily("verbatim_drafts", "Plans that wait for a supervisor.", value=found.drafts.waiting)
    yield GaugeMetricFamily("verbatim_review_age_days", "Days since the oldest of them was drafted.", value=age)
    yield GaugeMetricFamily("verbatim_follow_ups_due", "Open follow-ups due by today.", value=found.promises.due)
    yield GaugeMetricFamily("verbatim_follow_ups_late", "Those of them due before today.", value=found.promises.late)
