"""Intake over REST and on its pages: a browser or a program brings material in, and reads the report."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.support.http_client import ORIGIN, Browser
from tests.support.operation import TestOperation
from workspace.model import ReceivedFile
from workspace.settings import Settings
from workspace.store.keys import load_or_create_master, new_wrapped_key

JPEG = b"\xff\xd8\xff\xe0" + bytes(64)
EXHIBIT = {"country": "EC", "label": "EC-1", "kind": "phone", "case_reference": "case", "custodian": "custodian"}


@pytest.fixture
def keyed(operation: TestOperation, web_settings: Settings) -> TestOperation:
    """An operation with a media key."""
    key = new_wrapped_key(load_or_create_master(web_settings.key_file), str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :id", key=key, id=operation.id)
    return operation


@pytest.fixture
def analyst(keyed: TestOperation, signed_in: Callable[[int], Browser]) -> Browser:
    return signed_in(keyed.person("EC", "analyst"))


def put(browser: Browser, exhibit: str, path: str, content: bytes, **environment: str) -> tuple[int, dict[str, object]]:
    if browser.csrf is None:
        browser.get("/account")
    answer = browser.client.put(
        f"/api/v1/exhibits/{exhibit}/files",
        query_string={"path": path},
        base_url=ORIGIN,
        data=content,
        headers={"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": browser.csrf or ""},
        environ_overrides=environment,
    )
    return answer.status_code, answer.get_json()


def receive(browser: Browser, operation: TestOperation) -> str:
    answer = browser.post(f"/api/v1/operations/{operation.id}/exhibits", EXHIBIT)
    assert answer.status_code == 201
    return str(answer.get_json()["id"])


def test_files_are_received_one_by_one_and_the_report_adds_up(analyst: Browser, keyed: TestOperation) -> None:
    exhibit = receive(analyst, keyed)

    taken = put(analyst, exhibit, "DCIM/a.jpg", JPEG)
    again = put(analyst, exhibit, "DCIM/a.jpg", JPEG)
    refused = put(analyst, exhibit, "notes.txt", b"text")
    unsafe = put(analyst, exhibit, "../../etc/passwd", b"text")
    ended = analyst.post(f"/api/v1/exhibits/{exhibit}/end")

    assert taken == (
        201,
        {"path": "DCIM/a.jpg", "sha256": hashlib.sha256(JPEG).hexdigest(), "size_bytes": len(JPEG), "refusal": None},
    )
    assert again[0] == 200
    assert (refused[0], refused[1]["refusal"]) == (201, "kind_not_supported")
    assert (unsafe[0], unsafe[1]["refusal"]) == (201, "unsafe_path")
    assert ended.status_code == 200
    report = analyst.get(f"/api/v1/operations/{keyed.id}/intake").get_json()
    assert (report["received"], report["readable"], report["refused"], report["waiting"]) == (3, 0, 2, 1)
    assert report["adds_up"] is True
    assert report["exhibits"][0]["intake_ended_at"]
    listed = analyst.get(f"/api/v1/operations/{keyed.id}/intake/refused.csv").get_data(as_text=True)
    assert "unsafe_path" in listed


def test_a_path_that_is_no_text_is_received_as_its_bytes_or_told_apart_by_its_content(
    analyst: Browser, keyed: TestOperation
) -> None:
    exhibit = receive(analyst, keyed)
    answers = [
        analyst.client.put(
            f"/api/v1/exhibits/{exhibit}/files?path={path}",
            base_url=ORIGIN,
            data=JPEG + content,
            headers={"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": analyst.csrf or ""},
        )
        for path, content in (
            ("%D4%EE%F2%EE/1.jpg", b"1"),  # a program
            ("%EF%BF%BD%EF%BF%BD.jpg", b"2"),  # browsers
            ("%EF%BF%BD%EF%BF%BD.jpg", b"3"),
            ("%EF%BF%BD%EF%BF%BD.jpg", b"3"),
            ("two%0Alines.jpg", b"4"),
        )
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 200, 201]
    assert [answer.get_json()["refusal"] for answer in answers] == [None] * 5
    assert answers[0].get_json()["path"] == "Фото/1.jpg ⟨\\xd4\\xee\\xf2\\xee/1.jpg⟩"
    assert answers[4].get_json()["path"] == "two\\nlines.jpg"
    with keyed.workers.read(keyed.service_id) as view:
        kept = view.session.scalars(select(ReceivedFile.path_bytes).where(ReceivedFile.exhibit_id == UUID(exhibit)))
        assert [each for each in kept if each] == [b"\xd4\xee\xf2\xee/1.jpg"]


def test_ten_gigabytes_are_refused_by_their_claim(analyst: Browser, keyed: TestOperation) -> None:
    exhibit = receive(analyst, keyed)

    status, answer = put(analyst, exhibit, "film.mp4", b"short", CONTENT_LENGTH="10737418240")

    assert (status, answer["refusal"]) == (201, "too_large")


def test_a_cut_upload_leaves_no_line_and_the_same_file_sent_again_is_received(
    analyst: Browser, keyed: TestOperation
) -> None:
    exhibit = receive(analyst, keyed)

    cut = put(analyst, exhibit, "DCIM/a.jpg", JPEG[:20], CONTENT_LENGTH=str(len(JPEG)))
    nothing = analyst.get(f"/api/v1/operations/{keyed.id}/intake").get_json()
    again = put(analyst, exhibit, "DCIM/a.jpg", JPEG)
    ended = analyst.post(f"/api/v1/exhibits/{exhibit}/end")

    assert (cut[0], cut[1]["error"]["facts"]["reason"]) == (503, "line_cut")
    assert nothing["received"] == 0
    assert (again[0], again[1]["refusal"]) == (201, None)
    assert ended.status_code == 200
    report = analyst.get(f"/api/v1/operations/{keyed.id}/intake").get_json()
    assert (report["received"], report["waiting"], report["refused"]) == (1, 1, 0)


def test_a_wrong_manifest_is_refused_and_the_intake_stays_open(analyst: Browser, keyed: TestOperation) -> None:
    exhibit = receive(analyst, keyed)
    put(analyst, exhibit, "a.jpg", JPEG)

    wrong = analyst.post(f"/api/v1/exhibits/{exhibit}/end", {"manifest_sha256": "0" * 64})
    right = hashlib.sha256(f"{hashlib.sha256(JPEG).hexdigest()}  a.jpg\n".encode()).hexdigest()

    assert wrong.status_code == 409
    assert wrong.get_json()["error"]["facts"]["reason"] == "manifest_differs"
    assert "What was received differs" in analyst.get(f"/operations/{keyed.id}/intake").get_data(as_text=True)
    assert analyst.post(f"/api/v1/exhibits/{exhibit}/end", {"manifest_sha256": right}).status_code == 200


def test_another_country_s_analyst_and_an_observer_bring_nothing_in(
    analyst: Browser, keyed: TestOperation, signed_in: Callable[[int], Browser]
) -> None:
    exhibit = receive(analyst, keyed)

    assert put(signed_in(keyed.person("PE", "analyst")), exhibit, "a.jpg", JPEG)[0] == 403
    observer = signed_in(keyed.person("EC", "observer"))
    assert observer.post(f"/api/v1/operations/{keyed.id}/exhibits", EXHIBIT | {"label": "B"}).status_code == 403
    assert put(observer, exhibit, "a.jpg", JPEG)[0] == 404


def test_the_intake_page_offers_what_one_may_do(
    analyst: Browser, keyed: TestOperation, signed_in: Callable[[int], Browser]
) -> None:
    describe = re.compile(r"<details( open)?>\s*<summary[^>]*>Describe the new exhibit")
    first = describe.search(analyst.get(f"/operations/{keyed.id}/intake").get_data(as_text=True))
    assert first
    assert first[1]
    exhibit = receive(analyst, keyed)
    put(analyst, exhibit, "notes.txt", b"text")

    mine = analyst.get(f"/operations/{keyed.id}/intake").get_data(as_text=True)
    theirs = (
        signed_in(keyed.person("PE", "operation_lead")).get(f"/operations/{keyed.id}/intake").get_data(as_text=True)
    )

    assert f'data-upload="/api/v1/exhibits/{exhibit}/files"' in mine
    assert "It adds up." in mine
    later = describe.search(mine)
    assert later
    assert not later[1]
    assert "This kind of file cannot be read" in mine
    assert "data-upload" not in theirs
    assert "Add exhibit" not in theirs


def test_a_series_is_added_on_the_intake_page_and_its_country_determined(
    analyst: Browser, keyed: TestOperation, signed_in: Callable[[int], Browser]
) -> None:
    page, lead = f"/operations/{keyed.id}/intake", signed_in(keyed.person("EC", "operation_lead"))
    add = f"/api/v1/operations/{keyed.id}/series"
    assert "No series yet." in analyst.get(page).text
    assert f"POST {add}" in analyst.get(page).text

    made = analyst.post(add, {"label": "Blue room", "external_reference": "K-77"}).json["series"]
    closed = analyst.post(add, {"label": "Red room", "sharing": "agency"}).json["series"]

    country = f"/api/v1/series/{made}/country"
    shown = analyst.get(page).text
    assert f"POST {country}" in shown
    assert all(word in shown for word in ("Blue room", "K-77", "Red room", "after the opening", "not determined"))
    assert analyst.post(country, {"country": "BR", "grounds": "The plug."}).status_code == 200
    mine = analyst.get(page).text
    assert all(word in mine for word in ("<bdi>BR</bdi>", "The plug.", "waits for a second person"))
    assert f"{country}/confirm" not in mine
    second = signed_in(keyed.person("PE"))
    assert f"POST {country}/confirm" in second.get(page).text
    assert second.post(f"{country}/confirm", {"country": "BR"}).status_code == 200
    assert "confirmed by a second person" in analyst.get(page).text
    theirs = lead.get(page).text
    assert "Blue room" in theirs
    assert f"POST {add}" in theirs
    assert not [word for word in (country, "/api/v1/series/") if word in theirs]
    assert "Red room" not in signed_in(keyed.person("PE", "analyst")).get(page).text
    assert closed not in signed_in(keyed.person("PE", "analyst")).get(page).text


def test_a_series_of_before_the_opening_is_told_apart(analyst: Browser, keyed: TestOperation) -> None:
    page = f"/operations/{keyed.id}/intake"
    keyed.change("update operation set state = 'prepared' where id = :id", id=keyed.id)
    analyst.post(f"/api/v1/operations/{keyed.id}/series", {"label": "Early"})

    shown = analyst.get(page).text

    assert "before the opening" in shown
    assert "<td>after the opening" not in shown
