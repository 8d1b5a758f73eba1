"""What people add about a clue, a card, a person or a medium lies in the compartment of what it is about, whoever
writes past a command.

Revision ID: 0101
Revises: 0100
"""

from migrations.sql_files import run_sql_files

revision = "0101"
down_revision = "0100"


def upgrade() -> None:
    """Bind each new row to the row that it speaks of."""
    run_sql_files(__file__, "policies")
