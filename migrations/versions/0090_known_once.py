"""What is known elsewhere is asked once for all exhibits.

Revision ID: 0090
Revises: 0089
"""

from migrations.sql_files import run_sql_files

revision = "0090"
down_revision = "0089"


def upgrade() -> None:
    """Answer every exhibit's count in one statement, and find refused and partly read files by indexes."""
    run_sql_files(__file__, "each")
