-- Whether the viewer recorded a moment ago that he watches this video.
select exists (select 1 from media_view v where v.user_id = my_id() and v.media_item_id = :media and v.from_ms is not null
  and v.viewed_at > now() - make_interval(secs => :seconds))
