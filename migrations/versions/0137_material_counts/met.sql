create table met_content (                    -- contents that exhibits of several countries hold, one row an exhibit: what is asked of them alone
  operation_id int not null references operation,
  exhibit_id uuid not null references exhibit,
  sha256 bytea not null,
  is_taken boolean not null,                  -- whether the exhibit has a medium of it; else the file was refused
  primary key (exhibit_id, sha256)
);
create index ix_met_content_operation on met_content (operation_id, sha256);
alter table met_content enable row level security;
create policy worker_all on met_content to concord_worker using (true) with check (true);
revoke all on met_content from concord_app, concord_worker;
grant select on met_content to concord_app, concord_worker;  -- people have no policy: they see the counts alone

create function note_met(p_operation int, p_exhibits uuid[], p_contents bytea[]) returns void language sql security definer set search_path = public
  -- Of these contents (null: all) of these exhibits, those that another country's exhibits hold too, with these.
  as $$ with mine as materialized (
          select distinct f.sha256, x.country from received_file f join exhibit x on x.id = f.exhibit_id
          where f.exhibit_id = any (p_exhibits) and f.sha256 is not null and (p_contents is null or f.sha256 = any (p_contents))),
        held as (
          select distinct f.exhibit_id, f.sha256, bool_or(f.media_item_id is not null) over (partition by f.exhibit_id, f.sha256) as is_taken
          from mine m join received_file o on o.sha256 = m.sha256 and o.operation_id = p_operation join exhibit x on x.id = o.exhibit_id and x.country <> m.country
          join received_file f on f.sha256 = m.sha256 and f.operation_id = p_operation)
        insert into met_content as c (operation_id, exhibit_id, sha256, is_taken)
        select p_operation, h.exhibit_id, h.sha256, h.is_taken from held h order by h.exhibit_id, h.sha256
        on conflict (exhibit_id, sha256) do update set is_taken = true where excluded.is_taken and not c.is_taken $$;
create function note_met_lines() returns trigger language plpgsql security definer set search_path = public as $$
-- Two that come at the same moment do not see each other; whose intake ends later notes both.
begin
  perform note_met(r.operation_id, array_agg(distinct r.exhibit_id), array_agg(distinct r.sha256)) from new_rows r where r.sha256 is not null group by r.operation_id;
  return null;
end $$;
create function note_met_exhibit() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform note_met(new.operation_id, array[new.id], null);
  return null;
end $$;
create trigger note_met after insert on received_file referencing new table as new_rows for each statement execute function note_met_lines();
create trigger note_met_again after update on received_file referencing new table as new_rows for each statement execute function note_met_lines();
create trigger note_met after update of intake_ended_at on exhibit for each row when (new.intake_ended_at is not null) execute function note_met_exhibit();

create or replace function known_elsewhere_each(p_operation int) returns table (exhibit_id uuid, files int)
  language sql stable security definer set search_path = public
  -- How many different contents of each exhibit the viewer opens another country holds too, which tells it; and, under no exhibit, of all of them
  -- together. An exhibit whose intake has not ended, or with fewer than 20 contents, is not asked.
  as $$ with nation as materialized (
          select p.country, set_bit(0::bit(256), (row_number() over (order by p.country))::int - 1, 1) as bit
          from participation p where p.operation_id = p_operation),
        tells as materialized (
          select own.country, bit_or(n.bit) as others from participation own
          join participation p on p.operation_id = own.operation_id and p.country <> own.country and p.shares_known_count and opens_to(p, own)
          join nation n on n.country = p.country where own.operation_id = p_operation group by 1),
        device as materialized (
          select x.id, x.country, n.bit, x.compartment_id = any (my_keys()) and x.intake_ended_at is not null and (
              select count(*) = 20 from (select distinct f.exhibit_id, f.sha256 from received_file f
                where f.exhibit_id = x.id and f.media_item_id is not null order by f.exhibit_id, f.sha256 limit 20) twenty) as is_asked
          from exhibit x join nation n on n.country = x.country where x.operation_id = p_operation),
        held as materialized (
          select c.sha256, bit_or(d.bit) as countries from met_content c join device d on d.id = c.exhibit_id
          where c.operation_id = p_operation group by 1),
        known as materialized (
          select d.id, c.sha256 from met_content c join device d on d.id = c.exhibit_id and d.is_asked join held h on h.sha256 = c.sha256
          join tells t on t.country = d.country and bit_count(t.others & h.countries) > 0
          where c.operation_id = p_operation and c.is_taken)
        select d.id, count(k.sha256)::int from device d left join known k on k.id = d.id where d.is_asked group by d.id
        union all
        select null, count(distinct k.sha256)::int from known k having exists (select 1 from device d where d.is_asked) $$;
create or replace function known_elsewhere(p_exhibits uuid[]) returns int language sql stable security definer set search_path = public
  -- The same count of these exhibits together.
  as $$ with asked as materialized (
          select e.id, e.operation_id, e.country from exhibit e
          where e.id = any (p_exhibits) and e.compartment_id = any (my_keys()) and e.intake_ended_at is not null and (
            select count(*) = 20 from (select distinct f.exhibit_id, f.sha256 from received_file f
              where f.exhibit_id = e.id and f.media_item_id is not null order by f.exhibit_id, f.sha256 limit 20) twenty)),
        tells as materialized (
          select a.id, p.country from asked a join participation own on own.operation_id = a.operation_id and own.country = a.country
          join participation p on p.operation_id = a.operation_id and p.country <> a.country and p.shares_known_count and opens_to(p, own)),
        other as materialized (
          select t.id, x.id as exhibit_id from tells t join asked a on a.id = t.id
          join exhibit x on x.operation_id = a.operation_id and x.country = t.country)
        select case when exists (select 1 from asked) then (
          select count(distinct mine.sha256)::int from asked a join met_content mine on mine.exhibit_id = a.id and mine.is_taken
          where exists (select 1 from met_content c join other o on o.exhibit_id = c.exhibit_id and o.id = a.id
            where c.operation_id = a.operation_id and c.sha256 = mine.sha256)) end $$;
revoke execute on function note_met, note_met_lines, note_met_exhibit from public;
