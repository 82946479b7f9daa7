"""A rubric to start from: a copy of a ready one, with what each key means at its head."""

from __future__ import annotations

from pathlib import Path

from nlp.errors import WrongInput
from rubric.shelf import library_path

HEAD = """\
# Your rubric. `verbatim rubric check` says what is wrong with it, and what could be better.
#   weight       percent; all weights sum to 100        threshold   a score below it is a failure
#   critical     comes first whatever its weight        failure     violation, omission or talk_over
#   due          of an omission: a moment (opening, closing, account_action) or a cue of the customer's
#   met_by, broken_by   what good and what failing sound like: sentences, or spaCy token patterns
#   practice     skill, scenario (by_call_type), sessions, method, and alternatives to fall back on
# A version is locked when a plan first uses it: make an edit the next version.
"""


class RubricThere(WrongInput):
    """Something of that name exists; nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: exists; name a new file")
        self.path = path


def write_rubric(path: Path, starter: str = "support") -> None:
    """Write a rubric to start from. Raises RubricThere, NoSuchRubric, or WrongInput where the folder is missing."""
    text = library_path(starter).read_text(encoding="utf-8")
    if path.exists():
        raise RubricThere(path)
    if not path.parent.is_dir():
        raise WrongInput(f"{path}: there is no folder {path.parent}")
    path.write_text(HEAD + text, encoding="utf-8")
