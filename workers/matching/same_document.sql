-- One medium per exhibit of another agency that was made of the same document and is no exact copy, which is a lead of its own.
select distinct on (m.agency_id, m.exhibit_id) m.*
from medium_with_owner m
join medium_with_owner own on own.id = :media and own.operation_id = m.operation_id
  and own.document_key = m.document_key
where m.register_entry_id is null and m.sha256 <> own.sha256 and m.agency_id <> own.agency_id
order by m.agency_id, m.exhibit_id, m.id
