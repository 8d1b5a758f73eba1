"""Who says no name sees no region either.

Revision ID: 0157
Revises: 0156
"""

from migrations.sql_files import run_sql

revision = "0157"
down_revision = "0156"


def upgrade() -> None:
    """Borders are no secret; but nothing is shown to nobody."""
    run_sql("""
alter policy everybody on region_file using ((select my_id()) is not null);
alter policy everybody on region using ((select my_id()) is not null);
alter policy everybody on region_ring using ((select my_id()) is not null);
""")
