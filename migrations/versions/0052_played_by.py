"""What a seat wrote in an exercise says who played it then: a person or a partner.

Revision ID: 0052
Revises: 0051
"""

from migrations.sql_files import run_sql_files

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    """Keep who played the seat with each row."""
    run_sql_files(__file__, "played")
