"""Clues: leads that a person opens by what he notices, with one side or none, and what two people say came of them."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.operation import Side, TestOperation
from tests.support.opinions import look
from tests.support.recount import recounted
from workspace.commands import clues
from workspace.commands.assessments import assess_lead, settle_assessments
from workspace.commands.claims import claim_lead
from workspace.commands.clues import Seen
from workspace.commands.discussion import comment_on_lead
from workspace.commands.referrals import draft_referral
from workspace.commands.series import add_series
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Clue, ClueAct, Event, Lead, LeadEvidence, MediaItem
from workspace.model.database import Database
from workspace.queries.board import board_changes
from workspace.queries.clues import clues as all_clues
from workspace.queries.figures import counts
from workspace.queries.lead_page import LeadPage, lead_page

BOX = {"type": "FragmentSelector", "value": "xywh=percent:10,20,30,15"}


def evidence(operation: TestOperation, lead: UUID, side: int = 1) -> LeadEvidence:
    with Session(operation.owner, expire_on_commit=False) as session:
        return session.scalars(
            select(LeadEvidence).where(LeadEvidence.lead_id == lead, LeadEvidence.side == side)
        ).one()


def page(operation: TestOperation, database: Database, lead: UUID, person: int) -> LeadPage:
    with database.read(person) as view:
        assert view.me is not None
        return lead_page(view.session, lead, view.me)


def opened(operation: TestOperation, database: Database, person: int, seen: Seen = clues.NOWHERE) -> UUID:
    with database.write(person) as tx:
        return clues.open_clue(tx, operation.id, what="object", claim=" a socket of type N ", seen=seen)


def test_a_clue_of_a_picture_is_a_lead_with_one_side_and_its_own_words(
    operation: TestOperation, database: Database
) -> None:
    side, me = evidence(operation, operation.lead()), operation.person("PE")
    before = len(operation.kinds())

    lead = opened(operation, database, me, Seen(media_id=side.media_item_id, box=BOX))

    row, clue = operation.row(Lead, lead), operation.row(Clue, lead)
    assert (row.kind, row.side_count, row.locks, row.countries) == ("clue", 1, [side.compartment_id], ["EC"])
    assert (clue.claim, clue.box, clue.opened_by, clue.locks) == ("a socket of type N", BOX, me, row.locks)
    assert evidence(operation, lead).exhibit_id is None  # the medium was received with no exhibit in this test
    assert operation.kinds()[before:] == ["lead:opened"]
    with database.read(me) as view:
        card = next(card for card in board_changes(view.session, operation.id).cards if card.id == lead)
        assert (card.clue and card.clue.what, len(card.sides), card.is_claimable) == ("object", 1, True)
        assert [each.id for each in all_clues(view.session, operation.id).rows] == [lead]
    shown = page(operation, database, lead, me)
    assert shown.clue is not None
    assert (len(shown.sides), shown.sides[0].media and shown.sides[0].media.id) == (1, side.media_item_id)
    assert (shown.clue.claim, shown.clue.said, shown.permissions["draft_referral"]) == (clue.claim, [], False)


def test_a_clue_of_no_medium_lies_in_what_the_openers_agency_shares(
    operation: TestOperation, database: Database
) -> None:
    lead = opened(operation, database, operation.person("PE"))

    row = operation.row(Lead, lead)
    assert (row.side_count, row.locks, row.countries) == (0, [operation.compartment("PE")], ["PE"])
    shown = page(operation, database, lead, operation.person("CL"))
    assert (shown.sides, shown.permissions["claim_lead"], shown.permissions["ask_access"]) == ([], True, False)


def test_a_clue_of_closed_material_is_not_there_for_others_nor_opened_by_them(
    operation: TestOperation, database: Database
) -> None:
    side = evidence(operation, operation.lead(Side("EC", "agency"), "PE"))
    with database.write(operation.person("EC")) as tx:
        series = add_series(tx, operation.id, label="closed", sharing="agency")
    leads = [
        opened(operation, database, operation.person("EC"), seen)
        for seen in (Seen(media_id=side.media_item_id), Seen(person_id=side.person_id), Seen(series_id=series))
    ]

    for lead in leads:
        with pytest.raises(NotFound):
            page(operation, database, lead, operation.person("PE"))
        with pytest.raises(NotFound), database.write(operation.person("PE")) as tx:
            clues.state_clue_result(tx, lead, result="eliminated", grounds="x")
    assert [operation.row(Lead, lead).side_count for lead in leads] == [1, 1, 0]
    assert evidence(operation, leads[1]).face_id == side.face_id
    for seen in (Seen(media_id=side.media_item_id), Seen(person_id=side.person_id), Seen(series_id=series)):
        with pytest.raises(NotFound):
            opened(operation, database, operation.person("PE"), seen)


def test_a_wrong_place_is_refused_with_every_fault_and_nothing_is_opened(
    operation: TestOperation, database: Database
) -> None:
    side = evidence(operation, operation.lead())
    operation.change("update media_item set kind = 'video', duration_s = 30 where id = :id", id=side.media_item_id)
    before, me = operation.kinds(), operation.person()
    medium = side.media_item_id
    wrong: list[tuple[Seen, str]] = [
        (Seen(media_id=medium, box={"type": "FragmentSelector", "value": "xywh=percent:90,0,20,5"}), "box"),
        (Seen(media_id=medium, box={"type": "FragmentSelector", "value": "xywh=percent:10,10,0,5"}), "box"),
        (Seen(media_id=medium, box={"type": "FragmentSelector", "value": "xywh=percent:١,١,٥,٥"}), "box"),
        (Seen(box=BOX), "box"),
        (Seen(media_id=medium, person_id=side.person_id), "media_id"),
        (Seen(media_id=medium, at_s=31), "at_s"),
        (Seen(media_id=medium, at_s=5, until_s=4), "at_s"),
        (Seen(at_s=1), "at_s"),
    ]

    for seen, field in wrong:
        with pytest.raises(Invalid) as refusal:
            opened(operation, database, me, seen)
        assert [fault.partition(":")[0] for fault in refusal.value.facts["faults"]] == [field]
    for what, claim in (("plug", "a plug"), ("object", " \u200b")):
        with pytest.raises(Invalid), database.write(me) as tx:
            clues.open_clue(tx, operation.id, what=what, claim=claim)
    with pytest.raises(NotFound):
        opened(operation, database, me, Seen(person_id=uuid4()))
    assert operation.kinds() == before
    opened(operation, database, me, Seen(media_id=medium, at_s=5, until_s=30))


def test_two_examiners_give_a_statement_and_no_features_once_both_have_looked(
    operation: TestOperation, database: Database
) -> None:
    side = evidence(operation, operation.lead())
    lead = opened(operation, database, operation.person("EC"), Seen(media_id=side.media_item_id))
    for country in ("EC", "PE"):
        person = operation.person(country)
        with database.write(person) as tx:
            token = claim_lead(tx, lead)
        with pytest.raises(Invalid) as refusal, database.write(person) as tx:
            assess_lead(tx, lead, token=token, opinion=1, reason="type N", suitability=["suitable"])
        assert len(refusal.value.facts["faults"]) == 2
        look(operation.workers, lead, person)
        with database.write(person) as tx:
            assess_lead(tx, lead, token=token, opinion=1, reason="type N")
        operation.change(
            "update assessment set signed_at = signed_at - interval '11 seconds' where lead_id = :id", id=lead
        )
        with operation.workers.write(operation.service_id) as tx:
            settle_assessments(tx)

    assert operation.row(Lead, lead).stage == "verified"
    with pytest.raises(Conflict, match="joins no two sides"), database.write(operation.person("EC", "liaison")) as tx:
        draft_referral(tx, lead, to_agency_id=operation.agencies["PE"], competence="evidence")


def test_a_result_counts_once_an_independent_second_person_confirms_it(
    operation: TestOperation, database: Database
) -> None:
    first, second = operation.person("EC"), operation.person("PE")
    lead, other = opened(operation, database, first), opened(operation, database, first)
    with database.write(first) as tx:
        act = clues.state_clue_result(tx, lead, result="country", country="BR", grounds="sockets")
    with pytest.raises(Forbidden), database.write(first) as tx:
        clues.confirm_clue_result(tx, lead, result="country", country="BR")
    with pytest.raises(Conflict), database.write(second) as tx:
        clues.confirm_clue_result(tx, lead, result="eliminated")
    with operation.workers.read(operation.service_id) as view:
        assert counts(view.session, operation.id)["clues_country"] == 0

    with database.write(second) as tx:
        clues.confirm_clue_result(tx, lead, result="country", country="BR")
    with database.write(second) as tx:
        clues.state_clue_result(tx, other, result="eliminated", grounds="sold everywhere")
    with database.write(first) as tx:
        clues.confirm_clue_result(tx, other, result="eliminated")

    with operation.workers.read(operation.service_id) as view:
        found = counts(view.session, operation.id)
        again = recounted(view.session, operation.id)
        told = view.session.scalars(
            select(Event.payload).where(Event.kind == "clue:result_stated", Event.lead_id == lead)
        )
        assert told.one() == {"act": str(act), "result": "country", "country": "BR", "region": None}
    keys = ("clues_opened", "clues_country", "clues_eliminated")
    assert [found[key] for key in keys] == [again[key] for key in keys] == [2, 1, 1]
    with pytest.raises(Forbidden), database.write(second) as tx:
        clues.take_back_clue_result(tx, act)
    with database.write(first) as tx:
        clues.take_back_clue_result(tx, act)
    assert (operation.row(Clue, lead).result, operation.row(Clue, lead).confirmed_at) == (None, None)
    assert operation.row(ClueAct, act).undone_by == first


def test_people_can_open_nothing_past_the_command(operation: TestOperation, database: Database) -> None:
    side = evidence(operation, operation.lead(Side("EC", "agency"), "PE"))
    me, medium = operation.person("PE"), operation.row(MediaItem, side.media_item_id)

    for lock in (side.compartment_id, operation.compartment("PE")):
        with pytest.raises(Exception, match="not of this compartment"), database.write(me) as tx:
            tx.session.execute(
                clues._OPEN,
                {"lead": uuid4(), "operation": operation.id, "lock": lock, "media": medium.id, "person": None},
            )


def test_what_is_said_on_a_clue_is_told_as_on_other_leads(operation: TestOperation, database: Database) -> None:
    lead = opened(operation, database, operation.person("EC"))

    with database.write(operation.person("PE")) as tx:
        comment_on_lead(tx, lead, body="sold here too", language="en")

    assert [each.body for each in page(operation, database, lead, operation.person("CL")).comments] == ["sold here too"]
