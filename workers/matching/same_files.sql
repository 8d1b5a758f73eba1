-- The media of other agencies with the same bytes as this one, first received first.
select m.*
from medium_with_owner m
join medium_with_owner own on own.id = :media and own.operation_id = m.operation_id and own.sha256 = m.sha256
where m.register_entry_id is null and m.id <> own.id and m.agency_id <> own.agency_id
order by m.received_at, m.id
