-- The person to whom the machine gave the face, where people's acts have moved it since; null: the one that it has.
alter table face add column grouped_as uuid references person;
create index ix_face_grouped_as on face (grouped_as) where grouped_as is not null;

alter table person_act add column faces uuid[] not null default '{}';  -- those that were split off; other_id: whom they became
alter table person_act add column ordinal bigint;                      -- the order in which they came
update person_act a set ordinal = o.n
  from (select id, row_number() over (order by decided_at, id) as n from person_act) o where o.id = a.id;
alter table person_act alter column ordinal set not null, alter column ordinal add generated always as identity;
select setval(pg_get_serial_sequence('person_act', 'ordinal'), coalesce((select max(ordinal) from person_act), 0) + 1, false);
alter table person_act add constraint ck_person_act_split check (not is_same or faces = '{}');

-- What merges that stand have moved: the first one knows whose the face was.
update face f set grouped_as = a.other_id
  from (select distinct on (m.face) m.face, p.other_id from person_act p cross join lateral jsonb_array_elements_text(p.moved->'faces') m(face)
        where p.is_same and p.undone_at is null order by m.face, p.ordinal) a
  where f.id::text = a.face and f.person_id is distinct from a.other_id;
update governed set fixed = '{operation_id,is_same,face_id,other_face_id,person_id,other_id,faces,decided_by,decided_at,ordinal}'
  where name = 'person_act';
select govern('person_act');
alter table person_act drop column moved;
select seal_all('person_act');
select bind_all();
