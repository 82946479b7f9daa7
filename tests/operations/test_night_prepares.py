"""A night tells its finder of a chunk's calls before it asks for them: fewer batches, the same picks."""

from dataclasses import replace

import pytest

from models.finder import EvidenceFinder
from nlp.static_encoder import load_static
from operations.night import begin, locate_chunk
from programs import open_program, sample_program
from store.evidence import picks_of


class Counting:
    """The table of tokens, which notes how often it is asked for texts that it has not seen."""

    def __init__(self):
        self.table, self.seen, self.batches = load_static(), set(), 0
        self.name = self.table.name

    def encode(self, texts):
        self.batches += not self.seen.issuperset(texts)
        self.seen |= set(texts)
        return self.table.encode(texts)


class Untold:
    """A finder that cannot be told of calls; another model by its name, so that it is asked again."""

    model_version = "untold"

    def __init__(self, finder):
        self.find = finder.find


@pytest.fixture(scope="module")
def chunks(tmp_path_factory):
    """The picks of a night's chunks and the encoder, by a finder that is told of the calls and by one that is not."""
    found = []
    with open_program(sample_program(tmp_path_factory.mktemp("sample"))) as program:
        work = program.night_work()
        start = begin(work, program.day("2026-11-16"), "r-1")
        for shown in (lambda finder: finder, Untold):
            encoder = Counting()
            finder = shown(EvidenceFinder(encoder, None, None, 4, profile="fast"))
            for chunk in start.chunks:
                locate_chunk(replace(work, finder=finder), chunk)
            ids = {failure.call_id for chunk in start.chunks for failure in chunk}
            with program.store.read() as session:
                found.append((picks_of(session, sorted(ids), work.rubric.id, finder.model_version), encoder))
    return found


def test_the_picks_of_a_night_are_the_same_whether_its_finder_is_told_of_calls_or_not(chunks):
    (told, _), (untold, _) = chunks
    assert len(told) > 20
    assert told == untold


def test_a_finder_that_is_told_has_its_texts_encoded_in_fewer_batches(chunks):
    (_, told), (_, untold) = chunks
    assert told.seen >= untold.seen
    assert told.batches * 3 < untold.batches
