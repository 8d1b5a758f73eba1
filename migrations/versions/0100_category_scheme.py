"""A list that is sent says which table the categories of its VICS file follow.

Revision ID: 0100
Revises: 0099
"""

from migrations.sql_files import run_sql

revision = "0100"
down_revision = "0099"


def upgrade() -> None:
    """Keep the scheme beside what else is said of a list."""
    run_sql("""
alter table register_import
  add column scheme text not null default 'none' check (scheme in ('none', 'us_2_0', 'us_legacy'));
""")
