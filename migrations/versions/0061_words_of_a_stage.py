"""Why a lead stands where it stands is read in the row of its reason alone: the lead's row holds a code, and which row.

Revision ID: 0061
Revises: 0060
"""

from migrations.sql_files import run_sql_files

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    """Who holds a key to one side reads the lead's row; the reason is for who may look at all of them."""
    run_sql_files(__file__, "change")
