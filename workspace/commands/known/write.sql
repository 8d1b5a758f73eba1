-- Add hashes to a list; answers the algorithm of each that it did not hold.
insert into known_hash (list_no, algorithm, digest, meaning, category)
select :list, h.algorithm, h.digest, h.meaning, h.category
from unnest(cast(:algorithms as smallint[]), cast(:digests as bytea[]), cast(:meanings as text[]), cast(:categories as int[]))
  as h(algorithm, digest, meaning, category)
on conflict do nothing returning algorithm
