create function graded_contents(p_operation int, p_conflict boolean) returns setof bytea language sql stable parallel safe
  -- The contents with a copy that the viewer may see on which a grade stands, of its owner or of the viewer's country; or on which the
  -- people who graded it differ.
  as $$ select m.sha256 from grade_standing g join media_item m on m.id = g.media_item_id
        where g.compartment_id = any ((select gallery_keys(p_operation, null))::int[])
          and case when p_conflict then g.is_conflict
            else g.number is not null and (g.is_owners or g.table_country = (select a.country from agency a where a.id = (select my_agency()))) end $$;
create or replace function judged_contents(p_operation int, p_mark text) returns setof bytea language sql stable parallel safe
  -- The contents of which the viewer can read that somebody marked a copy, or that this mark stands on one. Without a mark asked for, a grade
  -- that stands judges too.
  as $$ select m.sha256 from media_mark k join media_item m on m.id = k.media_item_id
        where k.compartment_id = any ((select gallery_keys(p_operation, null))::int[]) and k.undone_at is null
          and (p_mark is null or k.mark = p_mark and standing_mark(m.id) = p_mark)
        union all select graded_contents(p_operation, false) where p_mark is null $$;
revoke execute on function graded_contents from public;
grant execute on function graded_contents to concord_app, concord_worker;
