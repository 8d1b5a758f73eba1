"""What came by one click of an exercise writes no draft that it could not read.

Revision ID: 0075
Revises: 0074
"""

from migrations.sql_files import run_sql

revision = "0075"
down_revision = "0074"


def upgrade() -> None:
    """Hold what is written to what may be read: the same condition for both."""
    run_sql("""
drop policy own on draft;
create policy own on draft to concord_app
  using (user_id = (select my_id()) and case when operation_id is null then (select not exercises_only())
           else exists (select 1 from operation o where o.id = operation_id) end);
""")
