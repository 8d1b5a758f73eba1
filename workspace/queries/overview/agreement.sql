-- Leads with two settled opinions or more: two that agree decide; any other two want a third, given or not.
select count(*) filter (where opinions = 2 and is_decided) as agreed,
  count(*) filter (where opinions > 2 or not is_decided) as third, count(*) filter (where stage = 'rejected') as rejected
from (select stage, opinions, stage <> all (:undecided) as is_decided
      from lead where operation_id = :operation and opinions > 1) judged;
