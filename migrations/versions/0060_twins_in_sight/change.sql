create or replace function twin_leads(p_lead uuid) returns setof uuid language sql stable security definer set search_path = public as $$
-- The undecided leads that the caller could judge (both sides open) and that compare the same pictures as this one: on one side the
-- same person or entry, on the other a copy: the same content, or a face so near that only one photograph gives it.
with mine as materialized (
  select e.side, e.person_id, e.register_entry_id, m.sha256, f.embedding, f.model_digest
  from lead_evidence e join face f on f.id = e.face_id join media_item m on m.id = f.media_item_id where e.lead_id = p_lead)
select distinct l.id
from mine same
join lead_evidence b on b.person_id = same.person_id or b.register_entry_id = same.register_entry_id
join lead l on l.id = b.lead_id and l.id <> p_lead and l.stage in ('open', 'assessed', 'parked')
  and opens_both(l.id, l.locks, (select my_keys()), (select my_pairs())) and not (l.locks && (select my_closed()))
join mine copied on copied.side <> same.side
join lead_evidence d on d.lead_id = l.id and d.side <> b.side
join face g on g.id = d.face_id join media_item n on n.id = g.media_item_id
where n.sha256 = copied.sha256
  or (g.model_digest = copied.model_digest and g.embedding <=> copied.embedding <= one_photograph())
$$;

create or replace function score_is_open(p_lead uuid) returns boolean language sql stable security definer set search_path = public as $$
-- Whether a decided lead tells its score: no twin still waits for the caller's opinion.
select exists (select 1 from lead l where l.id = p_lead and l.locks && my_keys() and not (l.locks && my_closed())
  and l.shown_score is not null and not exists (select 1 from twin_leads(l.id) t(id) where not has_my_opinion(t.id))) $$;

create or replace function score_of_lead(p_lead uuid)
  returns table (score real, band text, rank int, threshold real, pack_id text, model_digest text)
  language sql stable security definer set search_path = public as $$
-- The score for whoever may read it: the lead is decided, or the caller's own opinion on it is settled; and no twin waits.
select l.score, l.band, case when has_my_opinion(l.id) then l.rank end, l.threshold, l.pack_id, l.model_digest from lead l
where l.id = p_lead and l.locks && my_keys() and not (l.locks && my_closed())
  and (l.shown_score is not null or has_my_opinion(l.id))
  and not exists (select 1 from twin_leads(l.id) t(id) where not has_my_opinion(t.id)) $$;
