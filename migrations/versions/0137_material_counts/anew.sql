create function count_material_anew(p_operation int) returns void language plpgsql security definer set search_path = public as $$
-- All parts out of the rows; null: of every operation. While it runs nothing else may be written there.
begin
  delete from material_count where p_operation is null or operation_id = p_operation;
  insert into material_count (operation_id, compartment_id, subject, what, number)
    select m.operation_id, m.compartment_id, e.register_id, f.what, sum(f.number)
    from media_item m left join register_entry e on e.id = m.register_entry_id
    cross join lateral media_figures(m.state, m.kind, m.unseen, m.face_count, m.faces_sought) f
    where p_operation is null or m.operation_id = p_operation group by 1, 2, 3, 4
    union all
    select r.operation_id, r.compartment_id, r.exhibit_id, line_figure(r.refusal, m.state), count(*)
    from received_file r left join media_item m on m.id = r.media_item_id
    where p_operation is null or r.operation_id = p_operation group by 1, 2, 3, 4
    union all
    select e.operation_id, e.compartment_id, e.register_id, f.what, sum(f.number)
    from (select *, row_number() over (partition by register_id, number_key order by created_at, number) as nth from register_entry) e
    cross join lateral (values ('entry', 1), ('closed', e.is_closed::int), ('double', (e.nth > 1)::int)) f(what, number)
    where (p_operation is null or e.operation_id = p_operation) and f.number <> 0 group by 1, 2, 3, 4
    union all
    select s.operation_id, s.compartment_id, null, f.what, sum(f.number)
    from media_sweep s cross join lateral (values ('swept', 1), ('swept_partly', (not s.is_whole)::int), ('swept_faces', s.faces), ('swept_bettered', s.bettered)) f(what, number)
    where (p_operation is null or s.operation_id = p_operation) and f.number <> 0 group by 1, 2, 4;
  delete from met_content where p_operation is null or operation_id = p_operation;
  insert into met_content (operation_id, exhibit_id, sha256, is_taken)
    select f.operation_id, f.exhibit_id, f.sha256, bool_or(f.media_item_id is not null)
    from (select f.operation_id, f.sha256 from received_file f join exhibit x on x.id = f.exhibit_id
          where f.sha256 is not null and (p_operation is null or f.operation_id = p_operation)
          group by 1, 2 having count(distinct x.country) > 1) met
    join received_file f on f.operation_id = met.operation_id and f.sha256 = met.sha256 group by 1, 2, 3;
end $$;
revoke execute on function count_material_anew from public;
select count_material_anew(null);
