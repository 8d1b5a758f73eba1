-- The week, statement by statement (benchmarks/_week.py).
create temp table lay as select c.id as compartment, c.is_common, a.country, c.agency_id as agency
  from compartment c join agency a on a.id = c.agency_id where c.operation_id = :op;

insert into exhibit (operation_id, compartment_id, country, label, label_key, find_key, kind, case_reference, custodian, was_prepared,
  received_at, intake_ended_at)
  select :op, l.compartment, l.country, l.country || '-D-' || n, lower(l.country || '-D-' || n), lower(l.country || '-D-' || n), 'phone',
  'case ' || n, 'custodian', true, now() - n * interval '10 minutes', now() - n * interval '9 minutes'
  from generate_series(1, :exhibits) n join lay l
  on l.country = (cast(:countries as text[]))[1 + n % 10] and l.is_common = (n % 9 > 0);

create temp table device as select id, compartment_id, country, row_number() over (order by label) as n from exhibit
  where operation_id = :op;

create temp table medium as select gen_random_uuid() as id, d.id as exhibit, d.compartment_id, d.country, k,
  row_number() over () as n from device d, generate_series(1, :files / :exhibits) k;

insert into media_item (id, operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, media_type, kind, state, refusal,
  read_at, captured_at, camera_make, camera_model, camera_serial, camera_key, unseen, pdq, pdq_quality, face_count, best_quality,
  latitude, longitude, place_country)
  select m.id, :op, compartment_id, s, substr(s, 1, 16), substr(s, 1, 20), 1000, 'none', 'image/jpeg',
  case when n % 10 = 0 then 'video' else 'photo' end,
  case when n % 200 = 0 then 'refused' when n % 150 = 1 then 'waiting' else 'read' end, case when n % 200 = 0 then 'damaged' end,
  now() - n * interval '1 second', to_char(timestamp '2023-01-01' + n * interval '4 minutes', 'YYYY-MM-DD"T"HH24:MI:SS'),
  'Maker', 'M' || n % 40, 'S' || n % 300, 'maker m' || n % 40 || ' s' || n % 300,
  case when n % 60 = 0 then array['end'] else '{}' end, s, 100, case when n % 3 = 0 then 1 else 0 end,
  case when n % 3 = 0 then 'good' end, case when n % 8 = 0 then -2 + n % 5 end, case when n % 8 = 0 then -79 + n % 7 end,
  case when n % 8 = 0 then 'EC' end
  from (select *, sha256(convert_to(case when k % 20 = 0 then 'shared ' || k || ' ' || n % 7 else id::text end, 'UTF8')) as s from medium) m
  on conflict do nothing;

delete from medium m where not exists (select 1 from media_item i where i.id = m.id);

insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, sha256)
  select :op, m.compartment_id, exhibit, m.id, 'DCIM/' || k % 12 || '/IMG_' || k || '.jpg', 1000, i.sha256
  from medium m join media_item i on i.id = m.id;

insert into received_file (operation_id, compartment_id, exhibit_id, path, size_bytes, refusal)
  select :op, compartment_id, id, 'other/' || k || '.bin', 1000, (array['kind_not_supported', 'not_media'])[1 + k % 2]
  from device, generate_series(1, greatest(:files / :exhibits / 50, 1)) k;

insert into near_copy (operation_id, compartment_id, media_item_id, like_id, distance)
  select :op, a.compartment_id, a.id, b.id, 10 from medium a join medium b on b.n = a.n + 1 and b.compartment_id = a.compartment_id
  where a.n % 12 = 0;

create temp table who as select gen_random_uuid() as id, compartment_id, country, row_number() over (order by compartment_id) as n
  from medium where n % 9 = 0;

insert into series (operation_id, compartment_id, number, label, was_prepared, triage, created_at)
  select :op, compartment_id, row_number() over (), 'series ' || n, true, (array['to_do', 'to_do', 'done'])[1 + n % 3], now() - n * interval '1 s'
  from who where n % 10 = 0;

create temp table grouped as select id, compartment_id, row_number() over (partition by compartment_id order by number) as at from series
  where operation_id = :op;

insert into person (id, operation_id, compartment_id, number, face_count, series_id, category, age_band, model_digest)
  select w.id, :op, w.compartment_id, w.n, 3, g.id, (array['unknown', 'victim', 'offender'])[1 + w.n % 3], '7_12', repeat('0', 64)
  from (select *, row_number() over (partition by compartment_id order by n) as at from who) w
  left join grouped g on g.compartment_id = w.compartment_id and g.at = w.at / 10;

create temp table seen as select gen_random_uuid() as face, w.id as person, w.n, m.id as medium, m.compartment_id, m.exhibit, m.country
  from (select *, row_number() over (partition by compartment_id order by n) as at from who) w
  join (select *, row_number() over (partition by compartment_id order by n) as at from medium where n % 3 = 0) m
  on m.compartment_id = w.compartment_id and m.at between 3 * w.at - 2 and 3 * w.at;

insert into face (id, operation_id, compartment_id, media_item_id, person_id, box, landmarks, frame_width, frame_height, detection_score,
  quality, quality_word, eye_distance_px, yaw_deg, roll_deg, sharpness, embedding, pack_id, model_digest, dimension, crop_address, veil_address)
  select face, :op, compartment_id, medium, person, '{1,1,9,9}', '{1,1,1,1,1,1,1,1,1,1}', 99, 99, 0.9, 0.9, 'good', 40, 0, 0, 1,
  array_fill(0.0884::real, array[128])::halfvec, 'bench', repeat('0', 64), 128, 'none', 'none' from seen;

create temp table sided as select distinct on (n) n, face, person, medium, compartment_id, exhibit, country, c.is_common from seen
  join compartment c on c.id = compartment_id;

create temp table pair as select gen_random_uuid() as id, row_number() over () as n, x.* from (select a.face as face_a, b.face as face_b, a.person as person_a,
  b.person as person_b, a.medium as medium_a, b.medium as medium_b, a.exhibit as exhibit_a, b.exhibit as exhibit_b, a.compartment_id as a,
  b.compartment_id as b, a.country as country_a, b.country as country_b
  from (select *, row_number() over (order by n) as at from sided) a
  join (select *, row_number() over (order by md5(n::text)) as at from sided) b on b.at = a.at
  where a.country <> b.country order by md5(a.face::text) limit :leads) x;

insert into lead (id, operation_id, number, kind, pair_key, locks, countries, stage, stage_since, priority, opinions, score, band, rank,
  threshold, pack_id, model_digest, changed_seq)
  select id, :op, n, 'same_face', sha256(id::text::bytea), array[least(a, b), greatest(a, b)],
  array[least(country_a, country_b), greatest(country_a, country_b)],
  (array['open', 'open', 'open', 'open', 'open', 'assessed', 'assessed', 'verified', 'rejected', 'referred', 'referred', 'outcome'])[1 + n % 12],
  now() - n * interval '1 second', 1 + n % 3, case when n % 12 > 6 then 2 when n % 12 > 4 then 1 else 0 end, 0.5 + n % 40 / 100.0, 'strong', 1,
  0.43, 'bench', repeat('0', 64), 1 from pair;

insert into lead_evidence (operation_id, lead_id, compartment_id, side, country, face_id, person_id, media_item_id, exhibit_id)
  select :op, id, a, 1, country_a, face_a, person_a, medium_a, exhibit_a from pair;

insert into lead_evidence (operation_id, lead_id, compartment_id, side, country, face_id, person_id, media_item_id, exhibit_id)
  select :op, id, b, 2, country_b, face_b, person_b, medium_b, exhibit_b from pair;

update lead_evidence e set sketch = face_sketch(f.embedding) from face f where f.id = e.face_id;

create temp table staff as select m.user_id, u.agency_id, a.country, m.role, row_number() over (partition by a.country, m.role order by m.user_id) as k
  from membership m join app_user u on u.id = m.user_id join agency a on a.id = u.agency_id where m.operation_id = :op;

create temp table lead_now as select l.id, l.number, l.locks, l.stage, p.country_a, p.country_b, p.n, l.opinions
  from lead l join pair p on p.id = l.id;

insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, claim_token, opinion, reason, signed_at, settled_at, is_revealed)
  select :op, l.id, l.locks, s.user_id, s.agency_id, s.country, 1, 1 + l.n % 5, 'both sides show the same ear', now() - l.n * interval '1 s',
  now() - l.n * interval '1 s', l.opinions = 2
  from lead_now l join staff s on s.role = 'specialist' and s.k = 1 and s.country = any (case l.opinions
  when 2 then array[l.country_a, l.country_b] when 1 then array[l.country_a] else '{}' end);

insert into comment (operation_id, lead_id, locks, author_id, body, find_key, language, created_at)
  select :op, l.id, l.locks, s.user_id, 'words of ' || t, 'words of ' || t, 'en', now() - l.n * interval '1 s'
  from lead_now l join staff s on s.role = 'specialist' and s.k = 1 and s.country = l.country_a, generate_series(1, 2) t;

insert into jurisdiction_claim (operation_id, lead_id, locks, country, ground, competence, basis, stated_by)
  select :op, l.id, l.locks, s.country, 'offence_place', 'protection', 'a basis', s.user_id
  from lead_now l join staff s on s.role = 'liaison' and s.k = 1 and s.country = l.country_a where l.n % 12 >= 7;

insert into referral (operation_id, number, lead_id, locks, from_agency_id, to_agency_id, from_country, to_country, competence, message, state,
  package_state, package_address, package_code, drafted_by, sent_at, due_at)
  select :op, row_number() over (), l.id, l.locks, f.agency_id, t.agency_id, f.country, t.country, 'protection', 'message',
  (array['drafted', 'sent', 'acknowledged', 'accepted', 'returned'])[1 + l.n % 5], 'built', 'none', 'H1', f.user_id,
  now() - l.n * interval '1 s', now() + l.n * interval '1 s'
  from lead_now l join staff f on f.role = 'liaison' and f.k = 1 and f.country = l.country_a
  join staff t on t.role = 'liaison' and t.k = 1 and t.country = l.country_b where l.stage in ('referred', 'outcome');

insert into ledger_entry (operation_id, number, kind, is_depicted, locks, agency_id, of_lead)
  select :op, row_number() over (order by number), 'victim', false, locks, to_agency_id, lead_id from referral where operation_id = :op
  and lead_id in (select id from lead_now where stage = 'outcome');

insert into outcome (operation_id, ledger_id, lead_id, referral_id, locks, stage, stated_by_agency_id, authority_reference, stated_on, recorded_by)
  select :op, g.id, r.lead_id, r.id, r.locks, 'V' || 1 + r.number % 5, r.to_agency_id, 'reference ' || r.number, current_date, r.drafted_by
  from ledger_entry g join referral r on r.lead_id = g.of_lead where g.operation_id = :op;

insert into register (operation_id, compartment_id, country, name, name_key, legal_source, attested_by)
  select :op, l.compartment, l.country, 'Register of ' || l.country, lower('Register of ' || l.country), 'law', s.user_id
  from lay l join staff s on s.country = l.country and s.role = 'country_lead' and s.k = 1 where l.is_common;

insert into register_entry (operation_id, compartment_id, register_id, number, number_key, label, find_key, sex, place)
  select :op, r.compartment_id, r.id, country || '-' || k, lower(country || '-' || k), 'Entry ' || k, lower('Entry ' || k), 'female', 'A town'
  from register r, generate_series(1, :files / 20) k where r.operation_id = :op;

insert into media_item (operation_id, compartment_id, register_entry_id, sha256, md5, sha1, size_bytes, address, media_type, kind, state, face_count, read_at)
  select :op, compartment_id, e.id, s, substr(s, 1, 16), substr(s, 1, 20), 1, 'none', 'image/jpeg', 'photo', 'read', 1, now() - interval '1 day'
  from (select *, sha256(convert_to(id::text, 'UTF8')) s from register_entry where operation_id = :op) e;

insert into face (operation_id, compartment_id, media_item_id, register_entry_id, box, landmarks, frame_width, frame_height, detection_score,
  quality, quality_word, eye_distance_px, yaw_deg, roll_deg, sharpness, embedding, pack_id, model_digest, dimension, crop_address, veil_address)
  select :op, compartment_id, id, register_entry_id, '{1,1,9,9}', '{1,1,1,1,1,1,1,1,1,1}', 99, 99, 0.9, 0.9, 'good', 40, 0, 0, 1,
  array_fill(0.0884::real, array[128])::halfvec, 'bench', repeat('0', 64), 128, 'none', 'none' from media_item
  where operation_id = :op and register_entry_id is not null;

create temp table told as select gen_random_uuid() as id, d.compartment_id, d.country, s.user_id, t as n, :leads + t as number
  from generate_series(1, greatest(:leads / 10, 80)) t join device d on d.n = 1 + t % :exhibits
  join staff s on s.role = 'specialist' and s.k = 1 and s.country = d.country;

insert into lead (id, operation_id, number, kind, pair_key, locks, countries, side_count, stage_since, changed_seq)
  select id, :op, number, 'clue', sha256(id::text::bytea), array[compartment_id], array[country], 1, now() - n * interval '1 s', 1 from told;

insert into lead_evidence (operation_id, lead_id, compartment_id, side, country, media_item_id, exhibit_id)
  select :op, t.id, t.compartment_id, 1, t.country, m.id, m.exhibit from told t join medium m on m.n = (select min(n) from medium
  where compartment_id = t.compartment_id);

insert into clue (lead_id, operation_id, locks, what, claim, opened_by) select id, :op, array[compartment_id], 'object', 'a cup', user_id from told;

insert into clue_card (operation_id, lead_id, locks, number, what, question, asked, owner_country, maker_country, handling_code, state, made_by)
  select :op, id, array[compartment_id], n, 'object', 'Where is this sold?', '', country, country, 'H0', 'shown', user_id from told;

insert into card_answer (operation_id, card_id, what, country, agency_id, said_by)
  select :op, c.id, 'tip', s.country, s.agency_id, s.user_id from clue_card c, staff s
  where c.operation_id = :op and s.role = 'specialist' and s.k = 1 and s.country in ('EC', 'PE');

insert into card_tip (answer_id, operation_id, body, source) select id, :op, 'in each market', 'seen' from card_answer where operation_id = :op;

insert into media_mark (operation_id, compartment_id, media_item_id, act, mark, marked_by)
  select :op, m.compartment_id, m.id, gen_random_uuid(), 'important', s.user_id from medium m
  join staff s on s.role = 'specialist' and s.k = 1 and s.country = m.country where m.n % 15 = 0;

insert into media_view (operation_id, compartment_id, user_id, media_item_id)
  select :op, m.compartment_id, s.user_id, m.id from medium m
  join staff s on s.role = 'specialist' and s.k = 1 and s.country = m.country where m.n % 4 = 0;

insert into proposal (operation_id, compartment_id, kind, exhibit_id, what, value, words, proposed_by, agency_id)
  select :op, d.compartment_id, 'exhibit_fact', d.id, 'seized_by', 'authority ' || t, 'why', s.user_id, s.agency_id
  from device d join staff s on s.role = 'specialist' and s.k = 1 and s.country <> d.country, generate_series(1, greatest(:leads / 5000, 1)) t;

insert into job (kind, subject_id, operation_id, asked_by, state, done_at) select 'read_media', id, :op, :service, 'done', now() from medium;

insert into counter (operation_id, what, value) select :op, 'person', max(number) from person where operation_id = :op
  on conflict (operation_id, what) do update set value = excluded.value;

insert into counter (operation_id, what, value) select :op, 'series', max(number) from series where operation_id = :op
  on conflict (operation_id, what) do update set value = excluded.value;

insert into counter (operation_id, what, value) select :op, 'lead', max(number) from lead where operation_id = :op
  on conflict (operation_id, what) do update set value = excluded.value;

insert into counter (operation_id, what, value) select :op, 'referral', max(number) from referral where operation_id = :op
  on conflict (operation_id, what) do update set value = excluded.value;

insert into counter (operation_id, what, value) select :op, 'card', max(number) from clue_card where operation_id = :op
  on conflict (operation_id, what) do update set value = excluded.value;

select count_material_anew(:op);
