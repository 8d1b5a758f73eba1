"""Each change of a face's vector, or of where it lies, carries the number of its transaction, so that a copy in memory
can follow.

Revision ID: 0106
Revises: 0105
"""

from migrations.sql_files import run_sql_files

revision = "0106"
down_revision = "0105"


def upgrade() -> None:
    """Number the changes of faces."""
    run_sql_files(__file__, "changes")
