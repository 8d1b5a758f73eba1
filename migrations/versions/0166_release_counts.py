"""A release of a held referral counts while its two people are two.

Revision ID: 0166
Revises: 0165
"""

from migrations.sql_files import run_sql_files

revision = "0166"
down_revision = "0165"


def upgrade() -> None:
    """Say in one function whether a release counts."""
    run_sql_files(__file__, "counts")
