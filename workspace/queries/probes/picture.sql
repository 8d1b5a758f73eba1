-- A picture that the viewer brought to search with. Whatever stands in its row, it is gone once its hour is over.
select id, operation_id, case when keeps_until <= now() then 'erased' else state end as state, refusal, purpose, legal_basis, case_reference,
  brought_at, keeps_until as until
from probe where id = :id and user_id = my_id()
