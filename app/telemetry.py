"""How a process tells of itself, set up once by whoever runs it: its logs, and its spans where they are wanted."""

from __future__ import annotations

from app.log_settings import LogSettings
from app.logs import set_up_logs
from nlp.errors import WrongInput


class SpansNotInstalled(WrongInput):
    """The configuration wants spans, and what sends them is not installed."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"log.spans: not installed ({problem}); pip install 'verbatim[otel]', or set it to false")
        self.problem = problem


def set_up_telemetry(settings: LogSettings) -> None:
    """Logs and spans as the settings say. Twice is once. Raises SpansNotInstalled."""
    set_up_logs(settings)
    if settings.spans:
        _send_spans()


def _send_spans() -> None:
    """Send spans by OTLP over HTTP, to where OTEL_EXPORTER_OTLP_ENDPOINT says; what waits is sent at the end."""
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SpansNotInstalled(str(error)) from None
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    provider = TracerProvider(resource=Resource.create({"service.name": "verbatim"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
