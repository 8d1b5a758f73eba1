"""Each event carries the digest of every governed row as it stands after the act.

Revision ID: 0073
Revises: 0072
"""

from migrations.sql_files import run_sql_files

revision = "0073"
down_revision = "0072"


def upgrade() -> None:
    """Declare which rows are governed, seal them by triggers, and bind those that stand already by one event per
    chain."""
    run_sql_files(__file__, "tables", "govern", "declared", "record", "forward")
