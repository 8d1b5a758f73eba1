"""An examiner's qualification becomes a record with dates, which others keep; the free text of a membership goes.

Revision ID: 0043
Revises: 0042
"""

from migrations.sql_files import run_sql_files

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Add the records, who keeps them, and that an opinion asks for one; drop the text, which nothing asked."""
    run_sql_files(__file__, "rows", "judging")
