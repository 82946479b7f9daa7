"""Each adapter against the other side: it takes what comes, and an event that comes again makes nothing twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coaching.recording import View
from cycle_builders import an_account
from delivery_builders import AT, an_endpoint, assign
from operations.adapters.genesys import Genesys, login_of
from operations.adapters.slack import Slack
from operations.adapters.teams import Teams
from operations.adapters.xapi import Xapi, statement_of
from operations.asking import Asking
from operations.telling import record_of
from other_sides import GenesysSide, RecordStore, SlackSide, TeamsSide, served
from plan_builders import a_plan
from store import movements
from store.endpoints import Endpoint
from store.events import Event, events_after
from store.plans import put_plan
from store.session import open_store

ASKING = Asking(frozenset({"127.0.0.1"}), timeout=5)
AGENT, BOSS, OTHER = (f"{digit * 8}-1111-4111-8111-{digit * 12}" for digit in "abc")
PAGE = "https://coaching.example.com"


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> dict[str, Event]:
    """The life of a plan: assigned, changed, scored, escalated, closed; and another one that is taken back."""
    found: list[Event] = []
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('events') / 'verbatim.db'}") as store:
        decided = {"decided_by": "Ines", "decided_at": AT, "supervisor_id": "s-1", "agent_name": "A <b> & [x](y)"}
        assign(store, **{name: decided[name] for name in ("supervisor_id", "agent_name")})
        cycle = an_account([40, 42], [40] * 6, agent_name="A-1").cycle
        escalated = cycle.next.model_copy(update={"actions": ("reassign", "escalate")})
        later = date(2026, 12, 1)
        with store.begin() as session:
            put_plan(session, a_plan(status="approved", follow_up_on=later, **decided))
            movements.put_cycle(session, cycle.model_copy(update={"next": escalated}))
            put_plan(session, a_plan(status="closed", follow_up_on=later, **decided))
        with store.read() as session:
            found = events_after(session)
    assert [one.type for one in found if one.type.startswith("plan")] == [
        "plan.assigned",
        "plan.changed",
        "plan.closed",
    ]
    return {one.type: one for one in found}


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("SECRET", "hush")
    monkeypatch.setenv("TOKEN", "xoxb-hush")


def told(sender, event, endpoint: Endpoint):
    return sender.send(event, record_of(event, View(True, True)), endpoint)


def is_done(sender, event, endpoint):
    sent = told(sender, event, endpoint)
    assert (sent.verdict, sent.problem) == ("done", None)


class TestXapi:
    @pytest.fixture
    def store(self):
        with served(RecordStore()) as side:
            yield side

    def endpoint(self, side, version="1.0.3"):
        options = {"key": "key", "secret": "SECRET", "home": "https://hr.example.com", "version": version}
        return an_endpoint("lrs", kind="xapi", address=side.address, options=options, secret=None)

    @pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
    def test_each_event_is_a_statement_of_its_own_and_is_kept_once(self, store, events, version):
        for event in [*events.values()] * 2:
            is_done(Xapi(ASKING), event, self.endpoint(store, version))
        assert len(store.kept) == len(events) == 5
        assert set(store.versions) == {version}
        verbs = sorted(one["verb"]["id"].rpartition("/")[2].rpartition(":")[2] for one in store.kept.values())
        assert verbs == ["completed", "scored", "was-assigned", "was-escalated", "was-reassigned"]

    def test_a_store_that_has_another_statement_of_that_id_has_been_told(self, store, events):
        event = events["plan.assigned"]
        is_done(Xapi(ASKING), event, self.endpoint(store))
        (kept,) = store.kept.values()
        kept["verb"]["display"] = {"en": "was given"}
        assert told(Xapi(ASKING), event, self.endpoint(store)).status == 409

    def test_its_id_is_of_the_plan_and_its_version(self, events):
        record = record_of(events["plan.assigned"], View(True, True))
        first = statement_of(events["plan.assigned"], record, "https://hr.example.com")["id"]
        assert statement_of(events["plan.assigned"], record, "https://lms.example.com")["id"] == first
        assert statement_of(events["plan.assigned"], record | {"version": 9}, "https://hr.example.com")["id"] != first

    def test_a_score_of_the_follow_up_is_its_result(self, store, events):
        is_done(Xapi(ASKING), events["follow_up.scored"], self.endpoint(store))
        (kept,) = store.kept.values()
        assert (kept["result"]["score"], kept["result"]["success"]) == ({"raw": 40}, False)

    def test_busy_and_refused_are_later(self, store, events):
        store.first = [(429, {"retry-after": "90"}, None), (403, {}, None)]
        busy, refused = (told(Xapi(ASKING), events["plan.assigned"], self.endpoint(store)) for _ in range(2))
        assert (busy.verdict, busy.pause, busy.wait) == ("later", True, timedelta(seconds=90))
        assert (refused.verdict, refused.status, refused.pause) == ("later", 403, False)


class TestSlack:
    @pytest.fixture
    def slack(self):
        with served(SlackSide()) as side:
            yield side

    def bot(self, side, channel="C0HARBOUR"):
        options = {"token": "TOKEN", "channel": channel}
        return an_endpoint("talk", kind="slack", address=f"{side.address}/api", options=options, secret=None)

    def test_a_bot_says_each_event_once_though_it_is_sent_again(self, slack, events):
        for event in [*events.values()] * 2:
            is_done(Slack(ASKING, PAGE), event, self.bot(slack))
        assert len(slack.messages) == 5

    def test_a_message_whose_answer_was_lost_is_not_said_again(self, slack, events):
        slack.lose = 1
        assert told(Slack(ASKING), events["plan.assigned"], self.bot(slack)).pause
        is_done(Slack(ASKING), events["plan.assigned"], self.bot(slack))
        assert len(slack.messages) == 1

    def test_what_slack_refuses_in_an_answer_of_200_is_no_success(self, slack, events):
        sent = told(Slack(ASKING), events["plan.assigned"], self.bot(slack, "C0OTHER"))
        assert (sent.verdict, sent.problem) == ("later", "Slack says channel_not_found")

    def test_an_incoming_webhook_is_named_by_its_variable_and_no_name_in_it_calls_anybody(
        self, slack, events, monkeypatch
    ):
        monkeypatch.setenv("HOOK", f"{slack.address}/hook")
        endpoint = an_endpoint("talk", kind="slack", address="env:HOOK", secret=None)
        is_done(Slack(ASKING, PAGE), events["plan.assigned"], endpoint)
        (said,) = slack.messages
        assert "A &lt;b&gt; &amp;" in said["text"]
        assert said["blocks"][-1]["text"]["text"] == f"<{PAGE}/plans/p-a-1|Open the plan>"
        assert [one["text"]["type"] for one in said["blocks"][:-1]] == ["plain_text", "plain_text"]
        assert slack.address not in repr(endpoint)

    def test_a_token_that_is_not_set_is_named_and_nothing_is_asked(self, slack, events, monkeypatch):
        from nlp.errors import VerbatimError

        monkeypatch.delenv("TOKEN")
        with pytest.raises(VerbatimError, match="TOKEN is not set"):
            told(Slack(ASKING), events["plan.assigned"], self.bot(slack))
        assert slack.asked == []


def test_teams_gets_a_card_in_which_no_name_is_read_as_markdown(events, monkeypatch):
    with served(TeamsSide()) as side:
        monkeypatch.setenv("HOOK", f"{side.address}/workflows/x")
        endpoint = an_endpoint("talk", kind="teams", address="env:HOOK", secret=None)
        for event in events.values():
            is_done(Teams(ASKING, PAGE), event, endpoint)
        side.first = [(429, {"retry-after": "7"}, None)]
        assert told(Teams(ASKING), events["plan.closed"], endpoint).wait == timedelta(seconds=7)
    assert len(side.cards) == 5
    assert {block["type"] for card in side.cards for block in card["body"]} == {"RichTextBlock"}
    assert any("A <b> & [x](y)" in str(card) for card in side.cards)


def test_no_word_of_a_call_is_in_a_message(events):
    from operations.adapters.wording import message_of

    for event in events.values():
        record = record_of(event, View(True, False))
        said = message_of(event, record, PAGE).text
        quotes = [item["evidence"]["span"]["quote"] for item in record.get("items", ())]
        assert not any(quote in said for quote in quotes)


class TestGenesys:
    @pytest.fixture
    def side(self):
        with served(GenesysSide()) as side:
            yield side

    @pytest.fixture
    def sender(self, tmp_path):
        (tmp_path / "people.csv").write_text(f"id,user_id\na-1,{AGENT}\ns-1,{BOSS}\n")
        works = lambda day: day.weekday() < 5  # noqa: E731
        friday = datetime(2026, 11, 20, 15, tzinfo=UTC)
        self.now = friday
        return Genesys(ASKING, tmp_path, ZoneInfo("America/New_York"), works, PAGE, lambda: self.now)

    def endpoint(self, side, **options):
        usual = {"client_id": "client", "secret": "SECRET", "people": "people.csv", "login": side.address}
        return an_endpoint("coach", kind="genesys", address=side.address, options=usual | options, secret=None)

    def test_a_plan_becomes_one_appointment_on_the_next_working_day_however_often_it_is_told(
        self, side, sender, events
    ):
        for _ in range(2):
            is_done(sender, events["plan.assigned"], self.endpoint(side))
        (made,) = side.appointments
        assert (made["attendeeIds"], made["facilitatorId"]) == ([AGENT], BOSS)
        assert made["dateStart"] == "2026-11-23T15:00:00.000Z"
        assert made["name"] == "Coaching: Empathy"
        assert "conversationIds" not in made

    def test_an_appointment_whose_answer_was_lost_is_not_made_again(self, side, sender, events):
        side.lose = 1
        assert told(sender, events["plan.assigned"], self.endpoint(side)).pause
        is_done(sender, events["plan.assigned"], self.endpoint(side))
        assert len(side.appointments) == 1

    def test_it_is_kept_up_with_the_plan_and_a_late_event_turns_nothing_back(self, side, sender, events):
        for type_ in ("plan.assigned", "plan.changed", "plan.assigned", "plan.closed", "plan.changed"):
            is_done(sender, events[type_], self.endpoint(side))
        (made,) = side.appointments
        assert made["status"] == "Completed"
        assert "version 3" in made["description"]
        assert "2026-12-01" not in side.appointments[0]["name"]

    def test_where_the_later_event_comes_first_there_is_one_appointment_all_the_same(self, side, sender, events):
        for type_ in ("plan.changed", "plan.assigned"):
            is_done(sender, events[type_], self.endpoint(side))
        (made,) = side.appointments
        assert "Follow-up on 2026-12-01" in made["description"]

    def test_a_scored_follow_up_is_one_note_on_it_and_an_escalation_a_private_one(self, side, sender, events):
        is_done(sender, events["plan.assigned"], self.endpoint(side))
        for type_ in ("follow_up.scored", "agent.escalated", "follow_up.scored", "agent.escalated"):
            is_done(sender, events[type_], self.endpoint(side))
        ((_, notes),) = side.annotations.items()
        assert [one["accessType"] for one in notes] == ["Public", "Private"]

    def test_its_own_appointment_is_found_on_a_later_page(self, side, sender, events):
        side.page_size = 1
        other = {"id": "x", "attendeeIds": [AGENT], "description": "Verbatim plan p-a-11, version 7"}
        side.appointments = [other, {**other, "id": "y", "description": None}]
        for _ in range(2):
            is_done(sender, events["plan.assigned"], self.endpoint(side))
        assert len(side.appointments) == 3

    def test_a_token_is_kept_until_it_ends_and_got_anew_where_it_is_not_taken(self, side, sender, events):
        for _ in range(3):
            is_done(sender, events["plan.assigned"], self.endpoint(side))
        assert side.tokens == 1
        side.token = "revoked"
        is_done(sender, events["plan.assigned"], self.endpoint(side))
        assert side.tokens == 2
        self.now += timedelta(days=2)
        is_done(sender, events["plan.assigned"], self.endpoint(side))
        assert side.tokens == 3

    def test_too_many_requests_leave_it_alone_for_as_long_as_it_says(self, side, sender, events):
        is_done(sender, events["plan.assigned"], self.endpoint(side))
        side.first = [(429, {"retry-after": "55"}, None)]
        sent = told(sender, events["plan.changed"], self.endpoint(side))
        assert (sent.verdict, sent.pause, sent.wait) == ("later", True, timedelta(seconds=55))

    def test_who_is_not_known_there_is_named_with_where_to_add_it(self, side, sender, events, tmp_path):
        from operations.adapters.genesys import NoUser

        (tmp_path / "people.csv").write_text("id,user_id\n")
        with pytest.raises(NoUser, match=r"a-1: no user .* add it to people\.csv"):
            told(sender, events["plan.assigned"], self.endpoint(side))
        assert side.appointments == []

    def test_tokens_of_a_region_are_got_at_its_login(self):
        assert login_of("https://api.euc1.pure.cloud") == "https://login.euc1.pure.cloud"
