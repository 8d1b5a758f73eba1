"""A lead whose stage does not follow from its opinions holds back its own referrals alone.

Revision ID: 0160
Revises: 0159
"""

from migrations.sql_files import run_sql_files

revision = "0160"
down_revision = "0159"


def upgrade() -> None:
    """Replace the function that says which leads rest on a row."""
    run_sql_files(__file__, "leads")
