-- Which grade of a country's table stands on a medium, kept by refold_grades. number: null while too few agree, or nobody gives one any more.
-- votes: people whose grade counts; is_conflict: they give different ones and none stands. is_owners: the table is the owning country's.
create table grade_standing (
  media_item_id uuid not null references media_item,
  table_country text not null,
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  is_owners boolean not null,
  number int,
  votes int not null default 0,
  is_conflict boolean not null default false,
  primary key (media_item_id, table_country)
);
create index ix_grade_standing_compartment on grade_standing (compartment_id);
alter table grade_standing enable row level security;
create policy worker_all on grade_standing to concord_worker using (true) with check (true);
create policy keys on grade_standing for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
grant select on grade_standing to concord_app, concord_worker;

create function fold_grades(p_media uuid[]) returns void language plpgsql security definer set search_path = public as $$
begin
  insert into grade_standing (media_item_id, table_country, operation_id, compartment_id, is_owners)
    select distinct g.media_item_id, g.table_country, m.operation_id, m.compartment_id, a.country = g.table_country
    from media_grade g join media_item m on m.id = g.media_item_id join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id
    where g.media_item_id = any (p_media) order by 1, 2 on conflict do nothing;
  -- Two who grade one medium at the same moment stand one behind the other; the later counts both.
  perform 1 from grade_standing s where s.media_item_id = any (p_media) order by s.media_item_id, s.table_country for update;
  with vote as (
    select distinct on (g.media_item_id, g.table_country, g.graded_by) g.media_item_id, g.table_country, g.number, g.ordinal
    from media_grade g where g.media_item_id = any (p_media) and g.undone_at is null
    order by g.media_item_id, g.table_country, g.graded_by, g.ordinal desc),
  said as (
    select v.media_item_id, v.table_country, v.number, count(*)::int as votes, max(v.ordinal) as latest from vote v group by 1, 2, 3),
  folded as (
    select s.media_item_id, s.table_country, s.is_owners and n.needed > 1 as by_votes, n.needed,
      coalesce((select sum(t.votes) from said t where t.media_item_id = s.media_item_id and t.table_country = s.table_country), 0)::int as votes,
      (select count(*) from said t where t.media_item_id = s.media_item_id and t.table_country = s.table_country) as numbers,
      (select array_agg(t.number) from said t where t.media_item_id = s.media_item_id and t.table_country = s.table_country
        and t.votes >= n.needed) as agreed,
      (select t.number from said t where t.media_item_id = s.media_item_id and t.table_country = s.table_country
        order by t.latest desc limit 1) as last
    from grade_standing s cross join lateral (select grade_votes_needed(s.operation_id) as needed) n where s.media_item_id = any (p_media))
  update grade_standing s set votes = f.votes,
      number = case when not f.by_votes then f.last when cardinality(f.agreed) = 1 then f.agreed[1] end,
      is_conflict = f.by_votes and f.numbers > 1 and coalesce(cardinality(f.agreed), 0) <> 1
    from folded f where f.media_item_id = s.media_item_id and f.table_country = s.table_country;
end $$;

create function refold_grades() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform fold_grades(array(select distinct media_item_id from changed));
  return null;
end $$;
create trigger refold_after_insert after insert on media_grade referencing new table as changed for each statement execute function refold_grades();
create trigger refold_after_update after update on media_grade referencing new table as changed for each statement execute function refold_grades();

create function refold_operation_grades() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform fold_grades(array(select distinct g.media_item_id from media_grade g where g.operation_id = new.operation_id));
  return null;
end $$;
create trigger refold_grades after insert on grade_rule for each row execute function refold_operation_grades();

create function grades_follow_their_medium() returns trigger language plpgsql security definer set search_path = public as $$
-- A medium that goes behind another lock takes the grades that it was given along.
begin
  update grade_standing set compartment_id = new.compartment_id where media_item_id = new.id;
  update media_grade set compartment_id = new.compartment_id where media_item_id = new.id;
  return null;
end $$;
create trigger grades_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function grades_follow_their_medium();
revoke execute on function fold_grades, refold_grades, refold_operation_grades, grades_follow_their_medium from public;
