import json
from datetime import UTC, datetime

from documents import accounted, document, fixture
from nlp.readers import zendesk_chat as vendor
from nlp.readers.speakers import to_call


def test_messages_are_turns_and_events_of_the_chat_are_passed_over():
    source = fixture("zendesk_chat")
    first, older = (to_call(each) for each in vendor.read(source))
    assert [(turn.speaker, turn.start, turn.text) for turn in first.turns] == [
        ("system", 0.9, "Hi! How can we help?"),
        ("customer", 8.9, "i was billed twice"),
        ("agent", 19.9, "Let me look."),
    ]
    assert (first.call_id, first.agent_id, first.channel) == ("2611.918.R8vWqs", "31", "chat")
    assert first.started_at == datetime(2026, 11, 2, 14, 0, 0, 100000, tzinfo=UTC)
    assert [(turn.speaker, turn.text) for turn in older.turns] == [
        ("customer", "hello?"),
        ("system", "One moment."),
        ("agent", "Hello."),
    ]
    assert older.agent_id is None  # two took part
    assert vendor.count(source) == 9 == accounted(vendor.read(source))


def test_one_chat_by_itself_is_read_and_a_message_left_offline_is_no_call():
    one = fixture("zendesk_chat").value["chats"][0]
    (call,) = vendor.read(document(json.dumps(one).encode()))
    assert call.call_id == "2611.918.R8vWqs"
    raw = b'{"id": "1", "type": "offline_msg", "message": "call me", "visitor": {"name": "Jo"}}'
    assert vendor.recognises(document(raw)) == 0.6
    (aside,) = vendor.read(document(raw))
    assert aside.reason == "is a message that was left while nobody was there, and no conversation"


def test_a_message_without_words_is_lost():
    raw = b"""{"chats": [{"id": "1", "history": [{"type": "chat.msg", "sender_type": "Visitor"},
      {"type": "chat.msg", "sender_type": "Agent", "msg": "Hi", "timestamp": "2026-11-02T14:00:00Z"}]}, 5]}"""
    (call,) = vendor.read(document(raw))
    assert [lost.reason for lost in call.set_aside] == ["chats[0].history[0]: has no text"]
    assert vendor.count(document(raw)) == 2 == accounted([call])
