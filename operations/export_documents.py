"""Plans as documents in a folder, a file a plan: PDF for paper, or Markdown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from coaching.plan import Plan
from nlp.errors import VerbatimError
from operations.document import AT_ONCE, PdfNotInstalled, keep_document, write_document
from operations.export import CannotExport, Wanted, wanted_plans
from operations.progress import Progress, silent
from store.session import Store

DocumentFormat = Literal["pdf", "md"]
DOCUMENTS: tuple[DocumentFormat, ...] = get_args(DocumentFormat)
LIST = "documents.json"


@dataclass(frozen=True, slots=True)
class Paper:
    """How a document looks: the program's name on it, and the ends of the scale that its scores are on."""

    program: str
    scale: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Documents:
    """What was written: the folder, the names of the files by plan id, and by plan id why there is none."""

    folder: Path
    written: dict[str, str]
    set_aside: dict[str, str]


def export_documents(
    store: Store, folder: Path, format_: DocumentFormat, wanted: Wanted, paper: Paper, progress: Progress = silent
) -> Documents:
    """Write each wanted plan as a document of its own; the same plan gives the same bytes under the same name.

    ``documents.json`` says which file is which plan. A plan that cannot be set is set aside with the reason, and the
    others are written. Raises CannotExport, PdfNotInstalled, CannotWrite.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotExport(folder, f"cannot be written: {error.strerror}") from None
    with store.read() as session:
        plans = [one.what for one in wanted_plans(session, wanted)]
    done = Documents(folder, {}, {})
    for number, (plan, written) in enumerate(_set(plans, format_, wanted, paper), start=1):
        if isinstance(written, str):
            done.set_aside[plan.plan_id] = written
        else:
            done.written[plan.plan_id] = file_name(plan, format_)
            keep_document(folder / done.written[plan.plan_id], written)
        progress("writing documents", number, len(plans))
    listed = json.dumps({"plans": done.written, "set_aside": done.set_aside}, indent=2, sort_keys=True)
    keep_document(folder / LIST, f"{listed}\n".encode())
    return done


def file_name(plan: Plan, format_: str) -> str:
    """A name by the plan's date and a digest of its id: an id may hold what no file's name may."""
    return f"plan-{plan.as_of.isoformat()}-{hashlib.sha256(plan.plan_id.encode()).hexdigest()[:12]}.{format_}"


def _set(
    plans: list[Plan], format_: DocumentFormat, wanted: Wanted, paper: Paper
) -> Iterator[tuple[Plan, bytes | str]]:
    """Each plan with its document, or with why there is none, in their order."""

    def one(plan: Plan) -> bytes | str:
        try:
            return write_document(plan, format_, paper.program, scale=paper.scale, redacted=wanted.view.redacted)
        except PdfNotInstalled:
            raise
        except VerbatimError as error:
            return str(error)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from zip(plans, pool.map(one, plans), strict=True)
