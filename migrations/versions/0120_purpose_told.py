"""Whoever sees a lead that was opened by hand out of a search reads what the search was for.

Revision ID: 0120
Revises: 0119
"""

from migrations.sql_files import run_sql

revision = "0120"
down_revision = "0119"


def upgrade() -> None:
    """The code of the purpose alone: its basis and its reference stay the searcher's and the observers'."""
    run_sql("""
create function purpose_of_lead(p_lead uuid) returns text language sql stable security definer set search_path = public
  as $$ select s.purpose from lead l join face_search s on s.id = l.search_id where l.id = p_lead and opens(l.locks) $$;
revoke execute on function purpose_of_lead from public;
grant execute on function purpose_of_lead to concord_app, concord_worker;
""")
