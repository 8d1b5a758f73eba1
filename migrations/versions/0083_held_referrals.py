"""Referrals that rest on rows which do not match the record are held back, and two people of two countries release one.

Revision ID: 0083
Revises: 0080
"""

from migrations.sql_files import run_sql_files

revision = "0083"
down_revision = "0080"


def upgrade() -> None:
    """Add the releases, governed from the beginning, and say which kinds of rows hold a lead's referrals back."""
    run_sql_files(__file__, "releases")
