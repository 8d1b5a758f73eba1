-- The first of so many places in the queue of reading, for the agency that owns this lock.
select take_places(:lock, :units)
