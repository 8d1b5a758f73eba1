"""A lead says how many sides it has; people open clues, which have one side or none, and two people say what came of
one.

Revision ID: 0088
Revises: 0087
"""

from migrations.sql_files import run_sql_files

revision = "0088"
down_revision = "0087"


def upgrade() -> None:
    """Add the number of sides, the clues with their acts, and bind both to the record."""
    run_sql_files(__file__, "clues", "moves")
