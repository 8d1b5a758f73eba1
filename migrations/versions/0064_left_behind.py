"""What somebody who leaves would leave behind, said before; and drafts of whoever has left wait for their country.

Revision ID: 0064
Revises: 0063
"""

from migrations.sql_files import run_sql_files

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    """Add what the preview of a removal counts, why a drafter can act no more, and which operations a person keeps."""
    run_sql_files(__file__, "change")
