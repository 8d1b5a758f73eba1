-- Faces: what is told beside one, and which are compared with which. The functions are plain SQL without rights of their own, which
-- the planner puts into the statement that calls them.

create view described_face with (security_invoker = true) as
  -- A face with what a list tells of it: whose it is, and its person or the register's entry.
  select f.id, f.operation_id, f.quality_word, f.media_item_id, c.country, p.number as person_number, p.age_band,
    n.number as entry_number, n.date_of_birth, n.missing_since, n.is_closed, m.captured_at
  from face f join compartment_with_agency c on c.id = f.compartment_id
  left join person p on p.id = f.person_id
  left join register_entry n on n.id = f.register_entry_id
  left join media_item m on m.id = f.media_item_id;

create function faces_compared_with(p_probe uuid)
  returns table (face_id uuid, other uuid, distance double precision) language sql stable parallel safe
  -- Every face of the operation, of the same recogniser, of another person or entry than the probe's. other: that person or entry;
  -- distance: 1 less the cosine.
  as $$ select f.id, coalesce(f.person_id, f.register_entry_id), f.embedding <=> me.embedding
        from face me join face f on f.operation_id = me.operation_id and f.model_digest = me.model_digest and f.id <> me.id
          and coalesce(f.person_id, f.register_entry_id) is not null
          and f.person_id is distinct from coalesce(me.person_id, f.id)
          and f.register_entry_id is distinct from coalesce(me.register_entry_id, f.id)
        where me.id = p_probe $$;

create function best_faces(p_person uuid, p_digest text, p_most int) returns setof face language sql stable parallel safe
  -- A person's best faces of one recogniser. Poor ones make no match.
  as $$ select * from face f where f.person_id = p_person and f.quality_word <> 'poor' and f.model_digest = p_digest
        order by f.quality desc, f.id limit p_most $$;

create function pair_key_of_faces(p_one uuid, p_other uuid) returns bytea language sql immutable parallel safe
  -- What lead.pair_key holds for a lead about two faces. A uuid sorts like its text.
  as $$ select sha256(convert_to('face', 'UTF8') || '\x00' || convert_to(least(p_one, p_other)::text, 'UTF8')
                      || '\x00' || convert_to(greatest(p_one, p_other)::text, 'UTF8')) $$;
