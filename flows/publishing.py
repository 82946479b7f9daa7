"""Artifacts of a night: a table and a page of Markdown. Views for people, never the record."""

from __future__ import annotations

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from coaching.markdown import night_markdown, night_rows
from operations.night import NightResult


def publish_night(result: NightResult) -> None:
    """Publish what a night did; what is in them is made by coaching, here it is only handed over."""
    create_table_artifact(key="plans", table=night_rows(result.report), description="Plans of the night")
    create_markdown_artifact(key="night", markdown=night_markdown(result.report), description="The night in words")
