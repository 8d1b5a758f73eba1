"""Whether an exhibit has files enough for a count is found without reading all files.

Revision ID: 0131
Revises: 0130
"""

from migrations.sql_files import run_sql_files

revision = "0131"
down_revision = "0130"


def upgrade() -> None:
    """Look at the first twenty contents of each exhibit, along an index that holds them in order."""
    run_sql_files(__file__, "each")
