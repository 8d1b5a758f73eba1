"""Series merged and split: persons and countries follow, and what is taken back leaves what the other acts say."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.operation import Side, TestOperation
from workspace.commands import clues, series, series_joins, series_words, series_work
from workspace.errors import Conflict, Forbidden, Held, Invalid, NotFound, WorkspaceError
from workspace.model import Compartment, LeadEvidence, Person, Series
from workspace.model.database import Database
from workspace.queries.figures import counts
from workspace.queries.series_board import SeriesFilter, series_board
from workspace.queries.series_page import series_page

Standing = dict[int, int | None]


class Shelf:
    """Series of EC and persons of its material, and who works on them."""

    def __init__(self, operation: TestOperation, database: Database, persons: int) -> None:
        self.operation, self.database = operation, database
        self.me = operation.person("EC", "analyst")
        for _ in range(persons):
            operation.lead("EC", "PE")
        exhibit = lay_exhibit(operation, "EC", "EC-1")
        self.media = [lay_medium(operation, exhibit) for _ in range(persons)]
        with operation.workers.read(operation.service_id) as view:
            self.numbers = list(
                view.session.scalars(
                    select(Person.number)
                    .join(Compartment, Compartment.id == Person.compartment_id)
                    .where(Person.operation_id == operation.id, Compartment.agency_id == operation.agencies["EC"])
                    .order_by(Person.number)
                )
            )

    def do(self, act: Callable[..., Any], *given: Any, by: int | None = None, **values: Any) -> Any:
        with self.database.write(by or self.me) as tx:
            return act(tx, *given, **values)

    def add(self, label: str, **values: str) -> UUID:
        added: UUID = self.do(series.add_series, self.operation.id, label=label, **values)
        return added

    def assert_each_shows_what_all_show(self) -> None:
        """What is asked of one series is what stands of it among all."""
        each = text(
            "select s.id, root_of_series(s.id) as root, array(select media_of_series(s.id) order by 1) as media, "
            "array(select media_placed_in(s.id) order by 1) as placed from series s where s.operation_id = :op order by 1"
        )
        of_all = text(
            "select s.id, r.root, array(select g.media_item_id from media_in_series(:op) g where g.series_id = s.id "
            "order by 1) as media, array(select g.media_item_id from media_placed(:op) g where g.series_id = s.id "
            "order by 1) as placed from series s left join series_roots(:op) r on r.id = s.id "
            "where s.operation_id = :op order by 1"
        )
        for viewer in (self.me, self.operation.person("PE", "analyst")):
            with self.database.read(viewer) as view:
                one, other = (view.session.execute(rows, {"op": self.operation.id}).all() for rows in (each, of_all))
            assert one == other
            assert one

    def standing(self) -> Standing:
        """By number of the person: the number of the series."""
        rows = text(
            "select p.number, s.number as series from person p left join series s on s.id = p.series_id "
            "where p.operation_id = :op and p.number = any (:numbers)"
        )
        with self.operation.workers.read(self.operation.service_id) as view:
            found = view.session.execute(rows, {"op": self.operation.id, "numbers": self.numbers})
            return {row.number: row.series for row in found}

    def live(self) -> list[int]:
        """The numbers of the series on the board."""
        with self.database.read(self.me) as view:
            board = series_board(view.session, self.operation.id, SeriesFilter())
        return sorted(card.number for column in board for card in column.series)


@pytest.fixture
def shelf(operation: TestOperation, database: Database) -> Shelf:
    return Shelf(operation, database, 3)


def test_a_merged_series_is_part_of_the_other_and_comes_back_as_it_was(shelf: Shelf) -> None:
    one, two, three = (shelf.add(label) for label in ("one", "two", "three"))
    first, second, third = shelf.numbers
    for place, number in ((one, first), (two, second)):
        shelf.do(series.place_person, place, number)
    before = shelf.standing()

    act = shelf.do(series_joins.merge_series, two, into=one)
    assert shelf.do(series_joins.merge_series, two, into=one) == act
    assert shelf.standing() == {first: 1, second: 1, third: None}
    assert shelf.live() == [1, 3]
    chain = shelf.do(series_joins.merge_series, one, into=three)
    assert shelf.standing() == {first: 3, second: 3, third: None}
    with shelf.database.read(shelf.me) as view:
        assert series_page(view.session, shelf.operation.id, 2).merged_into == 3
    for refused, values in (
        (series_work.claim_series, {}),
        (series_work.triage_series, {"triage": "done"}),
        (series_words.comment_on_series, {"body": "x"}),
        (series.determine_country, {"country": "PE", "grounds": "x"}),
        (series_joins.merge_series, {"into": three}),
    ):
        with pytest.raises(Conflict, match=r"S-0002 was merged|was merged into"):
            shelf.do(refused, two, **values)
    with pytest.raises(Conflict):
        shelf.do(series.place_person, two, third)
    with pytest.raises(Conflict):
        shelf.do(clues.open_clue, shelf.operation.id, what="object", claim="a bag", seen=clues.Seen(series_id=two))

    shelf.do(series.place_person, three, third)
    shelf.do(series_joins.take_back_join, act)
    assert shelf.standing() == {first: 3, second: 2, third: 3}
    shelf.do(series_joins.take_back_join, chain)
    assert shelf.standing() == before | {third: 3}
    with pytest.raises(Conflict):
        shelf.do(series_joins.take_back_join, chain)
    assert shelf.live() == [1, 2, 3]
    merged = [kind for kind in shelf.operation.kinds() if kind in ("series:merged", "series:parted")]
    assert merged == ["series:merged"] * 2 + ["series:parted"] * 2


def test_who_may_not_merge_or_split_is_told_why_and_nothing_changes(shelf: Shelf) -> None:
    operation = shelf.operation
    one, two, closed = shelf.add("one"), shelf.add("two"), shelf.add("closed", sharing="agency")
    theirs = shelf.do(series.add_series, operation.id, label="theirs", by=operation.person("PE"))
    first, second, _ = shelf.numbers
    shelf.do(series.place_together, one, numbers=[first, second])
    theirs_closed = operation.lead(Side("PE", "agency"), "EC")
    with operation.workers.read(operation.service_id) as view:
        hidden = view.session.scalars(
            select(Person.number)
            .join(LeadEvidence, LeadEvidence.person_id == Person.id)
            .where(LeadEvidence.lead_id == theirs_closed, LeadEvidence.country == "PE")
        ).one()
    before, standing = operation.kinds(), shelf.standing()

    for why, act, given, values in (
        (Invalid, series_joins.merge_series, one, {"into": one}),
        (Invalid, series_joins.merge_series, closed, {"into": one}),
        (Forbidden, series_joins.merge_series, theirs, {"into": one}),
        (Forbidden, series_joins.merge_series, one, {"into": theirs}),
        (Invalid, series_joins.split_series, one, {"numbers": [first, second], "label": "all"}),
        (Invalid, series_joins.split_series, one, {"numbers": [], "label": "none"}),
        (Invalid, series_joins.split_series, one, {"numbers": [first], "label": " "}),
        (Conflict, series_joins.split_series, two, {"numbers": [first], "label": "not in it"}),
        (NotFound, series_joins.split_series, one, {"numbers": [first, hidden], "label": "hidden"}),
    ):
        with pytest.raises(why):
            shelf.do(act, given, **values)
    for act, values in (
        (series_joins.merge_series, {"into": two}),
        (series_joins.split_series, {"numbers": [first], "label": "x"}),
    ):
        with pytest.raises(Forbidden):
            shelf.do(act, one, by=operation.person("PE"), **values)
        with pytest.raises(NotFound):
            shelf.do(act, closed, by=operation.person("PE"), **values)
        with pytest.raises(Forbidden):
            shelf.do(act, one, by=operation.person("EC", "liaison"), **values)
    assert (operation.kinds(), shelf.standing()) == (before, standing)
    shelf.do(series_work.claim_series, one, by=operation.person("PE"))
    with pytest.raises(Held):
        shelf.do(series_joins.merge_series, one, into=two)


def test_a_likely_country_follows_a_merger_and_its_being_taken_back(shelf: Shelf) -> None:
    one, two = shelf.add("one"), shelf.add("two")
    peer = shelf.operation.person("PE")
    shelf.do(series.determine_country, two, country="CL", grounds="the plug")
    shelf.do(series.confirm_country, two, country="CL", by=peer)

    def told(which: UUID) -> tuple[str | None, bool]:
        row = shelf.operation.row(Series, which)
        return row.country_determined, row.confirmed_at is not None

    def figure() -> tuple[int, int]:
        with shelf.operation.workers.read(shelf.operation.service_id) as view:
            found = counts(view.session, shelf.operation.id)
        return found["series_all"], found["series_country"]

    assert (told(one), told(two), figure()) == ((None, False), ("CL", True), (2, 1))
    act = shelf.do(series_joins.merge_series, two, into=one)
    assert (told(one), figure()) == (("CL", True), (1, 1))
    own = shelf.do(series.determine_country, one, country="PE", grounds="the accent")
    assert (told(one), told(two), figure()) == (("PE", False), ("CL", True), (1, 0))
    shelf.do(series.take_back_country, own)
    assert told(one) == ("CL", True)
    shelf.do(series_joins.take_back_join, act)
    assert (told(one), told(two), figure()) == ((None, False), ("CL", True), (2, 1))


def test_one_press_that_placed_many_is_taken_back_exactly_by_its_agency(shelf: Shelf) -> None:
    one, two = shelf.add("one"), shelf.add("two")
    first, second, third = shelf.numbers
    shelf.do(series.place_person, one, first)
    done = shelf.do(series.place_together, two, numbers=[first, second, third, third])
    assert done.placed == 3
    shelf.do(series.place_person, one, third)  # said since: it stands

    with pytest.raises(NotFound):
        shelf.do(series.take_back_placements, done.act, by=shelf.operation.person("PE"))
    assert shelf.do(series.take_back_placements, done.act, by=shelf.operation.person("EC", which=2)) == 3
    assert shelf.standing() == {first: 1, second: None, third: 1}
    with pytest.raises(Conflict):
        shelf.do(series.take_back_placements, done.act)
    assert shelf.operation.kinds()[-3:] == ["person:placing_undone"] * 3
    empty = shelf.do(series.place_together, one, numbers=[first])
    with pytest.raises(NotFound):
        shelf.do(series.take_back_placements, empty.act)


@pytest.mark.parametrize("seed", range(3))
def test_every_history_is_taken_back_step_by_step_and_in_any_order(shelf: Shelf, seed: int) -> None:
    """Backwards each step leads to what stood before it; in any order all end where they began."""
    draw = random.Random(seed)
    ids = {number: shelf.add(f"series {number}") for number in (1, 2, 3)}
    base, said = shelf.standing(), set[UUID]()

    def step() -> Callable[[], Any] | None:
        """Do something by chance; answers how it is taken back."""
        here, there = draw.sample(sorted(ids), 2)
        persons = draw.sample(shelf.numbers, draw.randint(1, 2))
        media = draw.sample(shelf.media, draw.randint(0, 2))
        kind = draw.choice(("place", "place", "merge", "split"))
        try:
            if kind == "place":
                done = shelf.do(series.place_together, ids[here], numbers=persons, media=media)
                shelf.assert_each_shows_what_all_show()
                return (lambda: shelf.do(series.take_back_placements, done.act)) if done.placed or done.media else None
            if kind == "merge":
                act = shelf.do(series_joins.merge_series, ids[here], into=ids[there])
                if act in said:
                    return None
                said.add(act)
                return partial_of(act)
            split = shelf.do(series_joins.split_series, ids[here], numbers=persons, label="new")
        except WorkspaceError:
            return None
        with shelf.database.read(shelf.me) as view:
            ids[split.number] = series_page(view.session, shelf.operation.id, split.number).id
        return partial_of(split.act)

    def partial_of(act: UUID) -> Callable[[], Any]:
        return lambda: shelf.do(series_joins.take_back_join, act)

    def history() -> list[tuple[Standing, Callable[[], Any]]]:
        done: list[tuple[Standing, Callable[[], Any]]] = []
        for _ in range(40):
            shelf.assert_each_shows_what_all_show()
            before = shelf.standing()
            back = step()
            if back is not None:
                done.append((before, back))
            if len(done) == 7:
                break
        return done

    for before, back in reversed(history()):
        back()
        assert shelf.standing() == before
    left = [back for _, back in history()]
    while left:
        draw.shuffle(left)
        for back in list(left):
            try:
                back()
            except Conflict:
                continue  # a split whose series were merged since: that goes first
            left.remove(back)
    shelf.assert_each_shows_what_all_show()
    assert shelf.standing() == base
    assert shelf.live() == [1, 2, 3]
