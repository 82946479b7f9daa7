"""Who is told of events, and what did not reach them."""

from __future__ import annotations

from app.settings import Settings
from nlp.errors import VerbatimError


class NotReached(VerbatimError):
    """Somebody who should be told is not: an endpoint is disabled, or deliveries were given up."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def delivery_standing(settings: Settings) -> str:
    """How many are told. Raises NotReached, with the command that mends it; StoreError."""
    from operations.delivering import count_deliveries
    from operations.endpoints import list_endpoints
    from store.migrating import standing
    from store.session import NothingThere, open_as_it_is

    try:
        with open_as_it_is(settings.store_url) as store:
            there = standing(store.engine)
            if there.revision != there.head:
                return "not looked at: the store is not up to date"
            endpoints, counts = list_endpoints(store), count_deliveries(store)
    except NothingThere:
        return "nobody is told yet"
    disabled = [one for one in endpoints if one.state == "disabled"]
    problems = [
        f"{one.endpoint_id} is disabled, {one.problem}: `verbatim webhook enable {one.endpoint_id}`" for one in disabled
    ]
    given_up = {name: number for (name, state), number in counts.items() if state == "dead" and number}
    problems += [
        f"{number} given up for {name}: `verbatim deliver --retry --endpoint {name}`"
        for name, number in sorted(given_up.items())
    ]
    if problems:
        raise NotReached(problems)
    waiting = sum(number for (_, state), number in counts.items() if state == "waiting")
    return f"{len(endpoints)} endpoints, {waiting} deliveries waiting" if endpoints else "nobody is told"
