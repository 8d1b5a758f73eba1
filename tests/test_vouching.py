"""Two people are two people: who is a newcomer, who makes somebody count, and who is independent of whom."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from tests.support.operation import Side, TestOperation
from workspace.commands import operations
from workspace.commands.access import ask_access
from workspace.commands.claims import claim_lead
from workspace.commands.guard import NOT_INDEPENDENT
from workspace.commands.series import add_series, confirm_country, determine_country
from workspace.commands.vouching import decline_vouch, show_vouch_code, vouch_for, withdraw_vouch
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.model import Event, Lead, Membership
from workspace.model.database import Database
from workspace.queries.vouching import standings
from workspace.rules.actor import Actor
from workspace.rules.policy import RULES, OperationFacts, require, require_anywhere
from workspace.rules.roles import MEMBERS, ROLES
from workspace.rules.vouching import CODE_TRIES


class People:
    """Members of one operation, most of whom are let in here."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database = operation, database
        self.host = operation.person("EC", "administrator")
        operation.person("PE", "observer")

    def let_in(self, country: str, role: str = "specialist", *, by: int) -> int:
        """A member whom somebody invited, a newcomer."""
        person = self.operation.person(country, role, len(self.operation._people) + 1)
        self.operation.change(
            "update membership set standing = 'newcomer', invited_by = :by where user_id = :id", id=person, by=by
        )
        return person

    def meet(self, person: int, *, by: int) -> str:
        """Read a code out, and have it typed; the person's standing afterwards."""
        with self.database.write(person) as tx:
            code = show_vouch_code(tx, self.operation.id)
        with self.database.write(by) as tx:
            return vouch_for(tx, self.operation.id, person, code=code, how="in_person")

    def standing(self, person: int) -> str:
        with self.operation.workers.read(self.operation.service_id) as view:
            return view.session.scalars(select(Membership.standing).where(Membership.user_id == person)).one()


@pytest.fixture
def people(operation: TestOperation, database: Database) -> People:
    return People(operation, database)


# --- A newcomer -------------------------------------------------------------------------------------------------------


def test_whoever_is_invited_is_a_newcomer_whose_inviter_is_known(operation: TestOperation, database: Database) -> None:
    lead, _ = operation.person("EC", "country_lead"), operation.person("PE")
    with database.write(lead) as tx:
        invited = operations.invite_member(
            tx, operation.id, agency_id=operation.agencies["EC"], name="EC · specialist 9", role="specialist"
        )

    with database.read(lead) as view:
        [newcomer] = [each for each in standings(view.session, operation.id, view.me) if each.standing == "newcomer"]
    assert (newcomer.user_id, newcomer.invited_by, newcomer.may_vouch) == (
        invited.user_id,
        "EC · country_lead 1",
        False,
    )


@pytest.mark.parametrize("role", ROLES)
def test_a_newcomer_may_do_nothing_that_reaches_beyond_the_own_agency(role: str) -> None:
    actor = Actor(1, "EC · x", 1, "EC", False, False, {7: role}, frozenset({7}))
    done = set()
    for action, rule in RULES.items():
        for state in rule.states:
            try:
                require(actor, action, OperationFacts(7, state))
                done.add(action)
            except Forbidden:
                continue
    assert done <= {
        "take_seat",
        "show_vouch_code",
        "add_series",
        "place_person",
        "receive_exhibit",
        "import_register",
        "bring_known",
        "bring_case",
        "remove_known",
        "read_known",
        "try_again",
        "raise_handling",
        "correct_exhibit",
        "check_originals",
        "print_custody",
        "mark_media",
        "view_media",
        "note_sights",
    }


def test_what_concerns_no_operation_is_done_by_whoever_counts_in_one_of_the_own_ones() -> None:
    def actor(*newcomer_in: int, role: str = "liaison") -> Actor:
        roles = {1: role, 2: role}
        return Actor(1, "", 1, "EC", False, False, roles, frozenset(newcomer_in))

    for passes in (actor(), actor(1)):
        require_anywhere(passes, "set_package_key")
    for fails in (actor(1, 2), actor(role="specialist")):
        with pytest.raises(Forbidden):
            require_anywhere(fails, "set_package_key")


def test_a_newcomer_opens_the_own_agencys_material_alone_and_everything_once_met(
    operation: TestOperation, database: Database, people: People
) -> None:
    lead, boss = operation.lead(Side("EC"), Side("PE")), operation.person("EC", "country_lead")
    newcomer = people.let_in("EC", by=boss)
    own, theirs = operation.compartment("EC"), operation.compartment("PE")

    def keys() -> set[int]:
        with database.read(newcomer) as view:
            return set(view.session.execute(text("select my_keys()")).scalar_one())

    assert keys() == {own}
    with pytest.raises(Forbidden, match="newcomer"), database.write(newcomer) as tx:
        claim_lead(tx, lead)

    assert people.meet(newcomer, by=operation.person("PE")) == "met"
    assert keys() == {own, theirs}
    with database.write(newcomer) as tx:
        claim_lead(tx, lead)


# --- Who may vouch, and how -------------------------------------------------------------------------------------------


def test_neither_the_inviter_nor_a_colleague_nor_oneself_makes_somebody_count(
    operation: TestOperation, database: Database, people: People
) -> None:
    boss, newcomer = operation.person("PE", "operation_lead"), 0
    newcomer = people.let_in("EC", by=boss)

    for voucher, why in ((boss, "hold the link"), (operation.person("EC"), "of the same one"), (newcomer, "newcomer")):
        with pytest.raises(Forbidden, match=why):
            people.meet(newcomer, by=voucher)

    assert people.standing(newcomer) == "newcomer"
    assert operation.kinds() == []


def test_a_vouch_is_recorded_with_how_they_met_and_a_refusal_to_vouch_too(
    operation: TestOperation, database: Database, people: People
) -> None:
    newcomer, voucher = people.let_in("EC", by=operation.person("EC", "country_lead")), operation.person("PE")

    with database.write(voucher) as tx:
        decline_vouch(tx, operation.id, newcomer)
    people.meet(newcomer, by=voucher)
    with pytest.raises(Conflict, match="already"):
        people.meet(newcomer, by=voucher)

    with operation.workers.read(operation.service_id) as view:
        events = view.session.execute(
            select(Event.kind, Event.actor_id, Event.payload)
            .where(Event.operation_id == operation.id)
            .order_by(Event.seq)
        ).all()
    assert [tuple(event) for event in events] == [
        ("vouch:declined", voucher, {"user": newcomer}),
        ("vouch:given", voucher, {"user": newcomer, "how": "in_person"}),
        ("standing:changed", voucher, {"user": newcomer, "standing": "met"}),
    ]


def test_a_code_dies_by_age_by_wrong_tries_by_use_and_by_a_newer_one(
    operation: TestOperation, database: Database, people: People
) -> None:
    newcomer, voucher = people.let_in("EC", by=operation.person("EC", "country_lead")), operation.person("PE")

    def code() -> str:
        with database.write(newcomer) as tx:
            return show_vouch_code(tx, operation.id)

    def type_in(typed: str) -> None:
        with database.write(voucher) as tx:
            vouch_for(tx, operation.id, newcomer, code=typed, how="on_a_call")

    def wrong(right: str) -> str:
        return f"{(int(right) + 1) % 1_000_000:06d}"

    with pytest.raises(Conflict, match="void"):
        type_in("123456")
    first, second = code(), code()
    if first != second:
        with pytest.raises(Invalid, match="not the code"):
            type_in(first)
    operation.change("update vouch_code set expires_at = now() where user_id = :id", id=newcomer)
    with pytest.raises(Conflict, match="void"):
        type_in(second)
    third = code()
    for _ in range(CODE_TRIES):
        with pytest.raises(Invalid, match="not the code"):
            type_in(wrong(third))
    with pytest.raises(Conflict, match="void"):
        type_in(third)
    assert people.standing(newcomer) == "newcomer"

    spoken = code()
    type_in(f"{spoken[:2]} {spoken[2:4]} {spoken[4:]}")
    assert people.standing(newcomer) == "met"


def test_a_countrys_first_person_needs_two_of_two_countries(
    operation: TestOperation, database: Database, people: People
) -> None:
    boss = operation.person("EC", "operation_lead")
    first = people.let_in("CL", "country_lead", by=boss)

    assert people.meet(first, by=operation.person("PE")) == "newcomer"
    assert people.meet(first, by=operation.person("PE", "liaison")) == "newcomer"
    assert people.meet(first, by=operation.person("EC")) == "met"
    second = people.let_in("CL", by=first)
    assert people.meet(second, by=operation.person("PE")) == "met"


def test_or_the_administrator_who_may_have_invited_and_one_more(
    operation: TestOperation, database: Database, people: People
) -> None:
    first = people.let_in("CL", "country_lead", by=people.host)

    assert people.meet(first, by=people.host) == "newcomer"
    assert people.meet(first, by=operation.person("EC")) == "met"


def test_the_first_two_people_meet_each_other_at_set_up(
    operation: TestOperation, database: Database, people: People
) -> None:
    operation.change("update membership set standing = 'newcomer' where user_id <> :id", id=people.host)
    second = people.let_in("EC", "operation_lead", by=people.host)
    third = people.let_in("EC", "specialist", by=people.host)

    assert people.meet(second, by=people.host) == "first"
    with pytest.raises(Forbidden, match="of the same one"):
        people.meet(third, by=people.host)


# --- What follows -----------------------------------------------------------------------------------------------------


def test_whoever_depended_on_a_withdrawn_vouch_is_a_newcomer_at_once_and_a_circle_holds_up_nobody(
    operation: TestOperation, database: Database, people: People
) -> None:
    boss, root = operation.person("EC", "country_lead"), operation.person("PE")
    one, other = people.let_in("EC", by=boss), people.let_in("PE", by=root)
    people.meet(one, by=root)
    people.meet(other, by=one)
    further = people.let_in("EC", by=boss)
    people.meet(further, by=other)
    # A circle: the one who was met by the root is met by the last of the chain as well, through PE alone.
    people.meet(one, by=other)

    with pytest.raises(Forbidden, match="the person who gave it"), database.write(boss) as tx:
        withdraw_vouch(tx, operation.id, one, voucher_id=root)
    with database.write(root) as tx:
        withdraw_vouch(tx, operation.id, one, voucher_id=root)

    assert {people.standing(each) for each in (one, other, further)} == {"newcomer"}
    assert operation.kinds()[-4:] == ["vouch:withdrawn", *["standing:changed"] * 3]


def graph_answers(roots: set[int], edges: set[tuple[int, int]], one: int, other: int) -> bool:
    """The rule in plain Python: each can be reached from the roots without passing through the other."""

    def reached(without: int) -> set[int]:
        found = roots - {without}
        while more := {to for start, to in edges if start in found} - found - {without}:
            found |= more
        return found

    return one != other and one in reached(other) and other in reached(one)


PLACES = st.integers(0, 6)


@given(
    roots=st.sets(PLACES, max_size=2),
    edges=st.sets(st.tuples(PLACES, PLACES), max_size=14),
    pair=st.tuples(PLACES, PLACES),
)
def test_two_are_independent_if_each_is_reached_without_the_other(
    roots: set[int], edges: set[tuple[int, int]], pair: tuple[int, int], crowd: tuple[TestOperation, list[int]]
) -> None:
    operation, members = crowd
    edges = {(start, to) for start, to in edges if start != to}
    operation.change("update vouch set withdrawn_at = now(), withdrawn_by = voucher_id where withdrawn_at is null")
    for place, member in enumerate(members):
        operation.change(
            "update membership set standing = :as where user_id = :id",
            id=member,
            **{"as": "first" if place in roots else "met"},
        )
    for start, to in edges:
        operation.vouch(members[to], members[start])

    with operation.workers.read(operation.service_id) as view:
        answer = view.session.execute(
            text("select are_independent(:op, :one, :other)"),
            {"op": operation.id, "one": members[pair[0]], "other": members[pair[1]]},
        ).scalar_one()
    assert answer == graph_answers(roots, edges, *pair)


@pytest.fixture(scope="module")
def crowd(workers_database: Database) -> tuple[TestOperation, list[int]]:
    operation = TestOperation(workers_database)
    return operation, [operation.person("EC", "specialist", n) for n in range(7)]


def test_one_who_alone_let_the_other_in_cannot_be_the_two_with_that_one_until_a_second_has_met_them(
    operation: TestOperation, database: Database, people: People
) -> None:
    lead, first = operation.lead(Side("EC"), Side("PE")), operation.person("PE")
    second = people.let_in("EC", by=operation.person("EC", "country_lead"))
    people.meet(second, by=first)
    series = _series(database, operation, first)

    with pytest.raises(Forbidden) as refusal, database.write(second) as tx:
        confirm_country(tx, series, country="EC")
    assert str(refusal.value) == str(NOT_INDEPENDENT)

    people.meet(second, by=operation.person("CL"))
    with database.write(second) as tx:
        confirm_country(tx, series, country="EC")
    assert operation.row(Lead, lead).stage == "open"


def _series(database: Database, operation: TestOperation, person: int) -> UUID:
    with database.write(person) as tx:
        added = add_series(tx, operation.id, label="Blue door", external_reference=None, sharing="operation")
        determine_country(tx, added, country="EC", grounds="a socket")
    return added


def test_one_person_with_accounts_of_his_own_making_gets_nothing_beyond_his_own_agency(
    operation: TestOperation, database: Database
) -> None:
    """An operation lead invites whom the role allows into a country of his own choice and uses each link himself."""
    operation.lead(Side("PE"), Side("CL"))
    boss, _ = operation.person("EC", "operation_lead"), operation.person("PE")
    with database.write(boss) as tx:
        agency, _ = operations.add_new_agency(
            tx,
            operation.id,
            country="UY",
            name="A unit",
            kind="police",
            jurisdictions=["UY"],
            competences=["protection"],
        )
    puppets = []
    for role in ("country_lead", "recipient", "observer"):
        with database.write(boss) as tx:
            try:
                puppets.append(
                    operations.invite_member(tx, operation.id, agency_id=agency, name="UY", role=role).user_id
                )
            except Forbidden:
                continue
    assert len(puppets) > 1
    operation.change(
        "update participation set accepted_at = now() where operation_id = :op and country = 'UY'", op=operation.id
    )

    for puppet in puppets:
        with database.read(puppet) as view:
            assert view.session.execute(text("select my_keys(), my_audits(), my_administrations()")).one() == (
                [],
                [],
                [],
            )
            assert view.session.execute(text("select count(*) from face")).scalar_one() == 0
        for voucher in (boss, *puppets):
            with database.write(puppet) as tx:
                code = show_vouch_code(tx, operation.id)
            try:
                with database.write(voucher) as tx:
                    assert vouch_for(tx, operation.id, puppet, code=code, how="in_person") == "newcomer"
            except Forbidden:
                continue
        for role in MEMBERS:
            with pytest.raises(Forbidden), database.write(puppet) as tx:
                operations.invite_member(tx, operation.id, agency_id=agency, name="UY · more", role=role)
    with operation.workers.read(operation.service_id) as view:
        standing = view.session.scalars(select(Membership.standing).where(Membership.user_id.in_(puppets))).all()
    assert set(standing) == {"newcomer"}


def test_a_newcomer_asks_for_no_access(operation: TestOperation, database: Database, people: People) -> None:
    lead = operation.lead(Side("EC"), Side("PE", "agency"))
    newcomer = people.let_in("EC", by=operation.person("EC", "country_lead"))

    with pytest.raises(Forbidden, match="newcomer"), database.write(newcomer) as tx:
        ask_access(tx, lead, reason="because")
