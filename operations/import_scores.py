"""Scores as people's tools have them into a program's scores; twice is once, and nothing is guessed.

The desk is handed the documents that an import comes upon, one by one, and takes those that hold scores.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from nlp.readers.registry import choose
from nlp.readers.vendor import Source
from nlp.set_aside import SetAside
from operations.score_account import ScoreTally
from operations.score_query import queried
from operations.score_sinks import Sink
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
            alone = is_all_scores(vendor, source)
            if alone or self.setup.rubric is not None:  # who wants the call alone needs no rubric
                self._take_vendor(vendor, source)
            return alone
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
