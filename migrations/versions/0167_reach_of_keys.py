"""A link of an exercise changes no key of an agency that takes part in a real operation.

Revision ID: 0167
Revises: 0166
"""

from migrations.sql_files import run_sql_files

revision = "0167"
down_revision = "0166"


def upgrade() -> None:
    """Bind who changes an agency to what the session reaches."""
    run_sql_files(__file__, "keys")
