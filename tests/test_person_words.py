"""What examiners say of a person: who may, what counts, and that it is taken back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.operation import TestOperation
from workspace.commands.person_words import SaidOfPerson, describe_person, withdraw_word
from workspace.commands.persons import merge_persons, split_person, take_back_act
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Person
from workspace.model.database import Database
from workspace.queries.entries import entry_page
from workspace.queries.person_page import PersonPage, person_page


class Words:
    """Two persons of EC, each with two faces and a lead with PE."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database = operation, database
        self.leads = [operation.lead(), operation.lead()]
        self.persons = [
            self.one("select person_id from lead_evidence where lead_id = :l and country = 'EC'", l=lead)
            for lead in self.leads
        ]
        self.numbers = [operation.row(Person, each).number for each in self.persons]
        for person in self.persons:
            operation.change(
                "insert into face select (jsonb_populate_record(f, jsonb_build_object('id', gen_random_uuid()))).* "
                "from face f "
                "where f.person_id = :p limit 1",
                p=person,
            )

    def one(self, sql: str, **values: object) -> UUID:
        with self.operation.workers.engine.connect() as rows:
            found: UUID = rows.execute(text(sql), values).scalar_one()
        return found

    @property
    def face(self) -> UUID:
        """The first person's, which its lead shows."""
        return self.one("select face_id from lead_evidence where lead_id = :l and country = 'EC'", l=self.leads[0])

    def say(self, country: str = "EC", role: str = "specialist", *, of: int = 0, **said: object) -> UUID:
        with self.database.write(self.operation.person(country, role)) as tx:
            return describe_person(tx, self.operation.id, self.numbers[of], SaidOfPerson(**said))  # type: ignore[arg-type]

    def withdraw(self, word: UUID, country: str = "EC") -> None:
        with self.database.write(self.operation.person(country)) as tx:
            withdraw_word(tx, word)

    def page(self, of: int = 0, country: str = "EC") -> PersonPage:
        with self.database.read(self.operation.person(country)) as view:
            return person_page(view.session, self.operation.id, self.numbers[of])

    def ages(self) -> list[str | None]:
        return [self.operation.row(Person, each).age_band for each in self.persons]


@pytest.fixture
def words(operation: TestOperation, database: Database) -> Words:
    return Words(operation, database)


def test_the_last_age_that_the_owner_said_counts_and_what_stood_before_comes_back(words: Words) -> None:
    words.say(what="age_band", code="7_12", on_day=date(2024, 5, 1), words="front teeth")
    last = words.say(what="age_band", code="13_17")
    assert words.ages() == ["13_17", None]
    assert [(each.code, each.words) for each in words.page(country="CL").words] == [
        ("13_17", None),
        ("7_12", "front teeth"),
    ]

    words.withdraw(last)

    assert words.ages() == ["7_12", None]
    assert words.operation.kinds() == ["person:described", "person:described", "person:word_withdrawn"]
    with pytest.raises(Conflict):
        words.withdraw(last)


def test_what_was_said_stays_with_the_person_it_was_said_of_through_merge_and_split(words: Words) -> None:
    words.say(of=1, what="age_band", code="adult")
    words.say(of=1, what="note", words="a scar")
    with words.database.write(words.operation.person("EC")) as tx:
        act = merge_persons(tx, words.operation.id, number=words.numbers[0], other=words.numbers[1])
    assert words.ages()[0] == "adult"  # of whom it took over
    assert {each.number for each in words.page().words} == {words.numbers[1]}

    with words.database.write(words.operation.person("EC")) as tx:
        take_back_act(tx, act)

    assert words.ages() == [None, "adult"]
    assert (len(words.page(0).words), len(words.page(1).words)) == (0, 2)


def test_a_country_is_supported_once_people_of_two_countries_have_said_it(words: Words) -> None:
    words.say(what="country", code="PE", words="a school crest")
    words.say("EC", "analyst", what="country", code="PE", words="a uniform")
    assert words.page().supported_countries == []
    second = words.say("CL", what="country", code="PE", words="a plug")
    assert words.page().supported_countries == ["PE"]

    words.withdraw(second, "CL")

    assert words.page().supported_countries == []


def test_the_face_that_shows_a_person_best_is_one_of_its_own_and_goes_when_it_leaves(words: Words) -> None:
    face = words.face
    words.say(what="feature_face", face_id=face)
    assert words.page().feature_face == face

    with words.database.write(words.operation.person("EC")) as tx:
        split_person(tx, words.operation.id, words.numbers[0], [face])

    assert words.page().feature_face is None
    with pytest.raises(Conflict):
        words.say(what="feature_face", face_id=face)


def test_who_may_not_say_it_and_what_cannot_be_said(words: Words) -> None:
    note = words.say(what="note", words="a scar")
    face = words.face
    for country, role, said, refusal in (
        ("PE", "specialist", {"what": "age_band", "code": "adult"}, Forbidden),
        ("PE", "specialist", {"what": "feature_face", "face_id": face}, Forbidden),
        ("EC", "liaison", {"what": "note", "words": "a scar"}, Forbidden),
        ("EC", "specialist", {"what": "age_band", "code": "old"}, Invalid),
        ("EC", "specialist", {"what": "age_band", "code": "adult", "on_day": date(2999, 1, 1)}, Invalid),
        ("EC", "specialist", {"what": "country", "code": "XX", "words": "a plug"}, Invalid),
        ("EC", "specialist", {"what": "country", "code": "PE", "words": " "}, Invalid),
        ("EC", "specialist", {"what": "note", "words": "\u200b"}, Invalid),
        ("EC", "specialist", {"what": "note", "words": "a scar", "code": "PE"}, Invalid),
        ("EC", "specialist", {"what": "feature_face"}, Invalid),
        ("EC", "specialist", {"what": "name", "words": "x"}, Invalid),
    ):
        with pytest.raises(refusal):
            words.say(country, role, **said)  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        words.withdraw(note, "PE")
    with pytest.raises(NotFound):
        words.withdraw(UUID(int=1))
    assert words.operation.kinds() == ["person:described"]


def test_an_entry_tells_all_that_touches_the_child(words: Words, operation: TestOperation) -> None:
    entry, lead = UUID(int=words.numbers[0] + (operation.id << 32)), words.leads[0]
    operation.change(
        "with g as (insert into register (operation_id, compartment_id, country, name, legal_source, attested_by) "
        "values (:op, :lock, 'PE', 'Missing', 'law', :who) returning id) "
        "insert into register_entry (id, operation_id, compartment_id, register_id, number, number_key, date_of_birth, "
        "missing_since) select :entry, :op, :lock, g.id, 'RE-1', 're-1', date '2011-02-03', date '2020-06-14' from g",
        op=operation.id,
        lock=operation.compartment("PE"),
        who=operation.person("PE", "country_lead"),
        entry=entry,
    )
    operation.change(
        "update lead_evidence set register_entry_id = :entry, person_id = null where lead_id = :lead and side = 2",
        entry=entry,
        lead=lead,
    )
    operation.change("update lead set kind = 'register_match', stage = 'verified' where id = :lead", lead=lead)
    operation.change(
        "update media_item m set captured_at = '2019-03-01T00:00:00' from lead_evidence v where v.media_item_id = m.id "
        "and v.lead_id = :lead and v.side = 1",
        lead=lead,
    )
    words.say(what="age_band", code="7_12")
    with words.database.write(operation.person("EC")) as tx:
        merge_persons(tx, operation.id, number=words.numbers[0], other=words.numbers[1])

    with words.database.read(operation.person("CL")) as view:
        page = entry_page(view.session, entry)

    (found,) = page.leads
    assert (found.person, found.person_country, found.age_band, found.age_then) == (words.numbers[0], "EC", "7_12", 8)
    assert page.age_missing == 9
    assert [(each.id, each.person) for each in page.through] == [(words.leads[1], words.numbers[0])]
    assert page.stated == []
