"""Spans of OpenTelemetry around the work: its API alone, which does nothing until a door has set up where they go.

They carry ids and counts, and never a word, an address or what an error says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace

NAME = "verbatim"


@contextmanager
def span(name: str, **about: str | int) -> Iterator[trace.Span]:
    """Work that has a beginning and an end. Where it raises, the span names the kind of error and nothing of it."""
    tracer = trace.get_tracer(NAME)
    given = {f"verbatim.{key}": value for key, value in about.items()}
    with tracer.start_as_current_span(
        name, attributes=given, record_exception=False, set_status_on_exception=False
    ) as one:
        try:
            yield one
        except BaseException as error:
            one.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise
