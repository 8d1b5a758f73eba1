-- What stands on a lead's page once. why_not_judge: why the viewer may not give the next opinion; is_unsettled: a signed one can still be taken
-- back; both say neither whose nor what. stage_reason: a code, or what a person wrote as far as the viewer may read it.
select l.holder_id, l.holder_agency_id, l.claim_token, l.lease_until, l.lease_until > now() as is_running, l.created_at,
  coalesce(l.stage_reason, (select r.reason from lead_reason r where r.id = l.stage_why)) as stage_reason,
  l.search_id is not null as is_by_hand, purpose_of_lead(l.id) as search_purpose, l.pack_id, l.model_digest, l.threshold, l.code_version, l.compared_to, o.code_name, o.time_zone, o.state, o.closes_at, now() as now, o.tlp,
  o.second_from_other_country, c.last_seq, my_keys_digest(l.operation_id) as keys,
  why_not_judge(l.id, my_id()) as why_not_judge, opinion_is_unsettled(l.id) as is_unsettled
from lead l join operation o on o.id = l.operation_id join chain c on c.operation_id = o.id
where l.id = :lead
