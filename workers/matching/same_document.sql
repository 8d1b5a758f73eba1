-- One medium per exhibit of another agency that was made of the same document and is no exact copy, which is a lead of its own;
-- where no lead about this document stands between the two exhibits, whatever became of it.
select distinct on (m.agency_id, m.exhibit_id) m.*
from medium_with_owner m
join medium_with_owner own on own.id = :media and own.operation_id = m.operation_id
  and own.document_key = m.document_key
where m.register_entry_id is null and m.sha256 <> own.sha256 and m.agency_id <> own.agency_id
  and not exists (
    select 1 from lead l join lead_evidence v on v.lead_id = l.id and v.exhibit_id = own.exhibit_id
    join lead_evidence w on w.lead_id = l.id and w.exhibit_id = m.exhibit_id join media_item on_it on on_it.id = v.media_item_id
    where l.kind = 'document_id' and on_it.document_key = own.document_key)
order by m.agency_id, m.exhibit_id, m.id
