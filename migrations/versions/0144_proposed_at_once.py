"""Changes of several media are proposed in one press, a series of media too, and answered together.

Revision ID: 0144
Revises: 0143
"""

from migrations.sql_files import run_sql_files

revision = "0144"
down_revision = "0143"


def upgrade() -> None:
    """Let a proposal name its press, and let one place a medium in a series."""
    run_sql_files(__file__, "proposals")
