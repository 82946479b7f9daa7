"""The open record's schemas: every record holds to its own, and none breaks a reader of an earlier one."""

import copy
from datetime import UTC, date, datetime

import jsonschema
import pytest

from coaching.follow_up import FollowUp
from coaching.record import Practice
from coaching.recording import View, evidence_shape, follow_up_shape, item_shape, movement_shape, plan_shape
from coaching.schemas import DIALECT, RECORDS, breaks, schema
from cycle_builders import an_account
from plan_builders import a_plan, an_item

AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
WHOLE = View(evidence=True, redacted=True)
FOLLOW_UP = FollowUp(
    follow_up_id="f-1",
    plan_id="p-a-1",
    agent_id="a-1",
    attempt=1,
    approved_on=date(2026, 11, 16),
    promised_on=date(2026, 11, 23),
    due_on=date(2026, 11, 23),
    last_day=date(2026, 12, 7),
)
MADE = {
    "plan": lambda: plan_shape(a_plan("a-1", an_item("empathy"), an_item("tone")), 3, AT, WHOLE),
    "item": lambda: item_shape(a_plan(), an_item(), View(evidence=False, redacted=True)),
    "evidence": lambda: evidence_shape(a_plan(), an_item(), True),
    "follow_up": lambda: follow_up_shape(FOLLOW_UP, AT),
    "movement": lambda: movement_shape(an_account([40, 42], [80, 85, 90, 80, 82]), AT),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_holds_to_its_schema_and_one_with_a_wrong_field_does_not(name):
    written = MADE[name]().model_dump(mode="json")
    checker = jsonschema.Draft202012Validator(schema(name), format_checker=jsonschema.FormatChecker())
    assert list(checker.iter_errors(written)) == []
    for field in written:
        assert list(checker.iter_errors({key: value for key, value in written.items() if key != field}))
        assert list(checker.iter_errors({**written, field: {"not": "this"}}))


@pytest.mark.parametrize("name", RECORDS)
def test_a_schema_is_one_of_its_dialect_and_lets_later_fields_through(name):
    written = schema(name)
    assert written["$schema"] == DIALECT == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(written)
    later = MADE[name]().model_dump(mode="json") | {"added_later": 1}
    jsonschema.validate(later, written, cls=jsonschema.Draft202012Validator)


def changed(name, change):
    new = copy.deepcopy(schema(name))
    change(new)
    return list(breaks(schema(name), new))


def test_the_same_schema_breaks_nobody():
    assert changed("plan", lambda new: None) == []


def test_a_field_more_breaks_nobody():
    assert changed("plan", lambda new: new["properties"].update(mood={"type": "string"})) == []


def test_a_value_less_breaks_nobody():
    assert changed("follow_up", lambda new: new["properties"]["state"]["enum"].remove("cancelled")) == []


BREAKING = {
    "team of the record is gone": ("plan", lambda new: new["properties"].pop("team")),
    "team of the record can be left out": ("plan", lambda new: new["required"].remove("team")),
    "version of the record can be string": ("plan", lambda new: new["properties"]["version"].update(type="string")),
    "weight of an entry of items of the record can be null": (
        "plan",
        lambda new: new["$defs"]["Item"]["properties"].update(weight={"anyOf": [{"type": "number"}, {"type": "null"}]}),
    ),
    "state of the record can be lost and could not": (
        "follow_up",
        lambda new: new["properties"]["state"]["enum"].append("lost"),
    ),
    "state of the record can be anything": ("follow_up", lambda new: new["properties"]["state"].pop("enum")),
    "due_on of the record is written as date-time and was as date": (
        "follow_up",
        lambda new: new["properties"]["due_on"].update(format="date-time"),
    ),
    "skill of practice of the record is gone": (
        "item",
        lambda new: new["$defs"]["Practice"]["properties"].pop("skill"),
    ),
}


@pytest.mark.parametrize("said", BREAKING)
def test_what_breaks_a_reader_is_named_with_its_place(said):
    name, change = BREAKING[said]
    assert any(one.startswith(said) for one in changed(name, change))


def test_a_number_that_becomes_whole_breaks_nobody_and_the_reverse_does():
    whole = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    number = {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]}
    assert list(breaks(number, whole)) == []
    assert list(breaks(whole, number)) == ["n of the record can be number and could not before"]


def test_the_fields_of_practice_are_those_of_a_plan():
    assert set(Practice.model_fields) <= set(type(an_item().practice).model_fields)
