"""The gallery: media in the order in which people look at them, narrowed by what is known of their faces.

Revision ID: 0090
Revises: 0089
"""

from migrations.sql_files import run_sql_files

revision = "0090"
down_revision = "0089"


def upgrade() -> None:
    """Count the faces of each medium beside it, and lay down both orders of the gallery, by compartment."""
    run_sql_files(__file__, "gallery")
