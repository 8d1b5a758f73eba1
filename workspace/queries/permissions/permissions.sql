-- Owners' permissions that the viewer may see, of an operation or of one referral; those that wait for the viewer's country first.
select q.* from (
  select p.id, p.referral_id, r.number as referral_number, l.id as lead_id, l.number as lead_number, p.owner_country,
    f.name as from_agency, f.country as from_country, t.name as to_agency, t.country as to_country,
    array(select x.label || case when x.handling_code = 'H0' then '' else ' · ' || x.handling_code end
          from exhibit x where x.id = any (p.exhibits) order by 1) as exhibits,
    array(select g.name || ' ' || n.number || case when g.handling_code = 'H0' then '' else ' · ' || g.handling_code end
          from register_entry n join register g on g.id = n.register_id where n.id = any (p.entries) order by 1) as entries,
    u.name as asked_by, p.played_by as asked_played_by, p.asked_at, p.granted, b.name as answered_by,
    p.answered_at, p.reason, p.owner_country = (select a.country from agency a where a.id = (select my_agency())) as is_ours,
    permission_is_open(p.id) as is_open
  from release_permission p left join referral r on r.id = p.referral_id left join lead l on l.id = r.lead_id
  join agency f on f.id = p.from_agency_id join agency t on t.id = p.to_agency_id join app_user u on u.id = p.asked_by
  left join app_user b on b.id = p.answered_by
  where (cast(:operation as int) is null or p.operation_id = :operation)
    and (cast(:referral as uuid) is null or p.referral_id = :referral)
) q
order by not (q.is_ours and q.granted is null and q.is_open), q.asked_at, q.owner_country
