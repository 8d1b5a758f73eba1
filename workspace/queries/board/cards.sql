-- The cards of an operation's leads that changed after an event, as the viewer may see them: with the sides that the viewer
-- may look at, the referrals (the one that counts now last) and one outcome. Without :everything, leads off the board (:off) stay out; with
-- :leads, all others.
-- about: 48 bits of an id are enough to tell the entries and persons of one operation apart.
-- A card shows one outcome: a child made safe first, then another end (the latest), then whoever came further, the child before
-- the offender. A referral that came back and goes nowhere stands behind all newer ones.
with standing as materialized (
  select distinct on (s.lead_id) s.lead_id, s.stage as standing, s.from_lead, bool_or(s.is_at_rest) over (partition by s.lead_id) as is_at_rest
  from visible_standing(:operation, cast(:standing as text[])) s order by s.lead_id, array_position(cast(:standing as text[]), s.stage), s.from_lead <> s.lead_id, s.outcome_id),
-- What stands on a lead through a side that the viewer sees may have changed: the card is as new as that.
told as materialized (select lead_id, max(seq) as seq from lead_told where operation_id = :operation group by lead_id),
-- Copies are asked for where one of them can be stricter than the operation is.
strict as materialized (
  select exists (select 1 from exhibit x join operation o on o.id = x.operation_id where x.operation_id = :operation and x.handling_code > o.handling_code)
    or exists (select 1 from register g join operation o on o.id = g.operation_id where g.operation_id = :operation and g.handling_code > o.handling_code) as is_there),
-- The pictures of leads that are opened to the viewer: asked once, however many leads there are.
pair as materialized (
  select p.lead_id, max(f.handling_code) as handling
  from (select distinct lead_id from my_pair_sides()) p cross join lateral pair_facts(p.lead_id) f
  group by p.lead_id),
l as materialized (
  select id, operation_id, number, kind, stage, stage_since,
    case when t.is_at_rest then greatest(priority, 2) else priority end as priority, t.standing, t.from_lead, countries, age_gap_years, holder_id, lease_until, custody, holder_left, late_until, basis_ended, opinions, side_count,
    shown_band, bands_shown, greatest(changed_seq, told.seq) as changed_seq
  from lead left join standing t on t.lead_id = lead.id left join told on told.lead_id = lead.id
  where operation_id = :operation and (changed_seq > :after or id = any (array(select lead_id from told where seq > :after)))
    and (:everything or stage <> all (:off))
    and (cast(:leads as uuid[]) is null or id = any (cast(:leads as uuid[]))))
select l.*, h.name as holder_name, h.country as holder_country,
  case when l.holder_id is not null then played_by(l.operation_id, l.holder_id) end as holder_played_by, e.sides, e.about,
  (select f.number from lead f where f.id = l.from_lead) as standing_lead, l.from_lead = l.id as is_own_standing, greatest(op.handling_code, k.handling, pair.handling) as handling, r.referrals, o.outcome,
  q.what as clue_what, left(q.claim, 120) as clue_claim
from l
join operation op on op.id = l.operation_id
left join user_with_country h on h.id = l.holder_id
left join (
  select ev.lead_id, json_agg(json_build_object('side', ev.side, 'country', ev.country, 'face', ev.face_id, 'media', ev.media_item_id, 'what',
      case when ev.register_entry_id is not null then 'register' when ev.person_id is not null then 'person' else 'media' end)) as sides,
    array_remove(array_agg(coalesce('e:' || left(ev.register_entry_id::text, 13), 'p:' || left(ev.person_id::text, 13)) order by ev.side), null) as about
  from open_side ev
  where ev.lead_id in (select id from l) group by ev.lead_id
) e on e.lead_id = l.id
left join lateral (select max(c.handling_code) as handling from lead_copy c where c.lead_id = l.id and (select is_there from strict)) k on true
left join pair on pair.lead_id = l.id
left join clue q on q.lead_id = l.id
left join (
  select lead_id, json_agg(json_build_object('number', number, 'to', to_country, 'state', state, 'due_at', due_at)
    order by state in ('declined', 'returned') and not exists (
      select 1 from referral onward where onward.previous_id = r.id and onward.state <> 'withdrawn'), number) as referrals
  from referral r where lead_id in (select id from l) and state <> 'withdrawn' group by lead_id
) r on r.lead_id = l.id
left join (
  select distinct on (lead_id) lead_id, stage as outcome from outcome
  where lead_id in (select id from l) and revoked_at is null
  order by lead_id, case when stage = 'V5' then 0 when stage !~ '^[VO][0-9]$' then 1 else 2 end,
    case when stage ~ '^[VO][0-9]$' then substr(stage, 2) end desc, case when stage ~ '^[VO][0-9]$' then left(stage, 1) end desc,
    recorded_at desc, id
) o on o.lead_id = l.id
order by l.priority, l.stage_since, l.number
