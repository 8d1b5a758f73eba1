"""Media are looked at again in full size when no other work waits.

Revision ID: 0127
Revises: 0126
"""

from migrations.sql_files import run_sql_files

revision = "0127"
down_revision = "0126"


def upgrade() -> None:
    """Keep which media were swept, and which faces that found."""
    run_sql_files(__file__, "sweeps")
