"""A register is searched after the window while its stated retention lasts, and its leads follow what it says."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.support.bench import Bench
from tests.support.recount import recounted
from tests.support.work_material import Material
from tests.workers.test_matching import bring_register
from workspace.commands.claims import claim_lead
from workspace.commands.discussion import mark_urgent
from workspace.commands.registers import NewEntry, import_register
from workspace.commands.retention import state_retention
from workspace.errors import Closed, Forbidden, Invalid
from workspace.model import Lead
from workspace.queries.figures import counts


def state(bench: Bench, register: UUID, days: int = 30, country: str = "EC", role: str = "analyst") -> date:
    until = date.today() + timedelta(days=days)
    with bench.app.write(bench.operation.person(country, role)) as tx:
        state_retention(tx, register, until=until)
    return until


def move_to(bench: Bench, name: str) -> None:
    bench.operation.change("update operation set state = :name where id = :id", name=name, id=bench.operation.id)


def only_lead(bench: Bench) -> Lead:
    row = bench.one("select id from lead where operation_id = :operation")
    found: Lead = bench.operation.row(Lead, row.id)
    return found


def test_what_is_read_after_the_window_meets_a_register_whose_retention_lasts(bench: Bench, material: Material) -> None:
    register = bring_register(bench, material)
    until = state(bench, register)
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    bench.bring("CL", material.portrait("again.jpg", turned_deg=-10))
    move_to(bench, "closing")
    bench.work()

    leads = bench.rows(
        "select kind, late_until, countries, id from lead where operation_id = :operation order by number"
    )
    assert [(row.kind, row.late_until) for row in leads] == [("register_match", until)] * 2  # no lead between PE and CL
    (mine,) = [row.id for row in leads if "PE" in row.countries]
    move_to(bench, "follow_up")
    with bench.app.write(bench.operation.person("PE")) as tx:
        claim_lead(tx, mine)
    with pytest.raises(Closed), bench.app.write(bench.operation.person("PE", which=2)) as tx:
        claim_lead(tx, next(row.id for row in leads if "CL" in row.countries))

    with bench.tools.db.read(bench.tools.service_id) as view:
        numbers = {late: counts(view.session, bench.operation.id, late=late) for late in (False, True)}
        again = {late: recounted(view.session, bench.operation.id, late=late) for late in (False, True)}
    assert {late: (n["leads_opened"], n["leads_claimed"]) for late, n in numbers.items()} == {
        False: (0, 0),
        True: (2, 1),
    }
    assert all(numbers[late][key] == value for late in numbers for key, value in again[late].items())


def test_work_on_such_a_lead_ends_with_the_retention_and_follows_when_it_is_moved(
    bench: Bench, material: Material
) -> None:
    register = bring_register(bench, material)
    state(bench, register)
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    move_to(bench, "closed")
    bench.work()
    lead = only_lead(bench)
    bench.operation.change("update lead set late_until = current_date - 3 where id = :id", id=lead.id)

    with pytest.raises(Closed), bench.app.write(bench.operation.person("PE")) as tx:
        claim_lead(tx, lead.id)
    until = state(bench, register, days=60)

    assert only_lead(bench).late_until == until
    with bench.app.write(bench.operation.person("PE")) as tx:
        claim_lead(tx, lead.id)


@pytest.mark.parametrize("stated", [False, True])
def test_without_a_retention_that_lasts_nothing_is_found_after_the_window(
    bench: Bench, material: Material, stated: bool
) -> None:
    register = bring_register(bench, material)
    if stated:
        state(bench, register)
        bench.operation.change("update register set retain_until = current_date - 2 where id = :id", id=register)
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    if not stated:
        move_to(bench, "closing")
    bench.work()

    assert bench.rows("select 1 from lead where operation_id = :operation") == []


def bring_again(bench: Bench, **facts: object) -> None:
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        name = bench.one("select name from register where operation_id = :operation").name
        number = bench.one("select number from register_entry where operation_id = :operation").number
        entry = NewEntry(number, **facts)  # type: ignore[arg-type]
        import_register(tx, bench.operation.id, country="EC", name=name, legal_source="law", entries=[entry])


def test_a_register_is_brought_up_to_date_after_the_window_while_it_may_be_kept(
    bench: Bench, material: Material
) -> None:
    register = bring_register(bench, material)
    move_to(bench, "follow_up")
    with pytest.raises(Closed):
        bring_again(bench)
    state(bench, register)

    bring_again(bench, place="Tacna")

    assert bench.one("select place from register_entry where operation_id = :operation").place == "Tacna"


def test_undecided_leads_follow_the_register_and_people_have_the_last_word(bench: Bench, material: Material) -> None:
    bring_register(bench, material)
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    bench.work()
    lead, seen = only_lead(bench), len(bench.operation.kinds())
    old, young = date(1990, 1, 1), date.today() - timedelta(days=365 * 5)
    bring_again(bench, date_of_birth=old, missing_since=date(2001, 1, 1))
    low = only_lead(bench).priority
    bring_again(bench, date_of_birth=young)
    high = only_lead(bench).priority
    bring_again(bench, date_of_birth=young)  # says nothing new
    with bench.app.write(bench.operation.person("PE")) as tx:
        mark_urgent(tx, lead.id, reason="made this morning")
    bring_again(bench, date_of_birth=old, missing_since=date(2001, 1, 1))

    assert (low, high, only_lead(bench).priority) == (2, 1, 1)
    kinds = [kind for kind in bench.operation.kinds(after=seen) if kind.startswith("lead:")]
    assert kinds[-2:] == ["lead:followed_register", "lead:marked_urgent"]


def test_only_the_owner_states_a_retention_and_of_no_day_that_is_over(bench: Bench, material: Material) -> None:
    register = bring_register(bench, material)

    with pytest.raises(Forbidden):
        state(bench, register, country="PE")
    with pytest.raises(Forbidden):
        state(bench, register, role="specialist")
    with pytest.raises(Invalid):
        state(bench, register, days=-3)
    assert "register:retention_stated" not in bench.operation.kinds()
