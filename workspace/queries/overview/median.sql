-- The median time from the first signature of a decided lead to its second, in seconds.
select percentile_cont(0.5) within group (order by extract(epoch from second_at - first_at)) from (
  select (array_agg(signed_at order by signed_at))[1] as first_at, (array_agg(signed_at order by signed_at))[2] as second_at
  from assessment where operation_id = :operation and is_revealed and undone_at is null group by lead_id having count(*) > 1) pairs;
