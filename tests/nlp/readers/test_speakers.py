import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.call import Call
from nlp.readers.hearing import Heard, LooksSwapped
from nlp.readers.roles import role_of
from nlp.readers.speakers import Who, to_call
from nlp.readers.vendor import Speech, Transcript
from nlp.set_aside import SetAside


def transcript(*labels, **said):
    speeches = tuple(Speech(label, f"words {number}") for number, label in enumerate(labels))
    return Transcript(**{"call_id": "c-1", "vendor": "Test", "file": "a.json", "speeches": speeches, **said})


def speakers(made):
    assert isinstance(made, Call), str(made)
    return [turn.speaker for turn in made.turns]


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Agent", "agent"), ("AGENT 2", "agent"), ("agent_1", "agent"), ("Human Agent", "agent"),
        ("Agent Smith", "agent"), ("Customer Service Representative", "agent"), ("Support (Maria)", "agent"),
        ("Customer", "customer"), ("END_USER", "customer"), ("Caller:", "customer"), ("Customer (John)", "customer"),
        ("IVR", "system"), ("Bot", "system"), ("AUTOMATED_AGENT", "system"), ("Virtual Agent", "system"),
        ("Cliente", "customer"), ("Mitarbeiter", "agent"),
        ("Maria Cruz", None), ("spk_0", None), ("0", None), ("", None), ("Customers", None), ("Reagent", None),
    ],
)  # fmt: skip
def test_a_label_says_a_role_or_none(label, role):
    assert role_of(label) == role


def test_what_the_file_says_counts():
    made = to_call(transcript("A", "B", "C", roles={"A": "agent", "B": "customer", "C": "system"}))
    assert speakers(made) == ["agent", "customer", "system"]


def test_what_somebody_told_us_counts_before_what_the_file_says():
    made = to_call(transcript("A", "B", roles={"A": "agent", "B": "customer"}), Who({" a ": "customer", "B": "agent"}))
    assert speakers(made) == ["customer", "agent"]


def test_a_channel_map_may_be_for_one_vendors_files_alone():
    who = Who({"Test:0": "agent", "Other:0": "customer", "0": "system", "1": "customer"})
    assert speakers(to_call(transcript("0", "1"), who)) == ["agent", "customer"]


@pytest.mark.parametrize("name", ["Maria Cruz", "maria  cruz", "Cruz, Maria", "Maria Cruz (Billing)"])
def test_an_agent_is_known_by_name_and_gets_the_id(name):
    made = to_call(transcript(name, "John"), Who(agents={"Maria Cruz": "a-17"}))
    assert speakers(made) == ["agent", "customer"]
    assert made.agent_id == "a-17"


def test_the_name_behind_a_label_is_known_too():
    made = to_call(transcript("0", "1", names={"1": "Maria Cruz"}), Who(agents={"Maria Cruz": "a-17"}))
    assert speakers(made) == ["customer", "agent"]


def test_of_two_known_agents_neither_id_is_taken():
    who = Who(agents={"Maria Cruz": "a-17", "Li Wei": "a-18"})
    assert to_call(transcript("Maria Cruz", "Li Wei", "John"), who).agent_id is None


def test_the_files_own_agent_id_counts_before_a_name():
    assert to_call(transcript("Maria Cruz", agent_id="x"), Who(agents={"Maria Cruz": "a-17"})).agent_id == "x"


def test_the_last_one_unknown_is_of_the_other_side():
    assert speakers(to_call(transcript("Agent", "0"))) == ["agent", "customer"]
    assert speakers(to_call(transcript("0", "Customer"))) == ["agent", "customer"]


@pytest.mark.parametrize("labels", [("0", "1"), ("Agent", "0", "1"), ("Agent", "Customer", "0"), ("0",), ("Agent", "")])
def test_where_nobody_can_tell_the_call_is_set_aside_and_says_whom_to_name(labels):
    made = to_call(transcript(*labels))
    assert isinstance(made, SetAside)
    assert made.reason.startswith("call 'c-1': cannot tell which speaker is the agent: nothing says who")
    assert "name them under speakers of the mapping" in made.reason
    assert "words 0" in made.record


def test_a_call_without_any_speaker_says_so():
    assert "names no speakers" in to_call(transcript("", "")).reason


def test_a_call_without_turns_says_so():
    assert to_call(transcript()).reason == "call 'c-1': holds no turns"


def test_what_no_call_can_hold_is_set_aside_with_its_place():
    made = to_call(transcript("Agent", call_id="a\nb", line=7))
    assert isinstance(made, SetAside)
    assert made.line == 7
    assert "control character" in made.reason


def test_labels_vendor_and_notes_stay_beside_the_call():
    made = to_call(transcript("Agent", "0", notes=("n",), metadata={"queue": "q"}, names={"0": "John"}))
    assert made.metadata == {
        "queue": "q",
        "vendor": "Test",
        "speakers": {"Agent": "agent", "0": "customer"},
        "names": {"0": "John"},
        "notes": ["n"],
    }


@given(
    st.lists(st.text(max_size=12), max_size=6),
    st.dictionaries(st.text(max_size=5), st.sampled_from(["agent", "customer"])),
)
def test_any_labels_come_to_a_call_or_a_reason_and_no_turn_is_lost(labels, told):
    made = to_call(transcript(*labels), Who(told))
    assert isinstance(made, SetAside) or [turn.text for turn in made.turns] == [
        f"words {n}" for n in range(len(labels))
    ]


class Ear:
    """A listener that has made up its mind."""

    def __init__(self, sure=0.97, chance=0.0):
        self.sure, self.chance = sure, chance

    def hear(self, said, known):
        return Heard(
            {label: "agent" if label == "1" else "customer" for label in said if label not in known}, self.sure
        )

    def swapped(self, call):
        return self.chance


def test_who_is_left_over_is_told_by_how_people_talk_and_the_call_says_so():
    made = to_call(transcript("0", "1"), Who(listener=Ear()))
    assert speakers(made) == ["customer", "agent"]
    assert made.metadata["speakers_heard"] == {"labels": ["0", "1"], "sure": 0.97}
    assert made.metadata["speakers"] == {"0": "customer", "1": "agent"}


def test_what_is_not_sure_enough_is_set_aside_and_says_what_was_heard():
    made = to_call(transcript("0", "1"), Who(listener=Ear(sure=0.9499)))
    assert isinstance(made, SetAside)
    assert "by how they talk '1' would be the agent, 94% sure of 95% asked for; name them under speakers" in made.reason
    assert speakers(to_call(transcript("0", "1"), Who(listener=Ear(sure=0.9), sure=0.9))) == ["customer", "agent"]


def test_what_the_file_says_is_not_told_by_talk():
    made = to_call(transcript("1", "B", roles={"1": "customer", "B": "agent"}), Who(listener=Ear()))
    assert speakers(made) == ["customer", "agent"]
    assert "speakers_heard" not in made.metadata


def test_turns_without_a_speaker_are_nobody_and_are_not_told_by_talk():
    assert "turns without a speaker" in to_call(transcript("0", "", "1"), Who(listener=Ear())).reason


def test_a_call_whose_speakers_look_swapped_is_held_back_with_what_each_side_says():
    held = to_call(transcript("Agent", "Customer"), Who(listener=Ear(chance=0.98)))
    assert isinstance(held, LooksSwapped)
    assert held.reason.startswith("call 'c-1': its speakers look swapped, 98% sure")
    assert (held.call_id, held.agent, held.customer) == ("c-1", "words 0", "words 1")


@pytest.mark.parametrize(
    "who",
    [
        Who(listener=Ear(chance=0.9699)),
        Who(listener=Ear(chance=0.98), swapped_from=0.99),
        Who(listener=Ear(chance=1.0), checked=frozenset({"c-1"})),
        Who({"agent": "agent"}, listener=Ear(chance=1.0)),
        Who(agents={"Agent": "a-1"}, listener=Ear(chance=1.0)),
    ],
)
def test_what_is_less_likely_or_what_somebody_said_is_not_doubted(who):
    assert speakers(to_call(transcript("Agent", "Customer"), who)) == ["agent", "customer"]
