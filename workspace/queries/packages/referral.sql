-- A referral with all that its package says once.
select r.*, coalesce(d.language, 'en') as drafter_language, o.code_name, o.purpose, o.legal_basis, o.is_exercise, o.handling_code, o.tlp,
  l.number as lead_number, l.kind, l.rank, l.score, l.threshold, l.age_gap_years, l.pack_id, l.model_digest, l.code_version,
  l.created_at as lead_created_at, l.basis_ended, f.name as from_agency, t.name as to_agency, t.package_public_key,
  da.country as drafter_country, dm.role as drafter_role, aa.country as approver_country, am.role as approver_role,
  r.played_by as drafter_played_by, coalesce(r.approved_played_by, 'person') as approver_played_by,
  x.reason as release_reason, x.confirmed_at as released_at, x.played_by as asker_played_by, x.confirmed_played_by as confirmer_played_by,
  x.asker_country, x.asker_role, x.confirmer_country, x.confirmer_role
from referral r join operation o on o.id = r.operation_id join lead l on l.id = r.lead_id
join agency f on f.id = r.from_agency_id join agency t on t.id = r.to_agency_id
join app_user d on d.id = r.drafted_by join agency da on da.id = d.agency_id
left join membership dm on dm.operation_id = r.operation_id and dm.user_id = r.drafted_by
left join app_user p on p.id = r.approved_by left join agency aa on aa.id = p.agency_id
left join membership am on am.operation_id = r.operation_id and am.user_id = r.approved_by
left join lateral (
  select e.*, ac.country as asker_country, ma.role as asker_role, cc.country as confirmer_country, mc.role as confirmer_role
  from referral_release e join user_with_country ac on ac.id = e.asked_by join user_with_country cc on cc.id = e.confirmed_by
  left join membership ma on ma.operation_id = e.operation_id and ma.user_id = e.asked_by
  left join membership mc on mc.operation_id = e.operation_id and mc.user_id = e.confirmed_by
  where e.referral_id = r.id and release_counts(e.id) order by e.asked_at desc limit 1) x on true
where r.id = :id
