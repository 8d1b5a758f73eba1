"""What people wrote can be erased: the row stays bound without it, and who erased it on which basis stands in a row.

Revision ID: 0092
Revises: 0091
"""

from migrations.sql_files import run_sql_files

revision = "0092"
down_revision = "0091"


def upgrade() -> None:
    """Declare which words can be erased, and add the rows that say so, governed from the beginning."""
    run_sql_files(__file__, "erasures", "erase_words")
