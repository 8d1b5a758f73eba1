-- Whether I lifted the veil of a medium within these minutes. Who watched the video inside a photo has not seen the photo.
select exists (
  select 1 from media_view v where v.user_id = my_id() and v.media_item_id = :id and v.viewed_at > now() - make_interval(mins => :minutes)
    and (v.from_ms is null or not exists (select 1 from media_item m where m.id = :id and m.kind = 'photo')))
