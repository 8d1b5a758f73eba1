-- Clues that people opened, and what two people say came of them.
select count(*) as clues_opened,
  count(*) filter (where c.result = 'country' and c.confirmed_at is not null) as clues_country,
  count(*) filter (where c.result = 'country' and c.confirmed_at is not null and c.region_confirmed_by is not null) as clues_region,
  count(*) filter (where c.result = 'eliminated' and c.confirmed_at is not null) as clues_eliminated
from clue c where c.operation_id = :operation and found_in_window(c.lead_id, :late)
