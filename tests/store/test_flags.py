from builders import a_flag
from store.flags import list_flags, put_flags


def test_flags_come_back_as_they_went_in_and_once(store):
    flags = [a_flag("c-2"), a_flag("c-1"), a_flag("c-1", criterion_id="empathy", reason="Listen to this — “wow”")]
    with store.begin() as session:
        assert put_flags(session, [*flags, flags[0]]) == 3
        assert put_flags(session, flags) == 0
    with store.read() as session:
        kept = list_flags(session)
    assert len(kept) == 3
    assert all(flag in kept for flag in flags)
    assert [flag.call_id for flag in kept] == ["c-1", "c-1", "c-2"]
