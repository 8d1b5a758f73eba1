"""What people say of a medium so that nobody looks at it twice, and what lists of hashes know, in the gallery.

Revision ID: 0097
Revises: 0096
"""

from migrations.sql_files import run_sql_files

revision = "0097"
down_revision = "0096"


def upgrade() -> None:
    """Keep marks on media, and narrow the gallery by them."""
    run_sql_files(__file__, "marks", "gallery")
