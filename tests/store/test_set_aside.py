from nlp.set_aside import SetAside
from store.set_aside import list_set_aside, put_set_aside

HOSTILE = SetAside(file="calls/ü.jsonl", line=3, reason="is no JSON", record='<script>"\x00\ud800 👋')


def test_what_was_set_aside_is_kept_once_however_often_it_is_met(store):
    file = SetAside(file="a.csv", line=None, reason="cannot be read")
    with store.begin() as session:
        assert put_set_aside(session, [HOSTILE, file, HOSTILE], "night-1") == 2
        assert put_set_aside(session, [HOSTILE], "night-2") == 0
    with store.read() as session:
        assert list_set_aside(session) == [file, HOSTILE]
        assert list_set_aside(session, "night-1") == [file, HOSTILE]
        assert list_set_aside(session, "night-2") == []


def test_what_was_set_aside_comes_by_place_the_whole_file_first_on_every_database(store):
    records = [SetAside(file=name, line=line, reason="x") for name in ("b", "a") for line in (10, 9, None)]
    with store.begin() as session:
        put_set_aside(session, records)
        found = [(record.file, record.line) for record in list_set_aside(session)]
    assert found == [("a", None), ("a", 9), ("a", 10), ("b", None), ("b", 9), ("b", 10)]
