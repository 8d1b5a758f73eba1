-- Media of one kind that are to be looked at again and that nobody is to look at already, the first that came first.
select w.id, w.operation_id from medium_to_sweep w
where w.kind = :kind
  and not exists (select 1 from job j where j.kind = :job and j.subject_id = w.id and j.state in ('waiting', 'running'))
order by w.received_at limit :most
