-- To whom people gave faces that the machine had made this person's.
select p.number, count(*)::int as faces from face f join person p on p.id = f.person_id
where f.grouped_as = :person and f.person_id <> :person group by p.number order by 2 desc, 1
