"""People draw a face that the detector missed, and take a wrong box away; the machine undoes neither.

Revision ID: 0119
Revises: 0118
"""

from migrations.sql_files import run_sql_files

revision = "0119"
down_revision = "0118"


def upgrade() -> None:
    """Keep what people say of boxes beside the faces, and leave out of all counts what they took away."""
    run_sql_files(__file__, "drawn", "taken_away")
