"""People say which persons are one and which are not: acts between faces, each with its undo.

Revision ID: 0022
Revises: 0021
"""

from migrations.sql_files import run_sql_files

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the acts, and the two functions that move faces and leads between the persons of one compartment."""
    run_sql_files(__file__, "acts", "moves")
