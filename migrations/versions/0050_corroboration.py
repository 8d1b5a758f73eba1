"""What speaks for a lead besides the face has a type, a reference and a date; a referral keeps what it was drafted
with.

Revision ID: 0050
Revises: 0049
"""

from migrations.sql_files import run_sql_files

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Add the statements, and to referrals the list of those that they were drafted with."""
    run_sql_files(__file__, "statements", "referrals")
