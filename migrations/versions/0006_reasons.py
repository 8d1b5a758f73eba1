"""Whatever kind of event names a reason by `why`, its words are read; no list of kinds is needed for a new one.

Revision ID: 0006
Revises: 0005
"""

from migrations.sql_files import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Read the reason by its id, with the rights of who looks: not SECURITY DEFINER, on purpose."""
    run_sql("""
create or replace function event_reason(p_kind text, p_payload jsonb) returns text language sql stable parallel safe
  as $$ select case
          when p_payload ? 'why' then (select r.reason from lead_reason r where r.id = (p_payload->>'why')::uuid)
          when p_kind = 'package:failed'
            then (select r.package_failure from referral r where r.id = (p_payload->>'referral')::uuid) end $$;
""")
