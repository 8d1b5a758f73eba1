"""Write down who was shown a band in one order, so that two web processes cannot wait for each other.

Revision ID: 0010
Revises: 0009
"""

from migrations.sql_files import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Insert in the order of lead and person: whoever comes second waits for the first and never the other way
    round."""
    run_sql("""
create or replace function note_sights(p_operation int, p_users int[], p_leads uuid[]) returns int
  language sql security definer set search_path = public
  -- Writes down who was shown the band of which lead for the first time; answers how many rows are new.
  as $$ with new as (insert into sight (lead_id, user_id, what, operation_id)
          select l.id, u.id, 'band', p_operation from unnest(p_leads) as l(id) cross join unnest(p_users) as u(id)
          order by l.id, u.id
          on conflict do nothing returning 1) select count(*)::int from new $$;
""")
