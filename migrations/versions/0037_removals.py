"""A member of another country is removed by two people of two countries: one proposes it with a reason, another one
confirms.

Revision ID: 0037
Revises: 0036
"""

from migrations.sql_files import run_sql_files

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Add the proposals; their country, who has charge of members, and observers read them."""
    run_sql_files(__file__, "change")
