-- What workers failed to do about the files of an exhibit, by kind of work.
select kind, count(distinct media_item_id)::int as files from failed_of_exhibit(:exhibit) group by kind order by kind
