"""What pages ask of many media stands in the indexes along which they are found.

Revision ID: 0138
Revises: 0137
"""

from migrations.sql_files import run_sql_files

revision = "0138"
down_revision = "0137"


def upgrade() -> None:
    """Make indexes that hold what maps, filters, counts and traces read, and look contents up along them."""
    run_sql_files(__file__, "indexes", "contents")
