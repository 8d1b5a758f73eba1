"""The tail of a chain is compared before its head is locked.

Revision ID: 0081
Revises: 0080
"""

from migrations.sql_files import run_sql_files

revision = "0081"
down_revision = "0080"


def upgrade() -> None:
    """Writes wait for each other at the head: what can be asked before is asked before."""
    run_sql_files(__file__, "append")
