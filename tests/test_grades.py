"""Grades: tables of categories, whose grade stands, several votes, and what a table may not change."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.operation import TestOperation
from workspace.commands.grades import bring_grade_table, grade_media, raise_grade_votes, take_back_grades
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, WorkspaceError
from workspace.exchange.grade_tables import TABLE_BYTES, read_table, shipped_table
from workspace.model.database import Database
from workspace.queries.exhibits import vics_files
from workspace.queries.grades import grading, medium_grades
from workspace.queries.verification import verify_operation
from workspace.rules.grades import SHIPPED, Category

TABLE = [Category(0, "zero", "of no interest"), Category(1, "one"), Category(2, "two")]


def bring(database: Database, operation: TestOperation, country: str, table: list[Category] = TABLE) -> UUID:
    with database.write(operation.person(country, "country_lead")) as tx:
        return bring_grade_table(tx, operation.id, name=f"{country} table", categories=table)


class Room:
    """An operation with a content that EC and PE hold, and tables of both; who is who by country and number."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database = operation, database
        self.exhibit = lay_exhibit(operation, "EC", "EC-1")
        self.medium = lay_medium(operation, self.exhibit, content="x")
        self.copy = lay_medium(operation, lay_exhibit(operation, "PE", "PE-1"), content="x")
        for country in ("EC", "PE"):
            bring(database, operation, country)

    def grade(self, who: str, number: int, *, by: str = "", which: int = 1, medium: UUID | None = None) -> UUID:
        with self.database.write(self.operation.person(who, "specialist", which=which)) as tx:
            return grade_media(tx, self.operation.id, [medium or self.medium], country=by or who, number=number).act

    def stands(self, medium: UUID | None = None, *, viewer: str = "EC") -> dict[str, int | None]:
        """By country of the table: the number that stands."""
        with self.database.read(self.operation.person(viewer)) as view:
            return {each.country: each.number for each in medium_grades(view.session, medium or self.medium).standing}


@pytest.fixture
def room(operation: TestOperation, database: Database) -> Room:
    return Room(operation, database)


def test_each_country_has_a_grade_of_its_own_on_every_copy_and_the_last_one_stands_until_it_is_taken_back(
    room: Room, database: Database, operation: TestOperation
) -> None:
    first = room.grade("EC", 1)
    second = room.grade("EC", 2, which=2)
    room.grade("PE", 0)

    assert room.stands() == room.stands(room.copy, viewer="PE") == {"EC": 2, "PE": 0}
    with database.read(operation.person("PE")) as view:
        found = medium_grades(view.session, room.medium)
    assert [(each.country, each.is_owners, each.label) for each in found.standing] == [
        ("EC", True, "two"),
        ("PE", False, "zero"),
    ]
    assert (found.owner, found.mine, found.votes_needed) == ("EC", "PE", 1)
    assert operation.kinds().count("media:graded") == 6
    with database.read(operation.person("EC")) as view:
        assert [file.category for part in vics_files(view.session, room.exhibit) for file in part] == [2]

    with pytest.raises(NotFound), database.write(operation.person("EC", "specialist")) as tx:
        take_back_grades(tx, second)
    for act, which, left in ((second, 2, 1), (first, 1, None)):
        with database.write(operation.person("EC", "specialist", which=which)) as tx:
            take_back_grades(tx, act)
        assert room.stands().get("EC") == left
        with pytest.raises(Conflict), database.write(operation.person("EC", "specialist", which=which)) as tx:
            take_back_grades(tx, act)
    with pytest.raises(Forbidden):
        room.grade("PE", 1, by="EC")


def test_where_votes_are_asked_for_a_grade_stands_once_so_many_people_agree_and_a_conflict_is_shown(
    room: Room, database: Database, operation: TestOperation
) -> None:
    lead = operation.person("EC", "operation_lead")
    room.grade("EC", 1)
    with database.write(lead) as tx:
        raise_grade_votes(tx, operation.id, 3)
    for votes in (3, 2, 1, 6):
        with pytest.raises(WorkspaceError), database.write(lead) as tx:
            raise_grade_votes(tx, operation.id, votes)
    assert operation.kinds().count("grade:votes_raised") == 1
    assert room.stands() == {"EC": None}  # what one person gave stands no more

    def seen_by(which: int) -> tuple[list[int | None], bool]:
        with database.read(operation.person("EC", "specialist", which=which)) as view:
            found = medium_grades(view.session, room.medium)
        return [each.number for each in found.given if each.country == "EC"], found.standing[0].is_conflict

    assert seen_by(2) == ([None], False)  # each judges alone first
    room.grade("PE", 2, by="EC")
    assert room.stands(room.copy, viewer="PE") == {
        "EC": 1
    }  # EC's own grade of PE's copy needs no vote: the vote is of EC's alone
    act = room.grade("CL", 2, by="EC")
    assert seen_by(1) == ([2, 2, 1], True)
    room.grade("EC", 2, which=2)
    assert room.stands()["EC"] == 2
    assert seen_by(3) == ([2, 2, 2, 1], False)
    with database.write(operation.person("CL", "specialist")) as tx:
        take_back_grades(tx, act)
    assert (room.stands()["EC"], seen_by(1)[1]) == (None, True)
    with pytest.raises(Invalid):  # nothing of PE's is EC's to be voted on
        room.grade("CL", 2, by="EC", medium=lay_medium(operation, lay_exhibit(operation, "PE", "PE-7")))


def test_two_accounts_that_one_person_may_hold_are_one_vote(
    room: Room, database: Database, operation: TestOperation
) -> None:
    """EC's specialist alone has met the second account, which grades too."""
    with database.write(operation.person("EC", "operation_lead")) as tx:
        raise_grade_votes(tx, operation.id, 2)
    first, second = operation.person("EC", "specialist"), operation.person("PE", "specialist")
    operation.change("update membership set standing = 'met' where user_id = :id", id=second)
    operation.vouch(second, first)
    room.grade("EC", 1)

    room.grade("PE", 1, by="EC")
    assert room.stands()["EC"] is None

    operation.vouch(second, operation.person("CL"))
    room.grade("PE", 1, by="EC")
    assert room.stands()["EC"] == 1


def test_a_grade_that_was_written_past_the_program_is_found(room: Room, operation: TestOperation) -> None:
    room.grade("EC", 1)

    def found() -> list[str]:
        with operation.workers.read(operation.service_id) as view:
            broken = verify_operation(view.session, operation.id).broken
        return [each.key for each in broken if each.table == "grade_standing"]

    assert found() == []
    operation.change("update grade_standing set number = 2 where media_item_id = :id", id=room.medium)
    assert found() == [f"{room.medium} EC"]


def test_two_who_grade_one_medium_at_the_same_moment_are_both_counted(
    room: Room, database: Database, operation: TestOperation
) -> None:
    with database.write(operation.person("EC", "operation_lead")) as tx:
        raise_grade_votes(tx, operation.id, 4)
    people = [(country, which) for country in ("EC", "PE") for which in (1, 2)]
    for country, which in people:
        operation.person(country, "specialist", which=which)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda who: room.grade(who[0], 1, by="EC", which=who[1]), people))

    assert room.stands()["EC"] == 1


def test_a_table_that_is_in_use_keeps_the_words_of_its_numbers(
    room: Room, database: Database, operation: TestOperation
) -> None:
    room.grade("EC", 1)

    with pytest.raises(Invalid) as refused:
        bring(database, operation, "EC", [Category(1, "another"), Category(7, "seven")])
    assert "«one»" in str(refused.value.facts["faults"])
    with pytest.raises(Conflict):
        bring(database, operation, "EC")
    bring(database, operation, "EC", [Category(1, "one"), Category(7, "seven")])
    with database.read(operation.person("CL")) as view:
        tables = {each.country: each for each in grading(view.session, operation.id).tables}
    assert [each.number for each in tables["EC"].categories] == [1, 7]
    assert set(tables) == {"EC", "PE"}
    for who, number, by in (("EC", 2, "EC"), ("CL", 1, "CL")):
        with pytest.raises(Invalid):
            room.grade(who, number, by=by)
    for role in ("specialist", "operation_lead"):
        with pytest.raises(Forbidden), database.write(operation.person("EC", role)) as tx:
            bring_grade_table(tx, operation.id, name="x", categories=TABLE)


def test_the_database_takes_no_grade_that_no_table_or_rule_allows_and_none_of_material_behind_another_lock(
    room: Room, database: Database, operation: TestOperation
) -> None:
    values = {"op": operation.id, "medium": room.medium, "lock": operation.compartment("EC")}
    for table, country, number in (("EC", "EC", 9), ("PE", "EC", 1), ("EC", "PE", 1)):
        person = operation.person("PE")
        with pytest.raises(Exception, match="row-level security"), database.write(person) as tx:
            tx.session.execute(
                text(
                    "insert into media_grade (operation_id, compartment_id, media_item_id, act, table_id, "
                    "table_country, number, "
                    "graded_by, grader_country) select :op, :lock, :medium, gen_random_uuid(), t.id, :table, :number, "
                    ":who, :country "
                    "from grade_table t where t.operation_id = :op and t.country = :table"
                ),
                values | {"table": table, "number": number, "who": person, "country": country},
            )
    room.grade("EC", 1)
    closed = operation.compartment("EC", "agency")
    operation.change("update media_item set compartment_id = :lock where id = :id", lock=closed, id=room.medium)
    assert room.stands() == {"EC": 1}
    with pytest.raises(NotFound):
        room.stands(viewer="PE")
    with database.read(operation.person("PE")) as view:
        for rows in ("media_grade", "grade_standing"):
            assert view.session.scalars(text(f"select media_item_id from {rows}")).all() == [room.copy]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "there is no category in it"),
        (b"number;label\n", "there is no category in it"),
        (b"label,meaning\nx,y\n", "line 1: the first line names the columns"),
        (b"number,label\n1,a\n1,b\n", "line 3: the number 1 stands there twice"),
        (b"number,label\n-1,a\n12345,b\n\xc2\xb2,c\n", "line 3: number: «12345»"),
        (b"number,label\n1,\n", "line 2: label: is empty"),
        (b"number,label\n1,%s\n" % (b"x" * 101), "line 2: label: has more than 100"),
        (b"\xff\xfe1", "is no text in UTF-8"),
        (b"x" * (TABLE_BYTES + 1), "at most"),
        (b"[", "line 1: no JSON"),
        (b'{"tables": []}', "has no list «categories»"),
        (b"[1]", "record 1: is no object"),
        (b'[{"number": true, "label": "a"}, {"number": 1, "label": 2}]', "record 2: label: is no text"),
        (b"number,label\n" + b"".join(b"%d,a\n" % n for n in range(201)), "at most 200 categories"),
        (b'number,label\n1,"a\n', "is no line of a CSV file"),
        (b"number,label,meaning\n1,one, or two,x\n", "line 2: it has more fields than columns"),
        (b"number,label,Label\n1,a,b\n", "line 1: these columns stand there twice: label"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_its_line(content: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(content)

    assert said in str(refused.value.facts["faults"])


def test_tables_are_read_from_csv_and_json_and_the_two_public_ones_differ_in_0_and_5() -> None:
    rows = [{"Number": each.number, "label": each.label, "meaning": each.meaning} for each in TABLE]

    assert (
        read_table("\ufeffmeaning;Number;LABEL\r\n;2;two\r\nof no interest;0; zero \r\n\r\n;1;one\r\n".encode())
        == TABLE
    )
    assert read_table(json.dumps(rows).encode()) == read_table(json.dumps({"categories": rows}).encode()) == TABLE
    numbers = {scheme: {each.label: each.number for each in shipped_table(scheme)} for scheme in SHIPPED}
    assert (numbers["us_2_0"]["Non-Pertinent"], numbers["us_legacy"]["Non-Pertinent"]) == (0, 5)
