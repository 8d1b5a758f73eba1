"""Two persons of one compartment are said to be one, or two, and it is taken back; what examiners decided holds."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.operation import Side, TestOperation
from workspace.commands.persons import (
    Split,
    keep_apart,
    merge_persons,
    move_faces,
    split_person,
    take_back_act,
)
from workspace.commands.persons_at_once import give_faces, unite_persons
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Face, Lead, Person
from workspace.model.database import Database
from workspace.queries.person_page import person_page
from workspace.queries.persons import alike_persons

LIKE = "[1" + ",0" * 127 + "]"


class InMedium(NamedTuple):
    face: UUID
    media: UUID


class Two:
    """Two persons of EC, alike and each with a lead with a person of PE."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database = operation, database
        self.leads = [operation.lead(), operation.lead()]
        self.first, self.second = (self.person_of(lead, "EC") for lead in self.leads)
        for person in (self.first, self.second):
            self.make_alike(person)
        self.numbers = sorted(operation.row(Person, each).number for each in (self.first, self.second))
        self.name_pairs()
        self.me = operation.person("EC")

    def make_alike(self, person: UUID) -> None:
        self.operation.change("update face set embedding = :v where person_id = :p", v=LIKE, p=person)
        self.operation.change(
            "update person set centroid = :v, face_count = 1, model_digest = repeat('0', 64) where id = :p",
            v=LIKE,
            p=person,
        )

    def third(self, sharing: str = "operation") -> UUID:
        """A third person of EC, alike, also with a lead with a person of PE."""
        person = self.person_of(self.operation.lead(Side("EC", sharing), "PE"), "EC")
        self.make_alike(person)
        self.name_pairs()
        return person

    def name_pairs(self) -> None:
        """Give each lead the key of its pair."""
        self.operation.change(
            """update lead l set pair_key = pair_key_of_faces(a.person_id, b.person_id) from lead_evidence a,
                lead_evidence b
               where a.lead_id = l.id and b.lead_id = l.id and a.side = 1 and b.side = 2 and l.operation_id = :op""",
            op=self.operation.id,
        )

    def person_of(self, lead: UUID, country: str) -> UUID:
        return self.one(
            "select person_id from lead_evidence where lead_id = :lead and country = :c", lead=lead, c=country
        )

    def one(self, sql: str, **values: object) -> UUID:
        with self.operation.workers.engine.connect() as rows:
            found: UUID = rows.execute(text(sql), values).scalar_one()
        return found

    def key(self, lead: UUID) -> bytes:
        return self.operation.row(Lead, lead).pair_key

    def merge(self, person: int | None = None) -> UUID:
        with self.database.write(person or self.me) as tx:
            return merge_persons(tx, self.operation.id, number=self.numbers[1], other=self.numbers[0])

    def apart(self) -> UUID:
        with self.database.write(self.me) as tx:
            return keep_apart(tx, self.operation.id, number=self.numbers[0], other=self.numbers[1])

    def add_faces(self, person: UUID, count: int, track: bool = False) -> list[UUID]:
        """More faces of a person, each in a picture of its own, or of one track."""
        found = []
        with self.operation.owner.begin() as rows:
            track_id = rows.execute(
                text(
                    "insert into track (operation_id, compartment_id, media_item_id, start_s, end_s, sample_count) "
                    "select operation_id, compartment_id, media_item_id, 0, 1, 3 from face where person_id = :p limit "
                    "1 "
                    "returning id"
                ),
                {"p": person},
            ).scalar_one()
            for _ in range(count):
                found.append(
                    rows.execute(
                        text(
                            "insert into face select (jsonb_populate_record(f, jsonb_build_object('id', "
                            "gen_random_uuid(), "
                            "'track_id', cast(:track as text)))).* from face f where f.person_id = :p limit 1 "
                            "returning id"
                        ),
                        {"p": person, "track": str(track_id) if track else None},
                    ).scalar_one()
                )
            rows.execute(text("select refresh_person(:p)"), {"p": person})
        return found

    def in_a_medium_of_its_own(self, face: UUID) -> InMedium:
        """Move a face into a medium of its own."""
        with self.operation.owner.begin() as rows:
            medium = rows.execute(
                text(
                    "insert into media_item (operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, "
                    "media_type, kind, state) select m.operation_id, m.compartment_id, "
                    "sha256(cast(cast(f.id as text) as bytea)), m.md5, m.sha1, m.size_bytes, m.address, m.media_type, "
                    "m.kind, m.state from media_item m join face f on f.media_item_id = m.id where f.id = :face "
                    "returning id"
                ),
                {"face": face},
            ).scalar_one()
            rows.execute(text("update face set media_item_id = :m where id = :f"), {"m": medium, "f": face})
        return InMedium(face, medium)

    def media_of(self, person: UUID) -> list[UUID]:
        with self.operation.workers.engine.connect() as rows:
            found = rows.scalars(text("select distinct media_item_id from face where person_id = :p"), {"p": person})
            return list(found)

    def split(self, faces: list[UUID], number: int | None = None, person: int | None = None) -> Split:
        with self.database.write(person or self.me) as tx:
            return split_person(tx, self.operation.id, number or self.numbers[0], faces)

    def state(self) -> object:
        """Whose each face, each side and each pair is, and what persons keep of it."""
        with self.operation.workers.engine.connect() as rows:
            return [
                list(rows.execute(text(sql), {"op": self.operation.id}))
                for sql in (
                    "select f.id, f.person_id from face f where f.operation_id = :op order by 1",
                    "select v.id, v.person_id from lead_evidence v where v.operation_id = :op order by 1",
                    "select l.id, l.pair_key, l.stage, l.opinions from lead l where l.operation_id = :op order by 1",
                    "select p.id, p.face_count, p.centroid::text, p.merged_into from person p where p.operation_id = "
                    ":op "
                    "and p.face_count > 0 order by 1",
                )
            ]

    def take_back(self, act: UUID) -> None:
        with self.database.write(self.me) as tx:
            take_back_act(tx, act)

    def proposed(self, person: int | None = None) -> list[tuple[int, int]]:
        with self.database.read(person or self.me) as view:
            found = alike_persons(view.session, self.operation.id)
        return [(each.number, each.other_number) for each in found.alike]


@pytest.fixture
def two(operation: TestOperation, database: Database) -> Two:
    return Two(operation, database)


def test_a_merged_person_takes_over_faces_and_leads_and_parting_gives_them_back(two: Two) -> None:
    before = [two.key(lead) for lead in two.leads]

    act = two.merge()

    stays, gone = two.operation.row(Person, two.first), two.operation.row(Person, two.second)
    assert (stays.face_count, gone.face_count, gone.merged_into) == (2, 0, two.first)
    assert [two.person_of(lead, "EC") for lead in two.leads] == [two.first, two.first]
    assert two.key(two.leads[0]) == before[0]
    assert two.key(two.leads[1]) != before[1]  # it is about the person that stays
    assert two.one("select count(*) from job where kind = 'match_person' and subject_id = :p", p=two.first) == 1

    two.take_back(act)

    assert two.operation.row(Person, two.second).merged_into is None
    assert [two.operation.row(Person, each).face_count for each in (two.first, two.second)] == [1, 1]
    assert [two.person_of(lead, "EC") for lead in two.leads] == [two.first, two.second]
    assert [two.key(lead) for lead in two.leads] == before
    assert two.operation.kinds() == ["persons:merged", "persons:parted"]
    with pytest.raises(Conflict):
        two.take_back(act)


def test_a_rejected_pair_stays_rejected_for_the_person_that_both_became(two: Two) -> None:
    other = two.person_of(two.leads[1], "PE")
    two.operation.change("update lead set stage = 'rejected', opinions = 2 where id = :lead", lead=two.leads[1])

    two.merge()

    rejected = two.one(
        "select id from lead where stage = 'rejected' and pair_key = pair_key_of_faces(:one, :other)",
        one=two.first,
        other=other,
    )
    assert rejected == two.leads[1]


def test_two_leads_on_one_pair_stay_beside_each_other_with_their_opinions(two: Two) -> None:
    other = two.person_of(two.leads[0], "PE")
    two.operation.change(
        "update lead_evidence set person_id = :other where lead_id = :lead and country = 'PE'",
        other=other,
        lead=two.leads[1],
    )
    for lead, person in zip(two.leads, (two.first, two.second), strict=True):
        two.operation.change(
            "update lead set pair_key = pair_key_of_faces(:one, :other) where id = :lead",
            one=person,
            other=other,
            lead=lead,
        )
    before = [two.key(lead) for lead in two.leads]

    act = two.merge()

    assert two.key(two.leads[0]) == before[0]  # it stands for the pair; the other has a key of its own
    assert two.key(two.leads[1]) not in before
    assert [two.person_of(lead, "EC") for lead in two.leads] == [two.first, two.first]
    two.take_back(act)
    assert [two.person_of(lead, "EC") for lead in two.leads] == [two.first, two.second]
    assert [two.key(lead) for lead in two.leads] == before


def test_persons_that_look_alike_are_proposed_until_somebody_has_decided(two: Two) -> None:
    assert two.proposed() == [tuple(two.numbers)]
    assert two.proposed(two.operation.person("PE")) == []  # only to whose material it is

    act = two.apart()

    assert two.proposed() == []
    with pytest.raises(Conflict):
        two.merge()
    two.take_back(act)
    assert two.proposed() == [tuple(two.numbers)]
    two.merge()
    assert two.proposed() == []
    assert two.operation.kinds() == ["persons:kept_apart", "persons:parted", "persons:merged"]


def test_that_two_are_not_the_same_holds_for_whom_one_of_them_became(two: Two) -> None:
    third = two.person_of(two.operation.lead(), "EC")
    number = two.operation.row(Person, third).number
    with two.database.write(two.me) as tx:
        keep_apart(tx, two.operation.id, number=two.numbers[1], other=number)

    two.merge()

    with pytest.raises(Conflict), two.database.write(two.me) as tx:
        merge_persons(tx, two.operation.id, number=two.numbers[0], other=number)


def test_who_may_not_and_what_may_not_be_merged(two: Two, operation: TestOperation) -> None:
    foreign = operation.row(Person, two.person_of(two.leads[0], "PE")).number

    def merge(person: int, number: int, other: int) -> None:
        with two.database.write(person) as tx:
            merge_persons(tx, operation.id, number=number, other=other)

    first, second = two.numbers
    for person, number, other, refusal in (
        (operation.person("PE"), first, second, Forbidden),
        (operation.person("EC", "liaison"), first, second, Forbidden),
        (two.me, first, first, Invalid),
        (two.me, first, 999_999, NotFound),
        (two.me, first, foreign, Forbidden),
    ):
        with pytest.raises(refusal):
            merge(person, number, other)
    assert operation.kinds() == []


def test_the_database_itself_moves_nothing_of_another_agency(two: Two) -> None:
    face, foreign = two.one("select id from face where person_id = :p", p=two.first), two.person_of(two.leads[0], "PE")
    lock = two.operation.compartment("EC")
    for person, statement, values in (
        ("PE", "select split_off(:one)", {"one": two.first}),
        (
            "PE",
            "select regroup(:lock, array[cast(:face as uuid)], array[cast(:one as uuid)], '{}', '{}')",
            {"one": two.second},
        ),
        (
            "EC",
            "select regroup(:lock, array[cast(:face as uuid)], array[cast(:one as uuid)], '{}', '{}')",
            {"one": foreign},
        ),
    ):
        with pytest.raises(Exception, match="own"), two.database.write(two.operation.person(person)) as tx:
            tx.session.execute(text(statement), {"lock": lock, "face": face} | values)


def test_faces_that_are_not_the_person_become_one_of_their_own_with_the_leads_opened_with_them(two: Two) -> None:
    two.operation.change("update lead set stage = 'verified' where id = :lead", lead=two.leads[1])
    two.merge()
    extra = two.add_faces(two.first, 1)
    (tracked, *_) = two.add_faces(two.first, 2, track=True)
    wrong = two.one("select face_id from lead_evidence where lead_id = :l and country = 'EC'", l=two.leads[1])
    before = two.state()
    done = two.operation.kinds()

    split = two.split([wrong, tracked])

    new = two.one("select id from person where operation_id = :op and number = :n", op=two.operation.id, n=split.number)
    assert [two.operation.row(Person, each).face_count for each in (two.first, new)] == [2, 3]  # a track goes as one
    assert [two.person_of(lead, "EC") for lead in two.leads] == [two.first, new]
    assert two.operation.row(Lead, two.leads[1]).stage == "verified"
    assert two.operation.kinds()[len(done) :] == ["person:split"]
    assert (
        two.one("select count(*) from job where kind = 'match_person' and subject_id = any (:p)", p=[two.first, new])
        == 2
    )
    with pytest.raises(Conflict, match="two people"), two.database.write(two.me) as tx:
        merge_persons(tx, two.operation.id, number=two.numbers[0], other=split.number)
    assert two.operation.row(Face, extra[0]).person_id == two.first

    two.take_back(split.act)

    assert two.state() == before
    assert two.operation.row(Person, new).merged_into == two.first  # its number leads on


def test_one_press_gives_faces_to_another_person_and_one_takes_all_of_it_back(two: Two, database: Database) -> None:
    track, single = two.add_faces(two.first, 3, track=True), two.add_faces(two.first, 2)
    before, kinds = two.state(), len(two.operation.kinds())

    with database.write(two.me) as tx:
        moved = move_faces(tx, two.operation.id, two.numbers[0], [track[0], single[0]], to=two.numbers[1])

    first, second = sorted((two.first, two.second), key=lambda each: two.operation.row(Person, each).number)
    assert moved.number == two.numbers[1]
    assert {two.operation.row(Face, each).person_id for each in (*track, single[0])} == {second}, "a track goes whole"
    assert two.operation.row(Face, single[1]).person_id == first
    assert two.operation.kinds()[kinds:] == ["person:split", "persons:merged"]
    with database.read(two.me) as view:
        page = person_page(view.session, two.operation.id, moved.number)
        left = person_page(view.session, two.operation.id, two.numbers[0])
    assert {each.given_from for each in page.sights if each.face_id in (*track, single[0])} == {two.numbers[0]}
    assert {each.given_from for each in left.sights} == {None}
    assert [(each.number, each.faces) for each in left.given_away] == [(two.numbers[1], 4)]
    # The machine does not join them again, and nobody else does without taking this back.
    with pytest.raises(Conflict, match="two people"), database.write(two.me) as tx:
        merge_persons(tx, two.operation.id, number=two.numbers[0], other=two.numbers[1])

    two.take_back(moved.act)
    assert two.state() == before
    assert two.operation.kinds()[kinds + 2 :] == ["persons:parted", "persons:parted"]
    with pytest.raises(Conflict, match="already"):
        two.take_back(moved.act)


def test_faces_are_given_to_a_new_person_and_nothing_changes_where_they_cannot_be_given(
    two: Two, database: Database
) -> None:
    faces = two.add_faces(two.first, 2)
    before = two.state()
    closed = two.operation.lead(Side("EC", "agency"), "PE")
    foreign = two.operation.row(Person, two.person_of(closed, "PE")).number
    apart = two.operation.row(Person, two.person_of(closed, "EC")).number
    for to, error in ((two.numbers[0], Invalid), (apart, Invalid), (foreign, Invalid), (99_999, NotFound)):
        with pytest.raises(error), database.write(two.me) as tx:
            move_faces(tx, two.operation.id, two.numbers[0], faces[:1], to=to)
    with pytest.raises(Forbidden), database.write(two.operation.person("PE")) as tx:
        move_faces(tx, two.operation.id, two.numbers[0], faces[:1], to=two.numbers[1])
    assert [each for each in two.state()[0] if each.id in faces] == [each for each in before[0] if each.id in faces]  # type: ignore[index]

    with database.write(two.me) as tx:
        moved = move_faces(tx, two.operation.id, two.numbers[0], faces[:1])

    assert moved.number not in (*two.numbers, foreign, apart)
    new = two.operation.row(Face, faces[0]).person_id
    assert new is not None
    assert two.operation.row(Person, new).number == moved.number


def test_one_press_gives_the_faces_of_chosen_media_to_a_person_and_one_takes_all_of_it_back(
    two: Two, database: Database
) -> None:
    """Of one person a part of the faces, of the other all: the first keeps the rest, the second becomes the third."""
    chosen = two.in_a_medium_of_its_own(two.add_faces(two.first, 2)[0])
    third = two.third()
    givers = [two.operation.row(Person, each).number for each in (two.first, third)]
    to = two.operation.row(Person, two.second).number
    before, kinds = two.state(), len(two.operation.kinds())
    media = [chosen.media, *two.media_of(third)]

    with database.write(two.me) as tx:
        given = give_faces(tx, two.operation.id, media, [*givers, to], to=to)

    assert (given.number, given.faces, given.media) == (to, 2, 2)
    assert two.operation.row(Face, chosen.face).person_id == two.second
    assert two.operation.row(Person, two.first).merged_into is None, "what is not in the chosen media stays"
    assert two.operation.row(Person, third).merged_into == two.second
    assert two.operation.kinds()[kinds:] == ["person:split", "persons:merged", "persons:merged"]

    two.take_back(given.act)
    assert two.state() == before
    assert two.operation.kinds()[kinds + 3 :] == ["persons:parted"] * 3


def test_faces_of_chosen_media_become_a_new_person_or_nothing_changes(two: Two, database: Database) -> None:
    chosen = two.in_a_medium_of_its_own(two.add_faces(two.first, 2)[0])
    first, second = (two.operation.row(Person, each).number for each in (two.first, two.second))
    closed = two.operation.lead(Side("EC", "agency"), "PE")
    foreign = two.operation.row(Person, two.person_of(closed, "PE")).number
    apart = two.operation.row(Person, two.person_of(closed, "EC")).number
    before = two.state()

    def give(persons: list[int], to: int | None = None, media: list[UUID] | None = None, who: int = two.me) -> int:
        with database.write(who) as tx:
            return give_faces(tx, two.operation.id, media or [chosen.media], persons, to=to).number

    for persons, to, error in (
        ([first], first, Invalid),
        ([], None, Invalid),
        ([first], apart, Invalid),
        ([foreign], first, Forbidden),
        ([first], 99_999, NotFound),
        ([second], None, Conflict),  # it is in none of these media
    ):
        with pytest.raises(error):
            give(persons, to)
    with pytest.raises(Conflict, match="a person already"):
        give([second], None, two.media_of(two.second))
    with pytest.raises(Forbidden):
        give([first], second, who=two.operation.person("PE"))
    assert two.state() == before

    number = give([first])

    assert number not in (first, second, foreign, apart)
    new = two.operation.row(Face, chosen.face).person_id
    assert new is not None
    assert two.operation.row(Person, new).number == number


def test_any_act_is_taken_back_at_any_time_and_leaves_no_trace(two: Two) -> None:
    two.add_faces(two.first, 2)
    faces = two.add_faces(two.second, 2)
    third = two.person_of(two.operation.lead(), "EC")
    number = two.operation.row(Person, third).number
    merged = two.merge()
    split = two.split(faces[:1])
    with two.database.write(two.me) as tx:
        further = merge_persons(tx, two.operation.id, number=two.numbers[0], other=number)

    for act in (merged, further):
        two.take_back(act)
    two.take_back(split.act)

    assert [two.operation.row(Person, each).face_count for each in (two.first, two.second, third)] == [3, 3, 1]
    assert [two.person_of(lead, "EC") for lead in two.leads] == [two.first, two.second]


def test_nothing_is_split_off_that_is_elsewhere_or_all_or_anothers(two: Two) -> None:
    (extra,) = two.add_faces(two.first, 1)
    last = two.one("select id from face where person_id = :p and id <> :e", p=two.first, e=extra)
    elsewhere = two.one("select id from face where person_id = :p", p=two.second)
    before = two.state()
    for faces, person, refusal in (
        ([], two.me, Invalid),
        ([extra, last], two.me, Invalid),
        ([extra, elsewhere], two.me, Conflict),
        ([UUID(int=1)], two.me, Conflict),
        ([extra], two.operation.person("PE"), Forbidden),
        ([extra], two.operation.person("EC", "liaison"), Forbidden),
    ):
        with pytest.raises(refusal):
            two.split(faces, person=person)
    two.split([extra])
    with pytest.raises(Conflict, match="no longer"):  # somebody was faster
        two.split([extra])
    assert two.operation.kinds() == ["person:split"]
    assert before != two.state()


def test_who_would_become_one_again_must_not_have_been_said_to_be_two_since(two: Two) -> None:
    (extra,) = two.add_faces(two.first, 1)
    split = two.split([extra])
    third = two.operation.row(Person, two.person_of(two.operation.lead(), "EC")).number
    for command, one, other in (
        (merge_persons, split.number, third),
        (keep_apart, min(split.number, third), two.numbers[1]),
        (merge_persons, *two.numbers),
    ):
        with two.database.write(two.me) as tx:
            act = command(tx, two.operation.id, number=one, other=other)

    with pytest.raises(Conflict, match="since"):
        two.take_back(split.act)
    two.take_back(act)
    two.take_back(split.act)

    assert two.operation.row(Face, extra).person_id == two.first


def test_several_are_said_to_be_one_in_one_press_across_materials_too(two: Two, database: Database) -> None:
    """Two of one material become one; the third, in material that is opened separately, is gathered with them."""
    third = two.third("agency")
    numbers = [two.operation.row(Person, each).number for each in (two.first, two.second, third)]
    before, kinds = two.state(), len(two.operation.kinds())

    with database.write(two.me) as tx:
        act = unite_persons(tx, two.operation.id, numbers)

    first, second = sorted((two.first, two.second), key=lambda each: two.operation.row(Person, each).number)
    assert two.operation.row(Person, second).merged_into == first
    assert two.operation.row(Person, third).merged_into is None, "who is opened separately stays where it lies"
    with database.read(two.me) as view:
        page = person_page(view.session, two.operation.id, numbers[0])
    assert [each.number for each in page.gathered] == [numbers[2]]
    assert two.operation.kinds()[kinds:] == ["persons:merged", "persons:merged"]

    two.take_back(act)
    assert two.state() == before
    assert two.operation.kinds()[kinds + 2 :] == ["persons:parted", "persons:parted"]


def test_nobody_unites_what_is_anothers_or_was_said_to_be_two(two: Two, database: Database) -> None:
    foreign = two.operation.row(Person, two.person_of(two.leads[0], "PE")).number
    before = two.state()
    with database.write(two.me) as tx:
        keep_apart(tx, two.operation.id, number=two.numbers[0], other=two.numbers[1])
    for numbers, error in (
        ([two.numbers[0]] * 2, Invalid),
        ([two.numbers[0], foreign], Forbidden),
        ([two.numbers[0], 99_999], NotFound),
        (two.numbers, Conflict),
    ):
        with pytest.raises(error), database.write(two.me) as tx:
            unite_persons(tx, two.operation.id, numbers)
    assert two.state() == before


def test_the_list_proposes_across_materials_until_somebody_has_said_it(two: Two, database: Database) -> None:
    third = two.third("agency")
    number = two.operation.row(Person, third).number

    def across() -> list[tuple[int, int]]:
        with database.read(two.me) as view:
            found = alike_persons(view.session, two.operation.id).alike
        return [(each.number, each.other_number) for each in found if each.is_across]

    assert across() == [(two.numbers[0], number), (two.numbers[1], number)]
    assert (two.numbers[0], number) not in two.proposed(two.operation.person("PE"))

    two.merge()
    with database.write(two.me) as tx:
        act = merge_persons(tx, two.operation.id, number=two.numbers[0], other=number)
    assert across() == []
    two.take_back(act)
    assert across() == [(two.numbers[0], number)]
