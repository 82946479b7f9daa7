from coaching.agent import Agent
from store.agents import get_agent, list_agents, put_agents, retire_absent

ANA = Agent(agent_id="0012", name="Ana", team="North", supervisor_id="s-1", calls_per_day=22.5)
BEN = Agent(agent_id="NA", name="Ben", active=False)


def test_agents_come_back_as_they_went_in_by_id(store):
    with store.begin() as session:
        put_agents(session, [BEN, ANA])
    with store.read() as session:
        assert list_agents(session) == [ANA, BEN]
        assert get_agent(session, "0012") == ANA
        assert get_agent(session, "12") is None


def test_the_newest_word_on_an_agent_counts(store):
    moved = ANA.model_copy(update={"team": None, "calls_per_day": None})
    with store.begin() as session:
        put_agents(session, [ANA])
        assert get_agent(session, "0012") == ANA
        put_agents(session, [moved])
        assert get_agent(session, "0012") == moved


def test_of_two_rows_of_one_agent_in_one_file_the_last_counts(store):
    renamed = ANA.model_copy(update={"name": "Ana B."})
    with store.begin() as session:
        put_agents(session, [ANA, BEN, renamed])
        assert list_agents(session) == [renamed, BEN]


def test_an_agent_who_left_the_file_is_kept_and_no_longer_active(store):
    with store.begin() as session:
        put_agents(session, [ANA, BEN])
        assert retire_absent(session, ["a-new"]) == 1
        assert retire_absent(session, ["a-new"]) == 0
    with store.read() as session:
        assert [agent.active for agent in list_agents(session)] == [False, False]
