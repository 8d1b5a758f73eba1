alter table lead add column stage_why uuid references lead_reason;
update lead l set stage_why = (
  select r.id from lead_reason r where r.lead_id = l.id and r.reason = l.stage_reason order by r.written_at desc limit 1)
where l.stage_reason <> 'inconclusive';
update lead set stage_reason = null where stage_reason <> 'inconclusive';
alter table lead add constraint ck_lead_stage_reason check (stage_reason is null or stage_reason = 'inconclusive' and stage_why is null);
grant select (stage_why), update (stage_why) on lead to concord_app;
