-- The vectors of a country's faces go.
update face set embedding = null
where embedding is not null and compartment_id in (select compartments_of(:operation, :country))
