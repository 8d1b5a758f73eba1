"""What is known elsewhere is asked once for all exhibits.

Revision ID: 0093
Revises: 0092
"""

from migrations.sql_files import run_sql_files

revision = "0093"
down_revision = "0092"


def upgrade() -> None:
    """Answer every exhibit's count in one statement, and find refused and partly read files by indexes."""
    run_sql_files(__file__, "each")
