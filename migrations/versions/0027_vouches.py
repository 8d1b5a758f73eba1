"""Who was let in is a newcomer until somebody who has met them vouches for them; two people of a rule of two are
independent.

Revision ID: 0027
Revises: 0026
"""

from migrations.sql_files import run_sql_files

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the vouches and what follows from them: a member's standing, what a newcomer sees, and who is independent."""
    run_sql_files(__file__, "rows", "standing", "seeing", "judging")
