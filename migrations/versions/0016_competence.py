"""Courts are agencies; a statement may open several entries; days before the material's first fact have a reason.

Revision ID: 0016
Revises: 0015
"""

from migrations.sql_files import run_sql_files

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Statements that stand there are one each, and none has a reason for its day."""
    run_sql_files(__file__, "change")
