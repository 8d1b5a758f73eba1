"""All tables, keys and locks, the event chain.

Plain SQL, in files beside this one, because row-level security, generated columns and the chain are SQL and nothing
else.

Revision ID: 0001
Revises:
"""

from migrations.sql_files import run_sql_files

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, say who may see which rows, begin the chain."""
    run_sql_files(__file__, "tables", "visibility", "chain")
