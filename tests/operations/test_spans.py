"""Spans around the work: which there are, what they carry, and that they are nothing where nobody wants them."""

import subprocess
import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from coaching.recording import View
from delivery_builders import a_receiver, assign, put_endpoint
from follow_up_builders import APPROVED, work_of
from operations import spans
from operations.delivering import DeliveryWork, deliver
from operations.follow_up import score_due
from operations.webhook import Webhook
from store.session import open_store

NOTHING_SET_UP = """
from opentelemetry import trace
from operations.spans import span
with span("night") as one:
    print(one.is_recording(), trace.get_tracer_provider().__class__.__module__)
"""


@pytest.fixture
def kept(monkeypatch):
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", lambda name: provider.get_tracer(name))
    yield exporter
    provider.shutdown()


def test_a_run_of_follow_ups_is_a_span(kept, tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as store:
        score_due(work_of(store), APPROVED)
    assert [one.name for one in kept.get_finished_spans()] == ["follow_up"]


def test_a_span_within_another_is_its_child_and_carries_what_it_is_about(kept):
    with spans.span("night"), spans.span("deliver", event="e-1", attempt=2):
        pass
    inner, outer = kept.get_finished_spans()
    assert inner.parent.span_id == outer.context.span_id
    assert dict(inner.attributes) == {"verbatim.event": "e-1", "verbatim.attempt": 2}


def test_a_span_of_work_that_fails_names_the_kind_of_error_and_nothing_that_it_says(kept):
    with pytest.raises(ValueError, match="mother"), spans.span("night"):
        raise ValueError("my mother's house")
    (one,) = kept.get_finished_spans()
    assert (one.status.status_code, one.status.description) == (trace.StatusCode.ERROR, "ValueError")
    assert "mother" not in one.to_json()


def test_nothing_is_recorded_where_nobody_set_it_up():
    done = subprocess.run([sys.executable, "-c", NOTHING_SET_UP], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "opentelemetry.trace"]


def test_each_delivery_is_a_span_that_names_event_and_endpoint(kept, tmp_path):
    sender = Webhook("urn:verbatim:harbour", frozenset({"127.0.0.1"}))
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as store, a_receiver() as receiver:
        put_endpoint(store, address=receiver.address)
        assign(store)
        deliver(DeliveryWork(store, {"webhook": sender}, View(True, True)))
    (one,) = [span for span in kept.get_finished_spans() if span.name == "deliver"]
    assert one.attributes["verbatim.event"] in receiver.ids
    assert one.attributes["verbatim.attempt"] == 1
