-- The last closing edition; if there is none, the last of another kind.
select number, kind, seq, figures from edition
where operation_id = :operation and figures is not null order by kind = 'closing' desc, number desc limit 1;
