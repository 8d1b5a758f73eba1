"""What tells two pictures apart is hidden, as the lead is, from a country to which an owner has not opened.

Revision ID: 0056
Revises: 0055
"""

from migrations.sql_files import run_sql

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    """Give the policy of openings to the table that came in the meantime."""
    run_sql("""
create policy opened on corroboration as restrictive to concord_app using (not (locks && (select my_closed())::int[]));
""")
