"""Views and functions for what many queries ask.

Revision ID: 0002
Revises: 0001
"""

from migrations.sql_files import run_sql_files

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make them and let the two roles read through them."""
    run_sql_files(__file__, "people_and_material", "faces", "ledger", "rights")
