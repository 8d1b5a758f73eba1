-- How many media fit what is asked, and how many of them are folded away because the viewer has seen them. unread: still being read.
select count(*) as media, count(*) filter (where m.sha256 in (select seen_contents(:operation))) as seen,
  count(*) filter (where m.state = 'waiting') as unread
from gallery_media(:operation, :kind, :exhibit, :taken_from, :taken_before, :is_dated, :camera, :camera_key, :faces_from, :faces_to,
      cast(:quality as text[]), :in_series, :series, :person, :near, null) m
where m.compartment_id = any ((select gallery_keys(:operation, cast(:countries as text[])))::int[])
