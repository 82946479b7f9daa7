"""The API's description, OpenAPI 3.1: what FastAPI writes, with our problems in it and our prefix before it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from review.errors import PROBLEM

PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "A problem of RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["in", "detail"],
                "properties": {"in": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
WORDS = {
    400: "The cursor is not one of this list, or the request cannot be read.",
    401: "No token, or one that does not hold.",
    403: "The token has not the scope that is needed.",
    404: "There is no such thing, or it is another team's.",
    409: "The plan is past this decision, its agent has another open plan, or it is noted otherwise already.",
    412: "The plan is at another version than If-Match names.",
    413: "The body is too large.",
    422: "A value is not as it must be, or a reason is needed.",
    428: "If-Match is needed.",
    429: "Too many requests; Retry-After says when to ask again.",
    500: "It did not work; the reason is in the server's log.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that are problems; every route has those of the token, of values and of the limit."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": WORDS[status], "content": {PROBLEM: {"schema": schema}}}
        for status in sorted({400, 401, 403, 422, 429, 500, *statuses})
    }


def describe(api: FastAPI, prefix: str) -> dict[str, Any]:
    """The description of an API that is mounted at ``prefix``."""
    written = get_openapi(
        title=api.title,
        version=api.version,
        openapi_version="3.1.0",
        summary=api.summary,
        routes=api.routes,
        servers=[{"url": prefix}],
    )
    schemas = written["components"]["schemas"]
    schemas["Problem"] = PROBLEM_SCHEMA
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return written
