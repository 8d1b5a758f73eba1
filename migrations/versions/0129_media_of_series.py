"""Media that show nobody are placed in series too; what a series shows has one home.

Revision ID: 0129
Revises: 0128
"""

from migrations.sql_files import run_sql_files

revision = "0129"
down_revision = "0128"


def upgrade() -> None:
    """Keep where media were placed, and have the gallery ask the function that tells what series show."""
    run_sql_files(__file__, "placements", "gallery")
