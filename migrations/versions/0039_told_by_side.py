"""That something may stand on a lead is told to whoever sees the side that ties the two, and to nobody else.

Revision ID: 0039
Revises: 0038
"""

from migrations.sql_files import run_sql_files

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Number the compartment of the tying side instead of the lead: whoever sees the other side alone saw the card come
    again."""
    run_sql_files(__file__, "told")
