"""A grant opens the pictures of one lead, or the whole exhibit, as the owner chooses.

Revision ID: 0040
Revises: 0039
"""

from migrations.sql_files import run_sql_files

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Give grants a scope: those that were given opened the exhibit. What a pair opens is computed, as keys are."""
    run_sql_files(__file__, "scope", "keys", "pairs", "judging")
