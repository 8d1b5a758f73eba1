"""Registers are searched after the window while their stated retention lasts; leads that are found then say so.

Revision ID: 0020
Revises: 0019
"""

from migrations.sql_files import run_sql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add up to which day a lead that was found after the window is worked on."""
    run_sql("""
alter table lead add column late_until date;  -- found after the window: worked on until its register's retention ends
grant select (late_until), update (late_until) on lead to concord_app;
create index ix_lead_evidence_register_entry on lead_evidence (register_entry_id) where register_entry_id is not null;
create function found_in_window(p_lead uuid, p_late boolean) returns boolean language sql stable parallel safe
  -- Whether an edition counts a lead: one that was found after the window counts in follow-up editions alone (p_late).
  as $$ select p_late or not exists (select 1 from lead l where l.id = p_lead and l.late_until is not null) $$;
revoke execute on function found_in_window from public;
grant execute on function found_in_window to concord_worker;
""")
