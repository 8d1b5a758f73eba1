-- The viewer's keys are asked once: in the row's condition they were computed anew for every copy.
create or replace function pair_facts(p_lead uuid) returns table (side int, handling_code text, quality_word text, eye_distance_px real,
    yaw_deg real, roll_deg real)
  language sql stable security definer rows 1 set search_path = public
  -- What is told beside such a picture: what the face in it looks like, and the strictest code of its copies in the opened
  -- compartment and in those that I have keys to, at least the operation's.
  as $$ select p.side, greatest(o.handling_code, (select max(c.handling_code) from lead_copy c
            where c.lead_id = p.lead_id and c.side = p.side and c.compartment_id = any (p.compartment_id || (select my_keys())))),
          f.quality_word, f.eye_distance_px, f.yaw_deg, f.roll_deg
        from my_pair_sides() p join operation o on o.id = p.operation_id left join face f on f.id = p.face_id
        where p.lead_id = p_lead $$;
