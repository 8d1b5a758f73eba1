-- What was said of a person, and of those whose number leads to it, and stands; the latest first. number: of whom it was said.
select w.id, w.what, w.code, w.face_id, w.on_day, nullif(w.words, '') as words, u.id as user_id, u.name, u.country, w.played_by, w.said_at as at,
  w.said_by in (select m.id from app_user m where m.agency_id = (select my_agency())) as is_ours, p.number
from persons_as(:person) t join person_word w on w.person_id = t.id join person p on p.id = t.id join user_with_country u on u.id = w.said_by
where w.withdrawn_at is null order by w.ordinal desc
