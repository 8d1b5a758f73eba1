"""The window can be moved; a country's acceptances and consents are rows with a date, of which the last one counts.

Revision ID: 0014
Revises: 0013
"""

from migrations.sql_files import run_sql_files

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the rows, then let a country's shared material open only to the end that this country accepted."""
    run_sql_files(__file__, "rows", "keys")
