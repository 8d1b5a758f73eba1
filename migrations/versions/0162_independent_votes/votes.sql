create function folded_grades(p_media uuid[])
  returns table (media_item_id uuid, table_country text, number int, votes int, is_conflict boolean) language sql stable set search_path = public
-- What the grades that people gave these media come to. Where several must agree, a vote counts unless somebody gave the same grade before
-- who is not another person for sure: whoever let the second account in alone may hold it himself. A vouch that comes later counts with the
-- next grade that somebody gives the medium.
  as $$
  with vote as materialized (
    select distinct on (g.media_item_id, g.table_country, g.graded_by)
      g.operation_id, g.media_item_id, g.table_country, g.graded_by, g.number, g.ordinal
    from media_grade g where g.media_item_id = any (p_media) and g.undone_at is null
    order by g.media_item_id, g.table_country, g.graded_by, g.ordinal desc),
  rule as materialized (
    select o.operation_id, grade_votes_needed(o.operation_id) as needed
    from (select distinct s.operation_id from grade_standing s where s.media_item_id = any (p_media)) o),
  voter as materialized (select distinct v.operation_id, v.graded_by from vote v join rule r using (operation_id) where r.needed > 1),
  one_person as materialized (  -- asked once of each two, however many media they graded
    select a.operation_id, a.graded_by as one, b.graded_by as other from voter a join voter b using (operation_id)
    where a.graded_by < b.graded_by and not are_independent(a.operation_id, a.graded_by, b.graded_by)),
  said as (
    select v.operation_id, v.media_item_id, v.table_country, v.number, max(v.ordinal) as latest,
      count(*) filter (where not exists (
        select 1 from vote w join one_person p on p.operation_id = w.operation_id
          and p.one = least(v.graded_by, w.graded_by) and p.other = greatest(v.graded_by, w.graded_by)
        where w.media_item_id = v.media_item_id and w.table_country = v.table_country and w.number = v.number
          and w.ordinal < v.ordinal))::int as votes
    from vote v group by 1, 2, 3, 4),
  come_to as (
    select s.media_item_id, s.table_country, sum(s.votes)::int as votes, count(*) as numbers,
      array_agg(s.number) filter (where s.votes >= r.needed) as agreed, (array_agg(s.number order by s.latest desc))[1] as last
    from said s join rule r using (operation_id) group by 1, 2)
  select s.media_item_id, s.table_country,
    case when not (s.is_owners and r.needed > 1) then c.last when cardinality(c.agreed) = 1 then c.agreed[1] end,
    coalesce(c.votes, 0),
    s.is_owners and r.needed > 1 and coalesce(c.numbers, 0) > 1 and coalesce(cardinality(c.agreed), 0) <> 1
  from grade_standing s join rule r using (operation_id) left join come_to c using (media_item_id, table_country)
  where s.media_item_id = any (p_media) $$;

create or replace function fold_grades(p_media uuid[]) returns void language plpgsql security definer set search_path = public as $$
begin
  insert into grade_standing (media_item_id, table_country, operation_id, compartment_id, is_owners)
    select distinct g.media_item_id, g.table_country, m.operation_id, m.compartment_id, a.country = g.table_country
    from media_grade g join media_item m on m.id = g.media_item_id join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id
    where g.media_item_id = any (p_media) order by 1, 2 on conflict do nothing;
  -- Two who grade one medium at the same moment stand one behind the other; the later counts both.
  perform 1 from grade_standing s where s.media_item_id = any (p_media) order by s.media_item_id, s.table_country for update;
  update grade_standing s set votes = f.votes, number = f.number, is_conflict = f.is_conflict
  from folded_grades(p_media) f where f.media_item_id = s.media_item_id and f.table_country = s.table_country
    and (s.votes, s.number, s.is_conflict) is distinct from (f.votes, f.number, f.is_conflict);
end $$;

revoke execute on function folded_grades from public;
grant execute on function folded_grades to concord_worker;

-- No package rests on what grades come to.
do $$
begin
  execute replace(pg_get_functiondef('leads_of_broken(text, text)'::regprocedure), $f$'grade_rule'$f$, $f$'grade_rule', 'grade_standing'$f$);
end $$;
