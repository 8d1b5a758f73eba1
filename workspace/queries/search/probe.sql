-- A face to search with, and what the search page tells of it.
select f.id, f.operation_id, f.person_id, f.register_entry_id, f.eye_distance_px, f.model_digest, f.pack_id, d.quality_word, d.country,
  d.person_number, d.entry_number, d.missing_since, d.captured_at,
  (select x.label from exhibit x where x.id = first_exhibit(f.media_item_id)) as exhibit
from face f join described_face d on d.id = f.id where f.id = :face and f.taken_away_as is null;
