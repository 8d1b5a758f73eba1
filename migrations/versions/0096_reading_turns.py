"""Agencies have their media read in turns: the many files of one do not delay the few of another.

Revision ID: 0096
Revises: 0095
"""

from migrations.sql_files import run_sql_files

revision = "0096"
down_revision = "0095"


def upgrade() -> None:
    """Say how far each agency's media have been put in the queue."""
    run_sql_files(__file__, "turns")
