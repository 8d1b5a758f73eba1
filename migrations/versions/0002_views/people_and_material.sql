-- What many queries ask, written once. Every view looks with the rights of whoever asks (security_invoker), so that row-level
-- security holds through it: nobody sees more in a view than in its tables.

create view active_membership with (security_invoker = true) as
  -- Who is a member now: the membership has not ended and the account is not disabled.
  select m.operation_id, m.user_id, m.role, m.training
  from membership m join app_user u on u.id = m.user_id
  where (m.ends_at is null or m.ends_at > now()) and u.disabled_at is null;

create view user_with_country with (security_invoker = true) as
  -- An account as others see it: a name, an agency and its country.
  select u.id, u.name, u.is_service, u.agency_id, a.name as agency, a.country
  from app_user u join agency a on a.id = u.agency_id;

create view compartment_with_agency with (security_invoker = true) as
  -- A compartment with the agency and country that own it.
  select c.id, c.operation_id, c.sharing, c.agency_id, a.name as agency, a.country
  from compartment c join agency a on a.id = c.agency_id;

create function first_exhibit(p_media uuid) returns uuid language sql stable parallel safe
  -- The exhibit that a medium came with first; null for a portrait of a register.
  as $$ select r.exhibit_id from received_file r where r.media_item_id = p_media order by r.received_at, r.id limit 1 $$;

create view medium_with_owner with (security_invoker = true) as
  -- A medium, whose it is, and the exhibit that it came with first.
  select m.id, m.operation_id, m.compartment_id, m.register_entry_id, m.kind, m.state, m.sha256, m.pdq, m.pdq_quality,
    m.camera_make, m.camera_serial, m.captured_at, m.received_at, m.read_at, c.agency_id, c.country, first_exhibit(m.id) as exhibit_id
  from media_item m join compartment_with_agency c on c.id = m.compartment_id;
