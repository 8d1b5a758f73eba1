"""Registers over REST and on their page: sent, sealed, read by a worker, reported, cancelled; a fair turn an agency."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.support.http_client import ORIGIN, Browser
from tests.support.operation import TestOperation
from workers import drain
from workers.imports import Progress
from workers.tools import WorkerTools
from workspace.commands.people import ensure_service_users
from workspace.commands.register_imports import forget_uploads
from workspace.errors import Fault, Text, Unavailable, kept_text, recalled
from workspace.model import jobs
from workspace.model.database import Database
from workspace.queries.register_imports import addresses_named
from workspace.settings import Settings
from workspace.store.keys import load_or_create_master, new_wrapped_key, unwrap
from workspace.store.objects import open_store

JPEG = b"\xff\xd8\xff\xe0" + bytes(64)


@pytest.fixture
def keyed(operation: TestOperation, web_settings: Settings) -> TestOperation:
    """An operation with a media key."""
    key = new_wrapped_key(load_or_create_master(web_settings.key_file), str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :id", key=key, id=operation.id)
    return operation


@pytest.fixture
def analyst(keyed: TestOperation, signed_in: Callable[[int], Browser]) -> Browser:
    return signed_in(keyed.person("EC", "analyst"))


@pytest.fixture
def tools(workers_database: Database, web_settings: Settings) -> WorkerTools:
    service = ensure_service_users(workers_database)
    return WorkerTools(
        db=workers_database,
        service_id=service.worker_id,
        housekeeping_id=service.housekeeping_id,
        store=open_store(web_settings.media_url),
        key_file=web_settings.key_file,
        pack_dir=web_settings.pack_dir,
    )


@pytest.fixture
def work(keyed: TestOperation, tools: WorkerTools) -> Callable[..., None]:
    """Do the imports of this operation that wait, but no reading of media."""

    def do(*kinds: str) -> None:
        while job := take(tools, keyed, *(kinds or ("import_register", "drop_upload"))):
            drain.work_off(tools, job)

    return do


def take(tools: WorkerTools, operation: TestOperation, *kinds: str) -> jobs.Taken | None:
    operation.change(
        "update job set state = 'done' where operation_id <> :op and kind = any(:kinds) and state <> 'done'",
        op=operation.id,
        kinds=list(kinds),
    )
    with tools.db.write(tools.service_id) as tx:
        return jobs.take(tx, kinds)


def send(browser: Browser, operation: TestOperation, content: bytes, *photos: str, **more: str) -> TestResponse:
    if browser.csrf is None:
        browser.get("/account")
    form: dict[str, Any] = {"country": "EC", "name": "Missing", "legal_source": "a law", **more}
    form["file"] = (io.BytesIO(content), "register.csv")
    form["photos"] = [(io.BytesIO(JPEG), name) for name in photos]
    return browser.client.post(
        f"/api/v1/operations/{operation.id}/registers",
        base_url=ORIGIN,
        data=form,
        headers={"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": browser.csrf or ""},
    )


def sent(browser: Browser, operation: TestOperation, content: bytes, *photos: str, **more: str) -> str:
    answer = send(browser, operation, content, *photos, **more)
    assert answer.status_code == 202, answer.get_json()
    return str(answer.get_json()["id"])


def state(browser: Browser, import_id: str) -> dict[str, Any]:
    found = browser.get(f"/api/v1/imports/{import_id}")
    assert found.status_code == 200
    return dict(found.get_json())


def upload_of(operation: TestOperation, import_id: str) -> str | None:
    with operation.workers.read(operation.service_id) as view:
        asked = text("select address from register_import where id = :id")
        found: str | None = view.session.execute(asked, {"id": import_id}).scalar_one()
        return found


def test_a_register_is_sealed_read_by_a_worker_and_its_upload_erased(
    analyst: Browser, keyed: TestOperation, tools: WorkerTools, work: Callable[..., None]
) -> None:
    before = state_kinds(keyed)
    import_id = sent(
        analyst,
        keyed,
        b"number,photos,shoes\nN-1,photos/n1.jpg,red\n",
        "folder/photos/n1.jpg",
        name="2026",  # a text, though it could be read as a number
        handling_code="H2",
    )
    waiting, address = state(analyst, import_id), upload_of(keyed, import_id)
    page = analyst.get(f"/operations/{keyed.id}/registers").get_data(as_text=True)
    assert address is not None
    assert (waiting["state"], waiting["is_under_way"], waiting["can_be_cancelled"]) == ("waiting", True, True)
    assert analyst.get(f"/api/v1/operations/{keyed.id}/registers").get_json() == []
    assert "waits for its turn" in page
    assert "data-waits" in page

    work("import_register")

    done = state(analyst, import_id)
    assert (done["state"], done["entries"], done["fault_count"], done["is_under_way"]) == ("done", 1, 0, False)
    assert done["remarks"] == ["«shoes» is not a field of a register"]
    (line,) = analyst.get(f"/api/v1/operations/{keyed.id}/registers").get_json()
    assert (line["id"], line["entries"], line["portraits"]) == (done["register_id"], 1, 1)
    assert (line["name"], line["handling_code"]) == ("2026", "H2")
    assert state_kinds(keyed)[len(before) :] == [("register:imported", keyed.person("EC", "analyst"))]
    folder = tools.store._folder
    assert folder is not None
    assert (folder / address).exists()

    work("drop_upload")

    assert upload_of(keyed, import_id) is None
    assert not (folder / address).exists()


def state_kinds(operation: TestOperation) -> list[tuple[str, int]]:
    with operation.workers.read(operation.service_id) as view:
        asked = text("select kind, actor_id from event where operation_id = :op order by seq")
        return [(row.kind, row.actor_id) for row in view.session.execute(asked, {"op": operation.id})]


def test_nothing_of_a_register_that_was_sent_lies_on_a_disk_in_clear(
    analyst: Browser, keyed: TestOperation, work: Callable[..., None]
) -> None:
    """Neither while it is sent or read nor after a process was killed meanwhile: whatever is opened to be written is
    seen."""
    written: list[str] = []

    def seen(event: str, facts: tuple[object, ...]) -> None:
        if is_watching and event == "open":
            path, _, flags = facts
            if isinstance(path, str) and isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR):
                written.append(path)

    is_watching = False
    sys.addaudithook(seen)
    analyst.get("/account")
    is_watching = True
    import_id = sent(analyst, keyed, b"number,photos\nN-1,n1.jpg\n", "folder/n1.jpg", name="Unseen")
    work("import_register")
    is_watching = False

    assert state(analyst, import_id)["state"] == "done"
    assert written
    assert all("/.spool/" in path for path in written), written  # the media store's own, encrypted


def test_who_has_seen_the_faults_takes_the_rest_of_it_without_sending_it_again(
    analyst: Browser, keyed: TestOperation, work: Callable[..., None], signed_in: Callable[[int], Browser]
) -> None:
    import_id = sent(analyst, keyed, b"number,sex\nN-1,F\nN-2,Q\nN-3,M\n", name="Part")
    work()
    refused = state(analyst, import_id)
    page = analyst.get(f"/operations/{keyed.id}/registers").get_data(as_text=True)
    assert (refused["state"], refused["takable"], refused["fault_count"]) == ("refused", 2, 1)
    assert refused["faults"] == ["line 3: sex 'Q' cannot be understood: use F, M, X or U"]
    assert f"/api/v1/imports/{import_id}/rest" in page
    assert "other 2 entries" in page
    assert analyst.get(f"/api/v1/operations/{keyed.id}/registers").get_json() == []

    again = analyst.post(f"/api/v1/imports/{import_id}/rest")
    twice = analyst.post(f"/api/v1/imports/{import_id}/rest")
    work()

    assert (again.status_code, twice.status_code) == (202, 409)
    taken = state(analyst, again.get_json()["id"])
    assert (taken["state"], taken["entries"], taken["faults"]) == ("done", 2, refused["faults"])
    assert state(analyst, import_id)["takable"] == 0
    with keyed.workers.read(keyed.service_id) as view:
        asked = text("select payload->>'left_out' from event where kind = 'register:imported' and operation_id = :op")
        assert view.session.scalars(asked, {"op": keyed.id}).all() == ["1"]


def test_a_register_of_which_nothing_can_be_taken_is_refused_with_each_fault_and_erased(
    analyst: Browser, keyed: TestOperation, work: Callable[..., None]
) -> None:
    import_id = sent(analyst, keyed, b"number,photos\n,go\x00ne.jpg\n")

    work()

    refused = state(analyst, import_id)
    assert (refused["state"], refused["takable"], len(refused["faults"])) == ("refused", 0, 2)
    assert upload_of(keyed, import_id) is None
    assert analyst.post(f"/api/v1/imports/{import_id}/rest").status_code == 409


@pytest.mark.parametrize("when", ["waiting", "refused"])
def test_a_cancelled_register_is_not_written_and_its_upload_erased(
    analyst: Browser, keyed: TestOperation, work: Callable[..., None], when: str
) -> None:
    import_id = sent(analyst, keyed, b"number,sex\nN-1,F\nN-2,Q\n")
    if when == "refused":
        work()

    first = analyst.post(f"/api/v1/imports/{import_id}/cancel")
    second = analyst.post(f"/api/v1/imports/{import_id}/cancel")
    work()

    assert (first.status_code, second.status_code) == (200, 409)
    assert state(analyst, import_id)["state"] == "cancelled"
    assert upload_of(keyed, import_id) is None
    assert analyst.get(f"/api/v1/operations/{keyed.id}/registers").get_json() == []


def test_who_cancels_while_it_is_read_stops_the_worker(
    analyst: Browser, keyed: TestOperation, tools: WorkerTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = sent(analyst, keyed, b"number\nN-1\nN-2\nN-3\n")
    monkeypatch.setattr("workers.imports.EVERY_S", 0.0)
    says: list[tuple[str, int, int | None]] = []
    say = Progress.say

    def cancelled_in_the_middle(
        self: Progress, state: str, read: int = 0, total: int | None = None, *, now: bool = False
    ) -> None:
        says.append((state, read, total))
        if read == 2:
            assert analyst.post(f"/api/v1/imports/{import_id}/cancel").status_code == 200
        say(self, state, read, total, now=now)

    monkeypatch.setattr(Progress, "say", cancelled_in_the_middle)
    job = take(tools, keyed, "import_register")
    assert job is not None
    drain.work_off(tools, job)

    assert says == [("reading", 0, None), ("reading", 1, 3), ("reading", 2, 3)]
    assert state(analyst, import_id)["state"] == "cancelled"
    assert analyst.get(f"/api/v1/operations/{keyed.id}/registers").get_json() == []


def test_the_right_is_asked_again_when_it_is_written_and_a_killed_worker_changes_nothing(
    analyst: Browser, keyed: TestOperation, tools: WorkerTools, work: Callable[..., None]
) -> None:
    import_id = sent(analyst, keyed, b"number\nN-1\n")
    # A worker that was killed while it wrote: another begins anew.
    keyed.change("update register_import set state = 'writing' where id = :id", id=UUID(import_id))
    keyed.change(
        "update membership set role = 'observer' where operation_id = :op and user_id = :who",
        op=keyed.id,
        who=keyed.person("EC", "analyst"),
    )

    work()

    refused = state(analyst, import_id)
    assert (refused["state"], refused["faults"]) == ("refused", ["Your role in this operation does not allow this."])
    assert state_kinds(keyed) == []


def test_an_import_exists_for_its_agency_alone_and_three_at_a_time_are_too_many(
    analyst: Browser, keyed: TestOperation, signed_in: Callable[[int], Browser], tools: WorkerTools
) -> None:
    other = signed_in(keyed.person("PE", "analyst"))
    ids = [sent(analyst, keyed, b"number\nN-1\n", name=f"R {n}") for n in range(2)]

    third = send(analyst, keyed, b"number\nN-1\n", name="R 3")

    assert third.status_code == 429
    folder = tools.store._folder
    assert folder is not None
    assert len([path for path in (folder / str(keyed.id)).rglob("*") if path.is_file()]) == 2  # the third was erased
    assert "2 registers of your agency are being read" in third.get_json()["error"]["message"]
    for verb, address in (("GET", ""), ("POST", "/rest"), ("POST", "/cancel")):
        assert other.send(verb, f"/api/v1/imports/{ids[0]}{address}").status_code == 404
    assert other.get(f"/api/v1/operations/{keyed.id}/imports").get_json() == []
    assert len(analyst.get(f"/api/v1/operations/{keyed.id}/imports").get_json()) == 2


@pytest.mark.parametrize(
    "leaving",
    ["ends_at = now()", "suspended_until = now() + interval '1 hour'", "role = 'recipient'"],
    ids=["removed", "suspended", "recipient"],
)
def test_who_left_the_operation_reads_no_report_of_what_they_sent(
    analyst: Browser, keyed: TestOperation, work: Callable[..., None], leaving: str
) -> None:
    """A report repeats what stands in the register's file."""
    import_id = sent(analyst, keyed, b"number,sex\nN-1,unheard-of\n")
    work()
    assert state(analyst, import_id)["faults"]

    keyed.change(
        f"update membership set {leaving} where operation_id = :op and user_id = :who",
        op=keyed.id,
        who=keyed.person("EC", "analyst"),
    )

    for verb, address in (("GET", ""), ("POST", "/rest"), ("POST", "/cancel")):
        assert analyst.send(verb, f"/api/v1/imports/{import_id}{address}").status_code == 404


def test_no_agency_waits_behind_a_heap_of_another(
    analyst: Browser, keyed: TestOperation, signed_in: Callable[[int], Browser], tools: WorkerTools
) -> None:
    """EC asks for two, then PE for one: PE's comes second; and while one of EC's is read, its other waits."""
    other = signed_in(keyed.person("PE", "analyst"))
    mine = [sent(analyst, keyed, b"number\nN-1\n", name=f"R {n}") for n in range(2)]
    theirs = sent(other, keyed, b"number\nN-1\n", country="PE")

    order = []
    for _ in range(3):
        job = take(tools, keyed, "import_register")
        assert job is not None
        order.append(str(job.subject_id))
        assert take(tools, keyed, "import_register") is None  # a worker stays free for what is short
        drain.work_off(tools, job)

    assert order == [mine[0], theirs, mine[1]]


def test_the_rest_can_be_taken_for_a_day(
    analyst: Browser, keyed: TestOperation, tools: WorkerTools, work: Callable[..., None]
) -> None:
    import_id = sent(analyst, keyed, b"number,sex\nN-1,F\nN-2,Q\n")
    work()
    keyed.change("update register_import set ended_at = now() - interval '25 hours' where id = :id", id=UUID(import_id))

    with tools.db.write(tools.housekeeping_id) as tx:
        assert forget_uploads(tx) >= 1
    work()

    assert upload_of(keyed, import_id) is None
    assert (state(analyst, import_id)["state"], state(analyst, import_id)["takable"]) == ("refused", 0)
    with tools.db.write(tools.housekeeping_id) as tx:
        assert forget_uploads(tx) == 0


def test_a_kept_sentence_is_the_same_sentence() -> None:
    where = Text("line {line}", line=3)
    fault = Fault(where, "{field} '{text}' is \x00 none of {known}", field="sex", text="a\ud800b", known=["F", "M"])

    again = recalled(json.loads(json.dumps(kept_text(fault))))

    assert again == "line 3: sex 'a\ufffdb' is \x00 none of F, M"
    assert isinstance(again, Fault)
    assert isinstance(again.where, Text)


def test_an_upload_that_no_row_names_is_erased_by_whoever_starts_a_day_later(
    keyed: TestOperation, tools: WorkerTools, tmp_path: Path
) -> None:
    from workspace.intake.uploads import Part, erase_left_uploads, sealed_upload

    store = open_store(tmp_path.as_uri())
    with tools.db.read(tools.service_id) as view:
        wrapped = view.session.execute(text("select wrapped_key from operation where id = :id"), {"id": keyed.id})
        key = unwrap(load_or_create_master(tools.key_file), wrapped.scalar_one(), str(keyed.id))

    def uploads() -> list[str]:
        return sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())

    def seal(fault: BaseException | None = None) -> str:
        with sealed_upload([Part("", io.BytesIO(b"the file"))], store=store, key=key) as address:
            assert len(store.notes.older(than_s=0)) == 1  # a process that is killed here leaves it
            if fault:
                raise fault
        return address

    stored = seal()
    for fault in (ValueError("no row"), Unavailable("The disk is full.", reason="disk_full")):
        with pytest.raises(type(fault)):
            seal(fault)
    assert uploads() == [stored]  # nothing is noted, and nothing else is left

    killed = []
    for is_named in (True, False):
        with pytest.raises(Unavailable):
            seal(Unavailable("It is not known.", reason="in_doubt"))
        [address] = store.notes.older(than_s=0)
        killed.append(address)
        with tools.db.read(tools.service_id) as view:
            assert erase_left_uploads(store, partial(addresses_named, view.session), older_than_s=3600) == 0
        if is_named:
            keyed.change(
                "insert into register_import (operation_id, agency_id, asked_by, country, name, legal_source, sharing, "
                "handling_code, "
                "takes_rest, address) values (:op, :agency, :who, 'EC', 'r', 'l', 'operation', 'H0', false, :address)",
                op=keyed.id, agency=keyed.agencies["EC"], who=keyed.person("EC", "analyst"), address=address,
            )  # fmt: skip
        with tools.db.read(tools.service_id) as view:
            assert erase_left_uploads(store, partial(addresses_named, view.session), older_than_s=0) == (
                0 if is_named else 1
            )
    assert uploads() == sorted([stored, killed[0]])


def test_an_upload_opens_as_it_was_sealed(keyed: TestOperation, tools: WorkerTools) -> None:
    from workspace.intake.uploads import Part, opened_upload, sealed_upload

    with tools.db.read(tools.service_id) as view:
        wrapped = view.session.execute(text("select wrapped_key from operation where id = :id"), {"id": keyed.id})
        key = unwrap(load_or_create_master(tools.key_file), wrapped.scalar_one(), str(keyed.id))
    big = os.urandom(700_000)
    parts = [Part("", io.BytesIO(b"the file")), Part("a/b.jpg", io.BytesIO(big)), Part("c.jpg", io.BytesIO(b""))]

    addresses = []
    for _ in range(2):
        with sealed_upload(parts, store=tools.store, key=key) as address:
            addresses.append(address)
    first, second = addresses

    assert first != second  # each has an address of its own, so that it can be erased
    with opened_upload(first, store=tools.store, key=key) as register:
        photo = register.photos.named("a/b.jpg")
        assert register.content == b"the file"
        assert (photo.size_bytes, b"".join(photo.chunks())) == (len(big), big)
    for _ in range(2):  # erasing is safe to be done twice
        tools.store.remove(first, key=key)
    with pytest.raises(Unavailable):
        tools.store.read_bytes(first, key=key)
