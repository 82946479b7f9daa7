"""The account of scores that are imported: read = kept + repeated + left out + set aside, and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nlp.set_aside import SetAside
from rubric.evaluation import Evaluated, Evaluation, LostScores
from rubric.score import Score
from rubric.score_making import LeftOut, UnknownQuestion
from rubric.score_proposal import Proposal

SHOWN = 10
MOST_NOTES = 20


@dataclass(slots=True)
class ScoreTally:
    """Counts scores while they are read; one score is one answer of one evaluation.

    ``recognised`` counts them by tool, ``left_out`` by why they do not count though nothing is wrong with them.
    ``lost`` are the scores in what was set aside. ``corrected`` is how many a changed map made other scores of, and
    ``not_asked`` how many criteria a newer version of an evaluation does not answer any more. ``taken_for`` says which
    question was taken for which criterion, ``unknown`` which questions nobody has said the criterion of.
    """

    kept: int = 0
    added: int = 0
    repeated: int = 0
    corrected: int = 0
    not_asked: int = 0
    lost: int = 0
    recognised: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    set_aside: list[SetAside] = field(default_factory=list)
    shown: list[Score] = field(default_factory=list)
    taken_for: dict[tuple[str, str], str] = field(default_factory=dict)
    unknown: dict[tuple[str, str], str | None] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    strangers: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    more: bool = False

    @property
    def read(self) -> int:
        """All scores that were read, whatever became of them."""
        return self.kept + self.repeated + self.left_out.total() + self.lost

    @property
    def auto_failed(self) -> int:
        """Answers that failed their whole evaluation by themselves, each once."""
        return len(self.failed)

    @property
    def found(self) -> bool:
        """Whether there was anything of scores at all."""
        return bool(self.read or self.proposals or self.set_aside)

    def take(self, score: Score, origin: Evaluated | None, agents: frozenset[str]) -> None:
        """A score that is to be kept."""
        self.kept += 1
        self.calls.add(score.call_id)
        if len(self.shown) < SHOWN and score not in self.shown:
            self.shown.append(score)
        if origin is not None:
            self.failed.update([origin.key] if origin.auto_fail else ())
            self.taken_for.setdefault((origin.form or "", origin.question), score.criterion_id)
        if agents and score.agent_id is not None and score.agent_id not in agents:
            self.strangers[score.agent_id] += 1

    def leave(self, found: LeftOut) -> None:
        self.left_out[found.reason] += found.scores

    def lose(self, found: SetAside) -> None:
        self.lost += found.scores if isinstance(found, LostScores) else 1
        self.set_aside.append(found)
        if isinstance(found, UnknownQuestion):
            self.unknown.setdefault((found.form, found.question), found.nearest)

    def weigh(self, evaluation: Evaluation) -> None:
        """Note a form whose weights do not come to 100: the rubric's count, and somebody may wonder."""
        total = sum(evaluation.weights)
        if evaluation.weights and abs(total - 100) > 0.5:
            shown = ", ".join(f"{one:g}" for one in evaluation.weights[:12])
            self.note(f"the weights of {evaluation.form or 'a form'} ({shown}) come to {total:g}; the rubric's count")

    def note(self, sentence: str) -> None:
        if sentence not in self.notes and len(self.notes) < MOST_NOTES:
            self.notes.append(sentence)

    def reasons(self) -> list[tuple[str, int, str]]:
        """Why records were set aside, how often, and a place where; the most frequent first."""
        from operations.import_account import Tally

        return Tally(set_aside=list(self.set_aside)).reasons()


def criteria_lines(unknown: Mapping[tuple[str, str], str | None], known: Sequence[str]) -> str:
    """A map's ``[criteria]`` with a line for each question that nobody has said the criterion of, to be filled in."""
    forms: dict[str, list[str]] = {}
    nearest: dict[str, str | None] = {}
    for (form, question), like in sorted(unknown.items()):
        forms.setdefault(question, []).append(form)
        nearest[question] = nearest.get(question) or like
    lines = [
        "# Which question is which criterion. Take the # away where it is right, and import again.",
        f'# The criteria are {", ".join(known)}; "" leaves a question out.',
        "",
        "[criteria]",
    ]
    for question in sorted(forms):
        like = nearest[question]
        named = ", ".join(form for form in forms[question] if form)
        hints = [*(["the nearest by its name"] if like else []), *([f"of {named}"] if named else [])]
        lines.append(f"# {_quoted(question)} = {_quoted(like or '')}{'  # ' if hints else ''}{'; '.join(hints)}")
    return "\n".join(" ".join(line.splitlines()) for line in lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
