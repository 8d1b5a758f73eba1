-- Whether the viewer lifted the veil of this picture a moment ago; who watched the video inside it has not seen it.
select exists (select 1 from media_view v where v.user_id = my_id() and v.media_item_id = :media and v.from_ms is null
  and v.viewed_at > now() - make_interval(secs => :seconds))
