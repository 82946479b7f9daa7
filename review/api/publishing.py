"""The open record's schemas, for programs that hold what they are told against them."""

from __future__ import annotations

from fastapi import Depends, FastAPI, Response

from coaching.schemas import RecordName, schema_text
from review.api.describing import problems
from review.api.scopes import needs

SCHEMA_JSON = "application/schema+json"


def add_publishing(routes: FastAPI) -> None:
    """The route of the schemas; any token may ask."""

    @routes.get(
        "/schemas/{record}",
        dependencies=[Depends(needs())],
        responses={200: {"content": {SCHEMA_JSON: {"schema": {"type": "object"}}}}, **problems()},
        response_class=Response,
    )
    def schema(record: RecordName) -> Response:
        """The JSON Schema (2020-12) of a record, as docs/schema has it."""
        return Response(schema_text(record), media_type=SCHEMA_JSON)
