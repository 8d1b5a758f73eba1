"""A search says in what it looks: depicted persons, faces that belong to nobody, registers.

Revision ID: 0123
Revises: 0122
"""

from migrations.sql_files import run_sql

revision = "0123"
down_revision = "0122"


def upgrade() -> None:
    """Keep with each search what was searched, and compare with what was chosen alone."""
    run_sql("""
alter table face_search add column sets text[] not null default '{persons,register}'
  check (cardinality(sets) > 0 and sets <@ '{persons,faces,register}'::text[]);
alter table face_search alter column sets drop default;
update governed set fixed = fixed || '{sets}' where name = 'face_search';
select govern('face_search');
select seal_all('face_search');
select bind_all();

drop function faces_compared_with(uuid);
create function faces_compared_with(p_probe uuid, p_sets text[])
  returns table (face_id uuid, other uuid, distance double precision) language sql stable parallel safe
  -- Every face of the operation, of the same recogniser, of another person or entry than the probe's, as far as its set
  -- was chosen. other: that person or entry; of a face that belongs to nobody its track or itself. distance: 1 less the
  -- cosine.
  as $$ select f.id, coalesce(f.person_id, f.register_entry_id, f.track_id, f.id), f.embedding <=> me.embedding
        from face me join face f on f.operation_id = me.operation_id
          and f.model_digest = me.model_digest and f.id <> me.id
          and f.embedding is not null
          and f.person_id is distinct from coalesce(me.person_id, f.id)
          and f.register_entry_id is distinct from coalesce(me.register_entry_id, f.id)
        where me.id = p_probe
          and (f.person_id is not null and 'persons' = any (p_sets)
            or f.register_entry_id is not null and 'register' = any (p_sets)
            or f.person_id is null and f.register_entry_id is null and 'faces' = any (p_sets)
              and f.track_id is distinct from coalesce(me.track_id, f.id)
              and not exists (select 1 from face t where t.track_id = f.track_id and t.person_id is not null)) $$;
create function age_band_on(p_born date, p_day date) returns text language sql immutable parallel safe
  -- How old somebody was on a day, as examiners say it of persons.
  as $$ select case when p_born is null or p_day is null then null
          when y < 3 then 'under_3' when y < 7 then '3_6' when y < 13 then '7_12'
          when y < 18 then '13_17' else 'adult' end from (select extract(year from age(p_day, p_born)) as y) a $$;
revoke execute on function faces_compared_with, age_band_on from public;
grant execute on function faces_compared_with, age_band_on to concord_app, concord_worker;
""")
