"""Comments stand on media too, answer each other, call people, are resolved, and are edited with every wording kept.

Revision ID: 0118
Revises: 0117
"""

from migrations.sql_files import run_sql_files

revision = "0118"
down_revision = "0117"


def upgrade() -> None:
    """One home for what people say of leads and of media: threads, their wordings, their ends and whom they call."""
    run_sql_files(__file__, "threads", "following", "erasing")
