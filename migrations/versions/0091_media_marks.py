"""What people say of a medium so that nobody looks at it twice, and what lists of hashes know, in the gallery.

Revision ID: 0091
Revises: 0090
"""

from migrations.sql_files import run_sql_files

revision = "0091"
down_revision = "0090"


def upgrade() -> None:
    """Keep marks on media, and narrow the gallery by them."""
    run_sql_files(__file__, "marks", "gallery")
