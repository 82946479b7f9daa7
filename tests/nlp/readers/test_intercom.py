from documents import accounted, document, fixture, only_call
from nlp.readers import intercom as vendor
from nlp.readers.speakers import to_call


def test_the_first_message_and_the_parts_with_a_body_are_turns_and_notes_are_not():
    source = fixture("intercom")
    call = only_call(vendor, source)
    assert [(turn.speaker, turn.start, turn.text) for turn in to_call(call).turns] == [
        ("customer", 0.0, "hi, i was billed twice & nobody answers"),
        ("system", 6.0, "We will be with you shortly."),
        ("agent", 20.0, "Hello Jo.\nLet me look."),
    ]
    assert (call.call_id, call.agent_id, call.channel) == ("1471", "31", "chat")
    assert call.names["admin:31"] == "Ann"
    assert call.notes == (
        "messages were HTML; their words were taken out of it",
        "passed over, as nothing is said in it: an event of the conversation (2 times)",
        "passed over, as nothing is said in it: a note between colleagues",
    )
    assert vendor.count(source) == 5 == accounted([call])


def test_plain_text_stays_to_the_letter_and_a_body_that_is_no_text_is_lost():
    raw = b"""{"conversations": [{"id": 7, "conversation_parts": {"conversation_parts": [
      {"part_type": "comment", "body": "is 3 < 5 &amp; why", "author": {"type": "lead", "id": "1"}},
      {"part_type": "comment", "body": 5, "author": {"type": "admin", "id": "2"}}]}}, {"id": 8}]}"""
    call = only_call(vendor, document(raw))
    assert [(said.speaker_label, said.text) for said in call.speeches] == [("lead:1", "is 3 < 5 &amp; why")]
    assert [lost.reason for lost in call.set_aside] == [
        "conversations[0].conversation_parts.conversation_parts[1]: its text is no text in quotes"
    ]
    assert vendor.count(document(raw)) == 2 == accounted([call])


def test_a_list_of_conversations_without_their_parts_says_what_to_do():
    (aside,) = vendor.read(document(b'{"type": "conversation.list", "conversations": [{"type": "conversation"}]}'))
    assert "fetch each by its id" in aside.reason
