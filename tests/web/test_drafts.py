"""Drafts over REST: theirs alone and sealed, two versions side by side, gone with what was sent, erased in time."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from tests.support.http_client import ORIGIN, Browser
from tests.support.operation import TestOperation
from tests.web.test_permissions import ROUTES, Scene, Viewer, scene
from workspace.commands.drafts import forget_old_drafts
from workspace.commands.operations import change_operation_state
from workspace.model.database import Database
from workspace.rules.drafts import MOST_CHARACTERS, MOST_DRAFTS, MOST_FIELD, FormPlace
from workspace.store.sealing import open_fields, seal_fields

__all__ = ["scene"]

WORDS = {"body": "  both ears agree \n", "=language": "es"}
SignedIn = Callable[[int], Browser]


def keep(browser: Browser, operation: TestOperation | None, fields: Any, *replaces: str, form: str = "comment") -> Any:
    body = {"operation": operation and operation.id, "subject": "leads/1", "form": form, "version": str(uuid4())}
    return browser.send("PUT", "/api/v1/drafts", {**body, "replaces": list(replaces), "fields": fields})


def kept(browser: Browser, operation: TestOperation) -> list[Any]:
    answer = browser.get(f"/api/v1/drafts?operation={operation.id}&subject=leads/1")
    assert answer.status_code == 200
    found: list[Any] = answer.get_json()
    return found


def rows(operation: TestOperation) -> list[Any]:
    with operation.workers.read(operation.service_id) as view:
        found = view.session.execute(
            text("select user_id, version, sealed, saved_at from draft where operation_id = :op"), {"op": operation.id}
        )
        return list(found.all())


def test_what_was_written_comes_back_as_it_was_to_its_author_alone_and_is_sealed(
    operation: TestOperation, signed_in: SignedIn
) -> None:
    me, colleague = signed_in(operation.person("EC")), signed_in(operation.person("EC", "country_lead"))

    version = keep(me, operation, WORDS).get_json()["version"]

    assert [(each["version"], each["fields"], each["form"]) for each in kept(me, operation)] == [
        (version, WORDS, "comment")
    ]
    assert kept(colleague, operation) == []
    assert colleague.send("DELETE", f"/api/v1/drafts/{version}").status_code == 404
    (row,) = rows(operation)
    assert b"ears" not in bytes(row.sealed)
    assert operation.kinds() == []


def test_a_sealed_draft_opens_for_no_other_person_operation_or_form() -> None:
    master, place = b"m" * 32, FormPlace(7, "leads/1", "comment")
    sealed = seal_fields(master, WORDS, owner=place.owner(1), place=place.name)

    assert open_fields(master, sealed, owner=place.owner(1), place=place.name) == WORDS
    others = (
        (master, place.owner(2), place.name),
        (master, FormPlace(8, "leads/1", "comment").owner(1), place.name),
        (master, FormPlace(None, "leads/1", "comment").owner(1), place.name),
        (master, place.owner(1), FormPlace(7, "leads/2", "comment").name),
        (master, place.owner(1), FormPlace(7, "leads/1", "ground").name),
        (b"n" * 32, place.owner(1), place.name),
    )
    for key, owner, name in others:
        with pytest.raises(Exception, match="cannot be opened"):
            open_fields(key, sealed, owner=owner, place=name)


def test_a_version_takes_the_place_of_those_that_its_writer_knew_and_of_no_other(
    operation: TestOperation, signed_in: SignedIn
) -> None:
    person = operation.person("EC")
    first_tab, second_tab = signed_in(person), signed_in(person)
    begun = keep(first_tab, operation, {"body": "begun"}).get_json()["version"]

    longer = keep(first_tab, operation, {"body": "begun and gone on"}, begun).get_json()
    shorter = keep(second_tab, operation, {"body": "other"}, begun).get_json()

    assert longer["others"] == []
    assert [each["fields"] for each in shorter["others"]] == [{"body": "begun and gone on"}]
    assert {each["fields"]["body"] for each in kept(first_tab, operation)} == {"begun and gone on", "other"}
    both = keep(first_tab, operation, {"body": "both"}, longer["version"], shorter["version"]).get_json()
    assert both["others"] == []
    assert [each["fields"]["body"] for each in kept(second_tab, operation)] == ["both"]
    assert keep(first_tab, operation, {}, both["version"]).get_json()["version"] is None
    assert kept(first_tab, operation) == []


def test_of_two_tabs_that_write_at_the_same_moment_both_are_kept(operation: TestOperation, signed_in: SignedIn) -> None:
    person = operation.person("EC")
    tabs = [signed_in(person) for _ in range(4)]
    for tab in tabs:
        tab.get("/account")
    begun = keep(tabs[0], operation, {"body": "begun"}).get_json()["version"]

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda tab: keep(tab, operation, {"body": f"by {tabs.index(tab)}"}, begun), tabs))

    assert {each["fields"]["body"] for each in kept(tabs[0], operation)} == {f"by {number}" for number in range(4)}


def test_a_try_that_is_sent_again_is_kept_once_and_nobody_takes_anothers_version(
    operation: TestOperation, signed_in: SignedIn
) -> None:
    me, colleague = signed_in(operation.person("EC")), signed_in(operation.person("EC", "analyst"))
    body = {"operation": operation.id, "subject": "leads/1", "form": "comment", "version": str(uuid4())}

    for words in ("begun", "begun, and the answer was lost"):
        assert me.send("PUT", "/api/v1/drafts", {**body, "fields": {"body": words}}).status_code == 200
    taken = colleague.send("PUT", "/api/v1/drafts", {**body, "fields": {"body": "mine"}})

    assert taken.status_code == 409
    assert [each["fields"]["body"] for each in kept(me, operation)] == ["begun, and the answer was lost"]
    assert kept(colleague, operation) == []


def test_typing_is_use_of_the_session(operation: TestOperation, signed_in: SignedIn) -> None:
    person = operation.person("EC")
    me = signed_in(person)
    me.get("/account")
    operation.change("update session set seen_at = now() - interval '29 minutes' where user_id = :id", id=person)

    keep(me, operation, WORDS)

    with operation.workers.read(operation.service_id) as view:
        age = text("select max(seen_at) > now() - interval '1 minute' from session where user_id = :id")
        assert view.session.scalar(age, {"id": person})


def test_what_is_sent_is_no_draft_any_more_and_what_is_refused_stays_one(
    operation: TestOperation, signed_in: SignedIn
) -> None:
    lead, me = operation.lead(), signed_in(operation.person("EC"))
    other = keep(me, operation, {"basis": "half"}, form="ground").get_json()["version"]
    version = keep(me, operation, WORDS).get_json()["version"]
    named = {"Drafts_Sent": f"{version} no-version {uuid4()}"}

    refused = me.post(f"/api/v1/leads/{lead}/comments", {"body": " "}, Idempotency_Key="a" * 20, **named)
    assert (refused.status_code, len(kept(me, operation))) == (422, 2)

    sent = me.post(f"/api/v1/leads/{lead}/comments", {"body": "both"}, Idempotency_Key="b" * 20, **named)
    assert (sent.status_code, [each["version"] for each in kept(me, operation)]) == (200, [other])
    colleague = signed_in(operation.person("EC", "country_lead"))
    named = {"Drafts_Sent": other}
    colleague.post(f"/api/v1/leads/{lead}/comments", {"body": "mine"}, Idempotency_Key="c" * 20, **named)
    assert [each["version"] for each in kept(me, operation)] == [other]


def test_a_removed_persons_drafts_stay_sealed_and_come_back_with_the_membership(
    operation: TestOperation, signed_in: SignedIn
) -> None:
    person = operation.person("EC", "analyst", 5)
    me = signed_in(person)
    version = keep(me, operation, WORDS).get_json()["version"]

    operation.change("update membership set ends_at = now() where user_id = :id", id=person)

    assert kept(me, operation) == []
    assert keep(me, operation, WORDS, version).status_code == 404
    assert me.send("DELETE", f"/api/v1/drafts/{version}").status_code == 404
    assert [row.version for row in rows(operation)] == [UUID(version)]
    operation.change("update membership set ends_at = null where user_id = :id", id=person)
    assert [each["fields"] for each in kept(me, operation)] == [WORDS]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"body": "x" * MOST_FIELD}, 200),
        ({"body": "x" * (MOST_FIELD + 1)}, 422),
        ({f"field {number}": "x" * (MOST_CHARACTERS // 4 + 1) for number in range(4)}, 422),
        ({f"field {number}": "x" for number in range(101)}, 422),
        ({"": "x"}, 422),
        ({"x" * 201: "x"}, 422),
        ({"body": 1}, 422),
    ],
)
def test_what_is_kept_is_bounded(operation: TestOperation, signed_in: SignedIn, fields: Any, status: int) -> None:
    answer = keep(signed_in(operation.person("EC")), operation, fields)

    assert (answer.status_code, len(rows(operation))) == (status, int(status == 200))


def test_nobody_keeps_more_than_so_many(operation: TestOperation, signed_in: SignedIn) -> None:
    person = operation.person("EC")
    me = signed_in(person)
    operation.change(
        "insert into draft (version, user_id, operation_id, subject, form, sealed) "
        "select gen_random_uuid(), :user, :op, 'leads/2', 'f' || n, 's' from generate_series(1, :n) n",
        user=person,
        op=operation.id,
        n=MOST_DRAFTS,
    )

    answer = keep(me, operation, WORDS)

    assert answer.status_code == 422
    assert "drafts of yours are kept already" in answer.get_json()["error"]["message"]
    assert len(rows(operation)) == MOST_DRAFTS


def test_no_token_reads_or_writes_drafts(operation: TestOperation, signed_in: SignedIn, app: Flask) -> None:
    me = signed_in(operation.person("EC"))
    token = me.post("/api/v1/tokens", {"label": "t", "scopes": ["read", "write"]}).get_json()["token"]
    program = {"Authorization": f"Bearer {token}"}
    keep(me, operation, WORDS)

    stranger = Browser(app)
    assert stranger.get(f"/api/v1/drafts?operation={operation.id}&subject=leads/1", **program).status_code == 403
    body = {
        "operation": operation.id,
        "subject": "leads/1",
        "form": "comment",
        "version": str(uuid4()),
        "fields": WORDS,
    }
    assert stranger.client.put("/api/v1/drafts", json=body, headers=program, base_url=ORIGIN).status_code == 403
    assert len(rows(operation)) == 1


def test_drafts_are_erased_thirty_days_after_the_closing(
    operation: TestOperation, workers_database: Database, database: Database, signed_in: SignedIn
) -> None:
    stays, gone = operation.person("EC"), operation.person("EC", "analyst", 6)
    for person in (stays, gone):
        keep(signed_in(person), operation, WORDS)
    operation.change("update membership set ends_at = now() where user_id = :id", id=gone)

    def erased(days: int) -> int:
        before = len(rows(operation))
        with workers_database.write(operation.service_id) as tx:
            forget_old_drafts(tx, timedelta(days=days))
        return before - len(rows(operation))

    assert erased(0) == 0  # it has not closed
    operation.change("update operation set state = 'closing' where id = :op", op=operation.id)
    with database.write(operation.person("EC", "operation_lead")) as tx:
        change_operation_state(tx, operation.id, to="closed")
    later = (
        "insert into draft (version, user_id, operation_id, subject, form, sealed, saved_at) "
        "values (gen_random_uuid(), :user, :op, 's', 'f', 's', now() + interval '1 hour')"
    )
    operation.change(later, user=stays, op=operation.id)
    assert erased(1) == 0
    assert erased(0) == 2  # the removed person's, and what was written before the closing
    assert [row.user_id for row in rows(operation)] == [stays]


def test_no_two_forms_of_a_page_share_a_name(scene: Scene) -> None:
    """A name says where a draft is put back."""
    doubles, seen = [], 0
    for viewer in (Viewer("operation_lead", "EC"), Viewer("country_lead", "EC"), Viewer("recipient", "BR")):
        for endpoint, route in ROUTES.items():
            if route.method != "GET" or route.path.startswith(("/api/", "/media/")):
                continue
            page = scene.ask(viewer, route).get_data().decode(errors="replace")
            forms = re.findall(r"<form\b([^>]*)>(.*?)</form>", page, re.DOTALL)
            names = [
                (re.search(r'data-draft="([^"]*)"', head) or re.search(r'data-api="([^"]*)"', head) or [""] * 2)[1]
                for head, inside in forms
                if re.search(r"<textarea|<input (?![^>]*type=\"(?:hidden|checkbox|radio|file))", inside)
            ]
            seen += len(names)
            doubles += [(endpoint, name) for name in set(names) if name and names.count(name) > 1]
    assert seen > 30
    assert doubles == []
