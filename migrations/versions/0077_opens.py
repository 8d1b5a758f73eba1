"""The function that asks whether the caller opens a row is for people and workers alone, as every other.

Revision ID: 0077
Revises: 0076
"""

from migrations.sql_files import run_sql

revision = "0077"
down_revision = "0076"


def upgrade() -> None:
    """Take it from everybody else."""
    run_sql("""
revoke execute on function opens(int[]) from public;
grant execute on function opens(int[]) to concord_app, concord_worker;
""")
