-- The leads that a row which does not match speaks of; null: it concerns all.
select leads_of_broken(:table, :key)::text[]
