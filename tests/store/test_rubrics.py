import pytest

from builders import a_criterion, a_rubric
from rubric.lock import LockedVersionEdited, lock_of
from store.rubrics import get_lock, get_rubric, list_versions, lock_rubric, put_rubric

FIRST = a_rubric("empathy", "greeting")
EDITED = a_rubric(a_criterion("empathy", weight=50, definition="Something else."), a_criterion("greeting", weight=50))


def test_versions_come_back_as_they_went_in_the_oldest_first(store):
    second = a_rubric("empathy", version=2, name="Größer")
    with store.begin() as session:
        for rubric in (second, FIRST, FIRST):
            put_rubric(session, rubric)
        put_rubric(session, a_rubric(id="sales-core"))
    with store.read() as session:
        assert list_versions(session, "support-core") == [FIRST, second]
        assert get_rubric(session, "support-core", 2) == second
        assert get_rubric(session, "support-core", 3) is None


def test_an_unlocked_version_may_be_edited(store):
    with store.begin() as session:
        put_rubric(session, FIRST)
        put_rubric(session, EDITED)
        assert list_versions(session, "support-core") == [EDITED]
        assert get_lock(session, "support-core", 1) is None


def test_a_locked_version_refuses_an_edit_and_stays(store):
    with store.begin() as session:
        put_rubric(session, FIRST)
        lock_rubric(session, FIRST)
    with pytest.raises(LockedVersionEdited), store.begin() as session:
        put_rubric(session, EDITED)
    with store.begin() as session:
        put_rubric(session, FIRST)
        lock_rubric(session, EDITED)
    with store.read() as session:
        assert get_lock(session, "support-core", 1) == lock_of(FIRST)
        assert list_versions(session, "support-core") == [FIRST]


def test_a_version_is_locked_as_it_was_used_also_when_it_was_never_put(store):
    with store.begin() as session:
        put_rubric(session, FIRST)
        lock_rubric(session, EDITED)
        lock_rubric(session, a_rubric(version=2))
    with store.read() as session:
        assert list_versions(session, "support-core") == [EDITED, a_rubric(version=2)]
        assert get_lock(session, "support-core", 1) == lock_of(EDITED)
        assert get_lock(session, "support-core", 2) == lock_of(a_rubric(version=2))
