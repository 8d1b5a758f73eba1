"""Wherever the name of an exercise's partner stands, it is told that a partner plays; a person's name stands alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from workspace.commands import exercise
from workspace.commands.claims import claim_lead
from workspace.commands.discussion import annotate_lead, change_annotation, comment_on_lead, note_presence
from workspace.commands.jurisdiction import state_jurisdiction
from workspace.model.database import Database

Seat = Callable[[int], Browser]


@pytest.fixture
def played(operation: TestOperation, workers_database: Database) -> TestOperation:
    """An exercise in which a partner plays the first specialist of EC."""
    with workers_database.write(operation.service_id) as tx:
        exercise.begin_exercise(
            tx, operation.id, seed=1, scenario="lantern", partners=[operation.person("EC", "specialist")]
        )
    return operation


def act(operation: TestOperation, database: Database, who: int, *, played_by: str) -> Any:
    """A lead that somebody claims, has open, remarks on, marks and states a ground on."""
    lead = operation.lead()
    with database.write(who, played_by=played_by) as tx:
        claim_lead(tx, lead)
        comment_on_lead(tx, lead, body="Look at the ear.", language="en")
        annotate_lead(tx, lead, face_id=None, box=None, note="an ear")
        note_presence(tx, lead, mode="viewing")
    with database.write(who, played_by=played_by) as tx:
        state_jurisdiction(tx, lead, country="EC", ground="offence_place", competence="protection", basis="a school")
    return lead


def test_a_partner_is_named_as_one_on_cards_and_everywhere_on_a_lead(
    played: TestOperation, database: Database, signed_in: Seat
) -> None:
    lead = act(played, database, played.person("EC", "specialist"), played_by="partner")
    browser = signed_in(played.person("PE"))

    page = browser.get(f"/api/v1/leads/{lead}").json
    board = browser.get(f"/api/v1/operations/{played.id}/board").json

    named = [page["holder"], *page["presence"], page["comments"][0]["author"], page["annotations"][0]["author"]]
    named += [page["jurisdiction"][0]["stated_by"], page["history"][0]["actor"], board["cards"][0]["holder"]]
    assert {each["name"]: each["played_by"] for each in named} == {"EC · specialist 1": "partner"}
    refused = browser.send("POST", f"/api/v1/leads/{lead}/claim").json
    assert refused["error"]["facts"]["played_by"] == "partner"


def test_what_a_partner_did_stays_a_partners_when_a_person_takes_the_seat(
    played: TestOperation, database: Database, signed_in: Seat
) -> None:
    seat = played.person("EC", "specialist")
    lead = act(played, database, seat, played_by="partner")
    with database.write(seat) as tx:
        exercise.take_seat(tx, played.id)
    with database.write(seat) as tx:
        comment_on_lead(tx, lead, body="And at the other one.", language="en")
        annotate_lead(tx, lead, face_id=None, box=None, note="a scar")

    page = signed_in(played.person("PE")).get(f"/api/v1/leads/{lead}").json

    assert page["holder"]["played_by"] == "person"
    for what in ("comments", "annotations"):
        assert [each["author"]["played_by"] for each in page[what]] == ["partner", "person"], what
    assert page["jurisdiction"][0]["stated_by"]["played_by"] == "partner"
    marked = page["annotations"][0]
    with database.write(seat) as tx:
        change_annotation(tx, UUID(marked["id"]), version=marked["version"], box=None, note="the left ear")
    page = signed_in(played.person("PE")).get(f"/api/v1/leads/{lead}").json
    assert [each["author"]["played_by"] for each in page["annotations"]] == ["person", "person"]
    assert {event["actor"]["played_by"] for event in page["history"] if event["kind"] == "lead:claimed"} == {"partner"}


@pytest.mark.parametrize(("language", "words"), [("en", "exercise partner"), ("es", "compañero de ejercicio")])
def test_members_and_record_say_it_in_the_readers_language(
    played: TestOperation, database: Database, signed_in: Seat, language: str, words: str
) -> None:
    act(played, database, played.person("EC", "specialist"), played_by="partner")
    reader = played.person("PE")
    played.change("update app_user set language = :language where id = :id", language=language, id=reader)
    browser = signed_in(reader)

    for place in ("members", "record"):
        page = browser.get(f"/operations/{played.id}/{place}").get_data(as_text=True)
        assert words in page, place
        assert "#i-partner" in page, place
    members = browser.get(f"/api/v1/operations/{played.id}/members").json
    assert {each["name"] for each in members if each["played_by"] == "partner"} == {"EC · specialist 1"}


def test_in_a_real_operation_nobody_is_a_partner(operation: TestOperation, database: Database, signed_in: Seat) -> None:
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)
    lead = act(operation, database, operation.person("EC"), played_by="person")
    browser = signed_in(operation.person("PE"))

    page = browser.get(f"/api/v1/leads/{lead}").get_data(as_text=True)
    assert set(re.findall(r'"played_by": ?"(\w+)"', page)) == {"person"}
    for place in ("members", "record"):
        assert 'class="player"' not in browser.get(f"/operations/{operation.id}/{place}").get_data(as_text=True)
