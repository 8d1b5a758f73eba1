-- The agencies of an operation by country, with what each can receive and whether somebody can sign in who answers.
select a.id, a.name, a.country, a.kind, o.competences, o.jurisdictions, a.package_public_key is not null as has_key,
  a.id in (select reached_agencies(:operation)) as is_reached
from operation_agency o join agency a on a.id = o.agency_id where o.operation_id = :operation order by a.country, a.name
