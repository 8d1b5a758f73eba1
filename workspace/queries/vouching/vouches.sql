-- Who has met whom, the oldest first; withdrawn ones are not among them.
select v.user_id, v.voucher_id, w.name as voucher, w.country, v.how, v.vouched_at
from vouch v join user_with_country w on w.id = v.voucher_id
where v.operation_id = :operation and v.withdrawn_at is null order by v.vouched_at, v.id
