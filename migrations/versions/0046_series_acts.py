"""What is said of a series' likely country are acts; the country that counts, and whether it is confirmed, is their
fold.

Revision ID: 0046
Revises: 0045
"""

from migrations.sql_files import run_sql_files

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Add the acts, bring what series hold into them, and have the columns of a series be caches of the fold."""
    run_sql_files(__file__, "acts", "fold")
