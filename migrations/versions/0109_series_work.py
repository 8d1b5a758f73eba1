"""Series are worked on: triage, priority, a lease, what people say of them, and columns of an operation's own.

Revision ID: 0109
Revises: 0108
"""

from migrations.sql_files import run_sql_files

revision = "0109"
down_revision = "0108"


def upgrade() -> None:
    """Add the state of the work to series, and the tables of what is said of them."""
    run_sql_files(__file__, "work", "words")
