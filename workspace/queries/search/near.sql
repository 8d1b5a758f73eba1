-- How many faces the probe is compared with in the chosen sets; and those, in these or among persons and registers, that reach the floor or a
-- lead's likeness (alike: the distance up to which another face is taken for the probe's): null where they are more than :most.
select count(*) filter (where in_set = any (cast(:sets as text[])))::int as searched,
  case when count(*) filter (where 1 - distance >= :floor or distance <= coalesce(cast(:alike as float), one_photograph())) <= :most
    then coalesce(array_agg(face_id) filter (where 1 - distance >= :floor or distance <= coalesce(cast(:alike as float), one_photograph())), '{}')
    end as among
from faces_compared_with(:probe, cast(:sets as text[]) || '{persons,register}', null);
