"""Where persons are placed, and which series are one, are acts that are taken back; what series and persons keep is
their fold.

Revision ID: 0115
Revises: 0114
"""

from migrations.sql_files import run_sql_files

revision = "0115"
down_revision = "0114"


def upgrade() -> None:
    """Add the acts, and fold persons, series and their likely countries out of them."""
    run_sql_files(__file__, "acts", "fold")
