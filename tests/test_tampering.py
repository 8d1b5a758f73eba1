"""Whoever changes a row behind Concord's back is found, and the row is named. `make tampering` makes 1,000 changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session

from tests.support.databases import own_database
from tests.support.owner import owner_of
from tests.support.races import Races
from tests.support.servers import Servers
from tests.support.tampering import Laid, Tampering, lay_out, superuser_of
from workspace import events
from workspace.commands.people import ensure_service_users
from workspace.host.engines import APP, WORKER
from workspace.model import Governed
from workspace.model.database import Database
from workspace.queries.verification import verify_operation
from workspace.rules.verification import Broken, Verification

CHANGES = 120
SEED = 118
"""Which acts are carried out, and which columns of which rows are changed: the same in each run. `make tampering` draws."""


@dataclass(frozen=True)
class World:
    """Every layout of the races' catalogue with some acts of each, and whoever may change anything there."""

    laid: Laid
    superuser: Engine
    workers: Database


@pytest.fixture(scope="module")
def world(servers: Servers) -> Iterator[World]:
    """In a database of its own: binding rows writes an event into every chain of a database."""
    urls = own_database(servers, "tampering")
    app, workers = (Database(urls[role], waits_for_disk=False) for role in (APP, WORKER))
    races, superuser = Races(app, workers), superuser_of(servers.admin_url, str(make_url(urls[APP]).database))
    yield World(lay_out(races, owner_of(workers), acts=1, seed=SEED), superuser, workers)
    races.close()
    for each in (app, workers, superuser):
        each.dispose()


def changed(world: World, chain: int, *statements: str) -> Verification:
    """What the verifier says after these statements, none of which fires a trigger; all of it is taken back."""
    with Session(world.superuser) as session:
        session.execute(text("set local session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement), {"chain": chain})
        found = verify_operation(session, chain)
        session.rollback()
    return found


@pytest.fixture(scope="module")
def chain(world: World) -> int:
    """An operation in which an opinion was signed and nothing was broken before."""
    with Session(world.superuser) as session:
        for each in session.scalars(text("select operation_id from assessment where undone_at is null order by 1")):
            if not verify_operation(session, each).broken:
                return int(each)
    raise AssertionError("every operation is broken")


def test_after_acts_of_every_kind_the_record_matches_every_row(world: World) -> None:
    assert world.laid.broken == []


def test_each_column_that_is_changed_is_found_and_its_row_named(world: World) -> None:
    told = list(Tampering(world.superuser, world.laid, SEED).changes(CHANGES))

    print({"changes": len(told), "found": sum(each.found for each in told)})
    assert [each for each in told if not each.found] == []
    assert sum(each.named for each in told) > CHANGES * 0.8
    assert len({each.table for each in told}) > 20


def test_an_opinion_that_was_changed_is_named_with_its_column(world: World, chain: int) -> None:
    found = changed(world, chain, "update assessment set opinion = 5 where operation_id = :chain and opinion < 5")

    assert found.state == "broken"
    assert {(each.table, "column opinion" in each.what) for each in found.broken} == {("assessment", True)}


@pytest.mark.parametrize(
    ("table", "column", "where", "change"),
    [
        ("lead", "stage", "stage = 'open'", "stage = 'rejected'"),
        ("lead", "stage", "stage in ('open', 'assessed')", "stage = 'verified'"),
        ("assessment", "is_revealed", "not is_revealed", "is_revealed = true"),
        ("ledger_entry", "is_depicted", "true", "is_depicted = not is_depicted"),
        ("series", "country_determined", "country_determined is not null", "country_determined = 'AD'"),
        ("clue", "grounds", "true", "grounds = 'other'"),
    ],
)
def test_what_screens_show_of_acts_is_compared_with_the_acts(
    world: World, table: str, column: str, where: str, change: str
) -> None:
    """No digest holds what is derived: a pair that is called rejected is never proposed again."""
    with Session(world.superuser) as session:
        chain = session.scalars(text(f"select operation_id from {table} where {where} limit 1")).one()
        before = verify_operation(session, chain).broken
    found = changed(world, chain, f"update {table} set {change} where operation_id = :chain and {where}")

    new = [each for each in found.broken if each not in before]
    assert {(each.table, each.what) for each in new} == {
        (table, f"column {column} does not follow from the acts on it")
    }


def test_a_row_that_was_taken_away_or_added_is_named(world: World, chain: int) -> None:
    gone = changed(world, chain, "delete from membership where operation_id = :chain and role = 'specialist'")
    added = changed(
        world, chain, "insert into membership (operation_id, user_id, role) values (:chain, 987654, 'observer')"
    )

    assert {(each.table, each.what.partition(":")[0]) for each in gone.broken} == {("membership", "missing")}
    assert added.broken == [Broken("membership", f"{chain} 987654", "added: no event holds it")]


def test_a_digest_that_was_made_to_match_is_not_the_one_of_the_record(world: World, chain: int) -> None:
    """Whoever can change a row can change its salted digest as well; the chain holds the first."""
    with Session(world.superuser) as session:
        table = session.get_one(Governed, "assessment")
    columns = sorted([*table.key, *table.fixed, *table.once, *table.free])
    form = ", ".join(f"'{name}', a.{name}" for name in columns)
    found = changed(
        world,
        chain,
        "update assessment set opinion = 5 where operation_id = :chain and opinion < 5",
        f"update row_seal s set digest = sha256(s.salt || convert_to(json_build_object({form})::text, 'UTF8')) "
        "from assessment a where s.name = 'assessment' and s.key = a.id::text and a.operation_id = :chain",
    )

    assert {each.table for each in found.broken} == {"assessment"}


def test_what_a_command_changes_after_somebody_else_did_stays_named(world: World, chain: int) -> None:
    """The act seals the row as it stands; the event says that it did not match before."""
    with world.superuser.begin() as connection:
        other = text("select max(operation_id) from membership where operation_id <> :chain and role = 'specialist'")
        chain = int(connection.execute(other, {"chain": chain}).scalar_one())  # this one stays broken
        connection.execute(text("set local session_replication_role = replica"))
        member = connection.execute(
            text("update membership set invited_by = user_id where operation_id = :chain and role = 'specialist' "
                 "returning user_id"), {"chain": chain}
        ).scalars().first()  # fmt: skip
    with world.workers.write(ensure_service_users(world.workers).housekeeping_id) as tx:
        tx.session.execute(
            text("update membership set ends_at = now() where operation_id = :chain and user_id = :id"),
            {"chain": chain, "id": member},
        )
        tx.record(events.MemberRemoved(events.Place(chain), user=int(member or 0)))

    with Session(world.superuser) as session:
        found = verify_operation(session, chain)
    assert ("membership", f"{chain} {member}") in {
        (each.table, each.key) for each in found.broken if each.what.startswith("changed before event")
    }


def test_a_batch_is_bound_by_its_root_and_each_of_its_rows_is_named(world: World) -> None:
    with Session(world.superuser) as session:
        batch = session.execute(text("select operation_id, seq from event_rows where operation_id = 0 limit 1")).one()
    found = changed(
        world, 0, "update event_rows set lines = replace(lines, 'agency ', 'agenda ') where operation_id = 0"
    )

    assert Broken("event_rows", str(batch.seq), found.broken[0].what) in found.broken
    assert "was changed" in found.broken[0].what
