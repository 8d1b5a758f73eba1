-- How many jobs of this kind the asker's agency waits for already.
select jobs_of_my_agency(:kind)
