"""A real server: after the next wake its runs are what the store says, whatever happened to plans or to the server."""

import json
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coaching.assemble import PlanRules
from follow_up_builders import decided, put_draft
from operations.follow_up import accountability
from operations.review import approve_plan, cancel_plan, find_plan
from operations.schedule import move_date
from operations.start import init_program
from store.session import open_store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)


def monday(weeks):
    """A Monday so many weeks from now: Prefect runs by the wall clock."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


@pytest.fixture
def deployed(prefect_server, tmp_path):
    config = init_program(tmp_path / "program")
    with open_store(f"sqlite:///{config.parent / 'verbatim.db'}") as store:
        program = Deployed(prefect_server, config, store)
        program.deploy()
        yield program


class Deployed:
    """A program whose flows a server knows."""

    def __init__(self, environment, config, store):
        self.environment, self.config, self.store = environment, str(config.absolute()), store
        self.api = environment["PREFECT_API_URL"]

    def python(self, script):
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done

    def deploy(self):
        self.python(f"from cli.main import main; raise SystemExit(main(['deploy', '--config', {self.config!r}]))")

    def worker(self):
        """A worker that does what has come and ends."""
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "verbatim", "--run-once"]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def wake(self):
        """One wake, as a worker runs it; what it says it did."""
        return self.python(f"from flows.wake import wake; print(wake({self.config!r}))").stdout.splitlines()[-1]

    def asked(self, path, body):
        body = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api}{path}", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def runs(self, *states):
        """Key and start of this program's follow-up runs in these states, by key."""
        query = {"flows": {"name": {"any_": ["follow-up"]}}, "flow_runs": {"state": {"type": {"any_": list(states)}}}}
        found = [run for run in self.asked("/flow_runs/filter", query) if run["parameters"]["config"] == self.config]
        return {run["idempotency_key"]: run["expected_start_time"][:16] for run in found}

    @property
    def scheduled(self):
        return self.runs("SCHEDULED")

    @property
    def cancelled(self):
        return self.runs("CANCELLED")


def test_the_servers_runs_are_what_the_store_says_after_the_next_wake(server, deployed):
    rules, store = PlanRules(), deployed.store
    start, first, moved = monday(1), monday(3), monday(4)
    for agent in ("a-1", "a-2"):
        plan = put_draft(store, agent_id=agent)
        approve_plan(store, plan.plan_id, decided(start), rules)
    assert deployed.wake() == "1 scheduled, 0 cancelled, 1 dates open"
    assert deployed.scheduled == {f"follow-up:{first}:1": f"{first}T06:00"}
    assert deployed.wake() == "0 scheduled, 0 cancelled, 1 dates open"

    # one of two plans is moved: its new date gets a run, and the old one is still asked for
    move_date(store, "p-a-1", moved, decided(start), rules)
    deployed.wake()
    assert set(deployed.scheduled) == {f"follow-up:{first}:1", f"follow-up:{moved}:1"}

    # the other is cancelled: no open plan has the first date any more
    cancel_plan(store, "p-a-2", decided(start, reason="The wrong agent."))
    assert deployed.wake() == "0 scheduled, 1 cancelled, 1 dates open"
    assert set(deployed.scheduled) == {f"follow-up:{moved}:1"}
    assert set(deployed.cancelled) == {f"follow-up:{first}:1"}

    # approved again for the same date: the key of the cancelled run would wake nothing, so it is a new one
    approve_plan(store, "p-a-2", decided(start), rules)
    assert find_plan(store, "p-a-2").follow_up_on == first
    deployed.wake()
    assert set(deployed.scheduled) == {f"follow-up:{first}:2", f"follow-up:{moved}:1"}

    # Prefect's database is wiped, and all that is done is to deploy again: the store has lost nothing
    server.wipe()
    assert deployed.scheduled == {}
    deployed.deploy()
    assert deployed.wake() == "2 scheduled, 0 cancelled, 2 dates open"
    assert deployed.scheduled == {f"follow-up:{day}:1": f"{day}T06:00" for day in (first, moved)}


def test_two_programs_on_one_server_each_have_their_runs(deployed, prefect_server, tmp_path):
    config = init_program(tmp_path / "other")
    with open_store(f"sqlite:///{config.parent / 'verbatim.db'}") as store:
        other = Deployed(prefect_server, config, store)
        for one in (deployed, other):
            approve_plan(one.store, put_draft(one.store).plan_id, decided(monday(5)), PlanRules())
            one.wake()
        assert len(deployed.scheduled) == len(other.scheduled) == 1
        assert set(deployed.scheduled) != set(other.scheduled)


def test_a_worker_takes_up_the_run_of_a_day_that_has_come_and_a_second_run_finds_nothing(deployed):
    today = datetime.now(UTC).date()
    approve_plan(deployed.store, put_draft(deployed.store).plan_id, decided(today - 17 * DAY), PlanRules())
    assert deployed.wake().startswith("1 scheduled")
    deployed.worker()
    assert len(deployed.runs("COMPLETED")) == 1
    (account,) = accountability(deployed.store)
    assert (account.cycle.plan_id, account.cycle.scored_on) == ("p-a-1", today)
    script = f"from flows.follow_up import follow_up; print(follow_up({deployed.config!r}, return_state=True).message)"
    assert deployed.python(script).stdout.splitlines()[-1] == "0 scored"
    assert deployed.wake() == "0 scheduled, 0 cancelled, 0 dates open"
