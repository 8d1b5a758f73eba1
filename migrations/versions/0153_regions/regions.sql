create table region_file (                    -- a file of regions that was imported, and what it says of itself
  id int generated always as identity primary key,
  source text not null check (source <> ''),
  licence text not null check (licence <> ''),
  sha256 bytea not null check (length(sha256) = 32),
  imported_at timestamptz not null default now()
);
create table region (                         -- a region of a country; the last file that names its country has it
  code text primary key check (code ~ '^[A-Z]{2}-[A-Z0-9]{1,3}$'),  -- ISO 3166-2
  country text not null,
  name text not null check (name <> ''),
  region_file_id int not null references region_file,
  constraint ck_region_country check (country = left(code, 2))
);
create index ix_region_country on region (country);
create table region_ring (                    -- an outline, or a hole in one: a place inside of an odd number of rings is in the region
  id bigint generated always as identity primary key,
  code text not null references region on delete cascade,
  outline polygon not null                    -- longitude, latitude
);
create index ix_region_ring_code on region_ring (code);
-- Borders are no material: everybody reads them, and workers write them.
alter table region_file enable row level security;
create policy worker_all on region_file to concord_worker using (true) with check (true);
create policy everybody on region_file for select to concord_app using (true);
grant select on region_file to concord_app;
grant select, insert on region_file to concord_worker;
alter table region enable row level security;
create policy worker_all on region to concord_worker using (true) with check (true);
create policy everybody on region for select to concord_app using (true);
grant select on region to concord_app;
grant select, insert, delete on region to concord_worker;
alter table region_ring enable row level security;
create policy worker_all on region_ring to concord_worker using (true) with check (true);
create policy everybody on region_ring for select to concord_app using (true);
grant select on region_ring to concord_app;
grant select, insert on region_ring to concord_worker;

create function region_at(p_country text, p_latitude double precision, p_longitude double precision) returns text language sql stable
  -- The region of a country in which a place lies; of two that overlap by a rounding the one with the smaller box. None at sea, and where no file
  -- was imported.
  as $$ select r.code from region r join region_ring g on g.code = r.code
        where r.country = p_country and box(g.outline) @> point(p_longitude, p_latitude) and g.outline @> point(p_longitude, p_latitude)
        group by r.code having count(*) % 2 = 1 order by max(area(box(g.outline))), r.code limit 1 $$;
revoke execute on function region_at from public;
grant execute on function region_at to concord_app, concord_worker;

alter table media_item add column place_region text  -- of place_country; kept by `regions_follow_places` and by an import
  constraint ck_media_item_place_region check (place_region is null or left(place_region, 2) = place_country);
create function regions_follow_places() returns trigger language plpgsql set search_path = public as $$
begin
  new.place_region := region_at(new.place_country, new.latitude, new.longitude);
  return new;
end $$;
create trigger regions_follow_places before insert or update of latitude, longitude, place_country on media_item for each row
  when (new.place_country is not null) execute function regions_follow_places();
revoke execute on function regions_follow_places from public;
