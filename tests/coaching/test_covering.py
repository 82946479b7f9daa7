"""Of what two people are still to judge unseen, nothing is told that would sway them."""

from coaching.covering import COVERED, covered, is_covered
from coaching.markdown import plan_markdown
from coaching.page import plan_html
from judging_builders import a_waiting_item
from plan_builders import a_plan, further


def a_draft(**fields):
    item = a_waiting_item(further=[further("c-9")])
    practice = item.practice.model_copy(update={"scenario": "A flood.", "opening_lines": ("My basement flooded.",)})
    return a_plan("a-1", item.model_copy(update={"practice": practice, **fields}))


def test_a_covered_item_tells_nothing_of_the_pick_in_any_document():
    plan = a_draft()
    seen = covered(plan, 1.0)
    assert is_covered(seen.items[0])
    pick = plan.items[0].evidence
    private = [pick.quote, pick.why, "basement", "A flood.", "One moment.", *(one.quote for one in pick.alternatives)]
    for text in (seen.model_dump_json(), plan_html(seen), plan_markdown(seen)):
        assert [words for words in private if words in text] == []
    assert COVERED in plan_html(seen)
    assert "Nothing that the agent said" not in plan_html(seen)
    assert COVERED in plan_markdown(seen)


def test_what_does_not_wait_for_two_people_stays_as_it_is():
    plan = a_draft()
    assert covered(plan, 0.0) == plan
    approved = plan.model_copy(update={"status": "approved"})
    assert covered(approved, 1.0) == approved
