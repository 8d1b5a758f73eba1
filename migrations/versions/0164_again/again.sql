create function wish_again(p_kind text, p_subjects uuid[]) returns void language sql security definer set search_path = public as $$
  -- People may change no job. Jobs of these kinds look once more at what stands, and may be done as often as somebody asks.
  update job set state = 'waiting', attempt = 0, lease_until = null, failure = null, done_at = null
  where id in (
    select j.id from job j
    where j.kind = p_kind and j.kind in ('match_again', 'embed_faces') and j.subject_id = any (p_subjects)
      and j.operation_id = any (my_memberships()) and j.state <> 'waiting'
    order by j.subject_id for update) $$;
revoke execute on function wish_again from public;
grant execute on function wish_again to concord_app;

create or replace function best_faces(p_person uuid, p_digest text, p_most int) returns setof face language sql stable parallel safe
  -- A person's best faces of one recogniser that can be compared. Poor ones make no match.
  as $$ select * from face f where f.person_id = p_person and f.quality_word <> 'poor' and f.model_digest = p_digest
          and f.embedding is not null
        order by f.quality desc, f.id limit p_most $$;
