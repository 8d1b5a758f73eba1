create or replace function one_photograph() returns double precision language sql immutable parallel safe as
-- Distance (1 less the cosine) up to which two faces are taken for copies of one photograph: encoded anew or made a little smaller.
-- A copy that was spoilt more escapes; its score then differs as well.
$$ select 0.02::double precision $$;
