"""Why a lead stands where it stands is read in the row of its reason alone: the lead's row holds a code, and which row.

Revision ID: 0061
Revises: 0060
"""

from migrations.sql_files import run_sql

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    """Who holds a key to one side reads the lead's row; the reason is for who may look at all of them."""
    run_sql("""
alter table lead add column stage_why uuid references lead_reason;
update lead l set stage_why = (
  select r.id from lead_reason r where r.lead_id = l.id and r.reason = l.stage_reason order by r.written_at desc limit 1)
where l.stage_reason <> 'inconclusive';
update lead set stage_reason = null where stage_reason <> 'inconclusive';
alter table lead add constraint ck_lead_stage_reason check (stage_reason is null or stage_reason = 'inconclusive' and stage_why is null);
grant select (stage_why), update (stage_why) on lead to concord_app;
""")
