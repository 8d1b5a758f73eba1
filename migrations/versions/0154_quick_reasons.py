"""What a person wrote with an event is looked for only where the event names it.

Revision ID: 0154
Revises: 0153
"""

from migrations.sql_files import run_sql

revision = "0154"
down_revision = "0153"


def upgrade() -> None:
    """As one SQL expression the function began six plans for each event: a second for a custody log of 5,000 steps."""
    run_sql("""
create or replace function event_reason(p_kind text, p_payload jsonb) returns text language plpgsql stable parallel safe
-- What a person wrote with an event, as far as the reader sees its row.
as $$
begin
  if p_kind = 'package:failed' then
    return (select r.package_failure from referral r where r.id = (p_payload->>'referral')::uuid);
  elsif p_kind = 'words:erased' then
    return (select x.legal_basis from erasure x where x.id = (p_payload->>'erasure')::uuid);
  elsif not p_payload ? 'why' then
    return null;
  elsif p_kind = 'operation:window_moved' then
    return (select w.reason from window_change w where w.id = (p_payload->>'why')::uuid);
  elsif p_kind in ('entry:closed', 'entry:reopened') then
    return (select n.reason from entry_end n where n.id = (p_payload->>'why')::uuid);
  elsif p_kind like 'exhibit:%' then
    return (select x.reason from exhibit_change x where x.id = (p_payload->>'why')::uuid);
  end if;
  return (select r.reason from lead_reason r where r.id = (p_payload->>'why')::uuid);
end $$;
""")
