-- The regions of a country out of the file that is in force, by name.
select code, name from region where country = :country order by name, code
