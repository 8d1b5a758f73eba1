"""What one series shows is found from the series, however many others the operation has.

Revision ID: 0145
Revises: 0144
"""

from migrations.sql_files import run_sql_files

revision = "0145"
down_revision = "0144"


def upgrade() -> None:
    """Answer of one series what was answered of all, and index what is placed by hand."""
    run_sql_files(__file__, "series")
