"""What is known elsewhere is asked once for all exhibits.

Revision ID: 0099
Revises: 0098
"""

from migrations.sql_files import run_sql_files

revision = "0099"
down_revision = "0098"


def upgrade() -> None:
    """Answer every exhibit's count in one statement, and find refused and partly read files by indexes."""
    run_sql_files(__file__, "each")
