"""Scores as people's tools have them into a program's scores; twice is once, and nothing is guessed.

The desk is handed the documents that an import comes upon, one by one, and takes those that hold scores.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nlp.readers.registry import choose
from nlp.readers.vendor import Source
from nlp.set_aside import SetAside
from operations.import_transcripts import CannotImportTo
from operations.score_account import ScoreTally
from operations.score_query import queried
from rubric.evaluation import Evaluated, Evaluation
from rubric.readers import contract, table
from rubric.readers.pieces import wrong
from rubric.readers.registry import ScoreVendor, evaluations_of, is_all_scores, vendor_of
from rubric.rubric import Rubric
from rubric.score import Score
from rubric.score_guess import propose
from rubric.score_making import LeftOut, scores_of
from rubric.score_map import ScoreMap, map_for
from rubric.score_proposal import Proposal
from rubric.score_reader import score_shape

if TYPE_CHECKING:
    from store.session import Store

CHUNK = 2000
"""Scores written in one transaction, in whole evaluations."""

MOST_PROPOSALS = 20
LOOKED_AT = 20_000
"""Scores of tables that a preview looks at."""

NO_RUBRIC = (
    "holds scores, and there is no rubric to hold them against; name one with --rubric, or a program with --config"
)


@dataclass(frozen=True, slots=True)
class ScoreSetup:
    """How scores are to be read: the rubric, maps with their files, the time zone of times without one.

    ``until`` is when the future begins; ``agents`` are the program's, to say who is none of them.
    """

    rubric: Rubric | None = None
    maps: tuple[tuple[Path, ScoreMap], ...] = ()
    timezone: tzinfo = UTC
    until: datetime | None = None
    agents: frozenset[str] = frozenset()

    @property
    def usable(self) -> list[ScoreMap]:
        return [told for _, told in self.maps if not told.proposed]


class Sink(Protocol):
    """Where scores go."""

    def put(self, scores: Sequence[Score], evaluated: Sequence[Evaluated], tally: ScoreTally) -> None:
        """Keep them, and say in the account how many are new, known already, corrected or in conflict."""

    def close(self, tally: ScoreTally) -> None:
        """Whatever is to be done when all is read."""


@dataclass(slots=True)
class _Batch:
    """Scores on their way to the sink."""

    scores: list[Score] = field(default_factory=list)
    evaluated: list[Evaluated] = field(default_factory=list)


class ScoreDesk:
    """Takes the documents that hold scores, and keeps the account. Used for one import and closed."""

    def __init__(self, setup: ScoreSetup, sink: Sink, most: int | None = None) -> None:
        """``most`` is how many scores of tables are looked at, for a preview; None for all."""
        self.setup, self.sink, self.tally, self.most = setup, sink, ScoreTally(), most
        self._batch = _Batch()

    def takes(self, source: Source) -> bool:
        """Whether a document holds scores and nothing else; they are taken then. Of one that holds a call as well the
        scores are taken, and the call is left to others."""
        vendor = vendor_of(source)
        if vendor is not None:
            self._take_vendor(vendor, source)
            return is_all_scores(vendor, source)
        names = table.names_of(source)
        if not names:
            return False
        if contract.is_ours(names):
            self._take_ours(source)
            return True
        return self._takes_table(source, names)

    def take_query(self, path: Path, told: ScoreMap) -> None:
        """Take the scores that the query of a map gives. Raises as ``operations.score_query.queried``."""
        with queried(path, told, self.setup.timezone) as source:
            if told.is_table:
                self._take_table(source, path, told)
            elif not self.takes(source):
                self._refuse(source, f"gives the columns {', '.join(source.columns)}; say in [columns] which is what")

    def close(self) -> ScoreTally:
        """Keep what is left, and give the account."""
        self._flush()
        self.sink.close(self.tally)
        return self.tally

    def _take_vendor(self, vendor: ScoreVendor, source: Source) -> None:
        for found in evaluations_of(vendor, source):
            self._take(found, None, vendor.NAME)

    def _takes_table(self, source: Source, names: tuple[str, ...]) -> bool:
        for path, told in self.setup.maps:
            if table.is_meant(told, names):
                self._take_table(source, path, told)
                return True
        return self._takes_unknown(source)

    def _take_table(self, source: Source, path: Path, told: ScoreMap) -> None:
        if told.proposed:
            self._refuse(source, f"its map {path} is a proposal; look it through and take out `proposed = true`")
        elif (problem := table.missing(told, table.names_of(source))) is not None:
            self._refuse(source, problem)
        else:
            for found in table.read(source, told):
                self._take(found, told, table.NAME)
                if self._is_enough():
                    return

    def _is_enough(self) -> bool:
        self.tally.more = self.most is not None and self.tally.read >= self.most
        return self.tally.more

    def _takes_unknown(self, source: Source) -> bool:
        """A table that nobody has told us of: where it looks like scores, it is set aside with a proposal."""
        if self.setup.rubric is None or not isinstance(choose(source), SetAside):
            return False
        proposal = propose(source, self.setup.rubric)
        if proposal is None:
            return False
        if self._is_new(proposal):
            self.tally.proposals.append(proposal)
        self._refuse(
            source, "looks like scores, and nobody has said which column is what; see the map that is proposed"
        )
        return True

    def _is_new(self, proposal: Proposal) -> bool:
        """Whether no other table with these columns was proposed a map for."""
        known = self.tally.proposals
        return len(known) < MOST_PROPOSALS and all(one.columns != proposal.columns for one in known)

    def _take_ours(self, source: Source) -> None:
        if self.setup.rubric is None:
            self._refuse(source, NO_RUBRIC)
            return
        shape = score_shape(self.setup.rubric, self.setup.timezone)
        for found in contract.read(source, shape):
            self.tally.recognised[contract.NAME] += 1
            if isinstance(found, SetAside):
                self.tally.lose(found)
            elif self._is_future(found):
                self.tally.lose(wrong(source, f"scored_at: {found.scored_at} is in the future", None))
            else:
                self.tally.take(found, None, self.setup.agents)
                self._batch.scores.append(found)
                self._flush(CHUNK)
            if self._is_enough():
                return

    def _is_future(self, score: Score) -> bool:
        until = self.setup.until
        return until is not None and score.scored_at is not None and score.scored_at >= until

    def _take(self, found: Evaluation | SetAside, told: ScoreMap | None, name: str) -> None:
        """An evaluation, or what could not be one, into the account and on its way."""
        if isinstance(found, SetAside):
            self.tally.recognised[name] += getattr(found, "scores", 1)
            self.tally.lose(found)
            return
        self.tally.recognised[name] += max(1, len(found.answers))
        if self.setup.rubric is None:
            self.tally.lose(found.aside(NO_RUBRIC, max(1, len(found.answers))))
            return
        told = told or map_for(self.setup.usable, found.form, found.form_id)
        self.tally.weigh(found)
        for made in scores_of(found, told, self.setup.rubric, self.setup.until):
            self._put(made)
        self._flush(CHUNK)

    def _put(self, made: Evaluated | LeftOut | SetAside) -> None:
        if isinstance(made, LeftOut):
            self.tally.leave(made)
        elif isinstance(made, SetAside):
            self.tally.lose(made)
        else:
            self.tally.take(made.score, made, self.setup.agents)
            self._batch.evaluated.append(made)

    def _refuse(self, source: Source, reason: str) -> None:
        self.tally.lose(wrong(source, reason, None))

    def _flush(self, at: int = 1) -> None:
        batch = self._batch
        if len(batch.scores) + len(batch.evaluated) >= at:
            self._batch = _Batch()
            self.sink.put(batch.scores, batch.evaluated, self.tally)


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


def conflict(one: Evaluated) -> SetAside:
    """An answer that says something else than it said before at the same time; the first stays."""
    what = f"evaluation {one.evaluation_id!r}" if one.evaluation_id else f"the score of call {one.score.call_id!r}"
    reason = (
        f"{what}, question {one.question!r}, was taken up before with another answer of the same time; the first stays"
    )
    return SetAside(file=one.vendor, line=None, reason=reason, record=one.score.model_dump_json(exclude_none=True))
