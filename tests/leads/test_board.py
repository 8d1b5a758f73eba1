"""The board: snapshot + changes = fresh snapshot, for every viewer, after any sequence of commands."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.support import opinions
from tests.support.operation import Side, TestOperation
from workspace.commands.assessments import assess_lead, settle_assessments
from workspace.commands.claims import claim_lead, end_leases, release_lead
from workspace.commands.discussion import comment_on_lead, mark_urgent, prioritise_lead
from workspace.commands.stages import park_lead, reopen_lead
from workspace.errors import NotFound, WorkspaceError
from workspace.model import Lead
from workspace.model.database import Database, Tx
from workspace.queries import board as board_queries
from workspace.queries.board import Board, Card, board_changes, lead_card, leads_off_board
from workspace.rules.leads import OFF_BOARD, STAGES

VIEWERS = (
    ("EC", "specialist"),
    ("PE", "specialist"),
    ("CL", "specialist"),
    ("EC", "observer"),
    ("PE", "operation_lead"),
)


def look(database: Database, operation: TestOperation, person: int, after: Board | None = None) -> Board:
    with database.read(person) as view:
        if after is None:
            return board_changes(view.session, operation.id)
        return board_changes(view.session, operation.id, after=after.seq, keys=after.keys)


def cards(board: Board) -> dict[UUID, Card]:
    return {card.id: card for card in board.cards}


def apply(before: dict[UUID, Card], changes: Board) -> dict[UUID, Card]:
    """What a client does: a fresh snapshot replaces, a change replaces its card, a card off the board goes."""
    found = {} if changes.snapshot else dict(before)
    found.update(cards(changes))
    return {key: card for key, card in found.items() if card.stage not in OFF_BOARD}


def act(operation: TestOperation, database: Database, lead: UUID, person: int, what: str) -> None:
    token = operation.row(Lead, lead).claim_token

    def command(tx: Tx) -> object:
        return {
            "claim": lambda: claim_lead(tx, lead),
            "release": lambda: release_lead(tx, lead, token=token),
            "comment": lambda: comment_on_lead(tx, lead, body="seen", language="en"),
            "priority": lambda: prioritise_lead(tx, lead, priority=2 + token % 2),
            "urgent": lambda: mark_urgent(tx, lead, reason="now"),
            "sign": lambda: assess_lead(tx, lead, token=token, opinion=1 + token % 5, reason="so", **opinions.WHOLE),
            "park": lambda: park_lead(tx, lead, reason="later"),
            "reopen": lambda: reopen_lead(tx, lead, reason="now"),
        }[what]()

    if what == "sign":
        opinions.look(operation.workers, lead, person)
    try:
        with database.write(person) as tx:
            command(tx)
    except WorkspaceError:
        return


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["EC", "PE", "CL"]),
        st.sampled_from(
            ["claim", "release", "comment", "priority", "urgent", "sign", "park", "reopen", "settle", "expire"]
        ),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
@example([(0, "EC", "claim"), (0, "EC", "sign"), (0, "EC", "expire")])
def test_snapshot_and_changes_make_a_fresh_snapshot_for_every_viewer(
    operation: TestOperation, database: Database, steps: list[tuple[int, str, str]]
) -> None:
    leads = [
        operation.lead(),
        operation.lead(Side("EC", "agency"), Side("PE")),
        operation.lead(Side("CL", "agency"), Side("EC", "agency")),
    ]
    viewers = [operation.person(country, role) for country, role in VIEWERS]
    boards = {viewer: look(database, operation, viewer) for viewer in viewers}
    seen = {viewer: cards(board) for viewer, board in boards.items()}

    for index, country, what in steps:
        lead = leads[index]
        if what == "settle":
            operation.change(
                "update assessment set signed_at = signed_at - interval '11 seconds' where lead_id = :id", id=lead
            )
            with operation.workers.write(operation.service_id) as tx:
                settle_assessments(tx)
        elif what == "expire":
            # While an opinion can be taken back, a lease does not end, so that nothing would tell of the time moved
            # here.
            unsettled = (
                "select 1 from assessment a where a.lead_id = lead.id and a.settled_at is null and a.undone_at is null"
            )
            running = f"holder_id is not null and not exists ({unsettled})"
            operation.change(f"update lead set lease_until = now() where id = :id and {running}", id=lead)
            with operation.workers.write(operation.service_id) as tx:
                end_leases(tx)
        else:
            act(operation, database, lead, operation.person(country), what)
        for viewer in viewers[:: 1 + index]:
            boards[viewer] = look(database, operation, viewer, boards[viewer])
            seen[viewer] = apply(seen[viewer], boards[viewer])

    for viewer in viewers:
        last = look(database, operation, viewer, boards[viewer])
        fresh = look(database, operation, viewer)
        assert apply(seen[viewer], last) == cards(fresh)
        assert last.counts == fresh.counts


def test_a_hidden_side_is_only_said_to_be_there(operation: TestOperation, database: Database) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE"))

    board = cards(look(database, operation, operation.person("CL")))

    sides = board[lead].sides
    assert [side.hidden for side in sides] == [True, False]
    assert sides[0].face is None


@pytest.mark.parametrize("stage", STAGES)
def test_a_card_is_claimable_in_its_stages_by_who_opens_every_side(
    operation: TestOperation, database: Database, stage: str
) -> None:
    open_to_all, closed = operation.lead(), operation.lead(Side("EC"), Side("PE", "agency"))
    operation.change("update lead set stage = :stage where operation_id = :id", stage=stage, id=operation.id)

    with database.read(operation.person("EC")) as view:
        cards = [lead_card(view.session, lead).card for lead in (open_to_all, closed)]

    assert [card.is_claimable for card in cards] == [stage in ("open", "assessed"), False]


def test_a_lead_between_closed_sides_of_others_is_not_on_the_board(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE", "agency"))

    assert lead not in cards(look(database, operation, operation.person("CL")))
    assert lead in cards(look(database, operation, operation.person("PE")))


def test_observers_and_administrators_hold_no_key(operation: TestOperation, database: Database) -> None:
    operation.lead()

    for role in ("observer", "administrator"):
        assert look(database, operation, operation.person("EC", role)).cards == []


def test_who_is_no_member_finds_no_operation(operation: TestOperation, database: Database) -> None:
    with pytest.raises(NotFound):
        look(database, operation, operation.outsider())


def test_nothing_is_seen_before_the_country_has_accepted_the_terms(
    operation: TestOperation, database: Database
) -> None:
    operation.lead()
    person = operation.person("PE")
    operation.change(
        "update participation set accepted_at = null where operation_id = :id and country = 'PE'", id=operation.id
    )

    with pytest.raises(NotFound):
        look(database, operation, person)


def test_a_gained_key_brings_a_fresh_snapshot(operation: TestOperation, database: Database) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE", "agency"))
    person = operation.person("CL")
    before = look(database, operation, person)
    operation.change(
        "insert into access_grant (operation_id, compartment_id, agency_id, reason, asked_by, granted, scope, until) "
        "values (:op, :c, :a, 'r', :u, true, 'exhibit', now() + interval '1 hour')",
        op=operation.id,
        c=operation.compartment("EC", "agency"),
        a=operation.agencies["CL"],
        u=person,
    )

    after = look(database, operation, person, before)

    assert after.snapshot
    assert lead in cards(after)


def test_leads_off_the_board_are_listed_by_stage_with_their_reason_and_without_a_score(
    operation: TestOperation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads = [operation.lead() for _ in range(4)]
    hidden = operation.lead(Side("EC", "agency"), Side("EC", "agency"))
    for lead in (*leads[:3], hidden):
        act(operation, database, lead, operation.person("EC"), "park")
    monkeypatch.setattr(board_queries, "MOST_LISTED", 2)

    with database.read(operation.person("PE")) as view:
        listed = leads_off_board(view.session, operation.id, "parked")
        older = leads_off_board(view.session, operation.id, "parked", before=listed.leads[-1].number)
        rejected = leads_off_board(view.session, operation.id, "rejected")

    assert [lead.id for lead in (*listed.leads, *older.leads)] == [leads[2], leads[1], leads[0]]
    assert (listed.more, older.more) == (True, False)
    assert rejected.leads == []
    assert {lead.stage_reason for lead in listed.leads} == {"later"}
    assert not {"score", "band", "shown_band"} & set(vars(listed.leads[0]))


def test_a_stage_with_a_column_has_no_list(operation: TestOperation, database: Database) -> None:
    with database.read(operation.person("PE")) as view, pytest.raises(NotFound):
        leads_off_board(view.session, operation.id, "open")


def test_the_numbers_of_the_record_have_no_gap_and_the_chain_holds(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead()
    for _ in range(3):
        act(operation, database, lead, operation.person("EC"), "comment")

    with operation.workers.read(operation.service_id) as view:
        rows = view.session.execute(
            text("select seq, body, hash from event where operation_id = :id order by seq"), {"id": operation.id}
        ).all()
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))


def state(operation: TestOperation, lead: UUID, *stages: str) -> None:
    """Outcomes of a lead, one after the other."""
    for number, stage in enumerate(stages):
        operation.change(
            "with entry as (insert into ledger_entry (operation_id, number, kind, agency_id, locks) "
            "select operation_id, next_number(operation_id, 'ledger'), :kind, :agency, locks from lead where id = "
            ":lead returning id) "
            "insert into outcome (operation_id, ledger_id, lead_id, locks, stage, stated_by_agency_id, "
            "authority_reference, stated_on, "
            "recorded_by, recorded_at) select l.operation_id, entry.id, l.id, l.locks, :stage, :agency, 'ref', now(), "
            ":who, "
            "now() + make_interval(secs => :number) from entry, lead l where l.id = :lead",
            kind="offender" if stage[0] == "O" else "victim",
            agency=operation.agencies["EC"],
            lead=lead,
            stage=stage,
            who=operation.person("EC", "liaison"),
            number=number,
        )


@pytest.mark.parametrize(
    ("stages", "shown"),
    [
        (("V1", "O3"), "O3"),
        (("O2", "V2"), "V2"),
        (("V5", "O5"), "V5"),
        (("V1", "already_safe"), "already_safe"),
        (("already_safe", "deceased"), "deceased"),
        (("deceased", "V5"), "V5"),
    ],
)
def test_a_card_shows_the_outcome_that_came_furthest(
    operation: TestOperation, database: Database, stages: tuple[str, ...], shown: str
) -> None:
    lead = operation.lead(stage="outcome")

    state(operation, lead, *stages)

    assert cards(look(database, operation, operation.person("EC")))[lead].outcome == shown


def test_a_referral_that_came_back_stands_behind_newer_ones_until_it_goes_on(
    operation: TestOperation, database: Database
) -> None:
    lead, who = operation.lead(stage="referred"), operation.person("EC", "liaison")

    def refer(state: str, previous: int | None = None) -> None:
        operation.change(
            "insert into referral (operation_id, number, lead_id, locks, from_agency_id, to_agency_id, from_country, "
            "to_country, "
            "competence, corroboration, state, drafted_by, previous_id) select operation_id, next_number(operation_id, "
            "'referral'), id, "
            "locks, :ours, :theirs, 'EC', 'CL', :competence, '[]', :state, :who, "
            "(select r.id from referral r where r.lead_id = lead.id and r.number = :previous) from lead where id = "
            ":lead",
            ours=operation.agencies["EC"],
            theirs=operation.agencies["CL"],
            state=state,
            competence="evidence" if previous else "protection",
            who=who,
            previous=previous,
            lead=lead,
        )

    def numbers() -> list[int]:
        return [referral.number for referral in cards(look(database, operation, who))[lead].referrals]

    refer("returned")
    refer("sent")
    assert numbers() == [2, 1]
    refer("accepted", previous=1)
    assert numbers() == [1, 2, 3]


def test_the_first_of_each_column_and_the_parts_after_them_are_the_whole_board(
    operation: TestOperation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_queries, "PART", 4)
    leads = [operation.lead("EC", "PE", priority=1 + n % 3) for n in range(8)]
    operation.lead(Side("PE", sharing="agency"), Side("CL", sharing="agency"))
    mine, other = operation.person("EC"), operation.person("PE")
    for person, lead in ((mine, leads[0]), (other, leads[1]), (other, leads[2]), (other, leads[5])):
        act(operation, database, lead, person, "claim")
    act(operation, database, leads[3], other, "claim")
    with database.write(operation.person("PE", "operation_lead")) as tx:
        park_lead(tx, leads[7], reason="inconclusive")

    with database.read(mine) as view:
        whole = board_changes(view.session, operation.id)
        first = board_changes(view.session, operation.id, first=2)
        found, above, parts = cards(first), 0, 0
        while above is not None:
            part = board_queries.board_part(view.session, operation.id, above=above)
            found |= {card.id: card for card in part.cards}
            above, parts = part.above, parts + 1

    assert first.columns == {"open": 2, "claimed": 5}
    assert [card.id for card in first.cards if card.column == "claimed" and card.holder and card.holder.id == mine] == [
        leads[0]
    ]
    assert len(first.cards) == 4
    assert (whole.columns, parts) == (None, 2)
    assert found == cards(whole)


def test_a_board_whose_first_cards_are_all_says_so(operation: TestOperation, database: Database) -> None:
    operation.lead("EC", "PE")

    with database.read(operation.person("EC")) as view:
        assert board_changes(view.session, operation.id, first=1) == board_changes(view.session, operation.id)
