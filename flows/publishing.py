"""Artifacts of a night and of a scoring run. Views for people, never the record."""

from __future__ import annotations

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from coaching.accountability import account_rows
from coaching.markdown import night_markdown, night_rows
from operations.follow_up import FollowUpReport
from operations.night import NightResult


def publish_night(result: NightResult) -> None:
    """Publish what a night did; what is in them is made by coaching, here it is only handed over."""
    create_table_artifact(key="plans", table=night_rows(result.report), description="Plans of the night")
    create_markdown_artifact(key="night", markdown=night_markdown(result.report), description="The night in words")


def publish_follow_ups(report: FollowUpReport) -> None:
    """Publish what a scoring run concluded."""
    table = account_rows(report.cycles)
    create_table_artifact(key="follow-ups", table=table, description=f"Scored on {report.as_of.isoformat()}")
