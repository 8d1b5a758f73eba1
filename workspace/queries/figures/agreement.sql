-- How often the first two opinions agreed: 1 and 2 support the same person, 4 and 5 different ones, 3 neither.
with opinion as (
  select lead_id, row_number() over (partition by lead_id order by signed_at, id) as place,
    case when opinion < 3 then 'same' when opinion > 3 then 'different' else 'neither' end as says
  from assessment where operation_id = :operation and found_in_window(lead_id, :late) and settled_at is not null and undone_at is null),
lead_opinions as (
  select lead_id, max(says) filter (where place = 1) as first, max(says) filter (where place = 2) as second, count(*) as opinions
  from opinion group by lead_id)
select count(*) filter (where opinions >= 2)::int as compared,
  count(*) filter (where opinions >= 2 and first = second)::int as agreed,
  count(*) filter (where opinions >= 3)::int as third_opinions
from lead_opinions;
