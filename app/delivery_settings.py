"""The [delivery] section of the settings: where what is told may go, and whose it says that it is."""

from __future__ import annotations

from typing import Annotated, Self
from urllib.parse import quote

from pydantic import AfterValidator, Field, model_validator

from nlp.noun import Noun, Text


def _five_fields(expression: str) -> str:
    if len(expression.split()) != 5:
        raise ValueError("a cron expression has five fields: minute, hour, day, month, weekday, like '*/5 * * * *'")
    return expression


def _host(name: str) -> str:
    if not name.strip() or any(sign in name for sign in "/@*?# ") or name.count(":") == 1:
        raise ValueError("a host's name or address without scheme, port or path is needed, like 'hooks.internal'")
    return name


Host = Annotated[str, AfterValidator(_host)]


class DeliverySettings(Noun):
    """How others are told of events.

    ``allow`` are the hosts that may be private or without TLS, by name; every other one is public and https.
    ``source`` says whose events these are (CloudEvents), by the program's name where it is left out.
    ``timeout_seconds`` is for a whole request; ``ca_file`` has certificates to trust in place of the usual ones;
    ``every`` is the cron by which Prefect delivers, in the program's time zone.
    """

    allow: Annotated[tuple[Host, ...], Field(strict=False)] = ()
    source: Text | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=30)] = 15
    ca_file: str | None = None
    every: Annotated[str, AfterValidator(_five_fields)] = "*/5 * * * *"

    @model_validator(mode="after")
    def _is_a_reference(self) -> Self:
        if self.source is not None and (not self.source or any(sign.isspace() for sign in self.source)):
            raise ValueError("source is a URI or a path without spaces, like 'urn:verbatim:harbour'")
        return self

    def source_of(self, program: str) -> str:
        """Whose events these are."""
        return self.source or f"urn:verbatim:{quote(program, safe='')}"
