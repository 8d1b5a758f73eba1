-- What people said of a series, the newest first, with how many there are.
select w.id, w.what, w.words, w.before, w.said_at as at, u.id as user_id, u.name, u.country, w.played_by, count(*) over ()::int as of
from series_word w join user_with_country u on u.id = w.said_by where w.series_id = :series order by w.ordinal desc limit :most
