"""What an evaluator said of a criterion of a call, for whoever judges its evidence."""

from __future__ import annotations

from store.evaluations import Remark, remark_on
from store.session import Store


def remark_of(store: Store, call_id: str, criterion_id: str) -> Remark | None:
    """The evaluator's words on a call's criterion, of the score that counts; None where nothing was said.

    An automatic fail is something said.
    """
    with store.read() as session:
        found = remark_on(session, call_id, criterion_id)
    if found is None:
        return None
    said = found.score.comment, found.origin and (found.origin.overall or found.origin.auto_fail)
    return found if any(said) else None
