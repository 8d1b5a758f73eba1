"""A lead about copies has a side for each agency that holds one.

Revision ID: 0128
Revises: 0127
"""

from migrations.sql_files import run_sql

revision = "0128"
down_revision = "0127"


def upgrade() -> None:
    """Let such a lead have more than two sides."""
    run_sql("""
alter table lead_evidence drop constraint lead_evidence_side_check;
alter table lead_evidence add constraint ck_lead_evidence_side check (side >= 1);
alter table lead drop constraint ck_lead_side_count;
alter table lead add constraint ck_lead_side_count check (case
  when kind = 'clue' then side_count in (0, 1) when kind = 'outside_result' then side_count = 1
  when kind in ('same_file', 'near_copy') then side_count >= 2 else side_count = 2 end);
""")
