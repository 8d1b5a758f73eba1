create table referral_picture (               -- a veiled copy of a picture of the package, frozen when it was built
  referral_id uuid not null references referral,
  operation_id int not null references operation,
  name text not null,                         -- as in the package
  address text not null,                      -- in the media store
  primary key (referral_id, name)
);
alter table referral_picture enable row level security;
create policy worker_all on referral_picture to concord_worker using (true) with check (true);
create policy parties on referral_picture for select to concord_app using (referral_id in (select r.id from referral r));
grant select on referral_picture to concord_app;
grant select, insert on referral_picture to concord_worker;

alter table app_user add column contact text not null default '';  -- how colleagues of other agencies reach this person
grant update (contact) on app_user to concord_app;

create function people_of_referral(p_referral uuid) returns table (part text, name text, agency text, contact text, is_partner boolean)
  language sql stable security definer set search_path = public
  -- Who drafted and who approved a referral, and how to reach them: for whoever sees it, the receiver included, who sees no other people.
  as $$ select p.part, u.name, a.name, u.contact, played_by(r.operation_id, u.id) = 'partner'
        from referral r cross join lateral (values ('drafted', r.drafted_by, 1), ('approved', r.approved_by, 2)) as p (part, id, place)
        join app_user u on u.id = p.id join agency a on a.id = u.agency_id
        where r.id = p_referral and (r.locks && my_keys() or r.to_agency_id = my_agency() and r.state not in ('drafted', 'withdrawn')
          and r.operation_id = any (my_memberships()))
        order by p.place $$;
revoke execute on function people_of_referral from public;
grant execute on function people_of_referral to concord_app, concord_worker;
