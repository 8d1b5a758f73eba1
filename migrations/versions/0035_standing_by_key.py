"""What was stated of a child stands on a lead for whoever sees the side that ties the two.

Revision ID: 0035
Revises: 0034
"""

from migrations.sql_files import run_sql_files

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Have `child_standing` say by which person or entry it reaches a lead, and let people read it through what they
    may see."""
    run_sql_files(__file__, "standing")
