"""An exhibit is closed part by part, and what its agency shares is hidden from the others until all of it has moved.

Revision ID: 0136
Revises: 0135
"""

from migrations.sql_files import run_sql_files

revision = "0136"
down_revision = "0135"


def upgrade() -> None:
    """Keep how far a closing is, hide what is being divided, and move files, persons, leads and lines by number."""
    run_sql_files(__file__, "closing", "parts", "rows", "steps")
