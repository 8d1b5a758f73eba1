"""The ends that a director can put into the week: a withdrawn entry, an end of the window that comes near."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import text

from partners.client import Client
from partners.play import Role
from partners.roles import liaison, operation_lead
from partners.week import Board, Seat, open_week
from tests.leads.test_entry_end import Register
from tests.partners.conftest import ShortWeek
from workspace.commands.exercise import inject
from workspace.commands.window import move_window
from workspace.model import Lead, Operation
from workspace.model.database import Database
from workspace.store import exercise_secret


def landed(week: ShortWeek) -> bool:
    with week.operation.workers.read(week.operation.service_id) as view:
        sql = text("select landed_at is not null from exercise_injection where operation_id = :id")
        return bool(view.session.execute(sql, {"id": week.operation.id}).scalar_one())


def put_in(week: ShortWeek, database: Database, kind: str) -> None:
    with database.write(week.operation.person("EC", "director")) as tx:
        inject(tx, week.operation.id, kind=kind)


def test_a_partner_withdraws_an_entry_of_its_register_and_its_lead_ends(week: ShortWeek, database: Database) -> None:
    lead = Register(week.operation).lead()
    week.begin(week.operation.person("PE", "liaison"), week.operation.person("EC", "liaison"))
    put_in(week, database, "withdrawn_entry")

    week.play(lambda: landed(week))

    row = week.operation.row(Lead, lead)
    assert (row.stage, row.basis_ended) == ("withdrawn", ["entry_closed"])


def test_a_partner_moves_the_end_near_and_closes_what_is_left(week: ShortWeek, database: Database) -> None:
    week.begin(week.operation.person("EC", "operation_lead"))
    put_in(week, database, "window_moved")

    week.play(lambda: landed(week))

    left = week.operation.row(Operation, week.operation.id).closes_at - datetime.now(UTC)
    assert timedelta() < left <= timedelta(seconds=120)
    week.operation.change("update operation set state = 'closing' where id = :id", id=week.operation.id)
    week.play(lambda: "edition:drawn_up" in week.operation.kinds() or week.steps.work() or False)
    assert week.operation.row(Operation, week.operation.id).state == "closing"


def test_country_leads_of_partners_accept_a_longer_window(week: ShortWeek, database: Database) -> None:
    week.begin(week.operation.person("PE", "country_lead"))
    with database.write(week.operation.person("EC", "operation_lead")) as tx:
        move_window(tx, week.operation.id, closes_at=datetime.now(UTC) + timedelta(days=9), reason="more came in")

    week.play(lambda: "window:accepted" in week.operation.kinds())


def test_a_country_asks_to_join_and_a_partner_opens_to_it(week: ShortWeek, database: Database) -> None:
    week.begin(week.operation.person("EC", "operation_lead"), week.operation.person("PE", "country_lead"))
    put_in(week, database, "country_joins")

    week.play(lambda: landed(week) and "country:opened" in week.operation.kinds())

    assert [kind for kind in week.operation.kinds() if kind.startswith(("agency", "country", "terms"))] == [
        "terms:changed",
        "agency:joined",
        "country:opened",
    ]


@pytest.mark.parametrize(
    ("country", "who", "role", "kind", "looked_for", "done"),
    [
        ("PE", "liaison", liaison.next_act, "withdrawn_entry", "referrals", "withdraw an entry"),
        ("EC", "operation_lead", operation_lead.next_act, "window_moved", "operation", "move the window"),
    ],
)
def test_what_the_director_puts_in_waits_for_no_turn(
    week: ShortWeek, database: Database, country: str, who: str, role: Role, kind: str, looked_for: str, done: str
) -> None:
    lead = Register(week.operation).lead()
    week.operation.change("update lead set stage = 'assessed', opinions = 1 where id = :lead", lead=lead)
    user = week.operation.person(country, who)
    week.begin(user)
    put_in(week, database, kind)
    played = open_week(week.operation.workers, week.operation.service_id, week.operation.id)
    client = Client(week.web.url, lambda: exercise_secret.link_path(week.home, user, played_by="partner"))
    seat = Seat(played.play.members[user], client, Board(week.operation.id), Random(7))
    assert seat.is_time_for(looked_for, 0.0)

    act = role(seat, played)

    assert act is not None
    assert act.name == done
    client.close()
