-- The means of a country's persons go.
update person set centroid = null
where centroid is not null and compartment_id in (select compartments_of(:operation, :country))
