"""Endpoints and deliveries as the terminal shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coaching.showing import visible

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from operations.adapters.kinds import Kind
    from store.deliveries import Delivery, DeliveryState
    from store.endpoints import Endpoint

TIME = "%Y-%m-%d %H:%M:%S"


def print_endpoints(endpoints: Sequence[Endpoint], counts: Mapping[tuple[str, DeliveryState], int]) -> None:
    """Endpoints as a table, without their secrets."""
    rows = [_endpoint(one, counts) for one in endpoints]
    headings = ("Name", "Kind", "Host", "Types", "Teams", "State", "Waiting", "Given up")
    _print("Nobody is told; `verbatim webhook add NAME URL` adds somebody.", headings, rows)


def print_kinds(kinds: Mapping[str, Kind]) -> None:
    """Kinds of endpoints as a table; a setting that is needed stands without brackets."""
    _print("", ("Kind", "An event becomes", "Address", "Settings"), [_kind(name, one) for name, one in kinds.items()])


def print_deliveries(found: Sequence[Delivery], timezone: ZoneInfo) -> None:
    """Deliveries as a table, with the last attempt of each and when the next one is."""
    headings = ("Event", "Type", "Plan", "To", "State", "Tried", "Last answer", "Next")
    _print("No deliveries.", headings, [_delivery(one, timezone) for one in found])


def _endpoint(one: Endpoint, counts: Mapping[tuple[str, DeliveryState], int]) -> tuple[str, ...]:
    types, teams = ", ".join(one.types) or "all", ", ".join(one.teams) or "all"
    state = f"{one.state}: {one.problem}" if one.problem else one.state
    waiting, dead = (counts.get((one.endpoint_id, name), 0) for name in ("waiting", "dead"))
    return (one.endpoint_id, one.kind, one.host, types, teams, state, str(waiting), str(dead))


def _kind(name: str, one: Kind) -> tuple[str, ...]:
    fields = one.options.model_fields.items()
    settings = ", ".join(key if field.is_required() else f"[{key}]" for key, field in fields)
    return (name, one.makes, one.address, settings)


def _delivery(one: Delivery, timezone: ZoneInfo) -> tuple[str, ...]:
    last = one.tried[-1] if one.tried else None
    answer = "" if last is None else last.problem or f"answered {last.status}"
    due = one.next_at.astimezone(timezone).strftime(TIME) if one.state == "waiting" else ""
    return (one.event_id, one.type, one.plan_id, one.endpoint_id, one.state, str(one.attempts), answer, due)


def _print(empty: str, headings: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    console = Console()
    if not rows:
        console.print(Text(empty))
        return
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    console.print(table)
