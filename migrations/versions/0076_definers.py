"""What answers with its owner's rights about a lead or a referral asks what is closed to the caller's country too.

Revision ID: 0076
Revises: 0074
"""

from migrations.sql_files import run_sql_files

revision = "0076"
down_revision = "0074"


def upgrade() -> None:
    """Let these functions ask as row-level security does."""
    run_sql_files(__file__, "definers")
