"""One change is proposed of many media in one press; the owner answers all or some, and the press is withdrawn as
one."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.operation import TestOperation
from workspace.commands.grades import bring_grade_table
from workspace.commands.proposals import Wanted
from workspace.commands.proposals_at_once import (
    MOST_AT_ONCE,
    ProposedAtOnce,
    answer_changes,
    propose_for_media,
    withdraw_changes,
)
from workspace.commands.series import add_series
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import MediaGrade, MediumPlacement, Proposal
from workspace.model.database import Database
from workspace.rules.grades import Category


class Media:
    """EC owns four photos and has a table; PE proposes, and has a series that all see."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database = operation, database
        exhibit = lay_exhibit(operation, "EC", "EC-1")
        self.media = [lay_medium(operation, exhibit) for _ in range(4)]
        self.owner, self.other = operation.person("EC", "country_lead"), operation.person("PE")
        with database.write(self.owner) as tx:
            bring_grade_table(tx, operation.id, name="EC", categories=[Category(0, "zero"), Category(1, "one")])
        with database.write(operation.person("PE", "analyst")) as tx:
            self.series = add_series(tx, operation.id, label="the door")

    def propose(self, *places: int, by: int = 0, **wanted: object) -> ProposedAtOnce:
        change = Wanted(**({"kind": "grade", "value": "1", "words": "the same room"} | wanted))  # type: ignore[arg-type]
        with self.database.write(by or self.other) as tx:
            return propose_for_media(tx, self.operation.id, [self.media[place] for place in places], change)

    def answer(self, *places: int, accept: bool = True, reason: str = "", by: int = 0) -> int:
        media = {self.media[place] for place in places}
        ids = [row.id for row in self.rows() if row.media_item_id in media and row.answer != "withdrawn"]
        with self.database.write(by or self.operation.person("EC")) as tx:
            return answer_changes(tx, self.operation.id, ids, accept=accept, reason=reason)

    def withdraw(self, act: UUID, by: int = 0) -> int:
        with self.database.write(by or self.other) as tx:
            return withdraw_changes(tx, act)

    def rows(self) -> list[Proposal]:
        here = select(Proposal).where(Proposal.operation_id == self.operation.id).order_by(Proposal.ordinal)
        with Session(self.operation.workers.engine, expire_on_commit=False) as session:
            return list(session.scalars(here))

    def answers(self) -> list[str | None]:
        return [row.answer for row in self.rows()]


@pytest.fixture
def media(operation: TestOperation, database: Database) -> Media:
    return Media(operation, database)


def test_one_press_proposes_of_all_and_the_owner_accepts_some_and_declines_the_rest_with_one_reason(
    media: Media, database: Database
) -> None:
    made = media.propose(0, 1, 2)
    assert (made.proposed, made.waiting, {row.act for row in media.rows()}) == (3, 0, {made.act})

    assert media.answer(0, 1) == 2
    assert media.answer(2, accept=False, reason="another room") == 1

    assert media.answers() == ["accepted", "accepted", "declined"]
    with database.read(media.owner) as view:
        graded = {row.media_item_id for row in view.session.query(MediaGrade)}
    assert graded == set(media.media[:2])
    assert (
        media.operation.kinds()[-7:]
        == [
            *["proposal:made"] * 3,
            *["media:graded", "proposal:accepted"] * 2,
            "proposal:declined",
        ][-7:]
    )


def test_what_waits_already_is_passed_over_and_the_press_is_withdrawn_as_one_as_far_as_nobody_answered(
    media: Media,
) -> None:
    media.propose(0)

    made = media.propose(0, 1, 2)
    assert (made.proposed, made.waiting) == (2, 1)
    with pytest.raises(Conflict, match="all of them"):
        media.propose(0, 1, 2)
    media.answer(1)

    assert media.withdraw(made.act) == 1
    assert media.answers() == [None, "accepted", "withdrawn"]
    with pytest.raises(Conflict):
        media.withdraw(made.act)


def test_media_are_proposed_for_a_series_and_placed_by_their_owner(media: Media, database: Database) -> None:
    media.propose(0, 1, kind="series", series=media.series, value="")

    media.propose(1)
    with pytest.raises(Invalid, match="together"):
        media.answer(0, 1)
    media.withdraw(media.rows()[-1].act or uuid4())
    assert media.answer(0, 1) == 2

    with database.read(media.owner) as view:
        placed = {row.media_item_id for row in view.session.query(MediumPlacement)}
    assert placed == set(media.media[:2])


def test_one_that_no_longer_fits_and_one_that_is_not_theirs_leave_all_as_they_were(
    media: Media, operation: TestOperation
) -> None:
    foreign = lay_medium(operation, lay_exhibit(operation, "PE", "PE-1"))
    media.media.append(foreign)
    for refused, places, wanted in (
        (Forbidden, (0, 4), {}),
        (Invalid, (0,), {"value": "7"}),
        (Invalid, (0,), {"words": " "}),
        (Invalid, (0,), {"kind": "exhibit_fact"}),
        (Invalid, (), {}),
        (NotFound, (0,), {"kind": "series", "series": uuid4()}),
    ):
        with pytest.raises(refused):
            media.propose(*places, **wanted)
    assert media.rows() == []

    made = media.propose(0, 1)
    media.withdraw(media.propose(2).act)
    for person, refused in ((operation.person("PE"), Forbidden), (operation.person("CL"), NotFound)):
        with pytest.raises(refused):
            media.answer(0, 1, by=person)
    with pytest.raises(Conflict), media.database.write(media.owner) as tx:
        answer_changes(tx, operation.id, [row.id for row in media.rows()], accept=True)
    with pytest.raises(Invalid):
        media.answer(0, 1, accept=False)
    with pytest.raises(NotFound):
        media.withdraw(made.act, by=operation.person("CL"))
    with pytest.raises(Invalid), media.database.write(media.owner) as tx:
        answer_changes(tx, operation.id, [uuid4()] * 1 + [uuid4() for _ in range(MOST_AT_ONCE)], accept=True)

    assert media.answers() == [None, None, "withdrawn"]
