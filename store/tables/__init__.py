"""The tables. Keys come from content, so that the same night twice is the same rows."""

from store.tables import accounts, feeds, follow_ups, judgements
from store.tables.core import (
    IN_QUEUE,
    IS_OPEN,
    ONE_OPEN_PLAN,
    AgentRow,
    Base,
    CallRow,
    DecisionRow,
    EvidenceRow,
    FlagRow,
    ItemFailureRow,
    PlanItemRow,
    PlanRow,
    RubricRow,
    RunRow,
    ScoreRow,
    SetAsideRow,
    WaitingRow,
)
from store.tables.judgements import JudgementRow, LeftOutRow

__all__ = [
    "IN_QUEUE",
    "IS_OPEN",
    "ONE_OPEN_PLAN",
    "AgentRow",
    "Base",
    "CallRow",
    "DecisionRow",
    "EvidenceRow",
    "FlagRow",
    "ItemFailureRow",
    "JudgementRow",
    "LeftOutRow",
    "PlanItemRow",
    "PlanRow",
    "RubricRow",
    "RunRow",
    "ScoreRow",
    "SetAsideRow",
    "WaitingRow",
    "accounts",
    "feeds",
    "follow_ups",
    "judgements",
]
