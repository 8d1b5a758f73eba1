-- The media of a country with faces that have no vector.
select distinct media_item_id from face
where embedding is null and taken_away_as is null and compartment_id in (select compartments_of(:operation, :country))
