"""What is installed, reachable and configured, and what is not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.behind import model_standing, rubric_standing, store_standing
from app.delivery_health import delivery_standing
from app.settings import load_settings
from nlp.errors import VerbatimError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, whether it is well, and what there is to say of it."""

    what: str
    well: bool
    said: str


def examine(config: Path) -> list[Finding]:
    """Look at everything that a night needs, and go on where something is amiss."""
    looks: list[tuple[str, Callable[[], str]]] = [
        ("encoder", _encoder),
        ("spaCy model", _language),
        ("prefect", lambda: _version("prefect")),
        ("configuration", lambda: _configuration(config)),
        ("rubric", lambda: rubric_standing(load_settings(config))),
        ("evidence model", lambda: model_standing(load_settings(config))),
        ("vectors", lambda: _vectors(config)),
        ("inputs", lambda: _inputs(config)),
        ("store", lambda: store_standing(load_settings(config))),
        ("deliveries", lambda: delivery_standing(load_settings(config))),
        ("Prefect server", _server),
        ("PDF", _pdf),
    ]
    return [_look(what, look) for what, look in looks]


def _look(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, look())
    except VerbatimError as error:
        return Finding(what, False, str(error))
    except ImportError as error:
        return Finding(what, False, f"not installed: {error}")


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def _encoder() -> str:
    from nlp.encoder import PACKAGED, packaged_path

    return f"{PACKAGED} in {packaged_path()}"


def _language() -> str:
    from nlp.language import load_language

    return str(load_language().meta["name"])


def _configuration(config: Path) -> str:
    settings = load_settings(config)
    return f"{config}: {settings.program.name}, {settings.program.timezone}"


def _vectors(config: Path) -> str:
    """Where vectors are kept from night to night, and how many. Raises NotACache."""
    from models.shelf import encoder_for
    from nlp.encoder import SentenceEncoder
    from nlp.vector_cache import VectorFile

    settings = load_settings(config)
    given = settings.evidence
    if given.cache is None:
        return "not kept from night to night: evidence.cache is not set"
    path = settings.resolve(given.cache)
    model = settings.resolve(given.model) if given.model else None
    if not isinstance(encoder_for(model, given.encoder, given.profile), SentenceEncoder):
        return f"{path} is not used: what this model works with costs less than looking it up"
    if not path.exists():
        return f"{path}: not there yet; the first night makes it"
    kept = VectorFile(path, "")
    try:
        return f"{path}: {kept.count():,} of at most {kept.most:,}, {kept.size() / 1e6:.1f} MB"
    finally:
        kept.close()


def _inputs(config: Path) -> str:
    from app.wiring import inputs_of

    inputs = inputs_of(load_settings(config))
    inputs.check()
    return ", ".join(str(path) for path in _given(inputs.calls, inputs.scores, inputs.agents, inputs.flags))


def _given(*paths: Path | None) -> Iterator[Path]:
    return (path for path in paths if path is not None)


def _pdf() -> str:
    """Not having it is well: Markdown and HTML need none of it."""
    from operations.document import Limits, PdfNotInstalled, set_apart

    try:
        set_apart("<p>A page.", "of one page", Limits())
    except PdfNotInstalled as error:
        return f"none: {error}"
    return f"WeasyPrint {_version('weasyprint')} sets a page"


def _server() -> str:
    url = os.environ.get("PREFECT_API_URL")
    return url or "none (PREFECT_API_URL is not set); `verbatim run` starts its own for the one night"
