"""The sample company, read with nothing but the nouns: what a demo shows must be right in every record."""

import csv
import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from coaching.agent import Agent
from nlp.call import Call
from nlp.talk_over import find_talk_overs
from nlp.utterance import MAX_WORDS, Utterance, word_count
from rubric.checking import check_rubric
from rubric.rubric import Rubric
from rubric.score import Flag, Score

SAMPLE = Path(__file__).parents[2] / "examples"
DUBLIN = ZoneInfo("Europe/Dublin")
FIRST, LAST = date(2026, 11, 2), date(2026, 11, 13)

Label = tuple[str, str, list[list[int]], list[list[int]]]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


def number(text: str) -> float | None:
    return float(text) if text else None


def score_of(row: dict[str, str]) -> Score:
    given = {key: value for key, value in row.items() if value and key not in ("score", "rubric_version")}
    return Score.model_validate(
        {**given, "score": number(row["score"]), "rubric_version": int(row["rubric_version"])},
    )


def agent_of(row: dict[str, str]) -> Agent:
    return Agent.model_validate(
        {**row, "calls_per_day": number(row["calls_per_day"]), "active": row["active"] == "true"}
    )


@pytest.fixture(scope="module")
def calls() -> dict[str, Call]:
    texts = [text for file in sorted(SAMPLE.glob("calls/*.jsonl")) for text in file.read_text("utf-8").splitlines()]
    texts += [file.read_text("utf-8") for file in sorted(SAMPLE.glob("calls/*.json"))]
    read = [Call.model_validate(json.loads(text)) for text in texts]
    assert len({call.call_id for call in read}) == len(read)
    return {call.call_id: call for call in read}


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return Rubric.model_validate(yaml.safe_load((SAMPLE / "rubric.yaml").read_text("utf-8")))


@pytest.fixture(scope="module")
def scores() -> list[Score]:
    return [score_of(row) for file in sorted(SAMPLE.glob("scores/*.csv")) for row in rows_of(file)]


@pytest.fixture(scope="module")
def agents() -> dict[str, Agent]:
    return {agent.agent_id: agent for agent in map(agent_of, rows_of(SAMPLE / "agents.csv"))}


@pytest.fixture(scope="module")
def labels() -> list[Label]:
    lines = (SAMPLE / "evidence.labels.jsonl").read_text("utf-8").splitlines()
    return [tuple(json.loads(line)[key] for key in ("call", "criterion", "gold", "best")) for line in lines]


@pytest.fixture(scope="module")
def failing(scores: list[Score], rubric: Rubric) -> set[tuple[str, str]]:
    return {
        (score.call_id, score.criterion_id)
        for score in scores
        if score.score is not None and score.score < rubric.criterion(score.criterion_id).threshold
    }


def test_36_calls_of_eight_agents_and_six_call_types_by_phone_and_chat(calls: dict[str, Call], rubric: Rubric) -> None:
    assert len(calls) == 36
    assert len({call.agent_id for call in calls.values()}) == 8
    assert {call.call_type for call in calls.values()} - {None} == set(rubric.call_types)
    assert len(rubric.call_types) == 6
    assert Counter(call.channel for call in calls.values()) == {"phone": 27, "chat": 9}


def test_calls_fall_into_the_two_weeks_in_working_hours_of_the_company(calls: dict[str, Call]) -> None:
    for call in calls.values():
        assert call.started_at is not None
        there = call.started_at.astimezone(DUBLIN)
        assert FIRST <= there.date() <= LAST
        assert there.weekday() < 5
        assert 8 <= there.hour < 18


def test_every_file_of_a_day_holds_calls_of_that_day(calls: dict[str, Call]) -> None:
    for file in SAMPLE.glob("calls/*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            started = calls[json.loads(line)["call_id"]].started_at
            assert started is not None
            assert started.date().isoformat() == file.stem


def test_phone_turns_have_times_in_order_and_chat_turns_at_most_a_start(calls: dict[str, Call]) -> None:
    for call in calls.values():
        starts = [turn.start for turn in call.turns if turn.start is not None]
        ends = [turn.end for turn in call.turns if turn.end is not None]
        if call.channel == "phone":
            assert len(starts) == len(ends) == len(call.turns)
            assert all(turn.end > turn.start for turn in call.turns if turn.end is not None and turn.start is not None)
        else:
            assert not ends
            assert len(starts) in (0, len(call.turns))
        assert starts == sorted(starts)
        assert not starts or starts[0] >= 0


def test_people_on_the_phone_speak_at_a_human_pace(calls: dict[str, Call]) -> None:
    for call in calls.values():
        if call.channel != "phone":
            continue
        for turn in call.turns:
            assert turn.start is not None
            assert turn.end is not None
            if turn.speaker != "system" and word_count(turn.text) >= 8:
                assert 1.8 <= word_count(turn.text) / (turn.end - turn.start) <= 3.6, turn.text


def test_most_calls_have_twelve_to_forty_turns(calls: dict[str, Call]) -> None:
    lengths = [len(call.turns) for call in calls.values()]
    assert max(lengths) <= 40
    assert sum(length >= 12 for length in lengths) >= 34


def test_the_rubric_draws_no_warning_and_has_one_critical_and_one_talk_over_criterion(rubric: Rubric) -> None:
    assert check_rubric(rubric) == []
    assert len(rubric.criteria) == 10
    assert sum(criterion.weight for criterion in rubric.criteria) == 100
    assert [criterion.id for criterion in rubric.criteria if criterion.critical] == ["terms"]
    assert [criterion.id for criterion in rubric.criteria if criterion.failure == "talk_over"] == ["talk_over"]


def test_practice_speaks_of_call_types_that_exist_and_always_has_a_second_choice(rubric: Rubric) -> None:
    for criterion in rubric.criteria:
        assert criterion.practice is not None
        assert set(criterion.practice.by_call_type) <= set(rubric.call_types)
        assert criterion.practice.alternatives


def test_no_example_of_the_rubric_is_a_sentence_of_a_call(calls: dict[str, Call], rubric: Rubric) -> None:
    spoken = " ".join(turn.text.casefold() for call in calls.values() for turn in call.turns)
    sounds = [sounds for criterion in rubric.criteria for sounds in (criterion.met_by, criterion.broken_by)]
    examples = [example for sound in sounds for example in sound.examples]
    examples += [example for kind in rubric.call_types.values() for example in kind.examples]
    examples += [e for c in rubric.criteria if c.due and c.due.cue for e in c.due.cue.examples]
    given_away = [example for example in examples if len(example) > 15 and example.casefold() in spoken]
    assert given_away == []


def test_every_score_is_of_a_call_and_a_criterion_that_exist_and_on_the_scale(
    scores: list[Score], calls: dict[str, Call], rubric: Rubric
) -> None:
    for score in scores:
        assert rubric.has(score.criterion_id)
        assert score.agent_id == calls[score.call_id].agent_id
        assert score.rubric_version == rubric.version
        assert score.score is None or rubric.scale.min <= score.score <= rubric.scale.max


def test_every_call_has_one_row_for_each_criterion_and_empty_ones_where_it_does_not_apply(
    scores: list[Score], calls: dict[str, Call], rubric: Rubric
) -> None:
    pairs = Counter((score.call_id, score.criterion_id) for score in scores)
    assert set(pairs.values()) == {1}
    assert set(pairs) == {(call, criterion.id) for call in calls for criterion in rubric.criteria}
    chats = {call.call_id for call in calls.values() if call.channel == "chat"}
    assert all(score.score is None for score in scores if score.criterion_id == "talk_over" and score.call_id in chats)


def test_calls_are_scored_after_they_were_made_and_before_the_night_of_the_demo(
    scores: list[Score], calls: dict[str, Call]
) -> None:
    for score in scores:
        started = calls[score.call_id].started_at
        assert started is not None
        assert score.scored_at is not None
        assert started < score.scored_at < datetime(2026, 11, 14, tzinfo=UTC)


def test_agents_are_eight_active_ones_in_two_teams_and_one_who_left(
    agents: dict[str, Agent], calls: dict[str, Call]
) -> None:
    active = [agent for agent in agents.values() if agent.active]
    assert {agent.agent_id for agent in active} == {call.agent_id for call in calls.values()}
    assert (len(active), len(agents)) == (8, 9)
    assert len({agent.team for agent in active}) == len({agent.supervisor_id for agent in active}) == 2
    assert agents["0012"].name == "Orla Finnerty"
    paces = [agent.calls_per_day for agent in active]
    assert paces.count(None) == 1
    assert {pace >= 20 for pace in paces if pace is not None} == {True, False}


def test_agents_say_their_own_names(agents: dict[str, Agent], calls: dict[str, Call]) -> None:
    first_names = {agent.name.split()[0]: agent.agent_id for agent in agents.values()}
    for call in calls.values():
        greeting = " ".join(turn.text for turn in call.turns[:4] if turn.speaker != "customer")
        named = {first_names[word] for word in re.findall(r"\w+", greeting) if word in first_names}
        assert named <= {call.agent_id}


def test_flags_are_of_calls_and_criteria_that_exist(calls: dict[str, Call], rubric: Rubric) -> None:
    rows = rows_of(SAMPLE / "flags.csv")
    flags = [Flag.model_validate({key: value for key, value in row.items() if value}) for row in rows]
    assert len(flags) == 6
    for flag in flags:
        assert flag.call_id in calls
        assert flag.criterion_id is None or rubric.has(flag.criterion_id)


def test_every_failing_score_has_one_label_and_nothing_else_has(
    labels: list[Label], failing: set[tuple[str, str]]
) -> None:
    assert Counter((call, criterion) for call, criterion, _, _ in labels) == Counter(failing)


def test_labels_are_what_an_agent_said_and_short_enough_to_quote(labels: list[Label], calls: dict[str, Call]) -> None:
    for call, _, gold, best in labels:
        assert best == gold[:1]
        assert 1 <= len(gold) <= 4
        for turn, start, end in gold:
            utterance = Utterance.of(calls[call], turn, start, end)
            assert utterance.speaker == "agent"
            assert utterance.text == utterance.text.strip()
            assert utterance.words <= MAX_WORDS


def test_talk_over_scores_under_the_threshold_only_where_the_times_show_it(
    labels: list[Label], calls: dict[str, Call]
) -> None:
    by_label = {call: [turn for turn, _, _ in gold] for call, criterion, gold, _ in labels if criterion == "talk_over"}
    by_times = {call.call_id: [one.turn for one in find_talk_overs(call)] for call in calls.values()}
    flagged_though_it_passed = {"hm-1111-02": by_times.pop("hm-1111-02")}
    assert {call: turns for call, turns in by_times.items() if turns} == by_label
    assert all(flagged_though_it_passed.values())


def test_each_agent_fails_in_their_own_way(calls: dict[str, Call], failing: set[tuple[str, str]]) -> None:
    ways: dict[str | None, set[str]] = {}
    for call, criterion in failing:
        ways.setdefault(calls[call].agent_id, set()).add(criterion)
    assert "0012" not in ways
    assert {agent for agent, criteria in ways.items() if "terms" in criteria} == {"0266"}
    assert {agent for agent, criteria in ways.items() if "talk_over" in criteria} == {"0231"}
    assert {agent for agent, criteria in ways.items() if "manner" in criteria} == {"0047"}
    assert len(ways) == 7
