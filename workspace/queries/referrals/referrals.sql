-- The referrals that the viewer may see, of an operation or the one with :id, those that wait for an answer first: all, or :most of a part (of: how
-- many it has), which is what came to the viewer's agency, what it drafted, or what is between others. A receiving agency
-- may hold no key to the lead: then its number stays null.
with chosen as materialized (  -- before the names beside them: an operation has thousands
  select r.*, f.name as from_agency, t.name as to_agency, t.kind as to_kind, count(*) over ()::int as of
  from referral r join agency f on f.id = r.from_agency_id join agency t on t.id = r.to_agency_id
  where (cast(:operation as int) is null or r.operation_id = :operation) and (cast(:id as uuid) is null or r.id = :id)
    and case cast(:part as text) when 'inbox' then r.to_agency_id = (select my_agency()) and r.state not in ('drafted', 'withdrawn')
      when 'outbox' then r.from_agency_id = (select my_agency())
      when 'others' then r.from_agency_id <> (select my_agency()) and (r.to_agency_id <> (select my_agency()) or r.state in ('drafted', 'withdrawn'))
      else true end
  order by r.state in ('accepted', 'declined', 're_routed', 'withdrawn'), r.due_at nulls last, r.number
  limit :most)
select r.id, r.operation_id, r.number, r.lead_id, r.state, r.competence, r.urgency, r.corroboration, r.message, r.reason,
  r.package_state, encode(r.package_sha256, 'hex') as package_sha256, encode(r.manifest_sha256, 'hex') as manifest_sha256,
  r.drafted_at, r.sent_at, r.acknowledged_at, r.answered_at, r.due_at, coalesce(r.due_at < now(), false) as is_late,
  r.approved_by is not null as is_approved, r.drafted_by = (select my_id()) as is_mine,
  r.to_agency_id = (select my_agency()) and r.state not in ('drafted', 'withdrawn') as is_received, r.from_agency_id = (select my_agency()) as is_ours,
  r.from_agency, r.from_country, r.to_agency, r.to_country, r.to_kind,
  l.number as lead_number, p.number as previous_number, p.state as previous_state,
  d.name as drafted_by, r.played_by as drafted_played_by,
  a.name as approved_by, coalesce(r.approved_played_by, 'person') as approved_played_by, r.of
from chosen r left join lead l on l.id = r.lead_id left join referral p on p.id = r.previous_id
left join app_user d on d.id = r.drafted_by left join app_user a on a.id = r.approved_by
order by r.state in ('accepted', 'declined', 're_routed', 'withdrawn'), r.due_at nulls last, r.number
