-- Leads by the stages that they reached at least once, from the log, and those that are parked now.
with happened as (
  select kind, count(distinct lead_id) as leads from event
  where operation_id = :operation and found_in_window(lead_id, :late) and kind in ('lead:claimed', 'lead:verified', 'lead:rejected') group by kind)
select (select count(*) from lead where operation_id = :operation and found_in_window(id, :late)) as leads_opened,
  coalesce((select leads from happened where kind = 'lead:claimed'), 0) as leads_claimed,
  (select count(distinct lead_id) from assessment
     where operation_id = :operation and undone_at is null and found_in_window(lead_id, :late)) as leads_assessed,
  coalesce((select leads from happened where kind = 'lead:verified'), 0) as leads_verified,
  coalesce((select leads from happened where kind = 'lead:rejected'), 0) as leads_rejected,
  (select count(*) from lead where operation_id = :operation and stage = 'parked' and found_in_window(id, :late)) as leads_parked,
  (select count(distinct lead_id) from referral
     where operation_id = :operation and sent_at is not null and found_in_window(lead_id, :late)) as leads_referred;
