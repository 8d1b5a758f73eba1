"""What a receiver sees of a referral without a key: veiled copies frozen with the package, and whom to ask.

Revision ID: 0025
Revises: 0024
"""

from migrations.sql_files import run_sql_files

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Referrals whose packages stand already have no pictures; nobody has said yet how to be reached."""
    run_sql_files(__file__, "change")
