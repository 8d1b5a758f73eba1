-- Adds what of a medium cannot be looked at, where the first look did not notice it.
update media_item set unseen = array(select distinct part from unnest(unseen || cast(:unseen as text[])) part order by part)
where id = :media and not unseen @> cast(:unseen as text[]) returning id
