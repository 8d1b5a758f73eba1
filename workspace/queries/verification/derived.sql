-- Rows whose derived columns do not follow from the acts that the record binds. Screens show these columns, and no digest holds them: a lead's
-- stage out of its opinions, what a series, a clue with its cards, the grades of a medium and a person of the ledger come to. columns: those that differ.
with opinion as (
  select a.lead_id, count(*) filter (where a.opinion <= 2) as same, count(*) filter (where a.opinion >= 4) as different, count(*) as settled
  from assessment a where a.operation_id = :operation and a.settled_at is not null and a.undone_at is null group by 1),
clues as (
  select f.*, r.region_code, r.region_by, r.confirmed_by as region_confirmed_by
  from fold_clues(array(select lead_id from clue where operation_id = :operation)) f
  join fold_clue_regions(array(select lead_id from clue where operation_id = :operation)) r using (lead_id)),
found as (
  select 'lead' as name, l.id::text as key, array['stage'] as columns
  from lead l left join opinion o on o.lead_id = l.id
  where l.operation_id = :operation
    and (l.stage in ('verified', 'referred', 'outcome') and coalesce(o.same, 0) < 2 or l.stage = 'rejected' and coalesce(o.different, 0) < 2)
  union all
  select 'assessment', a.id::text, array['is_revealed']
  from assessment a left join opinion o on o.lead_id = a.lead_id
  where a.operation_id = :operation and a.is_revealed and greatest(o.same, o.different, coalesce(o.settled, 0) - 1) < 2
  union all
  select 'ledger_entry', e.id::text, array[
    case when e.merged_into is distinct from nullif(f.root, e.id) then 'merged_into' end,
    case when e.is_depicted is distinct from f.is_depicted then 'is_depicted' end,
    case when e.age_band is distinct from f.age_band then 'age_band' end, case when e.sex is distinct from f.sex then 'sex' end]
  from ledger_entry e join fold_ledger(:operation) f using (id) where e.operation_id = :operation
  union all
  select 'series', s.id::text, array[
    case when s.merged_into is distinct from (
      select j.into_id from series_join j where j.series_id = s.id and (j.what = 'merged') = (j.undone_at is null)
      order by j.ordinal desc limit 1) then 'merged_into' end,
    case when s.country_determined is distinct from f.country then 'country_determined' end,
    case when s.country_grounds is distinct from f.grounds then 'country_grounds' end,
    case when s.determined_by is distinct from f.determined_by then 'determined_by' end,
    case when (s.confirmed_by, s.confirmed_at) is distinct from (f.confirmed_by, f.confirmed_at) then 'confirmed_by' end,
    case when (s.region_code, s.region_by, s.region_confirmed_by) is distinct from (r.region_code, r.region_by, r.confirmed_by)
      then 'region_code' end]
  from series s join fold_series(:operation) f using (id) join fold_series_regions(:operation) r using (id) where s.operation_id = :operation
  union all
  select 'clue', c.lead_id::text, array[
    case when c.result is distinct from f.result then 'result' end, case when c.country is distinct from f.country then 'country' end,
    case when c.grounds is distinct from f.grounds then 'grounds' end, case when c.stated_by is distinct from f.stated_by then 'stated_by' end,
    case when (c.confirmed_by, c.confirmed_at) is distinct from (f.confirmed_by, f.confirmed_at) then 'confirmed_by' end,
    case when (c.region_code, c.region_by, c.region_confirmed_by) is distinct from (f.region_code, f.region_by, f.region_confirmed_by)
      then 'region_code' end]
  from clue c join clues f using (lead_id)
  union all
  select 'clue_card', d.id::text, array[
    case when d.result is distinct from case when f.confirmed_at is not null then f.result end then 'result' end,
    case when d.country is distinct from case when f.confirmed_at is not null then f.country end then 'country' end,
    case when d.region_code is distinct from case when f.region_confirmed_by is not null then f.region_code end then 'region_code' end]
  from clue_card d join clues f using (lead_id)
  union all
  -- Where several must agree, who is independent may have changed since: then it must be as many accounts at least.
  select 'grade_standing', g.media_item_id || ' ' || g.table_country, array[case when g.number is distinct from f.number then 'number' end]
  from grade_standing g join folded_grades(array(select media_item_id from grade_standing where operation_id = :operation)) f
    using (media_item_id, table_country)
  where grade_votes_needed(:operation) = 1 or g.number is not null and grade_votes_needed(:operation) > (
    select count(distinct v.graded_by) from media_grade v
    where v.media_item_id = g.media_item_id and v.table_country = g.table_country and v.number = g.number and v.undone_at is null))
select name, key, array_remove(columns, null) as columns from found where cardinality(array_remove(columns, null)) > 0 order by name, key
