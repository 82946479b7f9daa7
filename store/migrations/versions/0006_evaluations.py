"""Evaluations as people's tools send them: what they said beside the score, and which came later"""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
