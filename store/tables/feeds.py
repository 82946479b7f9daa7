"""The order in which changes are told, what was written last comes last: all, of a team, of a status or a state."""

from __future__ import annotations

from sqlalchemy import Index

from store.tables.core import DecisionRow, PlanRow
from store.tables.follow_ups import FollowUpRow, MovementRow

BY_CHANGE = (
    Index("ix_plans_changed_at_plan_id", PlanRow.changed_at, PlanRow.plan_id),
    Index("ix_plans_team_changed_at_plan_id", PlanRow.team, PlanRow.changed_at, PlanRow.plan_id),
    Index("ix_plans_status_changed_at_plan_id", PlanRow.status, PlanRow.changed_at, PlanRow.plan_id),
    Index("ix_follow_ups_changed_at_follow_up_id", FollowUpRow.changed_at, FollowUpRow.follow_up_id),
    Index(
        "ix_follow_ups_state_changed_at_follow_up_id",
        FollowUpRow.state,
        FollowUpRow.changed_at,
        FollowUpRow.follow_up_id,
    ),
    Index(
        "ix_movements_changed_at_follow_up_id_item_id",
        MovementRow.changed_at,
        MovementRow.follow_up_id,
        MovementRow.item_id,
    ),
    Index(
        "ix_decisions_decided_at_plan_id_plan_version",
        DecisionRow.decided_at,
        DecisionRow.plan_id,
        DecisionRow.plan_version,
    ),
)
