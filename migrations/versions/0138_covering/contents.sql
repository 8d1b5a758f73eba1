create or replace function seen_contents(p_operation int) returns setof bytea language sql stable parallel safe
  -- The contents of which the viewer has lifted the veil of a whole picture, whichever copy it was.
  as $$ select s.sha256 from media_view v cross join lateral (select m.sha256 from media_item m where m.id = v.media_item_id offset 0) s
        where v.user_id = (select my_id()) and v.operation_id = p_operation $$;
create or replace function judged_contents(p_operation int, p_mark text) returns setof bytea language sql stable parallel safe
  -- The contents that somebody has marked, or as this; a grade is a judgement too.
  as $$ select m.sha256 from media_mark k cross join lateral (select m.id, m.sha256 from media_item m where m.id = k.media_item_id offset 0) m
        where k.compartment_id = any ((select gallery_keys(p_operation, null))::int[]) and k.undone_at is null
          and (p_mark is null or k.mark = p_mark and standing_mark(m.id) = p_mark)
        union all select graded_contents(p_operation, false) where p_mark is null $$;
