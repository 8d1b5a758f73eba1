-- Whether these compartments may be sides of one lead: all are shared, and no country among them keeps one from another that joined later.
select not exists (
    select 1 from compartment c where c.id = any (cast(:compartments as int[])) and c.sharing <> 'operation')
  and not exists (
    select 1 from compartment c join agency owner on owner.id = c.agency_id
    join participation theirs on theirs.operation_id = c.operation_id and theirs.country = owner.country
    join compartment d on d.id = any (cast(:compartments as int[])) join agency viewer on viewer.id = d.agency_id and viewer.country <> owner.country
    join participation p on p.operation_id = c.operation_id and p.country = viewer.country and p.joined_version > 1
    where c.id = any (cast(:compartments as int[])) and not opens_to(theirs, p))
