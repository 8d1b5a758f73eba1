"""Which agencies somebody can sign in for who answers a referral.

Revision ID: 0072
Revises: 0071
"""

from migrations.sql_files import run_sql

revision = "0072"
down_revision = "0071"


def upgrade() -> None:
    """Add the function; who refers asks it, who has no key to members' passkeys."""
    run_sql("""
create function reached_agencies(p_operation int) returns setof int language sql stable security definer
  set search_path = public as $$
-- The agencies of an operation for which somebody who answers a referral can sign in now; told to its members.
select distinct u.agency_id from membership m join app_user u on u.id = m.user_id
where m.operation_id = p_operation and m.role in ('country_lead', 'liaison', 'recipient') and can_sign_in(m)
  and p_operation = any (my_operations()) $$;
revoke execute on function reached_agencies from public;
grant execute on function reached_agencies to concord_app, concord_worker;
""")
