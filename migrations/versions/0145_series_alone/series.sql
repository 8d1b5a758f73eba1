create index ix_medium_placement_series on medium_placement (series_id) where series_id is not null;
create function media_placed_in(p_series uuid) returns table (media_item_id uuid) language sql stable
-- The media that stand in one series because somebody placed them, as `media_placed` answers it of all: found from the series, along indexes.
as $$
  with recursive part as (
    select s.id, s.operation_id from series s where s.id = p_series and s.merged_into is null
    union all select s.id, s.operation_id from part join series s on s.merged_into = part.id)
  select l.media_item_id from part join medium_placement l on l.series_id = part.id and l.operation_id = part.operation_id and l.undone_at is null
  where not exists (
    select 1 from medium_placement n
    where n.media_item_id = l.media_item_id and n.operation_id = l.operation_id and n.undone_at is null and n.ordinal > l.ordinal) $$;
create function media_of_series(p_series uuid) returns table (media_item_id uuid) language sql stable
-- What one series shows, as `media_in_series` answers it of all.
as $$
  select f.media_item_id from person p join face f on f.person_id = p.id where p.series_id = p_series
  union select l.media_item_id from media_placed_in(p_series) l $$;
create function root_of_series(p_series uuid) returns uuid language sql stable
-- The series that this one is part of now, itself where nobody merged it; `series_roots` answers it of all of an operation.
as $$
  with recursive step as (
    select s.id, s.merged_into from series s where s.id = p_series
    union all select s.id, s.merged_into from step join series s on s.id = step.merged_into)
  select id from step where merged_into is null $$;
revoke execute on function media_placed_in, media_of_series, root_of_series from public;
grant execute on function media_placed_in, media_of_series, root_of_series to concord_app, concord_worker;
