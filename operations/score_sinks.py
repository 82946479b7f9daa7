"""Where the scores of an import go: nowhere, into a file, or into the program's store. Twice is once in each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nlp.set_aside import SetAside
from operations.import_transcripts import CannotImportTo
from operations.score_account import ScoreTally
from rubric.evaluation import Evaluated
from rubric.readers import table
from rubric.score import Score

if TYPE_CHECKING:
    from store.session import Store


class Sink(Protocol):
    """Where scores go."""

    def put(self, scores: Sequence[Score], evaluated: Sequence[Evaluated], tally: ScoreTally) -> None:
        """Keep them, and say in the account how many are new, known already, corrected or in conflict."""

    def close(self, tally: ScoreTally) -> None:
        """Whatever is to be done when all is read."""


class Nowhere:
    """A sink that keeps nothing: for a preview. What comes twice in one reading is told all the same."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def put(self, scores: Sequence[Score], evaluated: Sequence[Evaluated], tally: ScoreTally) -> None:
        for _ in self.fresh(scores, evaluated, tally):
            tally.added += 1

    def close(self, tally: ScoreTally) -> None:
        pass

    def fresh(self, scores: Sequence[Score], evaluated: Sequence[Evaluated], tally: ScoreTally) -> Iterator[Score]:
        """What did not come before, in this reading."""
        for score in scores:
            if self._is_first(score.model_dump_json(), "", tally):
                yield score
        for one in evaluated:
            if self._is_first(one.key, one.told, tally, one):
                yield one.score

    def _is_first(self, key: str, told: str, tally: ScoreTally, one: Evaluated | None = None) -> bool:
        before = self._seen.setdefault(key, told) if key in self._seen else None
        if before is None:
            self._seen[key] = told
            return True
        tally.kept -= 1
        if before == told or one is None:
            tally.repeated += 1
        else:
            tally.lose(conflict(one))
        return False


class IntoFile(Nowhere):
    """A sink that writes scores in our own format, JSON lines, a score a line."""

    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__()
        self._write = write

    def put(self, scores: Sequence[Score], evaluated: Sequence[Evaluated], tally: ScoreTally) -> None:
        for score in self.fresh(scores, evaluated, tally):
            tally.added += 1
            values = {**score.model_dump(mode="json", exclude_none=True), "score": score.score}
            ordered = {name: values[name] for name in Score.model_fields if name in values}
            self._write(json.dumps(ordered, ensure_ascii=False) + "\n")


@contextmanager
def scores_file(path: Path) -> Iterator[IntoFile]:
    """A sink that writes to ``path``, whole or not at all. Raises CannotImportTo."""
    if path.is_dir() or not path.parent.is_dir():
        raise CannotImportTo(path, "is a folder" if path.is_dir() else f"there is no folder {path.parent}")
    draft = path.with_name(f".{path.name}.draft")
    try:
        with draft.open("w", encoding="utf-8") as handle:
            yield IntoFile(handle.write)
        draft.replace(path)
    except OSError as error:
        raise CannotImportTo(path, f"cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)


class IntoStore:
    """A sink that is the program's own store, which the nightly run reads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._whole: set[str] = set()

    def put(self, scores: Sequence[Score], evaluated: Sequence[Evaluated], tally: ScoreTally) -> None:
        from store.evaluations import put_evaluated
        from store.scores import put_scores

        with self._store.begin() as session:
            added = put_scores(session, scores)
            put = put_evaluated(session, evaluated)
        tally.added += added + put.added
        tally.corrected += put.corrected
        again = len(scores) - added + put.unchanged
        tally.repeated += again
        tally.kept -= again + len(put.conflicts)
        for one in put.conflicts:
            tally.lose(conflict(one))
        self._whole.update(one.evaluation_id for one in evaluated if one.evaluation_id and one.vendor != table.NAME)

    def close(self, tally: ScoreTally) -> None:
        from operations.set_aside import plain_record
        from store.evaluations import take_out_not_asked
        from store.set_aside import put_set_aside

        with self._store.begin() as session:
            tally.not_asked = take_out_not_asked(session, self._whole)
            put_set_aside(session, [plain_record(record) for record in tally.set_aside])
        self._note_strange_calls(tally)

    def _note_strange_calls(self, tally: ScoreTally) -> None:
        """Say how many scored calls are not in the store: where their ids differ, nothing comes of either."""
        from store.calls import call_facts

        with self._store.read() as session:
            without = len(tally.calls) - len(call_facts(session, tally.calls))
        if without:
            of = f"{without:,} of {len(tally.calls):,} scored calls have no transcript in the program"
            tally.note(f"{of}; a call and its scores are one by their call_id")


def conflict(one: Evaluated) -> SetAside:
    """An answer that says something else than it said before at the same time; the first stays."""
    what = f"evaluation {one.evaluation_id!r}" if one.evaluation_id else f"the score of call {one.score.call_id!r}"
    reason = (
        f"{what}, question {one.question!r}, was taken up before with another answer of the same time; the first stays"
    )
    return SetAside(file=one.vendor, line=None, reason=reason, record=one.score.model_dump_json(exclude_none=True))
