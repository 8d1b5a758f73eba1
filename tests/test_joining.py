"""A country that joins sees 0 rows of others before their yes, in every table; then those of the owners who said it."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.operation import Side, TestOperation
from workspace.commands import operations
from workspace.commands.terms import accept_terms, open_to_country
from workspace.model.database import Database, View
from workspace.rules.roles import KEY_HOLDERS, OBSERVER

OTHERS = ("EC", "PE", "CL")
READERS = sorted(KEY_HOLDERS | OBSERVER)

# What touches a compartment of these countries, by table.
_TABLES = text("""select c.table_name as name, max(c.column_name) as column from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
  where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name in ('locks', 'compartment_id')
    and has_column_privilege('concord_app', format('%I', c.table_name), c.column_name, 'select')
  group by c.table_name order by c.table_name""")


def of(view: View, operation: TestOperation, countries: Collection[str]) -> dict[str, int]:
    """How many rows the viewer sees that touch material of these countries, by table; none where there is no row."""
    numbers = [operation.compartment(country, sharing) for country in countries for sharing in ("operation", "agency")]
    counts = {}
    for table in view.session.execute(_TABLES).all():
        touches = "locks && cast(:numbers as int[])" if table.column == "locks" else "compartment_id = any (:numbers)"
        found = view.session.execute(
            text(f"select count(*) from {table.name} where {touches}"), {"numbers": numbers}
        ).scalar_one()
        if found:
            counts[table.name] = found
    own = text("select count(*) from compartment where id = any (:numbers)")
    if found := view.session.execute(own, {"numbers": numbers}).scalar_one():
        counts["compartment"] = found
    return counts


@pytest.fixture
def joined(operation: TestOperation, database: Database) -> dict[str, int]:
    """A person of each role of BO, which has joined, accepted, and has shared material with leads to the others'."""
    for country in OTHERS:
        operation.compartment(country)
        operation.compartment(country, "agency")
    operation.lead("EC", "PE")
    operation.lead(Side("EC", "agency"), "CL")
    operation.change(
        "insert into edition (operation_id, number, kind, drawn_up_by) values (:op, 1, 'interim', :by)",
        op=operation.id,
        by=operation.person("EC", "operation_lead"),
    )
    with database.write(operation.person("EC", "operation_lead")) as tx:
        agency, proposal = operations.add_new_agency(
            tx,
            operation.id,
            country="BO",
            name=f"Unit BO {operation.mark}",
            kind="police",
            jurisdictions=["BO"],
            competences=["evidence"],
        )
    assert proposal is None
    operation.agencies["BO"] = agency
    people = {role: operation.person("BO", role) for role in READERS}
    with database.write(people["country_lead"]) as tx:
        accept_terms(tx, operation.id, version=2)
    for side in ("EC", "PE", Side("CL", "agency")):
        operation.lead("BO", side)
    return people


def open_to(database: Database, operation: TestOperation, owner: str, *, is_open: bool = True) -> None:
    with database.write(operation.person(owner, "country_lead")) as tx:
        open_to_country(tx, operation.id, "BO", is_open=is_open)


def test_it_sees_nothing_of_others_before_their_yes_and_of_who_said_yes_afterwards(
    operation: TestOperation, database: Database, joined: dict[str, int]
) -> None:
    with database.read(operation.person("PE", "specialist")) as view:
        whole = of(view, operation, OTHERS)
    assert whole.keys() >= {"lead", "lead_evidence", "face", "exhibit", "media_item", "person", "compartment"}
    for person in joined.values():
        with database.read(person) as view:
            assert of(view, operation, OTHERS) == {}
            assert view.session.execute(text("select count(*) from edition")).scalar_one() == 0
            assert view.session.execute(text("select my_audits()")).scalar_one() == []

    with database.read(operation.person("EC", "specialist")) as view:
        assert of(view, operation, ["BO"])["lead"] == 3  # the joining country has opened to them
    open_to(database, operation, "EC")

    with database.read(joined["specialist"]) as view:
        assert of(view, operation, ["PE", "CL"]) == {}
        seen = of(view, operation, ["EC"])
        assert (seen["lead"], seen["exhibit"] > 0) == (1, True)
    open_to(database, operation, "EC", is_open=False)
    with database.read(joined["specialist"]) as view:
        assert of(view, operation, OTHERS) == {}
    for owner in OTHERS:
        open_to(database, operation, owner)
    with database.read(joined["observer"]) as view:
        assert view.session.execute(text("select my_audits()")).scalar_one() == [operation.id]
    with database.read(joined["specialist"]) as view:
        assert view.session.execute(text("select count(*) from edition")).scalar_one() == 1
        assert of(view, operation, OTHERS)["lead"] == 5


def test_two_who_hold_the_same_keys_get_another_digest_where_another_owner_is_closed(
    operation: TestOperation, database: Database, joined: dict[str, int]
) -> None:
    before = _digest(database, operation, joined["specialist"])
    operation.compartment("PE", "agency")
    with Session(operation.owner) as session:
        session.execute(
            text("insert into compartment (operation_id, agency_id, sharing) values (:op, :agency, 'agency')"),
            {"op": operation.id, "agency": operation.agencies["PE"]},
        )
        session.commit()
    assert _digest(database, operation, joined["specialist"]) != before


def _digest(database: Database, operation: TestOperation, person: int) -> str:
    with database.read(person) as view:
        found: str = view.session.execute(text("select my_keys_digest(:op)"), {"op": operation.id}).scalar_one()
        return found


def test_every_table_of_locks_has_the_policy_of_openings(operation: TestOperation, database: Database) -> None:
    with database.read(operation.person()) as view:
        tables = {row.name for row in view.session.execute(_TABLES) if row.column == "locks"}
        covered = set(
            view.session.scalars(
                text("select tablename from pg_policies where policyname = 'opened' and permissive = 'RESTRICTIVE'")
            )
        )
    assert tables <= covered


def test_who_never_accepted_shares_nothing_and_sees_nothing(operation: TestOperation, database: Database) -> None:
    with database.write(operation.person("EC", "operation_lead")) as tx:
        agency, _ = operations.add_new_agency(
            tx,
            operation.id,
            country="BO",
            name=f"Unit BO {operation.mark}",
            kind="police",
            jurisdictions=["BO"],
            competences=["evidence"],
        )
    operation.agencies["BO"] = agency
    operation.lead("BO", "EC")
    for owner in ("EC", "PE"):
        open_to(database, operation, owner)

    with database.read(operation.person("BO", "country_lead")) as view:
        assert of(view, operation, (*OTHERS, "BO")) == {}
    with database.read(operation.person("PE", "specialist")) as view:
        assert of(view, operation, ["BO"]).keys() <= {"lead", "compartment"}  # that there is one, and a hit
