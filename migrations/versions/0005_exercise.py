"""The exercise as a living week: who plays a seat, the director, what is true of the material, and the debrief.

Revision ID: 0005
Revises: 0003
"""

from migrations.sql_files import run_sql_files

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    """Say who plays, then add the tables of the exercise, its truth and its debrief."""
    run_sql_files(__file__, "played", "exercise", "truth")
