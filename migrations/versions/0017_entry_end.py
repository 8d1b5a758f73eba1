"""An entry of a register ends and can be taken up again; its leads say so, and those not decided end with it.

Revision ID: 0017
Revises: 0016
"""

from migrations.sql_files import run_sql_files

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add how an entry ended, what a lead has lost, and the stage of a lead that ended with what it stood on."""
    run_sql_files(__file__, "entry_end")
