-- Probable victims by age band.
select coalesce(age_band, 'not_stated') as key, count(*) as number from probable_victims(:operation, :late) group by 1;
