"""Series: material that belongs together, with the persons it shows and the country in which it was probably made.

A country counts once a second person has confirmed it (docs/field.md, Stages: V1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text

from workspace import events
from workspace.commands.guard import at, require_independent, require_operation, require_own_country
from workspace.commands.locks import hold
from workspace.commands.series_guard import require_series
from workspace.commands.series_placing import (
    find_persons,
    locks_of,
    own_media,
    own_of,
    placement_of,
    put_in_series,
    put_media_in_series,
    take_medium_out,
    undo_media,
    undo_placements,
)
from workspace.commands.steps import own_compartment, require_countries, require_region
from workspace.commands.taking_back import require_own_words, take_back, taken_back
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import MediumPlacement, Person, Series, SeriesAct, SeriesJoin, SeriesPlacement, User
from workspace.model.database import Tx
from workspace.rules.codes import SHARINGS, require_one_of
from workspace.rules.reasons import require_words, words_of

MOST_TOGETHER = 500
"""How many persons and media one press places at most."""

_PLACED = text(
    "select media_item_id from media_placed(:operation) where series_id = :series and media_item_id = :medium"
)


def add_series(
    tx: Tx, operation_id: int, *, label: str, external_reference: str | None = None, sharing: str = "operation"
) -> UUID:
    """Add a series of the actor's agency and return its id. Asks `add_series`; records `series:added`.

    A series that comes after the opening is counted as added, not as prepared.
    """
    operation = require_operation(tx, "add_series", operation_id)
    require_own_country(tx, operation, tx.actor.country)
    require_words(label=label)
    require_one_of(SHARINGS, sharing=sharing)
    compartment = own_compartment(tx, operation_id, sharing)
    series_id, prepared = uuid4(), operation.state == "prepared"
    number = tx.session.execute(text("select next_number(:id, 'series')"), {"id": operation_id}).scalar_one()
    tx.session.execute(
        insert(Series).values(
            id=series_id,
            operation_id=operation_id,
            compartment_id=compartment,
            number=number,
            label=words_of(label),
            external_reference=words_of(external_reference or "") or None,
            was_prepared=prepared,
        )
    )
    tx.record(events.SeriesAdded(events.Place(operation_id, (compartment,)), series=series_id, prepared=prepared))
    return series_id


def place_person(tx: Tx, series_id: UUID, number: int) -> None:
    """Place a person of one's own material in a series, out of any other. Asks `place_person`; records `person:placed`.

    number: the person's number in the operation, as screens show it.

    Raises:
        NotFound: there is no such series or no such person for the actor.
        Forbidden: the person is another agency's: a person stands in one series, and its owner may have a closed one.
        Conflict: the person is in this series already, or the series was merged.
    """
    if not _place_all(tx, series_id, [number], uuid4()):
        raise Conflict("This person is in this series already.", person=number)


@dataclass(frozen=True)
class PlacedTogether:
    """How many persons and media were not in the series before, and the act by which that is taken back."""

    placed: int
    media: int
    act: UUID


def place_together(
    tx: Tx, series_id: UUID, *, numbers: Sequence[int] = (), media: Sequence[UUID] = ()
) -> PlacedTogether:
    """Place persons and media of one's own material in a series, all of them or none. Asks `place_person`; records
    `person:placed` for each person that was not in it, and `media:placed` for each compartment.

    media: for those that show nobody: what shows a person of the series is in it already, and is passed over.

    Raises: as `place_person`, but not for what is in it; and
        Invalid: nothing is named, or too much.
    """
    if not 1 <= len(set(numbers)) + len(set(media)) <= MOST_TOGETHER:
        raise Invalid(
            "Choose what is placed.", faults=[Fault("media", "1 to {most} persons and media", most=MOST_TOGETHER)]
        )
    act = uuid4()
    persons = _place_all(tx, series_id, numbers, act)
    series = tx.session.get_one(Series, series_id)
    placed = put_media_in_series(tx, series, own_media(tx, series.operation_id, media), act)
    return PlacedTogether(len(persons), placed, act)


def withdraw_medium(tx: Tx, series_id: UUID, medium_id: UUID) -> None:
    """Take a medium of one's own material out of a series in which it was placed by hand. Asks `place_person`; records
    `medium:withdrawn`.

    Raises:
        NotFound: there is no such series, or no such medium placed in it, for the actor.
        Forbidden: the medium is another agency's.
    """
    series, _ = require_series(tx, "place_person", series_id)
    (medium,) = own_media(tx, series.operation_id, [medium_id])
    asked = {"operation": series.operation_id, "series": series_id, "medium": medium_id}
    if not tx.session.scalars(_PLACED, asked).first():
        raise NotFound("Nobody placed this medium in this series. It may show a person of it.")
    take_medium_out(tx, series, medium)


def withdraw_person(tx: Tx, series_id: UUID, number: int) -> None:
    """Take a person of one's own material out of a series. Asks `place_person`; records `person:withdrawn`.

    Raises:
        NotFound: there is no such series, or no such person in it, for the actor.
        Forbidden: the person is another agency's.
    """
    series, (person,) = _require_place(tx, series_id, [number])
    if person.series_id != series_id:
        raise NotFound("There is no such person in this series.")
    locks = locks_of(tx, series, person.compartment_id)
    tx.add(placement_of(tx, series.operation_id, person, None, uuid4(), locks))
    tx.record(events.PersonWithdrawn(events.Place(series.operation_id, locks), person=person.id, series=series_id))


def take_back_placements(tx: Tx, act: UUID) -> int:
    """Take back where persons and media were placed in one press: each stands again where it stood before, unless it
    was placed elsewhere since. Answers how many. Asks `place_person` of the agency that placed them; records
    `person:placing_undone` for each person, `media:placing_undone` for each compartment.

    Raises:
        NotFound: there is no such act of the actor's agency. Conflict: it was taken back already.
    """
    placed = tx.session.execute(
        select(SeriesPlacement.operation_id, Person.compartment_id)
        .join(User, User.id == SeriesPlacement.placed_by)
        .join(Person, Person.id == SeriesPlacement.person_id)
        .where(SeriesPlacement.act == act, User.agency_id == tx.actor.agency_id)
    ).all()
    media = tx.session.execute(
        select(MediumPlacement.operation_id, MediumPlacement.series_id)
        .join(User, User.id == MediumPlacement.placed_by)
        .where(MediumPlacement.act == act, MediumPlacement.series_id.is_not(None), User.agency_id == tx.actor.agency_id)
        .distinct()
    ).all()
    splits = select(SeriesJoin.id).where(SeriesJoin.id == act)
    if not (placed or media) or tx.session.execute(splits).first():
        raise NotFound("There is no such act.")
    require_operation(tx, "place_person", (placed or media)[0].operation_id)
    hold(tx, "persons", {row.compartment_id for row in placed})
    hold(tx, "series", [row.series_id for row in media if row.series_id])
    undone = undo_placements(tx, act) + undo_media(tx, act)
    if not undone:
        raise taken_back()
    return undone


def determine_country(tx: Tx, series_id: UUID, *, country: str, grounds: str, region: str | None = None) -> UUID:
    """State in which country a series was probably made, and why; another person confirms it. Answers the act's id.

    The same country again adds grounds, and it stays confirmed. Another country stands instead, until it is taken back.
    Asks `determine_country`; records `series:country_determined`. region: in which of its imported regions; it waits
    for a second person by itself, so that a region for a confirmed country takes nothing away.

    Raises:
        NotFound: there is no such series for the actor.
        Invalid: the country is unknown, or the region is none of its imported ones.
    """
    require_countries([country])
    require_region(tx, country, region)
    require_words(grounds=grounds)
    series = require_series(tx, "determine_country", series_id)[0]
    act = _write_act(tx, series, "determined", country, region, words_of(grounds))
    tx.record(events.SeriesCountryDetermined(at(series), series=series_id, country=country, region=region))
    return act


def confirm_country(tx: Tx, series_id: UUID, *, country: str, region: str | None = None) -> UUID:
    """Confirm, as a second person, the country that another has determined; answers the act's id. Asks
    `determine_country`; records `series:country_confirmed`.

    country, region: those that the actor has before him, so that nobody confirms one that has changed since. Without a
    region the country alone is confirmed; with one both are.

    Raises:
        NotFound: there is no such series for the actor.
        Forbidden: the actor has determined it himself, or is not independent of whoever did.
        Conflict: this country is not, or no longer, the one that waits for a second person.
    """
    series = require_series(tx, "determine_country", series_id)[0]
    first, second = (series.determined_by, series.confirmed_by)
    if region is not None:
        first, second = (series.region_by, series.region_confirmed_by)
    if first == tx.actor.id:
        raise Forbidden("The person who determined the country cannot confirm it; another person must.")
    if first is not None:
        require_independent(tx, series.operation_id, first)
    is_it = series.country_determined == country and region in (None, series.region_code)
    if not is_it or second is not None:
        raise Conflict("This country is no longer waiting for confirmation. Load the page again.", country=country)
    act = _write_act(tx, series, "confirmed", country, region, None)
    tx.record(events.SeriesCountryConfirmed(at(series), series=series_id, country=country, region=region))
    return act


def take_back_country(tx: Tx, act_id: UUID) -> None:
    """Take back that a country was determined or confirmed: what stood before stands again. Asks `take_back_country` of
    the agency that said it; records `series:country_taken_back`.

    Raises:
        NotFound: there is no such act for the actor.
        Forbidden: another agency said it.
        Conflict: it was taken back already.
    """
    act = tx.find(SeriesAct, act_id, otherwise=NotFound("There is no such act."))
    require_operation(tx, "take_back_country", act.operation_id)
    require_own_words(tx, act.said_by)
    hold(tx, "series", [act.series_id])
    take_back(tx, SeriesAct, act_id)
    place, region = at(act), act.region_code
    tx.record(events.SeriesCountryTakenBack(place, series=act.series_id, country=act.country, region=region))


def _write_act(tx: Tx, series: Series, what: str, country: str, region: str | None, grounds: str | None) -> UUID:
    act = SeriesAct(
        operation_id=series.operation_id,
        compartment_id=series.compartment_id,
        series_id=series.id,
        what=what,
        country=country,
        region_code=region,
        grounds=grounds,
        said_by=tx.actor.id,
    )
    tx.add(act)
    return act.id


def _place_all(tx: Tx, series_id: UUID, numbers: Sequence[int], act: UUID) -> list[Person]:
    """Place those of these persons that are not in the series yet; answers them."""
    series, persons = _require_place(tx, series_id, sorted(set(numbers)))
    moved = [person for person in persons if person.series_id != series_id]
    put_in_series(tx, series, moved, act)
    return moved


def _require_place(tx: Tx, series_id: UUID, numbers: Sequence[int]) -> tuple[Series, list[Person]]:
    """The series and persons of one's own material, all held until the commit. The persons are held before."""
    known = tx.find(Series, series_id, otherwise=NotFound("There is no such series."))
    rows = find_persons(tx, known.operation_id, numbers)
    hold(tx, "persons", {person.compartment_id for person in rows.values()})
    series, _ = require_series(tx, "place_person", series_id)
    for person in rows.values():
        tx.session.refresh(person)
    return series, [own_of(tx, rows, number) for number in numbers]
