"""A clue is seen in several media: the same wallpaper in five pictures."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.leads.test_clues import BOX, evidence, opened, page
from tests.support.operation import Side, TestOperation
from workspace.commands.clue_media import add_clue_media, take_off_clue_media, take_off_clue_medium
from workspace.commands.clues import Seen
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Event, MediaItem
from workspace.model.database import Database
from workspace.queries.clues import clues_to_join
from workspace.queries.medium import medium_page


def media_of(operation: TestOperation, *sides: str | Side) -> list[UUID]:
    """The first side's medium of a lead for each."""
    found = [evidence(operation, operation.lead(side, "CL")).media_item_id for side in sides]
    return [each for each in found if each is not None]


def add(database: Database, person: int, lead: UUID, *media: UUID) -> UUID:
    with database.write(person) as tx:
        return add_clue_media(tx, lead, media).act


def leads_of(operation: TestOperation, database: Database, medium: UUID, person: int) -> list[UUID]:
    with database.read(person) as view:
        return [each.id for each in medium_page(view.session, medium).leads]


def test_a_clue_is_shown_with_each_medium_and_each_medium_with_it(operation: TestOperation, database: Database) -> None:
    me, (first, second, foreign) = operation.person("EC"), media_of(operation, "EC", "EC", "PE")
    lead = opened(operation, database, me, Seen(media_id=first))
    before = len(operation.kinds())

    act = add(database, me, lead, second, foreign, second)

    clue = page(operation, database, lead, me).clue
    assert clue is not None
    assert ({each.media for each in clue.media}, clue.media_of) == ({second, foreign}, 2)
    assert {each.country for each in clue.media} == {"EC", "PE"}
    assert all(lead in leads_of(operation, database, each, me) for each in (first, second, foreign))
    assert operation.kinds()[before:] == ["clue:media_added", "clue:media_added"], "one for each lock"
    with pytest.raises(Conflict, match="already"):
        add(database, me, lead, first, second)

    with pytest.raises(Forbidden), database.write(operation.person("PE")) as tx:
        take_off_clue_media(tx, act)
    with database.write(me) as tx:
        take_off_clue_medium(tx, next(each.id for each in clue.media if each.media == foreign))
    assert lead not in leads_of(operation, database, foreign, me)
    with database.write(me) as tx:
        assert take_off_clue_media(tx, act) == 1
    with pytest.raises(Conflict, match="already"), database.write(me) as tx:
        take_off_clue_media(tx, act)
    clue = page(operation, database, lead, me).clue
    assert clue is not None
    assert clue.media == []
    add(database, me, lead, second)  # what was taken off is added anew


def test_who_opens_one_of_both_reads_of_neither_in_the_other(operation: TestOperation, database: Database) -> None:
    """A closed medium on a clue that all see, and a medium that all see on a closed clue."""
    me, other = operation.person("EC"), operation.person("PE")
    shared, closed = media_of(operation, "EC", Side("EC", "agency"))
    seen_by_all, seen_by_few = (opened(operation, database, me, Seen(media_id=each)) for each in (shared, closed))

    add(database, me, seen_by_all, closed)
    add(database, me, seen_by_few, shared)

    clue = page(operation, database, seen_by_all, other).clue
    assert clue is not None
    assert (clue.media, clue.media_of) == ([], 0)
    assert leads_of(operation, database, shared, other).count(seen_by_few) == 0
    with database.read(other) as view:
        assert not view.session.query(Event).filter(Event.kind == "clue:media_added").count()
    with pytest.raises(NotFound):
        add(database, other, seen_by_few, shared)
    with pytest.raises(NotFound):
        add(database, other, seen_by_all, closed)


def test_what_cannot_be_added_changes_nothing(operation: TestOperation, database: Database) -> None:
    me = operation.person("EC")
    (first,) = media_of(operation, "EC")
    one, two = media_of(operation, Side("EC", "agency"), Side("EC", "agency"))
    locks = {operation.row(MediaItem, each).compartment_id for each in (one, two)}
    lead, closed = (opened(operation, database, me, Seen(media_id=each)) for each in (first, one))
    ended = opened(operation, database, me, Seen(media_id=first))
    operation.change("update lead set stage = 'closed' where id = :id", id=ended)
    before = operation.kinds()

    for which, media, error in (
        (lead, (), Invalid),
        (lead, tuple(uuid4() for _ in range(101)), Invalid),
        (lead, (first, uuid4()), NotFound),
        (lead, (first,), Conflict),
        (ended, (one,), Conflict),
        (uuid4(), (first,), NotFound),
        *([(closed, (first, two), Invalid)] if len(locks) == 2 else []),
    ):
        with pytest.raises(error):
            add(database, me, which, *media)

    assert operation.kinds() == before


def test_each_medium_says_where_the_clue_is_seen_in_it(operation: TestOperation, database: Database) -> None:
    me, (first, second, third) = operation.person("EC"), media_of(operation, "EC", "EC", "PE")
    operation.change("update media_item set duration_s = 60 where id = :id", id=third)
    lead = opened(operation, database, me, Seen(media_id=first))
    with database.read(me) as view:
        assert [each.id for each in clues_to_join(view.session, operation.id, second).rows] == [lead]

    with database.write(me) as tx:
        add_clue_media(tx, lead, [second], Seen(box=BOX))
        add_clue_media(tx, lead, [third], Seen(at_s=3, until_s=4.5))

    clue = page(operation, database, lead, me).clue
    assert clue is not None
    assert {each.media: (each.box, each.at_s, each.until_s) for each in clue.media} == {
        second: (BOX, None, None),
        third: (None, 3, 4.5),
    }
    with database.read(me) as view:
        assert clues_to_join(view.session, operation.id, second).rows == [], "it is seen there already"


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (Seen(box={"type": "FragmentSelector", "value": "xywh=percent:90,0,20,5"}), "box"),
        (Seen(at_s=1), "at_s"),
    ],
)
def test_a_place_that_is_not_in_the_one_medium_is_refused(
    operation: TestOperation, database: Database, seen: Seen, fault: str
) -> None:
    me, (first, second, third) = operation.person("EC"), media_of(operation, "EC", "EC", "EC")
    lead = opened(operation, database, me, Seen(media_id=first))
    before = operation.kinds()

    for media, where in (((second,), seen), ((second, third), Seen(box=BOX))):
        with pytest.raises(Invalid) as refusal, database.write(me) as tx:
            add_clue_media(tx, lead, media, where)
        assert str(refusal.value.facts["faults"]).count(fault if where is seen else "box") == 1

    assert operation.kinds() == before
