"""The blank plan that follows from a rubric, for teams that start on paper: Markdown, DOCX or CSV."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nlp.errors import WrongInput
from nlp.noun import Noun, Text
from nlp.utterance import MAX_WORDS
from rubric.criterion import Criterion, Exercise
from rubric.rubric import Rubric

TITLE = "Coaching action plan"
HOW_TO = (
    "Fill in the section of each criterion under its threshold, critical ones first, and leave the rest out. "
    "Two criteria at a time are enough. Copy the agent's words to the letter."
)
WORDS_LABEL = f"Exact words of the agent (at most {MAX_WORDS} words)"
FOLLOW_UP_LABEL = "Follow-up scoring date"
FOLLOW_UP_HINT = "a working day, 7 days on for an agent with 20 calls a day or more, else 14, at most 21"
HEAD_SLOTS = ("Agent", "Team", "Supervisor", "Date of the plan")
APPROVAL_SLOTS = ("Approved by (supervisor)", "Signature", "Date")


class CannotWriteTemplate(WrongInput):
    """The blank plan cannot be written there; nothing was."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


class Section(Noun):
    """A criterion as its section of the blank plan shows it.

    ``practice`` is a line that names skill, scenario, number of sessions and method; ``by_call_type`` are lines with
    the scenario of a call type; ``sessions`` is how many boxes to tick there are.
    """

    criterion_id: Text
    title: Text
    weight: float
    threshold: float
    critical: bool
    definition: Text
    expected_behavior: Text
    practice: Text
    by_call_type: tuple[Text, ...] = ()
    sessions: int

    @property
    def facts(self) -> str:
        """``25% weight, threshold 60, critical``"""
        return f"{self.weight:g}% weight, threshold {self.threshold:g}" + (", critical" if self.critical else "")


def sections(rubric: Rubric) -> list[Section]:
    """A section a criterion, in the order of the rubric."""
    return [_section(criterion, rubric) for criterion in rubric.criteria]


def write_template(rubric: Rubric, path: Path) -> None:
    """Write the blank plan of a rubric in the form that the path's ending names: .md, .docx or .csv.

    Raises CannotWriteTemplate, also where a file is there: it may be one that somebody has filled in.
    """
    form = _forms().get(path.suffix.lower())
    if form is None:
        raise CannotWriteTemplate(path, "the ending must be .md, .docx or .csv")
    if not path.parent.is_dir():
        raise CannotWriteTemplate(path, f"there is no folder {path.parent}")
    content = form(rubric)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise CannotWriteTemplate(path, "exists and is left as it is; name a new file") from None
    except OSError as error:
        raise CannotWriteTemplate(path, f"cannot be written: {error.strerror}") from error


def _forms() -> dict[str, Callable[[Rubric], bytes]]:
    from rubric.template_docx import docx_template
    from rubric.template_text import csv_template, markdown_template

    return {".md": markdown_template, ".docx": docx_template, ".csv": csv_template}


def _section(criterion: Criterion, rubric: Rubric) -> Section:
    practice = criterion.practice
    by_call_type = practice.by_call_type if practice else {}
    return Section(
        criterion_id=criterion.id,
        title=criterion.title,
        weight=criterion.weight,
        threshold=criterion.threshold,
        critical=criterion.critical,
        definition=criterion.definition.strip(),
        expected_behavior=criterion.expected_behavior.strip(),
        practice=_practice_line(practice) if practice else "",
        by_call_type=tuple(f"{rubric.call_type_name(name)}: {text}" for name, text in by_call_type.items()),
        sessions=(practice.sessions or 0) if practice else 0,
    )


def _practice_line(exercise: Exercise) -> str:
    skill, scenario = exercise.skill.strip(), exercise.scenario.strip()
    sessions = f"{exercise.sessions} session{'s' if exercise.sessions != 1 else ''}" if exercise.sessions else ""
    what = skill[:1].upper() + skill[1:] + (f"; scenario: {scenario}" if scenario else "")
    how = ", ".join(part for part in (sessions, exercise.method.strip()) if part)
    return f"{what} ({how})" if how else what
