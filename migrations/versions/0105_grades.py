"""Countries give media a category of their own table; several people give it where the operation wants that.

Revision ID: 0105
Revises: 0104
"""

from migrations.sql_files import run_sql_files

revision = "0105"
down_revision = "0104"


def upgrade() -> None:
    """Add tables of categories, the grades given by them, and which one stands."""
    run_sql_files(__file__, "tables", "standing", "gallery")
