"""Whom a change is told to is grouped by one pass over the memberships.

Revision ID: 0078
Revises: 0076
"""

from migrations.sql_files import run_sql

revision = "0078"
down_revision = "0076"


def upgrade() -> None:
    """The same groups; a wake-up and each look at who may stay ask this of everybody who is connected."""
    run_sql("""
create or replace function keys_digests(p_operation int, p_users int[]) returns table (user_id int, digest text)
  language plpgsql security definer set search_path = public
as $function$ declare v_kind record; v_digest text; begin
  for v_kind in
    select min(k.id) as one, array_agg(k.id) as everyone from (
      select u.id, u.agency_id, p.parts from app_user u
      left join (select m.user_id as id,
        string_agg(m.operation_id || m.role || (m.standing = 'newcomer'), ',' order by m.operation_id) as parts
                 from membership m where m.user_id = any (p_users) and holds_now(m) group by m.user_id) p on p.id = u.id
      where u.id = any (p_users) and u.disabled_at is null) k group by k.agency_id, k.parts
  loop
    perform set_config('app.user_id', v_kind.one::text, true);
    if p_operation = any (my_operations()) then
      v_digest := my_keys_digest(p_operation);
      return query select e, v_digest from unnest(v_kind.everyone) as e;
    end if;
  end loop;
  perform set_config('app.user_id', '', true);
end $function$;
""")
