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


WAYS = {
    "a name and a time over the words": ["Ann Bell  0:03\nHello.\n", "Jo Smith  0:07\nHi.\n", "Ann Bell  0:09\nBye."],
    "a time in brackets after the name": [
        "Ann Bell (00:03):\nHello.",
        "Jo Smith (00:07):\nHi.",
        "Ann Bell (00:09):\nBye.",
    ],
    "a time in brackets after the colon": [
        "Ann Bell: [00:03] Hello.",
        "Jo Smith: [00:07] Hi.",
        "Ann Bell: [00:09] Bye.",
    ],
    "a time between spaces": ["Ann Bell:   00:03   Hello.", "Jo Smith:   00:07   Hi.", "Ann Bell:   00:09   Bye."],
    "a time and a tab before": ["00:03\t Ann Bell:\tHello.", "00:07\t Jo Smith:\tHi.", "00:09\t Ann Bell:\tBye."],
    "times from and to": [
        "[00:03.000 --> 00:04.000] Ann Bell: Hello.",
        "[00:07.000 --> 00:08.000] Jo Smith: Hi.",
        "[00:09.000 --> 00:10.000] Ann Bell: Bye.",
    ],
    "a numbered list": ["1. [00:03] Ann Bell: Hello.", "2. [00:07] Jo Smith: Hi.", "3. [00:09] Ann Bell: Bye."],
    "marks of another speaker": [">> 00:03 Ann Bell: Hello.", ">> 00:07 Jo Smith: Hi.", ">> 00:09 Ann Bell: Bye."],
    "bold names": ["**Ann Bell** (00:03): Hello.", "**Jo Smith** (00:07): Hi.", "**Ann Bell** (00:09): Bye."],
}


@pytest.mark.parametrize("way", WAYS)
def test_the_ways_in_which_transcripts_are_written_for_people(way):
    found = transcript_of("\n".join(WAYS[way]) + "\n")
    assert said(found) == [("Ann Bell", "Hello."), ("Jo Smith", "Hi."), ("Ann Bell", "Bye.")]
    assert [start for start, _ in times(found)] == [3.0, 7.0, 9.0]


@pytest.mark.parametrize(
    "raw",
    [
        "Agent:Hello.\nCustomer:Hi.\n",
        "Agent\tHello.\nCustomer\tHi.\n",
        ">> AGENT: Hello.\n>> CUSTOMER: Hi.\n",
        "[02/11/2026, 14:03:00] Agent: Hello.\n[02/11/2026, 14:03:10] Customer: Hi.\n",
        "11/2/26, 2:03 PM - Agent: Hello.\n11/2/26, 2:04 PM - Customer: Hi.\n",
    ],
)
def test_roles_are_known_without_a_space_too_and_days_that_are_not_clear_are_passed_over(raw):
    found = transcript_of(raw)
    assert [(label.casefold(), words) for label, words in said(found)] == [("agent", "Hello."), ("customer", "Hi.")]
    assert times(found) == [(None, None)] * 2


def test_labels_of_an_audio_editor_have_two_times_and_two_brackets():
    found = transcript_of("0.000000\t1.500000\t[[SPEAKER_00]]Hello.\n1.500000\t2.500000\t[[SPEAKER_01]]Hi.\n")
    assert said(found) == [("SPEAKER_00", "Hello."), ("SPEAKER_01", "Hi.")]
    assert times(found) == [(0.0, 1.5), (1.5, 2.5)]


def test_labels_in_small_letters_are_of_speakers():
    assert said(transcript_of("spk_0: Hello.\nspk_1: Hi.\n")) == [("spk_0", "Hello."), ("spk_1", "Hi.")]


def test_the_line_of_a_recorder_about_itself_is_nobodys_words():
    found = transcript_of("Ann  0:03\nHello.\n\nJo  0:07\nHi.\n\nAnn  0:09\nBye.\n\nTranscribed by https://otter.ai\n")
    assert said(found)[-1] == ("Ann", "Bye.")


def test_one_time_in_the_words_stays_in_the_words():
    found = transcript_of("Agent: [00:12] is the time that it shows.\nCustomer: I see.\nAgent: Good.\nCustomer: Yes.\n")
    assert said(found)[0] == ("Agent", "[00:12] is the time that it shows.")


def test_a_text_of_more_lines_than_any_call_has_is_set_aside():
    assert refusal_of("Agent: a\nCustomer: b\n" * 60_000).startswith("has over 110,000 lines")
