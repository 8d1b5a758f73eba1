"""Closed material: opened to another agency for a time by whose it is, and closed again before that if he wants."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import ProgrammingError

from tests.support.operation import Side, TestOperation
from tests.support.waiting import LIMIT_S, until_somebody_waits
from workspace.commands.access import answer_access, ask_access, take_back_access
from workspace.commands.claims import claim_lead
from workspace.commands.discussion import annotate_lead
from workspace.commands.shown import view_face, view_media_item
from workspace.commands.stages import park_lead
from workspace.errors import Conflict, Forbidden, NotFound, Unavailable, WorkspaceError
from workspace.model.database import Database
from workspace.queries.board import SQL as CARDS
from workspace.queries.board import board_changes, leads_off_board
from workspace.queries.lead_history import lead_history
from workspace.queries.lead_page import lead_page
from workspace.queries.overview import overview
from workspace.queries.pictures import stored_picture
from workspace.rules.codes import AccessScope


@pytest.fixture
def lead(operation: TestOperation) -> UUID:
    """Between Ecuador's closed material and what all may open."""
    return operation.lead(Side("EC", "agency"), Side("PE"))


@pytest.fixture
def grant(operation: TestOperation, database: Database, lead: UUID) -> UUID:
    """Ecuador's closed material, opened to Chile."""
    with database.write(operation.person("CL")) as tx:
        (asked,) = ask_access(tx, lead, reason="The same boat.")
    with database.write(operation.person("EC", "country_lead")) as tx:
        answer_access(tx, asked, granted=True, scope="exhibit", hours=2)
    return asked


def may_open(operation: TestOperation, database: Database, country: str) -> bool:
    with database.read(operation.person(country)) as view:
        (card,) = board_changes(view.session, operation.id).cards
    return not any(side.hidden for side in card.sides)


def test_what_was_opened_is_closed_again_at_once(operation: TestOperation, database: Database, grant: UUID) -> None:
    assert may_open(operation, database, "CL")

    with database.write(operation.person("EC", "country_lead")) as tx:
        take_back_access(tx, grant)

    assert not may_open(operation, database, "CL")
    assert operation.kinds()[-3:] == ["access:asked", "access:granted", "access:taken_back"]


@pytest.mark.parametrize(
    ("country", "role", "refusal"),
    [("CL", "country_lead", Forbidden), ("PE", "country_lead", NotFound), ("EC", "specialist", Forbidden)],
)
def test_only_the_country_lead_whose_material_it_is_takes_access_back(
    operation: TestOperation, database: Database, grant: UUID, country: str, role: str, refusal: type[WorkspaceError]
) -> None:
    with pytest.raises(refusal), database.write(operation.person(country, role)) as tx:
        take_back_access(tx, grant)

    assert may_open(operation, database, "CL")


def test_a_request_without_an_answer_is_stuck_for_both_and_for_nobody_else(
    operation: TestOperation, database: Database, lead: UUID
) -> None:
    def waits(country: str) -> list[tuple[str, str | None]]:
        with database.read(operation.person(country)) as view:
            stuck = overview(view.session, operation.id).stuck
        return [(each.why, each.country) for row in stuck for each in row.reasons]

    with database.write(operation.person("CL")) as tx:
        (asked,) = ask_access(tx, lead, reason="The same boat.")

    assert waits("EC") == waits("CL") == [("access_asked", "EC")]  # who must answer
    assert waits("PE") == []
    with database.write(operation.person("EC", "country_lead")) as tx:
        answer_access(tx, asked, granted=False)
    assert waits("EC") == waits("CL") == []


def test_a_lead_for_which_several_requests_wait_is_stuck_once_and_says_how_many(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE"))
    for country in ("CL", "PE"):
        with database.write(operation.person(country)) as tx:
            ask_access(tx, lead, reason="The same boat.")
    operation.change("update lead set stage = 'assessed', opinions = 1, stage_since = now() - interval '2 hours'")

    with database.read(operation.person("EC")) as view:
        found = overview(view.session, operation.id)

    (row,) = found.stuck
    assert (row.lead_id, found.stuck_leads) == (str(lead), 1)
    assert [(each.why, each.country, each.times) for each in row.reasons] == [
        ("needs_second", None, 1),
        ("access_asked", "EC", 2),
    ]
    assert row.of == 2


def test_access_is_taken_back_once(operation: TestOperation, database: Database, grant: UUID) -> None:
    lead_of_ecuador = operation.person("EC", "country_lead")
    with database.write(lead_of_ecuador) as tx:
        take_back_access(tx, grant)

    with pytest.raises(Conflict, match="has ended"), database.write(lead_of_ecuador) as tx:
        take_back_access(tx, grant)


def test_taking_access_back_leaves_no_other_way_open(operation: TestOperation, database: Database, grant: UUID) -> None:
    operation.grant("EC", to="CL")
    assert may_open(operation, database, "CL")

    with database.write(operation.person("EC", "country_lead")) as tx:
        take_back_access(tx, grant)

    assert not may_open(operation, database, "CL")


def test_two_requests_at_once_are_one(operation: TestOperation, database: Database, lead: UUID) -> None:
    one, other = operation.person("CL"), operation.person("CL", "specialist", 2)

    def ask_too() -> None:
        with database.write(other) as tx:
            ask_access(tx, lead, reason="The same boat.")

    with ThreadPoolExecutor(1) as pool:
        with database.write(one) as tx:
            ask_access(tx, lead, reason="The same boat.")
            asking = pool.submit(ask_too)
            until_somebody_waits(operation)
        with pytest.raises(Conflict, match="asked already"):
            asking.result(timeout=LIMIT_S)

    assert operation.kinds() == ["access:asked"]


@pytest.mark.parametrize(
    "change",
    [
        "update compartment set agency_id = my_agency() where agency_id = :ec",
        "update access_grant set compartment_id = compartment_id where agency_id = my_agency() and :ec > 0",
    ],
)
def test_not_even_the_database_lets_material_change_hands(
    operation: TestOperation, database: Database, grant: UUID, change: str
) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.write(operation.person("CL", "country_lead")) as tx,
    ):
        tx.session.execute(text(change), {"ec": operation.agencies["EC"]})


def test_why_a_lead_was_set_aside_is_read_with_both_keys_only(
    operation: TestOperation, database: Database, lead: UUID, grant: UUID
) -> None:
    def reason(country: str) -> tuple[str | None, str | None]:
        with database.read(operation.person(country)) as view:
            (parked,) = leads_off_board(view.session, operation.id, "parked").leads
            return parked.stage_reason, lead_page(view.session, lead, view.me).stage_reason

    with database.write(operation.person("CL")) as tx:
        park_lead(tx, lead, reason="The boat is another.")

    assert reason("CL") == reason("EC") == ("The boat is another.", "The boat is another.")
    assert reason("PE") == (None, None)


def test_the_page_says_to_both_that_access_is_over(
    operation: TestOperation, database: Database, lead: UUID, grant: UUID
) -> None:
    seen = []
    for _ in range(2):
        for person in (operation.person("EC", "country_lead"), operation.person("CL")):
            with database.read(person) as view:
                (request,) = lead_page(view.session, lead, view.me).access_requests
            seen.append((request.may_take_back, request.is_over))
        if len(seen) == 2:
            with database.write(operation.person("EC", "country_lead")) as tx:
                take_back_access(tx, grant)

    assert seen == [(True, False), (False, False), (False, True), (False, True)]


def test_whoever_asks_cannot_write_the_answer_not_even_in_the_database(
    operation: TestOperation, database: Database, lead: UUID
) -> None:
    asker = operation.person("CL")
    with database.write(asker) as tx:
        (asked,) = ask_access(tx, lead, reason="The same boat.")

    with pytest.raises(ProgrammingError, match="row-level security"), database.write(asker) as tx:
        tx.session.execute(
            text("update access_grant set granted = true, until = now() + interval '1 day' where id = :id"),
            {"id": asked},
        )

    assert not may_open(operation, database, "CL")


def test_whose_access_was_taken_back_cannot_open_it_again_not_even_in_the_database(
    operation: TestOperation, database: Database, grant: UUID
) -> None:
    with database.write(operation.person("EC", "country_lead")) as tx:
        take_back_access(tx, grant)

    with pytest.raises(Unavailable, match="refused"), database.write(operation.person("CL")) as tx:
        tx.session.execute(text("update access_grant set ended_at = null where id = :id"), {"id": grant})

    assert not may_open(operation, database, "CL")


# --- The pictures of one lead -----------------------------------------------------------------------------------------


@pytest.fixture
def pair(operation: TestOperation, database: Database, lead: UUID) -> UUID:
    """The picture of Ecuador's closed material on the lead, opened to Chile."""
    with database.write(operation.person("CL")) as tx:
        (asked,) = ask_access(tx, lead, reason="The same boat.")
    with database.write(operation.person("EC", "country_lead")) as tx:
        answer_access(tx, asked, granted=True, hours=2)
    return asked


def closed_side(operation: TestOperation, lead: UUID) -> Row[Any]:
    """What stands on the lead's closed side."""
    with operation.workers.read(operation.service_id) as view:
        return view.session.execute(
            text("select * from lead_evidence where lead_id = :lead and compartment_id = :lock"),
            {"lead": lead, "lock": operation.compartment("EC", "agency")},
        ).one()


def test_a_pair_opens_one_picture_and_nothing_beside_it(
    operation: TestOperation, database: Database, lead: UUID, pair: UUID
) -> None:
    """Not its person, medium, exhibit, path or another lead's picture of the same material."""
    there, other = closed_side(operation, lead), operation.lead(Side("EC", "agency"), Side("PE"))

    with database.read(operation.person("CL")) as view:
        (side,) = [side for side in lead_page(view.session, lead, view.me).sides if side.is_pair_only]
        assert side.face is not None
        assert (side.face.id, side.face.box, side.face.landmarks, side.handling) == (there.face_id, [], [], "H0")
        assert (side.person, side.media, side.register_entry, side.preview) == (None, None, None, None)
        assert [side.hidden for side in lead_page(view.session, other, view.me).sides] == [True, False]
        cards = {card.id: card for card in board_changes(view.session, operation.id).cards}
        assert [side.face for side in cards[lead].sides if side.country == "EC"] == [there.face_id]
        assert not any(side.media == there.media_item_id for side in cards[lead].sides)
        assert (cards[lead].is_claimable, cards[other].is_claimable) == (True, False)
        for what, row in (("media_item", there.media_item_id), ("face", closed_side(operation, other).face_id)):
            with pytest.raises(NotFound):
                stored_picture(view.session, what, row, clear=False)
        assert stored_picture(view.session, "face", there.face_id, clear=False).operation_id == operation.id
    with pytest.raises(NotFound), database.write(operation.person("CL")) as tx:
        view_media_item(tx, there.media_item_id)
    with pytest.raises(Forbidden, match="Write a comment"), database.write(operation.person("CL")) as tx:
        annotate_lead(tx, lead, face_id=there.face_id, box=None, note="ears")


def test_the_board_asks_for_an_opened_picture_once_however_many_leads_there_are(
    operation: TestOperation, database: Database, lead: UUID, pair: UUID
) -> None:
    for _ in range(6):
        operation.lead(Side("EC", "agency"), Side("PE"))
    asked = {"operation": operation.id, "off": [], "after": -1, "everything": True, "leads": None, "standing": ["V5"]}

    with database.read(operation.person("CL")) as view:
        assert [card.id for card in board_changes(view.session, operation.id).cards if card.is_claimable] == [lead]
        plan = view.session.scalars(text(f"explain (analyze, timing off, costs off) {CARDS['cards']}"), asked).all()

    loops = [re.findall(r"loops=(\d+)", line) for line in plan if "Function Scan on pair_facts" in line]
    assert loops == [["1"]]


def test_where_files_match_a_pair_opens_the_preview(operation: TestOperation, database: Database) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE"), kind="same_file")
    operation.change("update lead_evidence set face_id = null where lead_id = :lead", lead=lead)
    operation.grant("EC", to="CL", lead=lead)
    there = closed_side(operation, lead)

    with database.read(operation.person("CL")) as view:
        (side,) = [side for side in lead_page(view.session, lead, view.me).sides if side.is_pair_only]
    with database.write(operation.person("CL")) as tx:
        view_media_item(tx, there.media_item_id)

    assert (side.face, side.media, side.preview) == (None, None, there.media_item_id)


def test_whoever_looks_at_a_pair_is_on_its_owners_record_and_may_judge(
    operation: TestOperation, database: Database, lead: UUID, pair: UUID
) -> None:
    face = closed_side(operation, lead).face_id
    chile = operation.person("CL")
    with pytest.raises(Forbidden, match="Lift the veil"), database.read(chile) as view:
        stored_picture(view.session, "face", face, clear=True)
    with database.write(chile) as tx:
        view_face(tx, face)
    with database.write(chile) as tx:
        claim_lead(tx, lead)

    with database.read(chile) as view:
        assert stored_picture(view.session, "face", face, clear=True).operation_id == operation.id
    with database.read(operation.person("EC")) as view:
        looked = "select user_id from media_view where face_id = :face"
        assert view.session.scalars(text(looked), {"face": face}).all() == [chile]
    with database.read(operation.person("CL", "specialist", 2)) as view:
        assert view.session.scalars(text(looked), {"face": face}).all() == []
    with operation.workers.read(operation.service_id) as view:
        locks = "select locks from event where operation_id = :op and kind = 'media:viewed'"
        seen = view.session.execute(text(locks), {"op": operation.id}).scalar_one()
    assert seen == [operation.compartment("EC", "agency")]


def test_both_pictures_are_enough_to_read_why_a_lead_was_set_aside(
    operation: TestOperation, database: Database, lead: UUID, pair: UUID
) -> None:
    with database.write(operation.person("EC")) as tx:
        park_lead(tx, lead, reason="The boat is another.")

    for country, reason in (("CL", "The boat is another."), ("PE", None)):
        with database.read(operation.person(country)) as view:
            assert lead_page(view.session, lead, view.me).stage_reason == reason


@pytest.mark.parametrize("state", ["taken back", "over", "newcomer"])
def test_a_pair_ends_at_once(operation: TestOperation, database: Database, lead: UUID, pair: UUID, state: str) -> None:
    face, chile = closed_side(operation, lead).face_id, operation.person("CL")
    with database.write(chile) as tx:
        view_face(tx, face)
    with database.read(chile) as view:
        before = board_changes(view.session, operation.id)
    if state == "taken back":
        with database.write(operation.person("EC", "country_lead")) as tx:
            take_back_access(tx, pair)
    elif state == "over":
        operation.change("update access_grant set until = now() where id = :id", id=pair)
    else:
        operation.change("update membership set standing = 'newcomer' where user_id = :id", id=chile)

    with database.read(chile) as view:
        for clear in (False, True):
            with pytest.raises(NotFound):
                stored_picture(view.session, "face", face, clear=clear)
        assert board_changes(view.session, operation.id).keys != before.keys
    with pytest.raises(WorkspaceError), database.write(chile) as tx:
        claim_lead(tx, lead)


def test_a_pair_and_the_exhibit_are_taken_back_each_with_what_keeps_it_open(
    operation: TestOperation, database: Database, lead: UUID, pair: UUID
) -> None:
    """With a pair what opens the same lead; with the exhibit everything."""
    other = operation.lead(Side("EC", "agency"), Side("PE"))
    ecuador = operation.person("EC", "country_lead")

    def opened() -> tuple[bool, bool]:
        with database.read(operation.person("CL")) as view:
            cards = {card.id: card for card in board_changes(view.session, operation.id).cards}
        one, two = (not any(side.hidden for side in cards[each].sides) for each in (lead, other))
        return one, two

    def give(which: UUID, scope: AccessScope) -> UUID:
        with database.write(operation.person("CL")) as tx:
            (asked,) = ask_access(tx, which, reason="The same boat.")
        with database.write(ecuador) as tx:
            answer_access(tx, asked, granted=True, scope=scope)
        return asked

    give(other, "pair")
    assert opened() == (True, True)
    with database.write(ecuador) as tx:
        take_back_access(tx, pair)
    assert opened() == (False, True)

    give(lead, "pair")
    whole = give(lead, "exhibit")  # asked again: the picture was not enough
    with database.write(ecuador) as tx:
        take_back_access(tx, whole)
    assert opened() == (False, False)


def test_each_lead_of_closed_material_is_asked_for(operation: TestOperation, database: Database, lead: UUID) -> None:
    """An answer may open one lead alone: a request that waits on another one stands in nobody's way."""
    other = operation.lead(Side("EC", "agency"), Side("PE"))
    for each in (lead, other):
        with database.write(operation.person("CL")) as tx:
            ask_access(tx, each, reason="The same boat.")

    with pytest.raises(Conflict, match="asked already"), database.write(operation.person("CL")) as tx:
        ask_access(tx, other, reason="The same boat.")


def test_the_record_the_page_and_the_overview_say_what_was_opened(
    operation: TestOperation, database: Database, lead: UUID, pair: UUID
) -> None:
    with database.read(operation.person("EC")) as view:
        (request,) = lead_page(view.session, lead, view.me).access_requests
        clocks = {row.what for row in overview(view.session, operation.id).clocks}
        (granted,) = [event for event in lead_history(view.session, lead).rows if event.kind == "access:granted"]

    assert (request.scope, granted.payload["scope"]) == ("pair", "pair")
    assert "pair_access_ends" in clocks
