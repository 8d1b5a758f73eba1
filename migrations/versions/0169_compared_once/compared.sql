drop function faces_compared_with(uuid, text[]);
create function faces_compared_with(p_probe uuid, p_sets text[], p_among uuid[])
  returns table (face_id uuid, other uuid, distance double precision, in_set text) language sql stable parallel safe
  -- Every face of the operation, of the same recogniser, of another person or entry than the probe's, as far as its set was chosen; of p_among
  -- alone unless it is null. other: that person or entry; of a face that belongs to nobody its track or itself. distance: 1 less the cosine.
  as $$ select f.id, coalesce(f.person_id, f.register_entry_id, f.track_id, f.id), f.embedding <=> me.embedding,
          case when f.person_id is not null then 'persons' when f.register_entry_id is not null then 'register' else 'faces' end
        from searched_with me join face f on f.operation_id = me.operation_id and f.model_digest = me.model_digest and f.id <> me.id
          and f.embedding is not null and (p_among is null or f.id = any (p_among))
          and f.person_id is distinct from coalesce(me.person_id, f.id)
          and f.register_entry_id is distinct from coalesce(me.register_entry_id, f.id)
        where me.id = p_probe
          and (f.person_id is not null and 'persons' = any (p_sets)
            or f.register_entry_id is not null and 'register' = any (p_sets)
            or f.person_id is null and f.register_entry_id is null and 'faces' = any (p_sets)
              and f.track_id is distinct from coalesce(me.track_id, f.id)
              and not exists (select 1 from face t where t.track_id = f.track_id and t.person_id is not null)) $$;
revoke execute on function faces_compared_with from public;
grant execute on function faces_compared_with to concord_app, concord_worker;
