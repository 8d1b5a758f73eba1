"""What people read of series: the persons they show, and the country in which they were probably made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class SeriesLine:
    """A series.

    persons: numbers of those that the viewer may see; own_persons: the ones among them of his own agency's material.
    is_confirmed: a second person has confirmed the country; determined_by: the name of the first.
    """

    id: UUID
    number: int
    label: str
    external_reference: str | None
    was_prepared: bool
    country_determined: str | None
    country_grounds: str | None
    determined_by_id: int | None
    determined_by: str | None
    is_confirmed: bool
    persons: list[int]
    own_persons: list[int]


def series(session: Session, operation_id: int) -> list[SeriesLine]:
    """The series that the viewer may see, by number."""
    return [SeriesLine(**row._mapping) for row in session.execute(text(_SERIES), {"operation": operation_id})]


def persons_on(session: Session, operation_id: int, labels: Sequence[str], most: int) -> list[int]:
    """Numbers of the persons shown on the exhibits with these labels that stand in no series yet, the most often shown
    first."""
    return list(session.scalars(text(_PERSONS_ON), {"operation": operation_id, "labels": list(labels), "most": most}))


_PERSONS_ON = """
select p.number from person p where p.operation_id = :operation and p.series_id is null and exists (
  select 1 from face f join received_file r on r.media_item_id = f.media_item_id join exhibit x on x.id = r.exhibit_id
  where f.person_id = p.id and x.label = any (:labels))
order by p.face_count desc, p.number limit :most"""

_SERIES = """
select s.id, s.number, s.label, s.external_reference, s.was_prepared, s.country_determined, s.country_grounds,
  s.determined_by as determined_by_id, u.name as determined_by, s.confirmed_at is not null as is_confirmed,
  coalesce(p.numbers, '{}') as persons, coalesce(p.own, '{}') as own_persons
from series s left join app_user u on u.id = s.determined_by
left join lateral (
  select array_agg(p.number order by p.number) as numbers,
    array_agg(p.number order by p.number) filter (where c.agency_id = my_agency()) as own
  from person p join compartment c on c.id = p.compartment_id where p.series_id = s.id) p on true
where s.operation_id = :operation order by s.number"""
