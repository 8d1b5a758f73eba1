"""A claim reads what it is decided by with the lead's row in hand, and an append asks each thing once.

Revision ID: 0161
Revises: 0160
"""

from migrations.sql_files import run_sql_files

revision = "0161"
down_revision = "0160"


def upgrade() -> None:
    """Let `take_claim` answer what policy is asked about, and make `why_not_judge` and `append_events` cheaper."""
    run_sql_files(__file__, "judging", "claim", "record")
