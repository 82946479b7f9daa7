from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.ledger import Ledger
from nlp.set_aside import Repeated, SetAside

BROKEN = SetAside(file="calls.jsonl", line=3, reason="is not JSON", record="{")
AGAIN = Repeated(file="calls.jsonl", line=4, reason="says again what is in calls.jsonl:1")


@given(st.lists(st.sampled_from(["good", BROKEN, AGAIN])))
def test_every_record_is_accounted_for(found: list[str | SetAside]) -> None:
    ledger = Ledger()
    kept = list(ledger.keep(found))
    assert ledger.read == len(found) == len(kept) + ledger.repeated + len(ledger.set_aside)
    assert ledger.kept == len(kept) == found.count("good")
    assert ledger.set_aside == [each for each in found if each == BROKEN]


def test_records_are_handed_on_as_they_come() -> None:
    ledger = Ledger()
    kept = ledger.keep(iter(["one", BROKEN, "two"]))
    assert next(kept) == "one"
    assert (ledger.kept, ledger.set_aside) == (1, [])
    assert next(kept) == "two"
    assert ledger.set_aside == [BROKEN]


def test_one_ledger_may_account_for_several_readings() -> None:
    ledger = Ledger()
    assert [*ledger.keep(["one", AGAIN]), *ledger.keep(["two", BROKEN])] == ["one", "two"]
    assert str(ledger) == "4 read: 2 kept, 1 repeated, 1 set aside"


def test_a_reading_without_repetition_does_not_mention_it() -> None:
    ledger = Ledger(kept=12_345)
    assert str(ledger) == "12,345 read: 12,345 kept, 0 set aside"
