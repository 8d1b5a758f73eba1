-- Persons of the ledger by the country of the offence, in the order of the alphabet, which does not depend on the numbers.
select place_country as key, count(distinct id) as number from ledger_reached(:operation, :late)
where place_country is not null group by 1 order by 1;
