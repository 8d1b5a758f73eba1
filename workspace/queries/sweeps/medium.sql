-- Whether a medium was looked at again in full size.
select case when s.media_item_id is not null then 'swept' when exists (select 1 from medium_to_sweep w where w.id = m.id) then 'waits' else 'none' end
  as state, s.swept_at, coalesce(s.faces, 0) as faces, coalesce(s.bettered, 0) as bettered, coalesce(s.is_whole, false) as is_whole
from media_item m left join media_sweep s on s.media_item_id = m.id where m.id = :medium
