create function close_exhibit(p_exhibit uuid) returns table (lock int, parted uuid[]) language plpgsql security definer set search_path = public as $$
-- Let the owner's agency alone open an exhibit, and answer its lock and the persons that became two: one that was opened has its own, whose sharing goes back; one that
-- came into the agency's common lock gets a new one, and what came with it alone moves there, whole. The caller keeps all other writes
-- away meanwhile.
declare v record; v_to int; v_parted uuid[] := '{}';
begin
  select x.operation_id, x.compartment_id as before, c.agency_id, c.is_common into strict v
  from exhibit x join compartment c on c.id = x.compartment_id where x.id = p_exhibit for update;
  if v.is_common then
    insert into compartment (operation_id, agency_id, sharing) values (v.operation_id, v.agency_id, 'agency') returning id into v_to;
    perform move_media(p_exhibit, v.before, v_to);
    v_parted := move_persons(v.before, v_to);
    perform move_sides(p_exhibit, v.before, v_to);
    perform move_lead_rows(p_exhibit, v.before, v_to);
    perform move_events(p_exhibit, v.before, v_to);
    update lead l set locks = m.after from lead_moves(v_to) m where l.id = m.lead_id;
  else
    v_to := v.before;
    update compartment set sharing = 'agency' where id = v_to;
  end if;
  -- Years that only a closed side can tell are not told by the lead.
  update lead set age_gap_years = null where operation_id = v.operation_id and v_to = any (locks);
  perform next_number(v.operation_id, 'closing');
  return query select v_to, v_parted;
end $$;
revoke execute on function close_exhibit from public;
grant execute on function close_exhibit to concord_worker;
