"""A verdict keeps a flag where one of its examiners is a newcomer again, because a vouch was withdrawn.

Revision ID: 0087
Revises: 0086
"""

from migrations.sql_files import run_sql_files

revision = "0087"
down_revision = "0086"


def upgrade() -> None:
    """Name the opinions of a newcomer to whoever withdraws the vouch, who may hold no key to the leads."""
    run_sql_files(__file__, "newcomers_opinions")
