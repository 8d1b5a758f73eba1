"""Grades: a country's table of categories, the category that people give a medium by it, and how many must agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, insert, select, text

from workspace import events
from workspace.commands.grading import categories_of, hold_grading, standing_table, votes_needed
from workspace.commands.guard import require_operation, require_own_country
from workspace.commands.marks import MOST_MEDIA
from workspace.commands.taking_back import take_back_press
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Agency, Compartment, GradeRule, GradeTable, MediaGrade, MediaItem
from workspace.model.database import Tx
from workspace.rules.grades import LEAST_VOTES, MOST_VOTES, Category, Shipped, changed_in_use
from workspace.rules.reasons import require_words, words_of


@dataclass(frozen=True)
class GradedMedia:
    """The act, by which it is taken back, and how many media it graded, copies too."""

    act: UUID
    media: int


def bring_grade_table(
    tx: Tx, operation_id: int, *, name: str, categories: Sequence[Category], shipped: Shipped | None = None
) -> UUID:
    """Bring in the table by which the actor's country grades, in place of the one before; answers its id. Asks
    `bring_grade_table`; records `grade:table_brought`.

    shipped: it is this one of the two public tables, as it comes with the program.

    Raises:
        Conflict: the same table stands already.
        Invalid: there is no category, or one by which media are graded is gone or means something else.
    """
    operation = require_operation(tx, "bring_grade_table", operation_id, held=True)
    require_own_country(tx, operation, tx.actor.country)
    require_words(name=name)
    if not categories:
        raise Invalid("The table was not taken.", faults=[Fault("file", "there is no category in it")])
    hold_grading(tx, operation_id, tx.actor.country, changes=True)
    before = standing_table(tx, operation_id, tx.actor.country)
    as_stored = [asdict(each) for each in categories]
    if before is not None:
        if (before.name, before.categories, before.shipped) == (words_of(name), as_stored, shipped):
            raise Conflict("This table stands already.")
        used = tx.session.execute(text("select grades_in_use(:id)"), {"id": operation_id}).scalar_one()
        if faults := changed_in_use(categories_of(before), categories, used):
            raise Invalid("The table was not taken.", faults=faults)
    table_id = uuid4()
    tx.session.execute(
        insert(GradeTable).values(
            id=table_id,
            operation_id=operation_id,
            country=tx.actor.country,
            name=words_of(name),
            shipped=shipped,
            categories=as_stored,
            brought_by=tx.actor.id,
        )
    )
    tx.record(events.GradeTableBrought(events.Place(operation_id), table=table_id, categories=len(categories)))
    return table_id


def raise_grade_votes(tx: Tx, operation_id: int, votes: int) -> None:
    """Let a grade stand only once so many people of any country have given the same one. Asks `raise_grade_votes`;
    records `grade:votes_raised`. Grades that fewer people have given stand no more.

    Raises:
        Invalid: too few or too many. Conflict: it is not more than what holds now: a rule only gets stronger.
    """
    require_operation(tx, "raise_grade_votes", operation_id, held=True)
    if not LEAST_VOTES <= votes <= MOST_VOTES:
        fault = Fault("votes", "between {least} and {most}", least=LEAST_VOTES, most=MOST_VOTES)
        raise Invalid("So many people cannot be asked for.", faults=[fault])
    before = votes_needed(tx, operation_id)
    if votes <= before:
        raise Conflict("{votes} people must agree already. This rule only gets stronger.", votes=before)
    tx.session.execute(insert(GradeRule).values(operation_id=operation_id, votes=votes, set_by=tx.actor.id))
    tx.record(events.GradeVotesRaised(events.Place(operation_id), before=before, after=votes))


def grade_media(tx: Tx, operation_id: int, media: Sequence[UUID], *, country: str, number: int) -> GradedMedia:
    """Give media a category of a country's table. Asks `grade_media`; records `media:graded` for each compartment.

    By one's own country's table: all copies of their contents that the actor may see; on others' material it is the own
    country's grade, which changes nothing of the owner's. By another country's table, where grades are given by several
    votes: the copies that are that country's, as one vote. All of them are graded, or none.

    Raises:
        NotFound: one of them does not exist in this operation for the actor.
        Forbidden: another country's table, while one person's grade is enough.
        Invalid: the country has no table or no such category, none of its copies is among them, or there are none or
        too many media.
    """
    if not 1 <= len(set(media)) <= MOST_MEDIA:
        raise Invalid("These media cannot be graded.", faults=[Fault("media", "1 to {most} media", most=MOST_MEDIA)])
    contents = _contents(tx, operation_id, media)
    require_operation(tx, "grade_media", operation_id)
    if country != tx.actor.country and votes_needed(tx, operation_id) < LEAST_VOTES:
        raise Forbidden("By this table its own country grades. Propose the grade to the owner.", country=country)
    hold_grading(tx, operation_id, country)
    table = standing_table(tx, operation_id, country)
    if table is None:
        raise Invalid(
            "{country} has no table of categories yet. Its country lead brings one in, on the page «Grades».",
            country=country,
            faults=[Fault("country", "has no table of categories yet")],
        )
    if number not in categories_of(table):
        known = sorted(categories_of(table))
        raise Invalid("These media cannot be graded.", faults=[Fault("number", "one of {known}", known=known)])
    copies = _copies(tx, operation_id, contents, owner=None if country == tx.actor.country else country)
    if {row.sha256 for row in copies} != contents:
        fault = Fault("media", "only material of {country} is graded by its table", country=country)
        raise Invalid("These media cannot be graded.", faults=[fault])
    act = uuid4()
    said = {"operation_id": operation_id, "act": act, "table_id": table.id, "table_country": country, "number": number,
            "graded_by": tx.actor.id, "grader_country": tx.actor.country}  # fmt: skip
    rows = [said | {"media_item_id": row.id, "compartment_id": row.compartment_id} for row in copies]
    tx.session.execute(insert(MediaGrade), rows)
    for compartment_id, count in sorted(Counter(row.compartment_id for row in copies).items()):
        place = events.Place(operation_id, (compartment_id,))
        tx.record(events.MediaGraded(place, act=act, table=table.id, number=number, media=count))
    return GradedMedia(act, len(copies))


def take_back_grades(tx: Tx, act: UUID) -> None:
    """Take back the grades that the actor gave in one press: what stood before stands again. Asks `grade_media`;
    records `media:ungraded` for each compartment.

    Raises:
        NotFound: the actor gave none of the kind, to media that he may still see.
        Conflict: they were taken back already.
    """
    own = and_(MediaGrade.act == act, MediaGrade.graded_by == tx.actor.id)
    for place, count in take_back_press(tx, "grade_media", MediaGrade, own):
        tx.record(events.MediaUngraded(place, act=act, media=count))


def _contents(tx: Tx, operation_id: int, media: Sequence[UUID]) -> set[bytes]:
    chosen = tx.session.execute(
        select(MediaItem.id, MediaItem.sha256).where(
            MediaItem.id.in_(media), MediaItem.operation_id == operation_id, MediaItem.register_entry_id.is_(None)
        )
    ).all()
    if len(chosen) < len(set(media)):
        raise NotFound("There is no such medium.")
    return {row.sha256 for row in chosen}


def _copies(tx: Tx, operation_id: int, contents: set[bytes], *, owner: str | None) -> Sequence[Any]:
    """The copies of contents that the actor may see; owner: those of this country alone."""
    wanted = (
        select(MediaItem.id, MediaItem.sha256, MediaItem.compartment_id)
        .join(Compartment, Compartment.id == MediaItem.compartment_id)
        .join(Agency, Agency.id == Compartment.agency_id)
        .where(
            MediaItem.sha256.in_(contents),
            MediaItem.operation_id == operation_id,
            MediaItem.register_entry_id.is_(None),
        )
        .order_by(MediaItem.compartment_id, MediaItem.id)
    )
    return tx.session.execute(wanted if owner is None else wanted.where(Agency.country == owner)).all()
