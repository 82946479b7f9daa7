"""An event in a few plain lines for people. No word of a call is in them: what was said stays on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from coaching.showing import visible
from store.events import Event

TITLES = {
    ("plan.assigned", "approved"): "Coaching plan assigned",
    ("plan.changed", "approved"): "Coaching plan changed",
    ("plan.closed", "closed"): "Coaching plan closed",
    ("plan.closed", "dismissed"): "Coaching plan dismissed",
}


@dataclass(frozen=True, slots=True)
class Message:
    """A title, its lines, and where the plan is to be seen, where people can reach the page."""

    title: str
    lines: tuple[str, ...]
    link: str | None

    @property
    def text(self) -> str:
        return "\n".join((self.title, *self.lines))


def message_of(event: Event, record: dict[str, Any], page: str | None) -> Message:
    """What a supervisor is told of an event. ``page`` is where the review page is reached."""
    if "message" in record:
        return Message("Verbatim", (str(record["message"]),), page)
    title, lines = _of_plan(event, record) if "items" in record else _of_movement(event, record)
    link = f"{page}/plans/{quote(event.plan_id, safe='')}" if page else None
    return Message(visible(title), tuple(visible(line) for line in lines), link)


def _of_plan(event: Event, record: dict[str, Any]) -> tuple[str, list[str]]:
    what = TITLES.get((event.type, record["status"]), "Coaching plan taken back")
    lines = [_item(item) for item in record["items"]]
    if record["status"] == "approved":
        lines.append(f"Follow-up on {record['follow_up_on']}")
    return f"{what}: {record['agent_name']}", lines


def _item(item: dict[str, Any]) -> str:
    score = "flagged" if item["score"] is None else f"{item['score']:g}"
    return f"{item['criterion_name']}: {score} (threshold {item['threshold']:g}); practise {item['practice']['skill']}"


def _of_movement(event: Event, record: dict[str, Any]) -> tuple[str, list[str]]:
    what = "To be taken up in person" if event.type == "agent.escalated" else "Follow-up scored"
    lines = [f"{record['criterion_name']}: {record['verdict'].replace('_', ' ')}{_means(record)}"]
    lines.append("Next: " + ", ".join(action.replace("_", " ") for action in record["actions"]))
    return f"{what}: {record['agent_name']}", lines


def _means(record: dict[str, Any]) -> str:
    before, after = record["before"]["mean"], record["after"]["mean"]
    if before is None or after is None:
        return ""
    return f", {before:.0f} before, {after:.0f} after ({record['after']['calls']} calls)"
