-- Notes that stand, and comments in their last wording, on a lead or a medium, in material of the viewer's own agency alone.
with own as (select c.id from compartment c where c.agency_id = (select my_agency()))
select * from (
  select n.id, null::uuid as thread_id, n.note as body, null::text as language, u.country, n.created_at, n.changed_at,
    coalesce(n.face_id, n.media_item_id, n.lead_id) as source, case when n.face_id is null then null else n.media_item_id end as scope,
    n.region as box, n.at_s, n.until_s, true as is_note
  from annotation n join user_with_country u on u.id = n.author_id
  where (n.lead_id = :lead or n.media_item_id = :medium) and n.removed_at is null and n.compartment_id in (select id from own)
  union all
  select c.id, c.thread_id, coalesce(v.body, c.body), coalesce(v.language, c.language), u.country, c.created_at, coalesce(v.written_at, c.created_at),
    coalesce(c.media_item_id, c.lead_id), null, null, null, null, false
  from comment c join user_with_country u on u.id = c.author_id
  left join lateral (select * from comment_version x where x.comment_id = c.id order by x.number desc limit 1) v on true
  where (c.lead_id = :lead or c.media_item_id = :medium) and c.locks <@ array(select id from own)
) said order by created_at, id
