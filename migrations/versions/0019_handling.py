"""Registers carry handling codes; the strictest code of all copies counts; a referral keeps the code it was built with.

Revision ID: 0019
Revises: 0018
"""

from migrations.sql_files import run_sql_files

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns, the views that tell which code binds, and the functions that the gates ask."""
    run_sql_files(__file__, "codes", "owners")
