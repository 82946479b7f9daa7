"""The [keeping] section of the settings: for how many days each kind of record is kept; left out, for good."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nlp.noun import Noun


def _days(least: int) -> object:
    return Field(ge=least, le=36_500)


class KeepingSettings(Noun):
    """Days, by kind; a kind that is left out is kept for good. The audit trail is never shortened.

    ``calls``: the words of calls. ``deliveries``: what others were told, and the attempts. ``sign_ins``: sessions and
    links that are over. ``runs``: nights. ``set_aside``: records that could not be used.
    """

    calls: Annotated[int, _days(30)] | None = None
    deliveries: Annotated[int, _days(7)] | None = None
    sign_ins: Annotated[int, _days(1)] | None = None
    runs: Annotated[int, _days(30)] | None = None
    set_aside: Annotated[int, _days(7)] | None = None

    def problem(self, lookback_days: int, before_days: int) -> str | None:
        """Why the words of calls would go while a night still asks for them; None where they would not."""
        least = max(lookback_days, before_days)
        if self.calls is None or self.calls > least:
            return None
        return (
            f"keeping.calls: should be more than {least} (here: {self.calls}), as trigger.lookback_days and "
            "follow_up.before_days look back that far"
        )
