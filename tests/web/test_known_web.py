"""Lists of known material over REST and on their page: sent, reported, taken without what is named, removed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.http_client import ORIGIN, Browser
from tests.support.operation import TestOperation
from workers import drain
from workers.tools import WorkerTools
from workspace.commands.people import ensure_service_users
from workspace.model import jobs
from workspace.model.database import Database
from workspace.settings import Settings
from workspace.store.keys import load_or_create_master, new_wrapped_key
from workspace.store.objects import open_store

MD5 = hashlib.md5(b"known").hexdigest()
EMPTY = hashlib.md5(b"").hexdigest()


@pytest.fixture
def keyed(operation: TestOperation, web_settings: Settings) -> TestOperation:
    key = new_wrapped_key(load_or_create_master(web_settings.key_file), str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :id", key=key, id=operation.id)
    return operation


@pytest.fixture
def work(keyed: TestOperation, workers_database: Database, web_settings: Settings) -> Callable[[], None]:
    """Read the lists of this operation that wait."""
    service = ensure_service_users(workers_database)
    tools = WorkerTools(
        db=workers_database,
        service_id=service.worker_id,
        housekeeping_id=service.housekeeping_id,
        store=open_store(web_settings.media_url),
        key_file=web_settings.key_file,
        pack_dir=web_settings.pack_dir,
    )

    def do() -> None:
        kinds = ["import_known", "follow_known", "drop_upload"]
        keyed.change(
            "update job set state = 'done' where operation_id <> :op and kind = any(:kinds)", op=keyed.id, kinds=kinds
        )
        while True:
            with tools.db.write(tools.service_id) as tx:
                job = jobs.take(tx, kinds)
            if job is None:
                return
            drain.work_off(tools, job)

    return do


def send(browser: Browser, operation: TestOperation, content: str, **more: str) -> Any:
    if browser.csrf is None:
        browser.get("/account")
    form: dict[str, Any] = {"name": "Known", "source": "an agency", "meaning": "identified", **more}
    return browser.client.post(
        f"/api/v1/operations/{operation.id}/known",
        base_url=ORIGIN,
        data={**form, "file": (io.BytesIO(content.encode()), "list.csv")},
        headers={"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": browser.csrf or ""},
    )


def test_a_list_is_sent_reported_taken_without_what_is_named_and_removed(
    keyed: TestOperation, signed_in: Callable[[int], Browser], work: Callable[[], None]
) -> None:
    analyst, other = signed_in(keyed.person("EC", "analyst")), signed_in(keyed.person("PE", "analyst"))
    address, page = f"/api/v1/operations/{keyed.id}/known", f"/operations/{keyed.id}/known"

    asked = send(analyst, keyed, f"md5\n{MD5}\n{EMPTY}\n", sharing="agency", skips="true")
    assert asked.status_code == 202, asked.get_json()
    work()
    refused = analyst.get(f"/api/v1/imports/{asked.get_json()['id']}").get_json()
    shown = analyst.get(page).get_data(as_text=True)
    assert (refused["what"], refused["state"], refused["takable"]) == ("known_list", "refused", 1)
    assert refused["faults"] == ["line 3: MD5: is that of an empty file or picture, which is known to nobody"]
    assert "other 1 hashes" in shown
    assert "line 3" in shown
    assert analyst.get(address).get_json() == []
    assert analyst.get(f"/api/v1/operations/{keyed.id}/imports").get_json() == []  # those are registers
    assert len(analyst.get(f"/api/v1/operations/{keyed.id}/imports?what=known_list").get_json()) == 1

    again = analyst.post(f"/api/v1/imports/{refused['id']}/rest")
    work()
    done = analyst.get(f"/api/v1/imports/{again.get_json()['id']}").get_json()
    (line,) = analyst.get(address).get_json()
    assert (done["state"], done["entries"], done["list_id"]) == ("done", 1, line["id"])
    assert (line["hashes"], line["skips"], line["sharing"], line["is_own"]) == (1, True, "agency", True)
    assert other.get(address).get_json() == []
    assert other.send("DELETE", f"/api/v1/known/{line['id']}").status_code == 404

    assert analyst.send("DELETE", f"/api/v1/known/{line['id']}").status_code == 200
    work()
    assert analyst.get(address).get_json() == []
    assert [kind for kind in keyed.kinds() if kind.startswith("known:")] == ["known:list_taken", "known:list_removed"]


@pytest.mark.parametrize(
    "wrong",
    [{"meaning": "bad"}, {"retain_until": "2001-01-01"}, {"retain_until": "soon"}, {"name": "–"}, {"sharing": "all"}],
)
def test_what_is_said_wrongly_of_a_list_is_refused_and_nothing_stored(
    keyed: TestOperation, signed_in: Callable[[int], Browser], wrong: dict[str, str]
) -> None:
    analyst = signed_in(keyed.person("EC", "analyst"))

    answer = send(analyst, keyed, f"{MD5}\n", **wrong)

    assert answer.status_code == 422
    assert next(iter(wrong)) in str(answer.get_json())
    assert analyst.get(f"/api/v1/operations/{keyed.id}/imports?what=known_list").get_json() == []
