"""What a person writes and has not sent is kept sealed, form by form; the drafts of opinions move there.

Revision ID: 0067
Revises: 0066
"""

from migrations.sql_files import run_sql_files

revision = "0067"
down_revision = "0066"


def upgrade() -> None:
    """Put one table in the place of the opinions' drafts. Those stood in clear, and no migration holds the key that
    would seal them: they are not carried over."""
    run_sql_files(__file__, "change")
