"""A country without a lead gets one again: by its own agency with a member who has met the person, or by two people
from elsewhere.

Revision ID: 0051
Revises: 0050
"""

from migrations.sql_files import run_sql_files

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    """Add the proposals of a country lead, which all members read."""
    run_sql_files(__file__, "change")
