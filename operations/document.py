"""A plan as a document: HTML, Markdown, or PDF, which is set in a process of its own with limits."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Literal, get_args

from coaching.markdown import plan_markdown
from coaching.page import plan_html, plan_paper
from coaching.plan import Plan
from nlp.errors import VerbatimError, WrongInput
from operations.typeset import NOT_INSTALLED, TOO_LARGE

Format = Literal["pdf", "md", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)

AT_ONCE = 2
"""So many PDFs are set at a time; who comes then waits as long as one may take."""

KEPT_OF_THE_ENVIRONMENT = (
    "PATH", "HOME", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "FONTCONFIG_FILE",
    "FONTCONFIG_PATH", "XDG_CACHE_HOME", "TMPDIR",
)  # fmt: skip
"""What the process is told of the environment: where libraries and fonts are, and no secret."""

_turn = BoundedSemaphore(AT_ONCE)


class UnknownFormat(WrongInput):
    """A plan is not written in that format."""

    def __init__(self, written: str) -> None:
        super().__init__(f"format {written!r}: a plan is written as one of {', '.join(FORMATS)}")
        self.written = written


class CannotWrite(WrongInput):
    """There is no writing a file there."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}; name another file with --out")
        self.path = path


class PdfNotInstalled(VerbatimError):
    """What sets PDFs is not on this machine."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            "PDF: WeasyPrint or Pango under it is not installed"
            f" ({problem}); on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, and"
            " pip install weasyprint; Markdown and HTML need neither"
        )
        self.problem = problem


class PdfNotSet(VerbatimError):
    """A plan could not be set within the limits."""

    def __init__(self, plan_id: str, problem: str) -> None:
        super().__init__(f"plan {plan_id}: no PDF: {problem}; Markdown and HTML have no such limits")
        self.plan_id, self.problem = plan_id, problem


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: seconds, of a processor and by the clock, and bytes of memory and of the PDF."""

    processor_seconds: int = 20
    seconds: float = 60.0
    memory: int = 1024**3
    size: int = 32 * 1024**2


def write_document(
    plan: Plan, wanted: str, program: str, *, scale: tuple[float, float] = (0, 100), redacted: bool = True
) -> bytes:
    """The plan in the format that is wanted. Raises UnknownFormat, and for a PDF as plan_pdf does."""
    if wanted == "pdf":
        return plan_pdf(plan, program, scale=scale, redacted=redacted)
    if wanted == "md":
        return plan_markdown(plan, redacted).encode()
    if wanted == "html":
        return plan_html(plan, scale=scale, redacted=redacted).encode()
    raise UnknownFormat(wanted)


def plan_pdf(
    plan: Plan,
    program: str,
    *,
    scale: tuple[float, float] = (0, 100),
    redacted: bool = True,
    limits: Limits = Limits(),
) -> bytes:
    """The plan on A4. Raises PdfNotInstalled, PdfNotSet."""
    html = plan_paper(plan, program, scale=scale, redacted=redacted)
    return set_apart(html, plan.plan_id, limits)


def set_apart(html: str, plan_id: str, limits: Limits) -> bytes:
    """HTML as PDF, set by a process of its own that is ended when it takes too long. Raises as plan_pdf does."""
    if not _turn.acquire(timeout=limits.seconds):
        raise PdfNotSet(plan_id, "too many are being set at once; try again")
    try:
        done = subprocess.run(
            [sys.executable, "-sP", "-m", "operations.typeset", str(limits.processor_seconds), str(limits.memory)],
            input=html.encode(),
            capture_output=True,
            timeout=limits.seconds,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PdfNotSet(plan_id, f"it took longer than {limits.seconds:g} seconds") from None
    finally:
        _turn.release()
    return _checked(done, plan_id, limits)


def document_name(plan: Plan, suffix: str) -> str:
    """A file's name that holds a date and nothing that somebody typed."""
    return f"plan-{plan.as_of.isoformat()}.{suffix}"


def keep_document(path: Path, written: bytes) -> None:
    """Write a file, whole or not at all. Raises CannotWrite."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(written)
        draft.replace(path)
    except OSError as error:
        raise CannotWrite(path, error.strerror or "cannot be written") from None


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_OF_THE_ENVIRONMENT if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}


def _checked(done: subprocess.CompletedProcess[bytes], plan_id: str, limits: Limits) -> bytes:
    last = (done.stderr.decode("utf-8", "replace").strip().splitlines() or [""])[-1][:300]
    if done.returncode == NOT_INSTALLED:
        raise PdfNotInstalled(last)
    if done.returncode == TOO_LARGE:
        raise PdfNotSet(plan_id, f"it took more than {limits.memory // 1024**2} MiB of memory")
    if done.returncode < 0:
        raise PdfNotSet(plan_id, f"it took more than {limits.processor_seconds} seconds, or too much memory")
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise PdfNotSet(plan_id, f"it could not be set ({last})")
    if len(done.stdout) > limits.size:
        raise PdfNotSet(plan_id, f"it has more than {limits.size // 1024**2} MiB")
    return done.stdout
