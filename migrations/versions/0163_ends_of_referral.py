"""Whoever received a referral is told when what it stands on has ended since.

Revision ID: 0163
Revises: 0162
"""

from migrations.sql_files import run_sql

revision = "0163"
down_revision = "0162"


def upgrade() -> None:
    """As what an entry was closed is told where the entry itself is open: to the viewer, or to the referring agency."""
    run_sql("""
create function ends_of_referral(p_referral uuid) returns text[] language sql stable security definer set search_path = public
  as $$ select array(
          select case when c.id = any (my_keys()) or is_received and (c.sharing = 'operation' or c.agency_id = r.from_agency_id)
              then 'entry_' || n.closed_as else 'entry_closed' end
            from lead_evidence e join register_entry n on n.id = e.register_entry_id join compartment c on c.id = n.compartment_id
            where e.lead_id = r.lead_id and n.closed_as is not null
          union select 'comparison_off' from lead l where l.id = r.lead_id and 'comparison_off' = any (l.basis_ended)
          order by 1)
        from referral r cross join lateral (
          select r.to_agency_id = my_agency() and r.state not in ('drafted', 'withdrawn')
            and r.operation_id = any (my_memberships()) as is_received) me
        where r.id = p_referral and (opens(r.locks) or is_received) $$;
revoke execute on function ends_of_referral from public;
grant execute on function ends_of_referral to concord_app, concord_worker;
""")
