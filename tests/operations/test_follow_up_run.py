"""The scoring run for one process alone: what one reads and scores the other finds done."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from follow_up_builders import APPROVED, approve, open_center, put_draft, put_scored, work_of
from operations.follow_up import accountability
from operations.follow_up_run import score_alone
from store.session import open_store

DAY = timedelta(days=1)
AGENTS = [f"a-{number}" for number in range(1, 5)]


def test_of_two_workers_at_once_one_scores_all_and_the_other_finds_nothing_left(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as store:
        open_center(store, AGENTS)
        for agent in AGENTS:
            put_scored(store, [40, 44, 42, 38, 41, 43], APPROVED - 9 * DAY, agent_id=agent, prefix="b-")
            approve(store, put_draft(store, agent_id=agent))
            put_scored(store, [85, 90, 88, 84, 91, 87], APPROVED + DAY, agent_id=agent)

        def score(_):
            return score_alone(work_of(store), APPROVED + 14 * DAY, patience=timedelta(seconds=30))

        with ThreadPoolExecutor(2) as pool:
            reports = list(pool.map(score, range(2)))
        assert sorted(len(report.scored) for report in reports) == [0, 4]
        assert not any(report.failed for report in reports)
        assert len(accountability(store)) == 4
