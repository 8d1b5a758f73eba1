-- Of how many media read in part which part was not looked at.
select part, count(*)::int as files from media_item m, unnest(m.unseen) part
where m.operation_id = :operation and m.register_entry_id is null and m.state = 'read' and m.unseen <> '{}' and part <> 'known' group by part order by 2 desc, 1
