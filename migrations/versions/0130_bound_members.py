"""A role, who brought somebody in, and the operation of a job are what the commands write, also for who writes past
them.

Revision ID: 0130
Revises: 0129
"""

from migrations.sql_files import run_sql_files

revision = "0130"
down_revision = "0129"


def upgrade() -> None:
    """Bind what people change of memberships, and let people want jobs in operations of their own alone."""
    run_sql_files(__file__, "members", "jobs")
