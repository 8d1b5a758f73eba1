"""An operation lead suspends a member for a day at most; who was removed for a stolen account leaves no unsettled
opinion.

Revision ID: 0041
Revises: 0040
"""

from migrations.sql_files import run_sql_files

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Add the suspensions; who is suspended is not a member meanwhile."""
    run_sql_files(__file__, "suspensions")
