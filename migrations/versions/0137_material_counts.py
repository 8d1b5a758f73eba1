"""How much there is of what is added up while it is written, and not counted anew at each look.

Revision ID: 0137
Revises: 0136
"""

from migrations.sql_files import run_sql_files

revision = "0137"
down_revision = "0136"


def upgrade() -> None:
    """Keep the figures of material in parts, keep which contents several countries hold, and fill both from the
    rows."""
    run_sql_files(__file__, "counts", "met", "anew")
