"""The votes that a grade needs are of people who are independent by vouches, not of accounts.

Revision ID: 0162
Revises: 0161
"""

from migrations.sql_files import run_sql, run_sql_files

revision = "0162"
down_revision = "0161"


def upgrade() -> None:
    """Count anew where several people must agree."""
    run_sql_files(__file__, "votes")
    run_sql("""
select fold_grades(array(select distinct g.media_item_id from media_grade g
                         where g.operation_id in (select r.operation_id from grade_rule r)));
""")
