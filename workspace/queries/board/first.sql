-- The leads that stand first in each column of the board, at most :most a column and in the order of work (the viewer's own first, then those
-- whose referral came back and goes nowhere), with how many stand in that column altogether.
select id, board_column, of
from (
  select on_board.id, board_column, count(*) over (partition by board_column) as of,
    row_number() over (partition by board_column order by (holder_id is not distinct from me.id) desc, came_back desc, priority, stage_since, number) as place
  from (select my_id() as id) me,
    (select array_agg(s.lead_id) filter (where s.is_at_rest) as leads from visible_standing(:operation, cast(:standing as text[])) s) rest,
    lateral (
      select l.id, l.holder_id, case when l.id = any (rest.leads) then greatest(l.priority, 2) else l.priority end as priority, l.stage_since, l.number,
        l.stage = 'referred' and exists (
          select 1 from referral r where r.lead_id = l.id and r.state in ('returned', 'declined') and not exists (
            select 1 from referral onward where onward.previous_id = r.id and onward.state <> 'withdrawn')) as came_back,
        case when l.stage = 'open' and l.holder_id is not null then 'claimed' else l.stage end as board_column
      from lead l where l.operation_id = :operation and l.stage <> all (:off)
    ) on_board
) placed
where place <= :most
