"""A rubric to start from: a copy of a ready one, with what each key means at its head."""

from __future__ import annotations

from pathlib import Path

from nlp.errors import WrongInput
from rubric.shelf import library_path

HEAD = """\
# Your rubric. `verbatim rubric check` says what is wrong with it, and what could be better.
#
#   call_types           what customers call about, with sentences that begin such a call
#   weight               percent; all weights sum to 100
#   threshold            a score below it is a failure
#   critical             true: its failures come first, whatever the weight
#   definition           what is judged
#   expected_behavior    what to do instead, in words that one could hear in a call
#   failure              violation (something said), omission (something due and not said), talk_over (by the times)
#   due                  of an omission: {moment: opening | closing | account_action}, or a cue: what is said before it
#   met_by, broken_by    what good and what failing sound like: examples (sentences), patterns (spaCy token patterns)
#   practice             skill, scenario, by_call_type, sessions, method; alternatives for when a score has not moved
#
# A version is locked when a plan first uses it. Raise `version` with every edit from then on.

"""


class RubricThere(WrongInput):
    """Something of that name exists; nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: exists and is left as it is; name a new file")
        self.path = path


class CannotWriteRubric(WrongInput):
    """A rubric cannot be written there."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


def write_rubric(path: Path, starter: str = "support") -> None:
    """Write a rubric to start from; ``starter`` is the name of a ready one.

    Raises NoSuchRubric, RubricThere, CannotWriteRubric; then nothing was written.
    """
    text = library_path(starter).read_text(encoding="utf-8")
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise CannotWriteRubric(path, "a rubric is written as YAML; let the name end in .yaml")
    if not path.parent.is_dir():
        raise CannotWriteRubric(path, f"there is no folder {path.parent}")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(HEAD + text)
    except FileExistsError:
        raise RubricThere(path) from None
    except OSError as error:
        raise CannotWriteRubric(path, f"cannot be written: {error.strerror}") from error
