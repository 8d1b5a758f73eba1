"""A claim that the end of the window finds becomes custody of its holder's country.

Revision ID: 0008
Revises: 0007
"""

from migrations.sql_files import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the country that keeps a lead; only the housekeeping service sets it."""
    run_sql("""
-- Whose examiner held it when the window ended.
alter table lead add column custody text check (custody ~ '^[A-Z]{2}$');
grant select (custody) on lead to concord_app;
""")
