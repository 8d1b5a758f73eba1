"""Events of version 2: ids, numbers and codes only, chained by the digest of their body; reasons stand in rows.

Refuses where a real operation holds events of version 1, which may hold what people wrote. Exercises and the
installation's own
chain go on: both versions are verified in one chain.

Revision ID: 0003
Revises: 0002
"""

from migrations.sql_files import run_sql_files

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Ask first, then change the record and add the table of reasons."""
    run_sql_files(__file__, "ask", "reasons", "record")
