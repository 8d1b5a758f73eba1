-- The usual time from one reading to the next among the last thousand: the median, so that nights between them count for nothing.
select percentile_cont(0.5) within group (order by apart) from (
  select extract(epoch from read_at - lag(read_at) over (order by read_at)) as apart
  from (select read_at from media_item where operation_id = :operation and read_at is not null order by read_at desc limit 1000) r) x
