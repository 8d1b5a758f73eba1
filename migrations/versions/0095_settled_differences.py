"""What an act found changed can be settled by two people of two countries, and a check can be asked for.

Revision ID: 0095
Revises: 0094
"""

from migrations.sql_files import run_sql_files

revision = "0095"
down_revision = "0094"


def upgrade() -> None:
    """Add the explanations, governed from the beginning, what a check says of them, and when somebody asked for one."""
    run_sql_files(__file__, "differences", "checks")
