"""Evaluations as an import gets them, and what becomes of them: from bytes to scores, by everything in between."""

import json
from datetime import UTC, datetime
from pathlib import Path

from builders import a_rubric
from importing import blob
from nlp.readers.unpacking import sources_in
from nlp.readers.vendor import Hints, Source
from operations.import_scores import ScoreDesk, ScoreSetup
from operations.score_sinks import IntoFile, Nowhere
from rubric.evaluation import Evaluation
from rubric.readers.registry import evaluations_of, vendor_of
from rubric.score_map import ScoreMap

EVALUATIONS = Path(__file__).parents[1] / "rubric" / "readers" / "fixtures"
RUBRIC = a_rubric("empathy", "closing", "identity")
UNTIL = datetime(2026, 12, 1, tzinfo=UTC)
HINTS = Hints()


def evaluation_files():
    """All fixtures of evaluations."""
    return sorted(path for path in EVALUATIONS.rglob("*") if path.is_file())


def evaluations_in(raw, hints=HINTS):
    """All that the tool's reader makes of a file's bytes: evaluations, and what was set aside."""
    raw = raw if isinstance(raw, bytes) else raw.encode() if isinstance(raw, str) else json.dumps(raw).encode()
    found = []
    for source in sources_in(blob(raw, "scores/e.json"), hints):
        assert isinstance(source, Source), source
        vendor = vendor_of(source)
        assert vendor is not None, "no tool's evaluations"
        found += evaluations_of(vendor, source)
    return found


def the_evaluation(raw):
    (found,) = evaluations_in(raw)
    assert isinstance(found, Evaluation), str(found)
    return found


def setup_of(*maps, rubric=RUBRIC, **more):
    """How scores are to be read with these maps, given as the fields of one."""
    told = tuple((Path(f"map-{n}.toml"), one if isinstance(one, ScoreMap) else ScoreMap(**one))
                 for n, one in enumerate(maps))  # fmt: skip
    return ScoreSetup(rubric=rubric, maps=told, until=UNTIL, **more)


class Read:
    """What an import of some files comes to: ``scores`` as they would be written, and the account."""

    def __init__(self, files, setup, sink=None):
        lines = []
        self.desk = ScoreDesk(setup, sink or IntoFile(lines.append))
        self.left_to_others = [name for name, raw in files.items() if not self._taken(name, raw, setup)]
        self.tally = self.desk.close()
        self.scores = [json.loads(line) for line in lines]

    def _taken(self, name, raw, setup):
        raw = raw if isinstance(raw, bytes) else raw.encode() if isinstance(raw, str) else json.dumps(raw).encode()
        all_taken = True
        for source in sources_in(blob(raw, name), Hints(timezone=setup.timezone)):  # a table is read while it is open
            all_taken &= isinstance(source, Source) and self.desk.takes(source)
        return all_taken

    @property
    def values(self):
        return {(one["call_id"], one["criterion_id"]): one["score"] for one in self.scores}

    @property
    def reasons(self):
        return [record.reason for record in self.tally.set_aside]

    @property
    def balanced(self):
        """Whether every score that was read is in the account once."""
        tally = self.tally
        return tally.read == tally.kept + tally.repeated + tally.left_out.total() + tally.lost


def read_table(text, *, rubric=RUBRIC, name="scores.csv", **told):
    """A table read by a map of these fields."""
    return Read({name: text}, setup_of(told, rubric=rubric))


def previewed(files, setup):
    return Read(files, setup, Nowhere())
