"""A plan as a file that a browser keeps."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from coaching.plan import Plan
from operations.document import PdfNotInstalled, PdfNotSet, document_name, plan_pdf, write_document
from review.access_log import noted
from review.desk import Desk


def markdown_response(desk: Desk, plan: Plan) -> Response:
    """The plan as Markdown."""
    text = write_document(plan, "md", desk.program.settings.program.name, redacted=desk.redacted)
    return _file(text, "text/markdown; charset=utf-8", document_name(plan, "md"))


def pdf_response(desk: Desk, plan: Plan) -> Response:
    """The plan as PDF. Raises HTTPException 503 where it cannot be set; the log says why."""
    try:
        pdf = plan_pdf(plan, desk.program.settings.program.name, scale=desk.scale, redacted=desk.redacted)
    except (PdfNotInstalled, PdfNotSet) as error:
        noted("failed: pdf", plan=plan.plan_id, problem=str(error))
        raise HTTPException(503, _said(error)) from error
    return _file(pdf, "application/pdf", document_name(plan, "pdf"))


def _said(error: PdfNotInstalled | PdfNotSet) -> str:
    if isinstance(error, PdfNotInstalled):
        return "This server cannot make PDFs: a library is missing, which its log names. Print the page instead."
    return "The PDF could not be made in the time and memory that it may take. Print the page instead."


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
