-- What is compared again because something was said of a subject: of an entry that is open, or of a register, its entries; of a threshold
-- all persons; of a person, and of an entry that is closed, who stood beside it on a lead, since its place on their short lists is another's;
-- of a lead between devices that stands no more the media of all of them but the one that has most: what they have in common waited behind it.
with open_entries as (
    select e.id from register_entry e where (e.id = :subject or e.register_id = :subject) and not e.is_closed),
  beside as (
    select v.person_id as id
    from lead_evidence own join lead_evidence v on v.lead_id = own.lead_id and v.side <> own.side and v.person_id is not null
    where own.person_id = :subject
      or own.register_entry_id = (select e.id from register_entry e where e.id = :subject and e.is_closed)),
  persons as (
    select id from beside
    union select p.id from person p where p.id = :subject
    union select p.id from threshold t join person p on p.operation_id = t.operation_id where t.id = :subject),
  devices as (
    select e.exhibit_id as id from lead_evidence e
    where e.lead_id = :subject and e.exhibit_id is not null and exists (
      select 1 from lead l where l.id = e.lead_id and l.kind in ('same_file', 'near_copy', 'document_id'))
    order by (select count(*) from received_file r where r.exhibit_id = e.exhibit_id) desc, e.exhibit_id offset 1),
  media as (
    select m.id from media_item m
    where m.state = 'read' and m.id in (select r.media_item_id from received_file r where r.exhibit_id in (select id from devices)))
select 'match_entry' as kind, id from open_entries
union all select 'match_person', p.id from person p where p.id in (select id from persons) and p.merged_into is null
union all select 'match_media', id from media
union all select 'compare_parts', id from media where exists (select 1 from picture_part p where p.media_item_id = media.id)
