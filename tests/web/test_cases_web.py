"""The case file of an exhibit over REST and on the exhibit's page."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.http_client import ORIGIN, Browser
from tests.support.operation import TestOperation
from workers import drain
from workers.tools import WorkerTools
from workspace.commands.intake import receive_exhibit
from workspace.commands.people import ensure_service_users
from workspace.model import jobs
from workspace.model.database import Database
from workspace.settings import Settings
from workspace.store.keys import load_or_create_master, new_wrapped_key
from workspace.store.objects import open_store

MD5 = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def tools(operation: TestOperation, workers_database: Database, web_settings: Settings) -> WorkerTools:
    key = new_wrapped_key(load_or_create_master(web_settings.key_file), str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :id", key=key, id=operation.id)
    service = ensure_service_users(workers_database)
    return WorkerTools(
        db=workers_database,
        service_id=service.worker_id,
        housekeeping_id=service.housekeeping_id,
        store=open_store(web_settings.media_url),
        key_file=web_settings.key_file,
        pack_dir=web_settings.pack_dir,
    )


def work(operation: TestOperation, tools: WorkerTools) -> None:
    kinds = ["import_case"]
    operation.change(
        "update job set state = 'done' where operation_id <> :op and kind = any(:kinds)", op=operation.id, kinds=kinds
    )
    while True:
        with tools.db.write(tools.service_id) as tx:
            job = jobs.take(tx, kinds)
        if job is None:
            return
        drain.work_off(tools, job)


def send(browser: Browser, address: str, content: bytes, **more: str) -> Any:
    return browser.client.post(
        address,
        base_url=ORIGIN,
        data={**more, "file": (io.BytesIO(content), "Our case.json")},
        headers={"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": browser.csrf or ""},
    )


def test_a_case_is_sent_and_the_page_and_the_api_name_what_is_missing_to_its_owner_alone(
    operation: TestOperation, database: Database, signed_in: Callable[[int], Browser], tools: WorkerTools
) -> None:
    with database.write(operation.person("EC", "analyst")) as tx:
        exhibit = receive_exhibit(
            tx, operation.id, country="EC", label="EC-D-1", kind="phone", case_reference="c", custodian="c"
        )
    owner, other = signed_in(operation.person("EC", "analyst")), signed_in(operation.person("PE", "analyst"))
    address, page = f"/api/v1/exhibits/{exhibit}/cases", f"/operations/{operation.id}/exhibits/{exhibit}"
    records = [{"MediaID": n, "MD5": MD5[:-2] + f"{n:02}", "RelativeFilePath": f"=a\\{n}.jpg"} for n in range(60)]
    content = json.dumps({"value": [{"Media": [*records, {"MediaID": 1}]}]}).encode()
    for browser in (owner, other):
        browser.get(page)

    assert send(other, address, content).status_code == 403
    wrong = send(owner, address, content, scheme="strange")
    asked = send(owner, address, content, scheme="us_legacy")
    waiting = owner.get(page).get_data(as_text=True)
    work(operation, tools)

    assert (wrong.status_code, asked.status_code) == (422, 202)
    assert "data-waits" in waiting
    done = owner.get(f"/api/v1/imports/{asked.get_json()['id']}").get_json()
    assert (done["what"], done["state"], done["entries"], done["fault_count"]) == ("exhibit_case", "done", 61, 1)
    (line,) = owner.get(address).get_json()
    report = owner.get(f"/api/v1/cases/{line['id']}").get_json()
    assert (report["records"], report["missing_of"], len(report["missing"])) == (61, 60, 50)
    assert report["faults"] == ["record 61: there is no MD5 or SHA-1"]
    shown = owner.get(page).get_data(as_text=True)
    assert "the first 50 of 60" in shown
    assert "=a\\49.jpg" in shown
    assert "record 61" in shown
    assert "No file of this exhibit has come yet" in shown
    assert "61 records, 1 faults" in shown
    whole = owner.get(f"/api/v1/cases/{line['id']}/missing.csv").get_data(as_text=True).splitlines()
    assert (len(whole), whole[1].split(",")[1]) == (61, "'=a\\0.jpg")
    assert owner.get(f"/api/v1/cases/{line['id']}/unnamed.csv").status_code == 200

    again = owner.get(f"/api/v1/cases/{line['id']}/case.json")
    assert json.loads(again.get_data()) == json.loads(content)
    assert len(owner.get(f"/api/v1/cases/{line['id']}/changes.csv").get_data(as_text=True).splitlines()) == 1
    assert "Nothing differs from the file that came" in shown
    exports = ["exhibit:exported", "exhibit:exported", "exhibit:case_exported", "exhibit:exported"]
    assert operation.kinds()[-5:] == ["exhibit:case_brought", *exports]

    of_case = [f"/api/v1/cases/{line['id']}/{name}" for name in ("missing.csv", "changes.csv", "case.json")]
    of_exhibit = [f"/api/v1/exhibits/{exhibit}/{name}" for name in ("vics.json", "known.csv", "custody.pdf")]
    refused = f"/api/v1/operations/{operation.id}/intake/refused.csv"
    names = [owner.get(path).headers["Content-Disposition"] for path in (*of_case, *of_exhibit, refused)]
    assert [name for name in names if not name.startswith('attachment; filename="exercise-')] == []
    assert owner.get(of_exhibit[0]).get_json()["value"][0]["SourceApplicationName"] == "Concord · EXERCISE"

    assert other.get(address).get_json() == []
    assert "Case file" not in other.get(page).get_data(as_text=True)
    for end in ("", "/missing.csv", "/unnamed.csv", "/changes.csv", "/case.json"):
        assert other.get(f"/api/v1/cases/{line['id']}{end}").status_code == 404
