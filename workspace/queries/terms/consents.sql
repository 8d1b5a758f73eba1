-- What the countries accepted, consented to or took back, the newest first.
select c.country, c.what, c.is_given, c.until, u.name as by, c.given_at as at
from consent c join app_user u on u.id = c.given_by
where c.operation_id = :operation order by c.given_at desc, c.country, c.what
