from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import a_call
from nlp.call import Call
from nlp.files import NoSuchInput
from nlp.ledger import Ledger
from nlp.readers.contract import read_calls

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
IDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20).filter(str.strip)
SECONDS = st.none() | st.floats(0, 1e6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=5,
)
TURNS = st.fixed_dictionaries(
    {"speaker": st.sampled_from(["agent", "customer", "system"]), "text": TEXT},
    optional={"start": SECONDS},
)
YEARS = datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2200-01-01")
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
CALLS = st.fixed_dictionaries(
    {"call_id": IDS, "turns": st.lists(TURNS, min_size=1, max_size=4)},
    optional={
        "agent_id": st.none() | IDS,
        "started_at": st.none() | st.datetimes(*YEARS, timezones=OFFSETS),
        "call_type": st.none() | IDS,
        "channel": st.sampled_from([None, "phone", "chat", "email"]),
        "language": st.none() | IDS,
        "metadata": st.dictionaries(TEXT, JSON, max_size=3),
    },
).map(Call.model_validate)


def written(call: Call, **changes: Any) -> str:
    return json.dumps({**call.model_dump(mode="json"), **changes}, ensure_ascii=False)


def put(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path, **where: Any) -> tuple[list[Call], Ledger]:
    ledger = Ledger()
    return list(ledger.keep(read_calls(path, **where))), ledger


def reasons(path: Path) -> list[str]:
    return [str(aside).removeprefix(str(path)) for aside in read(path)[1].set_aside]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(CALLS, max_size=4, unique_by=lambda call: call.call_id), st.booleans())
def test_any_call_comes_back_as_it_was_written(tmp_path: Path, calls: list[Call], as_lines: bool) -> None:
    lines = [written(call) for call in calls]
    name = "calls.jsonl" if as_lines else "calls.json"
    kept, ledger = read(put(tmp_path, name, *(lines if as_lines else [f"[{','.join(lines)}]"])))
    assert kept == calls
    assert ledger.set_aside == []


def test_a_json_file_is_one_call_or_an_array_of_calls(tmp_path: Path) -> None:
    one, two, three = (a_call(call_id=name) for name in ("1", "2", "3"))
    put(tmp_path, "a.json", written(one))
    put(tmp_path, "b.json", f"[{written(two)},", f" {written(three)}]")
    assert read(tmp_path)[0] == [one, two, three]


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    for name, call_id in [("z.jsonl", "4"), ("2026-11/b.JSONL", "2"), ("2026-11/a.json", "1"), ("a.jsonl", "3")]:
        put(tmp_path, name, written(a_call(call_id=call_id)))
    put(tmp_path, "README.md", "notes")
    put(tmp_path, "calls.csv", "call_id")
    kept, ledger = read(tmp_path)
    assert [call.call_id for call in kept] == ["1", "2", "3", "4"]
    assert [str(aside) for aside in ledger.set_aside] == [
        f"{tmp_path}/calls.csv: calls are read from *.json or *.jsonl"
    ]


def test_a_path_that_does_not_exist_is_wrong_use_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(NoSuchInput, match="does not exist; calls were to be read from there"):
        read_calls(tmp_path / "nowhere")


def test_the_same_call_twice_is_once(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", written(a_call()), written(a_call(), started_at="2026-11-02T09:03:00-05:00"))
    put(tmp_path, "b.json", written(a_call()))
    kept, ledger = read(tmp_path)
    assert kept == [a_call()]
    assert (ledger.read, ledger.repeated, ledger.set_aside) == (3, 2, [])


def test_another_call_of_the_same_id_is_set_aside_with_the_place_of_the_first(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "", written(a_call()))
    put(tmp_path, "b.jsonl", written(a_call("agent: Other words.")), written(a_call()))
    kept, ledger = read(tmp_path)
    assert kept == [a_call()]
    assert ledger.repeated == 1
    (aside,) = ledger.set_aside
    assert str(aside) == (
        f"{tmp_path}/b.jsonl:1: 'c-1' is already in {tmp_path}/a.jsonl:2, with other content; which one is right?"
    )
    assert "Other words." in aside.record


@pytest.mark.parametrize(
    ("started_at", "utc"),
    [
        ("2026-11-02T14:03:00", "2026-11-02T19:03:00+00:00"),
        ("2026-11-02 14:03", "2026-11-02T19:03:00+00:00"),
        ("2026-11-02", "2026-11-02T05:00:00+00:00"),
        ("2026-11-02T14:03:00+01:00", "2026-11-02T13:03:00+00:00"),
    ],
)
def test_a_start_without_offset_is_in_the_time_zone_given(tmp_path: Path, started_at: str, utc: str) -> None:
    path = put(tmp_path, "a.jsonl", written(a_call(), started_at=started_at))
    ((call,), _) = read(path, timezone=ZoneInfo("America/New_York"))
    assert call.started_at is not None
    assert call.started_at.isoformat() == utc


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"started_at": 1793630580}, "started_at: 1793630580 is no date or time"),
        ({"started_at": "02/11/2026"}, "started_at: '02/11/2026' is no date or time"),
        ({"call_id": 1042}, "call_id: input should be a valid string (here: 1042); text stands in quotes"),
        ({"call_id": None}, "'call_id' is missing"),
        ({"turns": []}, "turns: list should have at least 1 item, not 0"),
        ({"turns": [{"speaker": "bot", "text": ""}]}, "turns[0].speaker: input should be 'agent', 'customer' or"),
        ({"turns": [{"speaker": "agent", "text": "a", "start": "1"}]}, "turns[0].start: input should be a valid num"),
        ({"turns": [{"speaker": "agent", "text": "a", "start": True}]}, "turns[0].start: input should be a valid num"),
        ({"turns": [{"speaker": "agent", "txt": "a"}]}, "unknown key 'turns[0].txt'; did you mean 'text'?"),
        ({"agentid": "a-1"}, "unknown key 'agentid'; did you mean 'agent_id'?"),
        ({"metadata": {"a": "\x00"}}, "metadata: holds a NUL character"),
        ({"channel": "fax"}, "channel: input should be 'phone', 'chat' or 'email' (here: 'fax')"),
    ],
)
def test_what_is_no_call_is_set_aside_with_the_reason_and_the_others_go_on(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    path = put(tmp_path, "a.jsonl", written(a_call(call_id="1")), written(a_call(), **changes), written(a_call()))
    assert [call.call_id for call in read(path)[0]] == ["1", "c-1"]
    assert [each[: len(reason) + 4] for each in reasons(path)] == [f":2: {reason}"]


def test_half_a_surrogate_pair_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    turns = '"turns": [{"speaker": "agent", "text": "a"}]'
    path = put(
        tmp_path,
        "a.jsonl",
        f'{{"call_id": "\\ud800", {turns}}}',
        '{"call_id": "1", "turns": [{"speaker": "agent", "text": "\\udc00"}]}',
        f'{{"call_id": "1", {turns}, "metadata": {{"\\ud800": 1}}}}',
        f'{{"call_id": "1", {turns}, "\\ud800": 1}}',
        f'{{"call_id": "\\ud83d\\ude00", {turns}}}',
    )
    kept, ledger = read(path)
    assert [call.call_id for call in kept] == ["😀"]
    assert [aside.line for aside in ledger.set_aside] == [1, 2, 3, 4]


def test_null_for_what_is_optional_is_the_same_as_leaving_it_out(tmp_path: Path) -> None:
    empty = dict.fromkeys(("agent_id", "started_at", "call_type", "channel", "language", "metadata"))
    ((call,), _) = read(put(tmp_path, "a.jsonl", written(a_call(), **empty)))
    assert call == Call(call_id="c-1", turns=a_call().turns)


def test_one_broken_file_among_a_hundred_is_reported_and_the_hundred_are_read(tmp_path: Path) -> None:
    for number in range(100):
        put(tmp_path, f"{number:03}.json", written(a_call(call_id=str(number))))
    (tmp_path / "050-broken.json").write_bytes(b"\x1f\x8bbroken")
    kept, ledger = read(tmp_path)
    assert len(kept) == 100
    assert [str(aside) for aside in ledger.set_aside] == [f"{tmp_path}/050-broken.json: is gzip: unpack it first"]


def test_calls_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", *(written(a_call(call_id=str(number))) for number in range(3)), "{broken")
    calls = read_calls(path)
    first = next(calls)
    assert isinstance(first, Call)
    path.unlink()
    assert len(list(calls)) == 3


LINES = "".join(written(a_call("agent: Ça va?", call_id=str(n), metadata={"q": n})) + "\n" for n in range(4)).encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(LINES)), st.integers(0, 3), st.binary(max_size=3)), max_size=3))
def test_whatever_happens_to_the_bytes_every_line_is_accounted_for(
    tmp_path: Path, edits: list[tuple[int, int, bytes]]
) -> None:
    content = LINES
    for at, removed, put_in in edits:
        content = content[:at] + put_in + content[at + removed :]
    path = tmp_path / "calls.jsonl"
    path.write_bytes(content)
    kept, ledger = read(path)
    lines = [line for line in content.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip(b" \t")]
    whole_file = any(aside.line is None for aside in ledger.set_aside)
    assert ledger.read == len(kept) + ledger.repeated + len(ledger.set_aside) == (1 if whole_file else len(lines))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.integers(0, 400), st.binary(max_size=2), st.integers(0, 400))
def test_whatever_happens_to_a_document_it_is_read_or_set_aside(
    tmp_path: Path, at: int, put_in: bytes, cut: int
) -> None:
    content = b"[" + LINES.strip().replace(b"\n", b",\n") + b"]"
    path = tmp_path / "calls.json"
    path.write_bytes((content[:at] + put_in + content[at:])[: len(content) - cut])
    kept, ledger = read(path)
    assert ledger.read == len(kept) + len(ledger.set_aside) > 0
    assert len(kept) == 4 or ledger.set_aside


SHARED = Path(__file__).parents[4] / "shared" / "calls"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled calls are not beside this checkout")
def test_every_labelled_call_is_read() -> None:
    for path in sorted(SHARED.glob("*.jsonl")):
        if path.suffixes == [".jsonl"]:
            kept, ledger = read(path)
            assert kept
            assert ledger.set_aside == []
