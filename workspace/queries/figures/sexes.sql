-- Probable victims by sex.
select sex as key, count(*) as number from probable_victims(:operation, :late) group by 1;
