"""Clue cards: made, checked by a second person, seen by the whole operation, and answered by countries without a
key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.support.operation import Side, TestOperation
from workspace.commands import cards, clues
from workspace.commands.boxes import draw_face
from workspace.commands.cards import Part
from workspace.commands.clue_media import add_clue_media
from workspace.commands.clues import Seen
from workspace.commands.exhibits import change_handling
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import ClueCard, Event, LeadEvidence
from workspace.model.database import Database
from workspace.queries.cards import CardPage, card_page, card_source, card_to_mask, lead_cards
from workspace.queries.cards import cards as all_cards

CROP = {"type": "FragmentSelector", "value": "xywh=percent:0,0,50,50"}


def clue(operation: TestOperation, database: Database, sharing: str = "agency") -> tuple[UUID, LeadEvidence]:
    """A clue of a picture of EC that was read, with a face in its corner (0 to 10 per cent)."""
    lead = operation.lead(Side("EC", sharing), "PE")
    with Session(operation.owner, expire_on_commit=False) as session:
        side = session.scalars(select(LeadEvidence).where(LeadEvidence.lead_id == lead, LeadEvidence.side == 1)).one()
    operation.change("update media_item set preview_address = 'p' where id = :id", id=side.media_item_id)
    with database.write(operation.person("EC")) as tx:
        return clues.open_clue(
            tx, operation.id, what="object", claim="a bag", seen=Seen(media_id=side.media_item_id)
        ), side


def make(operation: TestOperation, database: Database, lead: UUID, person: int, **values: Any) -> UUID:
    with database.write(person) as tx:
        return cards.make_card(tx, lead, question="Where is this sold?", **values)


def page(database: Database, person: int, card: UUID) -> CardPage:
    with database.read(person) as view:
        return card_page(view.session, card)


def check(database: Database, person: int, card: UUID) -> None:
    with database.write(person) as tx:
        cards.check_card(tx, card, is_right=True)


def test_a_checked_card_of_closed_material_is_seen_and_answered_by_a_country_without_a_key(
    operation: TestOperation, database: Database
) -> None:
    lead, _ = clue(operation, database)
    maker, second, other = operation.person("EC"), operation.person("EC", "analyst"), operation.person("CL")
    card = make(operation, database, lead, maker, asked=" shop or chain ")
    for reader in (other, operation.person("PE")):
        with pytest.raises(NotFound):
            page(database, reader, card)
        with pytest.raises(NotFound), database.write(reader) as tx:
            cards.answer_card(tx, card, what="not_here")

    check(database, second, card)
    with database.write(other) as tx:
        tip = cards.answer_card(tx, card, what="tip", body="sold in Arica", source="I bought one")
    with database.write(operation.person("PE")) as tx:
        cards.answer_card(tx, card, what="not_here")

    seen = page(database, operation.person("PE", "observer"), card)
    assert (seen.card.state, seen.card.tips, seen.card.not_here, seen.card.lead) == ("shown", ["CL"], ["PE"], None)
    assert [each.body for each in seen.answers] == [None, None]
    for reader in (maker, operation.person("CL", "liaison")):
        assert [each.body for each in page(database, reader, card).answers] == ["sold in Arica", None]
    with database.read(maker) as view:
        assert [each.tips for each in lead_cards(view.session, lead)] == [["CL"]]
    with operation.workers.read(operation.service_id) as view:
        told = view.session.scalars(
            select(Event.payload).where(Event.kind == "card:answered", Event.lead_id == lead)
        ).all()
        assert {"card": str(card), "answer": str(tip), "what": "tip"} in told
    with database.write(other) as tx:
        cards.withdraw_answer(tx, tip)
    assert page(database, maker, card).card.tips == []
    with pytest.raises(NotFound), database.write(maker) as tx:
        cards.withdraw_answer(tx, tip)


def test_two_people_bring_a_card_to_the_room_one_of_the_owner_and_with_h2_its_country_lead(
    operation: TestOperation, database: Database
) -> None:
    lead, side = clue(operation, database, "operation")
    foreign, own = operation.person("CL"), operation.person("EC")
    card = make(operation, database, lead, foreign)
    with pytest.raises(Forbidden, match="cannot check it"):
        check(database, foreign, card)
    with pytest.raises(Forbidden, match="belongs to the agency"):
        check(database, operation.person("PE"), card)
    check(database, own, card)
    with pytest.raises(Conflict):
        check(database, operation.person("EC", "analyst"), card)

    operation.change("update exhibit set handling_code = 'H2' where id = :id", id=side.exhibit_id)
    operation.change("update lead_evidence set exhibit_id = :x where lead_id = :id", x=side.exhibit_id, id=lead)
    strict = make(operation, database, lead, own)
    assert operation.row(ClueCard, strict).handling_code == "H2"
    for person in (operation.person("EC", "analyst"), operation.person("PE", "country_lead")):
        with pytest.raises(Forbidden, match="country lead"):
            check(database, person, strict)
    check(database, operation.person("EC", "country_lead"), strict)
    assert [operation.row(ClueCard, each).state for each in (card, strict)] == ["shown", "shown"]


def test_a_refused_card_keeps_its_reason_and_a_withdrawn_one_leaves_the_room(
    operation: TestOperation, database: Database
) -> None:
    lead, _ = clue(operation, database)
    maker, second = operation.person("EC"), operation.person("EC", "analyst")
    refused, shown = make(operation, database, lead, maker), make(operation, database, lead, maker)
    with pytest.raises(Invalid), database.write(second) as tx:
        cards.check_card(tx, refused, is_right=False, reason=" ")
    with database.write(second) as tx:
        cards.check_card(tx, refused, is_right=False, reason="a name is on the bag")
    check(database, second, shown)
    with database.read(maker) as view:
        states = {each.id: (each.state, each.refusal) for each in all_cards(view.session, operation.id)}
    assert states == {refused: ("refused", "a name is on the bag"), shown: ("shown", None)}

    with pytest.raises(NotFound), database.write(operation.person("CL")) as tx:
        cards.withdraw_card(tx, shown)
    with database.write(operation.person("EC", "country_lead")) as tx:
        cards.withdraw_card(tx, shown)

    with pytest.raises(NotFound):
        page(database, operation.person("CL"), shown)
    assert operation.kinds()[-3:] == ["card:refused", "card:shown", "card:withdrawn"]


def test_a_part_with_an_open_face_or_no_place_is_refused_and_nothing_is_made(
    operation: TestOperation, database: Database
) -> None:
    lead, _ = clue(operation, database)
    me = operation.person("EC")
    before = operation.kinds()
    wrong: list[tuple[Part, str]] = [
        (Part(CROP), "masks"),  # the face is in the part, and nothing is masked
        (Part(CROP, [(0.0, 0.0, 5.0, 10.0)]), "masks"),  # half of it
        (Part(CROP, [(0.0, 0.0, 10.0, 10.0), (60.0, 90.0, 10.0, 20.0)]), "masks"),  # one leaves the picture
        (Part({"type": "FragmentSelector", "value": "xywh=percent:60,60,50,10"}), "crop"),
        (Part({"type": "FragmentSelector", "value": "xywh=percent:60,60,0.5,10"}), "crop"),
        (Part({"value": "x"}), "crop"),
    ]
    for part, field in wrong:
        with pytest.raises(Invalid) as refusal:
            make(operation, database, lead, me, part=part)
        assert [fault.partition(":")[0] for fault in refusal.value.facts["faults"]] == [field]
    assert operation.kinds() == before
    with operation.workers.read(operation.service_id) as view:
        assert (
            view.session.execute(text("select count(*) from clue_card where lead_id = :id"), {"id": lead}).scalar() == 0
        )

    elsewhere = Part({"type": "FragmentSelector", "value": "xywh=percent:50,50,50,50"})
    made = [
        make(operation, database, lead, me, part=part) for part in (elsewhere, Part(CROP, [(0.0, 0.0, 10.0, 10.0)]))
    ]

    with operation.workers.read(operation.service_id) as view:
        assert [bool(card_to_mask(view.session, each)) for each in made] == [True, True]
    with pytest.raises(Conflict):
        check(database, operation.person("EC", "analyst"), made[0])  # its masks are not burnt in yet
    with database.write(me) as tx:
        bare = clues.open_clue(tx, operation.id, what="language", claim="an accent")
    with pytest.raises(Invalid, match="cannot be made"):
        make(operation, database, bare, me, part=elsewhere)


def test_what_two_people_say_of_the_clue_is_read_on_its_cards(operation: TestOperation, database: Database) -> None:
    lead, _ = clue(operation, database)
    first, second = operation.person("EC"), operation.person("EC", "analyst")
    card = make(operation, database, lead, first)
    check(database, second, card)
    with database.write(first) as tx:
        clues.state_clue_result(tx, lead, result="country", country="CL", grounds="a tip")
    assert page(database, operation.person("CL"), card).card.result is None

    with database.write(second) as tx:
        clues.confirm_clue_result(tx, lead, result="country", country="CL")

    shown = page(database, operation.person("CL"), card).card
    assert (shown.result, shown.country) == ("country", "CL")


def test_a_card_leaves_the_room_once_its_material_asks_for_other_people(
    operation: TestOperation, database: Database
) -> None:
    lead, side = clue(operation, database, "operation")
    operation.change("update lead_evidence set exhibit_id = :x where lead_id = :id", x=side.exhibit_id, id=lead)
    own, chief, analyst = (operation.person("EC", role) for role in ("specialist", "country_lead", "analyst"))
    plain, strict, waiting = (make(operation, database, lead, own) for _ in range(3))
    check(database, analyst, plain)
    check(database, chief, strict)

    assert side.exhibit_id is not None
    for code in ("H1", "H2"):
        with database.write(analyst) as tx:
            change_handling(tx, side.exhibit_id, handling_code=code, reason="the court asks")
        states = [operation.row(ClueCard, each).state for each in (plain, strict, waiting)]
        assert states == ["shown" if code == "H1" else "withdrawn", "shown", "made"]
    with pytest.raises(NotFound):
        page(database, operation.person("CL", "observer"), plain)
    assert page(database, own, plain).card.is_outdated
    assert not page(database, own, strict).card.is_outdated
    assert operation.kinds()[-1] == "card:outdated"
    with pytest.raises(Forbidden, match="country lead"):
        check(database, analyst, waiting)

    # The same file comes in once more, under a stricter code: housekeeping finds the cards that are outgrown.
    other, twin = clue(operation, database, "operation")
    card = make(operation, database, other, own)
    check(database, analyst, card)
    sweep(operation)
    assert operation.row(ClueCard, card).state == "shown"
    operation.change("update exhibit set handling_code = 'H3' where id = :id", id=twin.exhibit_id)
    operation.change("update lead_evidence set exhibit_id = :x where lead_id = :id", x=twin.exhibit_id, id=other)
    sweep(operation)
    assert operation.row(ClueCard, card).state == "withdrawn"


def sweep(operation: TestOperation) -> None:
    with operation.workers.write(operation.service_id) as tx:
        cards.withdraw_outdated(tx)


def test_a_card_shows_a_part_of_a_further_medium_that_lies_with_its_clue(
    operation: TestOperation, database: Database
) -> None:
    lead, side = clue(operation, database, "operation")
    further, foreign = (_read_picture(operation, owner) for owner in ("EC", "PE"))
    maker, checker = operation.person("EC"), operation.person("EC", "analyst")
    with pytest.raises(NotFound):
        make(operation, database, lead, maker, part=Part(CROP, media_id=further.media_item_id))
    with database.write(maker) as tx:
        add_clue_media(tx, lead, [UUID(str(each.media_item_id)) for each in (further, foreign)])
    with pytest.raises(Invalid, match="Open a clue of the medium, and make the card of that clue"):
        make(operation, database, lead, maker, part=Part(CROP, media_id=foreign.media_item_id))

    card = make(operation, database, lead, maker, part=Part(CROP, [(0.0, 0.0, 10.0, 10.0)], further.media_item_id))

    assert operation.row(ClueCard, card).media_item_id == further.media_item_id
    with database.read(maker) as view:
        source = card_source(view.session, lead, further.media_item_id)
        assert (source.media, source.further) == (further.media_item_id, further.media_item_id)
        assert card_source(view.session, lead).media == side.media_item_id
        with pytest.raises(NotFound):
            card_source(view.session, lead, foreign.media_item_id)
    operation.change("update clue_card set state = 'made', address = 'a' where id = :id", id=card)
    check(database, checker, card)
    with database.write(operation.person("EC", "country_lead")) as tx:
        change_handling(tx, UUID(str(further.exhibit_id)), handling_code="H3", reason="the court says so")
    assert operation.row(ClueCard, card).state == "withdrawn", "its medium is handled more strictly than the check was"


def _read_picture(operation: TestOperation, owner: str) -> LeadEvidence:
    """A further picture of this country that was read, on an exhibit."""
    lead = operation.lead(owner, "CL")
    with Session(operation.owner, expire_on_commit=False) as session:
        side = session.scalars(select(LeadEvidence).where(LeadEvidence.lead_id == lead, LeadEvidence.side == 1)).one()
    operation.change("update media_item set preview_address = 'p' where id = :id", id=side.media_item_id)
    operation.change(
        "insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes) "
        "select operation_id, compartment_id, :exhibit, id, 'a.jpg', 9 from media_item where id = :id",
        exhibit=side.exhibit_id, id=side.media_item_id,
    )  # fmt: skip
    return side


def test_a_face_that_is_found_later_keeps_a_card_from_the_room_or_takes_it_out(
    operation: TestOperation, database: Database
) -> None:
    lead, side = clue(operation, database, "operation")
    maker, second = operation.person("EC"), operation.person("EC", "analyst")
    part = Part(CROP, [(0.0, 0.0, 10.0, 10.0)])
    elsewhere = Part({"type": "FragmentSelector", "value": "xywh=percent:50,50,50,50"})
    shown, waiting, apart = (make(operation, database, lead, maker, part=each) for each in (part, part, elsewhere))
    operation.change("update clue_card set state = 'made', address = 'a' where lead_id = :id", id=lead)
    check(database, second, shown)
    check(database, second, apart)
    assert side.media_item_id is not None

    with database.write(maker) as tx:
        draw_face(tx, side.media_item_id, {"type": "FragmentSelector", "value": "xywh=percent:30,30,10,10"})

    assert [operation.row(ClueCard, each).state for each in (shown, waiting, apart)] == ["withdrawn", "made", "shown"]
    assert page(database, maker, shown).card.is_outdated
    with pytest.raises(Conflict, match="no mask covers it"):
        check(database, second, waiting)
    with pytest.raises(Invalid):
        make(operation, database, lead, maker, part=part)
    with pytest.raises(NotFound):
        page(database, operation.person("CL", "observer"), shown)

    # What came without a command that asks is found by the housekeeping.
    operation.change(
        "insert into face select (jsonb_populate_record(f, jsonb_build_object('id', gen_random_uuid(), "
        "'frame_width', 100, 'frame_height', 100, 'person_id', null))).* from face f where media_item_id = :id limit 1",
        id=side.media_item_id,
    )
    operation.change(
        "update face set box = '{70,70,80,80}' where media_item_id = :id and person_id is null", id=side.media_item_id
    )
    sweep(operation)
    assert operation.row(ClueCard, apart).state == "withdrawn"
