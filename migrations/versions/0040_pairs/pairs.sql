-- What a grant of a pair opens: of the closed side of one lead its picture and nothing beside it. The policies of faces, media and
-- evidence know keys alone; all that a pair shows goes through these functions, so that no list, count or search meets it.

create function my_pair_sides()
  returns table (operation_id int, lead_id uuid, side int, compartment_id int, country text, face_id uuid, media_item_id uuid)
  language sql stable security definer parallel safe rows 1 set search_path = public
  -- The sides that are open to me by their picture alone: of leads that a key of mine shows, while the grant lasts. media_item_id:
  -- only where the side is no face. Whoever has the key, a newcomer, and whoever opens no lead there: none.
  as $$ select distinct e.operation_id, e.lead_id, e.side, e.compartment_id, e.country, e.face_id,
          case when e.face_id is null then e.media_item_id end
        from app_user u
        join access_grant g on g.agency_id = u.agency_id and g.scope = 'pair' and g.granted and g.ended_at is null and g.until > now()
        join membership m on m.operation_id = g.operation_id and m.user_id = u.id and m.standing <> 'newcomer'
        join lead l on l.id = g.lead_id and l.operation_id = g.operation_id and l.locks && (select my_keys())
        join lead_evidence e on e.lead_id = l.id and e.compartment_id = g.compartment_id
        where u.id = my_id() and g.compartment_id <> all ((select my_keys())::int[]) $$;

create function my_pairs() returns uuid[] language sql stable security definer parallel safe set search_path = public
  -- The leads whose sides are all open to me, some by their picture alone.
  as $$ select coalesce(array_agg(l.id order by l.id), '{}')
        from (select lead_id, array_agg(compartment_id) as opened from my_pair_sides() group by lead_id) p
        join lead l on l.id = p.lead_id and l.locks <@ ((select my_keys()) || p.opened) $$;

create function opens_both(p_lead uuid, p_locks int[], p_keys int[], p_pairs uuid[]) returns boolean language sql immutable parallel safe
  -- Whether all sides of a lead are open: what speaks of every side is for who may look at every side. Plain SQL, so that the planner
  -- puts it into the statement.
  as $$ select p_locks <@ p_keys or p_lead = any (p_pairs) $$;

create function pair_facts(p_lead uuid) returns table (side int, handling_code text, quality_word text, eye_distance_px real,
    yaw_deg real, roll_deg real)
  language sql stable security definer rows 1 set search_path = public
  -- What is told beside such a picture: what the face in it looks like, and the strictest code of its copies in the opened
  -- compartment and in those that I have keys to, at least the operation's.
  as $$ select p.side, greatest(o.handling_code, (select max(c.handling_code) from lead_copy c
            where c.lead_id = p.lead_id and c.side = p.side and c.compartment_id = any (p.compartment_id || my_keys()))),
          f.quality_word, f.eye_distance_px, f.yaw_deg, f.roll_deg
        from my_pair_sides() p join operation o on o.id = p.operation_id left join face f on f.id = p.face_id
        where p.lead_id = p_lead $$;

create function pair_picture(p_face uuid, p_item uuid) returns table (operation_id int, compartment_id int, clear text, veiled text)
  language sql stable security definer rows 1 set search_path = public
  -- Where the picture of such a side lies in the store: of a face its crop, of a medium that stands there itself its preview.
  as $$ select distinct p.operation_id, p.compartment_id, coalesce(f.crop_address, m.preview_address), coalesce(f.veil_address, m.veil_address)
        from my_pair_sides() p left join face f on f.id = p.face_id left join media_item m on m.id = p.media_item_id
        where p.face_id = p_face or p.media_item_id = p_item $$;

create view open_side with (security_invoker = true) as
  -- The sides of leads that the viewer may look at: with a key all that stands there, with a pair the picture.
  select operation_id, lead_id, side, compartment_id, country, face_id, person_id, register_entry_id, media_item_id, exhibit_id,
    false as is_pair_only
  from lead_evidence
  union all
  select operation_id, lead_id, side, compartment_id, country, face_id, null, null, media_item_id, null, true from my_pair_sides();
grant select on open_side to concord_app, concord_worker;

create or replace function my_keys_digest(p_operation int) returns text language sql stable security definer parallel safe set search_path = public
  -- A digest of what the viewer may open in this operation, pairs too: when it changes, a client takes a fresh snapshot. It is the same
  -- for a session that reaches exercises alone, and for the socket that answers several sessions at once.
  as $$ select md5(p_operation::text || ':' || (select coalesce(array_agg(c.id order by c.id), '{}') from compartment c
          where c.operation_id = p_operation and c.id = any ((select my_keys())::int[]))::text
          || coalesce((select string_agg(':' || p.lead_id || '/' || p.side, '' order by p.lead_id, p.side) from my_pair_sides() p
                       where p.operation_id = p_operation), '')) $$;

drop policy mine_or_revealed on assessment;
create policy mine_or_revealed on assessment to concord_app
  -- An opinion's reason speaks of both sides: others read it only if they may look at both.
  using (locks && (select my_keys()) and (examiner_id = (select my_id())
         or (is_revealed and opens_both(lead_id, locks, (select my_keys()), (select my_pairs())))))
  with check (locks && (select my_keys()) and examiner_id = (select my_id()));
drop policy both_keys on lead_reason;
create policy both_sides on lead_reason for select to concord_app
  using (locks && (select my_keys()) and (author_id = (select my_id()) or opens_both(lead_id, locks, (select my_keys()), (select my_pairs()))));
drop policy own on media_view;
create policy own on media_view for insert to concord_app
  -- Whoever looks at a picture of a pair writes it down where its owner reads it.
  with check (user_id = (select my_id()) and (compartment_id = any ((select my_keys())::int[])
         or compartment_id in (select p.compartment_id from pair_picture(face_id, media_item_id) p)));

revoke execute on function my_pair_sides, my_pairs, opens_both, pair_facts, pair_picture from public;
grant execute on function my_pair_sides, my_pairs, opens_both, pair_facts, pair_picture to concord_app, concord_worker;
