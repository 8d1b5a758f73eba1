-- Whether text was looked for in a medium, and the countries of its operation.
select t.read_at, t.reader, t.is_whole,
  array(select p.country from participation p where p.operation_id = m.operation_id order by p.country) as countries
from media_item m left join text_reading t on t.media_item_id = m.id
where m.id = :medium and m.register_entry_id is null
