"""Partners work on series: who was found to be the same child as in one is placed there, or proposed to the owner."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text

from partners.play import by_link
from partners.series import Belongs, answer_proposals, belonging
from partners.week import Board, Seat, open_week
from tests.partners.conftest import ShortWeek
from tests.partners.test_short_week import use_a_seed_of_no_error
from workspace.commands.proposals import Wanted, propose_change
from workspace.commands.series import add_series, place_person
from workspace.model import Person
from workspace.model.database import Database


def side(country: str, person: int, series: int | None, *, is_pair_only: bool = False) -> dict[str, Any]:
    return {"country": country, "is_pair_only": is_pair_only, "person": {"number": person, "series_number": series}}


def test_who_belongs_into_a_series_follows_from_the_other_side_alone() -> None:
    def found(*sides: dict[str, Any]) -> Belongs | None:
        return belonging({"sides": list(sides)}, "EC")

    assert found(side("EC", 1, 7), side("PE", 2, None)) == Belongs(2, 7, is_own=False)
    assert found(side("EC", 1, None), side("PE", 2, 7)) == Belongs(1, 7, is_own=True)
    assert found(side("EC", 1, 7), side("PE", 2, 8)) is None
    assert found(side("EC", 1, None), side("PE", 2, None)) is None
    assert found(side("EC", 1, 7), side("PE", 2, None, is_pair_only=True)) is None
    assert found(side("EC", 1, 7), {"country": "PE", "is_pair_only": False, "person": None}) is None


def test_whom_they_find_to_be_one_comes_into_the_series(week: ShortWeek, database: Database) -> None:
    week.begin(*(week.operation.person(country) for country in ("EC", "PE")))
    lead = week.lead()
    series = a_series_with(week, database, lead)
    use_a_seed_of_no_error(week, [lead], is_same=True)

    week.play(lambda: proposed_or_placed(week, lead, series))


def test_an_owner_who_is_a_partner_answers_what_is_proposed(week: ShortWeek, database: Database) -> None:
    owner = week.operation.person("PE")
    week.begin(owner)
    lead = week.lead()
    series = a_series_with(week, database, lead)
    number = week.operation.row(Person, person_of(week, lead, "PE")).number
    wanted = Wanted(kind="series", person=number, series=series, words="the same wall")
    with database.write(week.operation.person("EC")) as tx:
        propose_change(tx, week.operation.id, wanted)
    playing = open_week(week.operation.workers, week.operation.service_id, week.operation.id)
    member = playing.play.members[owner]
    seat = Seat(member, by_link(week.web.url, week.home)(member), Board(week.operation.id), Random(1))

    answer_proposals(seat, playing)

    assert answers(week) == ["accepted"]
    placed = week.operation.row(Person, person_of(week, lead, "PE"))
    assert placed.series_id == series
    answer_proposals(seat, playing)  # nothing waits any more
    seat.client.close()


def a_series_with(week: ShortWeek, database: Database, lead: UUID) -> UUID:
    """A series in which EC's person of a lead stands."""
    me = week.operation.person("EC")
    with database.write(me) as tx:
        series = add_series(tx, week.operation.id, label="blue room")
    with database.write(me) as tx:
        place_person(tx, series, week.operation.row(Person, person_of(week, lead, "EC")).number)
    return series


def person_of(week: ShortWeek, lead: UUID, country: str) -> UUID:
    with week.operation.workers.read(week.operation.service_id) as view:
        found: UUID = view.session.execute(
            text("select person_id from lead_evidence where lead_id = :lead and country = :c"),
            {"lead": lead, "c": country},
        ).scalar_one()
    return found


def answers(week: ShortWeek) -> list[str | None]:
    with week.operation.workers.read(week.operation.service_id) as view:
        rows = view.session.execute(
            text("select answer from proposal where operation_id = :op and kind = 'series' order by ordinal"),
            {"op": week.operation.id},
        )
        return list(rows.scalars())


def proposed_or_placed(week: ShortWeek, lead: UUID, series: UUID) -> bool:
    """Who signed first decides: PE places its own person, EC proposes it to PE."""
    person: UUID | None = week.operation.row(Person, person_of(week, lead, "PE")).series_id
    return person == series or bool(answers(week))
