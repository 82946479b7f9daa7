import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importing import calls_of, found_in, refusal_of, said, times, transcript_of
from nlp.readers.speakers import Who

PLAIN = """Agent: Good morning, Fern and Co.
Customer: Hi. My order number: it's 12.
Agent: Thank you.
Let me look.

Customer: Okay: thanks!
"""


def test_a_line_with_a_name_is_a_turn_and_a_line_without_goes_on():
    found = transcript_of(PLAIN, "c-7.txt")
    assert found.vendor == "Plain text"
    assert found.call_id == "c-7"
    assert said(found) == [
        ("Agent", "Good morning, Fern and Co."),
        ("Customer", "Hi. My order number: it's 12."),
        ("Agent", "Thank you.\nLet me look."),
        ("Customer", "Okay: thanks!"),
    ]
    (call,) = calls_of(PLAIN)
    assert [turn.speaker for turn in call.turns] == ["agent", "customer", "agent", "customer"]


@pytest.mark.parametrize(
    "text",
    [
        "**Agent:** Hello.\n\n**Customer:** Hi.\n",
        "**Agent**: Hello.\n**Customer**: Hi.\n",
        "__Agent:__ Hello.\n__Customer:__ Hi.\n",
        "- **Agent:** Hello.\n- **Customer:** Hi.\n",
        "# Call 7\n\n**Agent:** Hello.\n\n---\n\n**Customer:** Hi.\n",
        "AGENT: Hello.\r\nCUSTOMER: Hi.\r\n",
        "[Agent]: Hello.\n[Customer]: Hi.\n",
    ],
)
def test_bold_lists_headings_capitals_and_brackets(text):
    found = transcript_of(text, "call.md")
    assert [words for _, words in said(found)] == ["Hello.", "Hi."]
    assert [turn.speaker for turn in calls_of(text)[0].turns] == ["agent", "customer"]


def test_what_is_bold_in_the_words_stays():
    assert said(transcript_of("**Agent:** It is **not** so.\n**Customer:** No.\n"))[0][1] == "It is **not** so."


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("[00:00:01] Agent: a\n[00:01:05.5] Customer: b\n", [1.0, 65.5]),
        ("(00:01) Agent: a\n(01:05) Customer: b\n", [1.0, 65.0]),
        ("00:00:01 - Agent: a\n00:00:05 - Customer: b\n", [1.0, 5.0]),
        ("Agent [00:00:01]: a\nCustomer [00:00:05]: b\n", [1.0, 5.0]),
        ("Agent (00:00:01): a\nCustomer (00:00:05): b\n", [1.0, 5.0]),
        ("Agent  00:01\na\n\nCustomer  00:05\nb\n", [1.0, 5.0]),
        ("[14:03:00] Agent: a\n[14:03:07] Customer: b\n", [0.0, 7.0]),
        ("[14:03] Agent: a\n[14:04] Customer: b\n", [None, None]),
        ("2026-11-02 14:03:00 Agent: a\n2026-11-02 14:03:09 Customer: b\n", [0.0, 9.0]),
    ],
)
def test_times_are_read_where_nobody_has_to_guess_them(text, seconds):
    found = transcript_of(text)
    assert said(found) == [("Agent", "a"), ("Customer", "b")]
    assert [start for start, _ in times(found)] == seconds


def test_a_day_before_the_first_turn_is_when_the_call_began():
    found = transcript_of("[2026-11-02T14:03:00-05:00] Agent: a\n[2026-11-02T14:03:09-05:00] Customer: b\n")
    assert found.started_at.isoformat() == "2026-11-02T19:03:00+00:00"


def test_a_head_of_facts_is_understood_and_is_no_turn():
    head = "Call ID: c-12\nDate: 2026-11-02 14:03\nAgent: Priya Raman\nAgent ID: a-9\nQueue: parcels\n\n"
    found = transcript_of(head + PLAIN)
    assert (found.call_id, found.agent_id, found.names["Agent"]) == ("c-12", "a-9", "Priya Raman")
    assert found.started_at.isoformat() == "2026-11-02T14:03:00+00:00"
    assert found.metadata == {"queue": "parcels"}
    assert len(found.speeches) == 4
    assert found.no_speech == 5


def test_names_are_speakers_and_the_agents_list_says_who_is_one():
    text = "Priya Raman: Hello.\nDana Whitlock: Hi.\nPriya Raman: How can I help?\n"
    assert [turn.speaker for turn in calls_of(text, who=Who(agents={"Priya Raman": "a-9"}))[0].turns] == [
        "agent",
        "customer",
        "agent",
    ]
    assert "nothing says who 'Priya Raman', 'Dana Whitlock' are" in calls_of(text)[0].reason


def test_a_name_that_comes_once_among_names_is_a_speaker_and_not_words_of_another():
    text = "Priya Raman: Hello.\nDana Whitlock: Hi.\nPriya Raman: One moment.\nTom: I take over.\n"
    assert said(transcript_of(text))[-1] == ("Tom", "I take over.")


def test_a_colon_in_the_words_of_a_call_with_roles_is_no_speaker():
    text = PLAIN + "Order number: 12\nTotal: 3\n"
    assert said(transcript_of(text))[-1] == ("Customer", "Okay: thanks!\nOrder number: 12\nTotal: 3")


@pytest.mark.parametrize(
    "text",
    [
        "Just a letter.\nWith lines.\n",
        "name: x\ntitle: y\n",
        "From: a\nTo: b\nSubject: c\n\nDear all\n",
        "https://example.org\nhttp://x: y\n",
        "call_id,criterion_id,score\nc-1,empathy,4\n",
        "\n".join(f"line {n} of a log" for n in range(50)) + "\nAgent: once\n",
    ],
)
def test_text_that_is_no_conversation_is_not_taken_for_one(text):
    assert "is no transcript of a known format" in refusal_of(text)


LINES = st.sampled_from(
    [
        *("Agent: hi", "Customer: ok", "**Agent:** hi", "__X:__", "", "", "   ", "---", "# Title", "Call ID: 7"),
        *("[00:01] Agent: a", "Agent 00:02", "Agent (00:03): x", "Agent:", ":", "::", "Maria: hi", "Order number: 12"),
        *("\u2028", "\x0b", "\x00", "\ufeff", "Date: x", "Agent: Priya Raman", "a: b", "[SPEAKER_00]: x", "```"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES | st.text(max_size=10), max_size=14), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_line_of_any_text_is_accounted_for(lines, end):
    for each in found_in(end.join(["Agent: a", "Customer: b", *lines]).encode("utf-8", "replace")):
        reason = getattr(each, "reason", "")
        assert "could be accounted for" not in reason
        assert "is not as" not in reason
