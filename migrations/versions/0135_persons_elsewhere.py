"""What people say of two faces may go across two materials of one agency; nobody is merged by it.

Revision ID: 0135
Revises: 0134
"""

from migrations.sql_files import run_sql_files

revision = "0135"
down_revision = "0134"


def upgrade() -> None:
    """Let an act name a second compartment, for who has both keys, and keep it when material is closed."""
    run_sql_files(__file__, "acts", "moves")
