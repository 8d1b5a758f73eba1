"""A lead says by which code it was found, and up to which event of the operation everything was compared.

Revision ID: 0140
Revises: 0139
"""

from migrations.sql_files import run_sql_files

revision = "0140"
down_revision = "0139"


def upgrade() -> None:
    """Add both to a lead, and have a lead by hand say them."""
    run_sql_files(__file__, "lead")
