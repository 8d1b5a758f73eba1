"""The director's page and its routes: what they do, and that they tell nothing of what the exercise is about."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands import exercise
from workspace.commands.assessments import assess_lead
from workspace.commands.claims import claim_lead
from workspace.model import Exercise, ExerciseInjection, ExerciseSeat, Operation
from workspace.model.database import Database

Seat = Callable[[int], Browser]
SEED = 1_954_072_611
"""So long that no id, time or token of an answer holds it by chance."""


@pytest.fixture
def played(operation: TestOperation, workers_database: Database) -> TestOperation:
    """An exercise in which a partner plays the first specialist of EC."""
    operation.person("PE")
    with workers_database.write(operation.service_id) as tx:
        exercise.begin_exercise(
            tx, operation.id, seed=SEED, scenario="lantern", partners=[operation.person("EC", "specialist")]
        )
    return operation


@pytest.fixture
def director(played: TestOperation, signed_in: Seat) -> Browser:
    return signed_in(played.person("EC", "director"))


def api(played: TestOperation, rest: str = "") -> str:
    return f"/api/v1/operations/{played.id}/exercise{rest}"


def page(played: TestOperation) -> str:
    return f"/operations/{played.id}/exercise"


def test_the_director_is_not_told_the_seed(played: TestOperation, director: Browser) -> None:
    for address in (api(played), page(played)):
        answer = director.get(address)
        assert (answer.status_code, str(SEED) in answer.get_data(as_text=True)) == (200, False)


def test_each_button_of_the_page_does_what_it_says(played: TestOperation, director: Browser) -> None:
    seat = played.person("EC", "specialist")

    sent = (
        ("/pace", {"pace": 60}),
        ("/pause", None),
        ("/resume", None),
        ("/step", None),
        ("/seats", {"user_id": seat, "to": "person"}),
        ("/injections", {"kind": "returned_referral", "in_minutes": 10}),
    )
    assert {director.send("POST", api(played, rest), body).status_code for rest, body in sent} == {200}

    row = played.row(Exercise, played.id)
    assert (row.pace, row.is_paused, row.steps) == (60, True, 1)
    assert played.row(ExerciseSeat, (played.id, seat)).played_by == "person"
    answer = director.get(api(played)).json
    injected = played.row(ExerciseInjection, answer["injections"][0]["id"])
    assert (injected.kind, (injected.due_at - injected.asked_at).total_seconds()) == ("returned_referral", 600)
    assert [each["kind"] for each in answer["possible_injections"]] == [
        "line_cut",
        "wrong_statement",
        "returned_referral",
        "withdrawn_entry",
        "window_moved",
        "country_joins",
    ]


def test_seats_say_who_plays_and_since_when_a_person_is_away(
    played: TestOperation, director: Browser, signed_in: Seat
) -> None:
    here, partner = played.person("PE"), played.person("EC", "specialist")
    signed_in(here)
    played.change("update session set seen_at = now() - interval '12 minutes' where user_id = :who", who=here)

    seats = {seat["user_id"]: seat for seat in director.get(api(played)).json["seats"]}

    assert (seats[here]["played_by"], seats[here]["away_min"]) == ("person", 12)
    assert (seats[partner]["played_by"], seats[partner]["away_min"]) == ("partner", None)
    assert [seat["may_pass"] for seat in seats.values() if seat["role"] == "director"] == [False]
    shown = director.get(page(played)).get_data(as_text=True)
    assert "away 12 min" in shown


def test_each_seat_that_only_receives_stands_under_its_kind_of_agency(played: TestOperation, director: Browser) -> None:
    for kind in ("court", "child_protection"):
        person = played.person("PE", "recipient", 7 if kind == "court" else 8)
        played.change(
            "update agency set kind = :kind where id = (select agency_id from app_user where id = :who)",
            kind=kind,
            who=person,
        )

    heads = re.findall(r'<th scope="row">\s*([^<]*?)\s*</th>', director.get(page(played)).get_data(as_text=True))

    assert "Court" in heads or "Child protection" in heads
    assert not [head for head in heads if head.startswith("Receiving authority")]


def test_acts_tell_who_did_what_kind_of_thing_and_no_more(
    played: TestOperation, director: Browser, database: Database
) -> None:
    lead = played.lead()
    with database.write(played.person("EC"), played_by="partner") as tx:
        token = claim_lead(tx, lead)
        look(played.workers, lead, played.person("EC"))
        assess_lead(tx, lead, token=token, opinion=1, reason="CANARY ears", **WHOLE)

    acts = director.get(api(played)).json["acts"]
    earlier = director.get(api(played, f"/acts?before={acts[0]['seq']}")).json

    assert [(act["name"], act["played_by"], act["text"]) for act in acts[:2]] == [
        ("EC · specialist 1", "partner", "signed an opinion"),
        ("EC · specialist 1", "partner", "claimed the lead"),
    ]
    assert set(acts[0]) == {"seq", "at", "name", "country", "played_by", "text"}
    assert earlier == acts[1:]
    said = json.dumps(acts) + director.get(page(played)).get_data(as_text=True)
    assert "CANARY" not in said
    assert str(lead) not in said


def test_the_page_exists_for_its_director_alone_and_is_in_no_other_menu(
    played: TestOperation, director: Browser, signed_in: Seat
) -> None:
    for role in ("operation_lead", "country_lead", "observer", "administrator"):
        browser = signed_in(played.person("PE", role))
        assert browser.get(page(played)).status_code == 404, role
        assert browser.get(api(played)).status_code == 404, role
        assert browser.send("POST", api(played, "/pause")).status_code == 404, role
        assert page(played) not in browser.get(f"/operations/{played.id}").get_data(as_text=True), role

    assert f'href="{page(played)}"' in director.get(f"/operations/{played.id}").get_data(as_text=True)


def test_a_real_operation_has_no_director_page(operation: TestOperation, signed_in: Seat) -> None:
    browser = signed_in(operation.person("EC", "director"))
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)

    assert browser.get(page(operation)).status_code == 404
    assert browser.get(api(operation)).status_code == 404
    assert page(operation) not in browser.get(f"/operations/{operation.id}").get_data(as_text=True)


def test_opening_the_debrief_asks_for_a_reason_and_a_fresh_passkey(played: TestOperation, director: Browser) -> None:
    who = played.person("EC", "director")
    assert director.send("POST", api(played, "/reveal"), {"reason": " "}).status_code == 422
    played.change("update session set stepped_up_at = now() - interval '1 hour' where user_id = :who", who=who)
    assert director.send("POST", api(played, "/reveal"), {"reason": "Time is over."}).status_code == 403
    assert played.row(Exercise, played.id).revealed_at is None

    played.change("update session set stepped_up_at = now() where user_id = :who", who=who)
    assert director.send("POST", api(played, "/reveal"), {"reason": "Time is over."}).status_code == 200
    assert (played.row(Exercise, played.id).reveal_reason, played.row(Operation, played.id).state) == (
        "Time is over.",
        "closed",
    )
    shown = director.get(page(played)).get_data(as_text=True)
    assert f'href="/operations/{played.id}/debrief"' in shown
    assert "/reveal" not in shown


def test_beginning_again_asks_first_and_the_page_says_what_to_run(
    played: TestOperation, director: Browser, workers_database: Database
) -> None:
    before = director.get(page(played)).get_data(as_text=True)
    assert f'data-api="POST {api(played, "/restart")}"' in before
    assert "End this exercise and begin a new one?" in before
    assert "make demo" not in before

    assert director.send("POST", api(played, "/restart")).status_code == 200
    assert director.send("POST", api(played, "/restart")).status_code == 409

    asked = director.get(page(played)).get_data(as_text=True)
    assert "make demo" in asked
    assert api(played, "/restart") not in asked
    assert ("<b>runs</b>" in before, "<b>runs</b>" in asked, "<b>has ended</b>" in asked) == (True, False, True)
    assert api(played, "/injections") not in asked
    with workers_database.write(played.service_id) as tx:
        exercise.note_restarted(tx, played.id, as_operation=played.id)
    assert f"Exercise {played.id} was begun" in director.get(page(played)).get_data(as_text=True)
