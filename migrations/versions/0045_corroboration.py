"""What speaks for a lead besides the face has a type, a reference and a date; a referral keeps what it was drafted with.

Revision ID: 0045
Revises: 0044
"""

from migrations.sql_files import run_sql_files

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Add the statements, and to referrals the list of those that they were drafted with."""
    run_sql_files(__file__, "statements", "referrals")
