"""The ledger is folded from the statements and acts that stand; what is kept of it is a cache of that fold.

Revision ID: 0045
Revises: 0044
"""

from migrations.sql_files import run_sql_files

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Give statements their age and sex, entries the lead whose child they are, and acts rows of their own; fold
    them."""
    run_sql_files(__file__, "rows", "forward", "fold", "standing", "moves", "rights")
