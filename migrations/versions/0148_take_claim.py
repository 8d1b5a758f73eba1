"""A claim is taken by one function, which asks once whether the claimant may judge.

Revision ID: 0148
Revises: 0147
"""

from migrations.sql_files import run_sql_files

revision = "0148"
down_revision = "0147"


def upgrade() -> None:
    """Let `take_claim` settle the race of a claim."""
    run_sql_files(__file__, "claim")
