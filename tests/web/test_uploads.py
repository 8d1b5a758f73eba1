"""Files that come in parts, by tus 1.0: what came is kept, sealed; each refusal says what it is, and leaves nothing."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.exceptions import RequestTimeout
from werkzeug.test import TestResponse

from tests.support.http_client import ORIGIN, Browser, require_documented
from tests.support.operation import TestOperation
from workers import drain
from workers.tools import WorkerTools
from workspace.commands.half_uploads import end_uploads
from workspace.commands.identity import create_token
from workspace.commands.people import ensure_service_users
from workspace.exchange.register_photos import SentPhoto
from workspace.intake.uploads import opened_upload
from workspace.model import HalfUpload, HalfUploadPiece, Operation, ReceivedFile, jobs
from workspace.model.database import Database
from workspace.settings import Settings
from workspace.store.keys import OperationKey, load_or_create_master, new_wrapped_key, unwrap
from workspace.store.objects import open_store

JPEG = b"\xff\xd8\xff\xe0" + b"a picture that is no picture, and clear words" * 20
WORDS = b"clear words"
EXHIBIT = {"country": "EC", "label": "EC-1", "kind": "phone", "case_reference": "case", "custodian": "custodian"}
PART = "application/offset+octet-stream"


class Sender:
    """Somebody who sends files to an exhibit in parts, as a program that speaks tus does."""

    def __init__(self, browser: Browser, exhibit: str) -> None:
        self.browser, self.exhibit = browser, exhibit
        browser.get("/account")

    def ask(self, method: str, path: str, body: bytes | io.IOBase = b"", **headers: str) -> TestResponse:
        sent = {"Tus-Resumable": "1.0.0", "Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}
        sent["X-CSRF-Token"] = self.browser.csrf or ""
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value}
        kind = sent.pop("Content-Type", PART if body else None)
        given: dict[str, Any] = {"data": body}
        if isinstance(body, io.IOBase):
            given = {"environ_overrides": {"wsgi.input": body, "CONTENT_LENGTH": sent.pop("Content-Length")}}
        answer = self.browser.client.open(
            path, method=method, base_url=ORIGIN, headers=sent, content_type=kind, **given
        )
        if method not in ("HEAD", "OPTIONS"):
            require_documented(self.browser.client.application, answer)
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        return answer

    def begin(self, path: str, size: int, body: bytes = b"", **headers: str) -> TestResponse:
        said = f"path {base64.b64encode(path.encode()).decode()},modified {base64.b64encode(b'17').decode()}"
        more = {"Upload_Metadata": said, "Upload_Length": str(size)} | headers
        return self.ask("POST", f"/api/v1/exhibits/{self.exhibit}/uploads", body, **more)

    def begun(self, path: str, size: int, body: bytes = b"") -> str:
        answer = self.begin(path, size, body)
        assert answer.status_code == 201, answer.get_data()
        return answer.headers["Location"]

    def add(self, place: str, offset: int, body: bytes | io.IOBase, **headers: str) -> TestResponse:
        return self.ask("PATCH", place, body, Upload_Offset=str(offset), **headers)

    def offset(self, place: str) -> int:
        answer = self.ask("HEAD", place)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        return int(answer.headers["Upload-Offset"])

    def state(self, place: str) -> dict[str, Any]:
        return dict(self.browser.get(place).get_json())


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
def sender(analyst: Browser, keyed: TestOperation) -> Sender:
    exhibit = analyst.post(f"/api/v1/operations/{keyed.id}/exhibits", EXHIBIT).get_json()["id"]
    return Sender(analyst, exhibit)


@pytest.fixture
def work(keyed: TestOperation, workers_database: Database, web_settings: Settings) -> Callable[[], None]:
    """Put together and erase what waits in this operation, as a worker does."""
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
        kinds = ["finish_upload", "drop_half_upload"]
        keyed.change(
            "update job set state = 'done' where operation_id <> :op and kind = any(:kinds) and state <> 'done'",
            op=keyed.id,
            kinds=kinds,
        )
        while True:
            with tools.db.write(tools.service_id) as tx:
                job = jobs.take(tx, kinds)
            if job is None:
                return
            drain.work_off(tools, job)

    return do


def objects(settings: Settings, operation: TestOperation) -> list[Path]:
    """What stands in the store of an operation, or waits there to be whole."""
    folder = Path(urlsplit(settings.media_url).path)
    kept = [each for each in (folder / str(operation.id)).rglob("*") if each.is_file()]
    return kept + [each for each in (folder / ".spool").glob("*") if f"_{operation.id}_" in each.name]


def lines(operation: TestOperation, exhibit: str) -> list[tuple[str, str | None, bytes | None]]:
    with operation.workers.read(operation.service_id) as view:
        wanted = select(ReceivedFile.path, ReceivedFile.refusal, ReceivedFile.sha256).order_by(ReceivedFile.path)
        rows = view.session.execute(wanted.where(ReceivedFile.exhibit_id == UUID(exhibit))).all()
        return [(row.path, row.refusal, row.sha256) for row in rows]


def pieces(operation: TestOperation) -> list[tuple[int, int]]:
    with operation.workers.read(operation.service_id) as view:
        wanted = select(HalfUploadPiece.starts_at, HalfUploadPiece.length).order_by(HalfUploadPiece.starts_at)
        mine = wanted.join(HalfUpload).where(HalfUpload.operation_id == operation.id)
        return [(row.starts_at, row.length) for row in view.session.execute(mine)]


def test_a_file_comes_in_parts_sealed_and_becomes_one_line_of_its_exhibit(
    sender: Sender,
    keyed: TestOperation,
    web_settings: Settings,
    work: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.modules["workspace.web.api.uploads"], "PIECE_BYTES", 300)
    place = sender.begun("DCIM/film.jpg", len(JPEG))
    assert sender.offset(place) == 0
    assert sender.add(place, 0, JPEG[:100]).headers["Upload-Offset"] == "100"
    checked = sender.add(place, 100, JPEG[100:300], Upload_Checksum=checksum("sha1", JPEG[100:300]))
    assert (checked.status_code, checked.headers["Upload-Offset"]) == (204, "300")
    listed = sender.browser.get(f"/api/v1/exhibits/{sender.exhibit}/uploads").get_json()
    half = [(each["path"], each["received_bytes"], each["is_mine"], each["modified_ms"]) for each in listed]
    ended = sender.browser.post(f"/api/v1/exhibits/{sender.exhibit}/end")
    assert half == [("DCIM/film.jpg", sender.offset(place), True, 17)]
    assert (ended.status_code, ended.get_json()["error"]["facts"]["reason"]) == (409, "half_received")
    assert lines(keyed, sender.exhibit) == []

    at = sender.offset(place)
    assert sender.add(place, at, JPEG[at:]).status_code == 204
    kept = objects(web_settings, keyed)
    assert pieces(keyed)[-1][1] <= 300
    assert all(WORDS not in each.read_bytes() for each in kept)
    assert sender.state(place)["state"] == "whole"
    assert sender.browser.post(f"/api/v1/exhibits/{sender.exhibit}/end").status_code == 409
    work()

    digest = hashlib.sha256(JPEG)
    found = sender.state(place)
    assert (found["state"], found["sha256"], found["refusal"]) == ("taken", digest.hexdigest(), None)
    assert lines(keyed, sender.exhibit) == [("DCIM/film.jpg", None, digest.digest())]
    assert pieces(keyed) == []
    assert len(objects(web_settings, keyed)) == 1
    assert sender.offset(place) == len(JPEG)  # whoever lost the last answer is told that all came
    assert sender.browser.get(f"/api/v1/exhibits/{sender.exhibit}/uploads").get_json() == []
    again = sender.begun("DCIM/film.jpg", len(JPEG), JPEG)
    work()
    assert sender.state(again)["state"] == "taken"
    assert len(lines(keyed, sender.exhibit)) == 1


def checksum(algorithm: str, content: bytes) -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


class Coming(io.RawIOBase):
    """A body that comes in these parts; between two of them something happens, and an error is a cut line."""

    def __init__(self, *parts: bytes | Callable[[], object]) -> None:
        self._parts = list(parts)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while self._parts and callable(self._parts[0]):
            self._parts.pop(0)()  # type: ignore[operator]  # just asked
        if not self._parts:
            raise OSError("the line was cut")
        part = bytes(self._parts.pop(0))  # type: ignore[arg-type]
        if size < len(part):
            self._parts.insert(0, part[size:])
        return part[:size]


def no_more_in_time() -> None:
    raise RequestTimeout


def told(answer: TestResponse) -> tuple[int, str | None]:
    error = answer.get_json()["error"]
    assert error["message"]
    return answer.status_code, error["facts"].get("reason") or error["code"]


def test_what_is_no_tus_is_told_so_and_nothing_is_begun(sender: Sender, keyed: TestOperation) -> None:
    place = sender.begun("a.jpg", 100)
    here = f"/api/v1/exhibits/{sender.exhibit}/uploads"

    can = sender.ask("OPTIONS", here)
    assert can.headers["Tus-Version"] == "1.0.0"
    assert set(can.headers["Tus-Extension"].split(",")) >= {"creation", "termination", "expiration", "checksum"}
    assert int(can.headers["Tus-Max-Size"]) == 4 << 30
    for asked, status in (
        (sender.begin("b.jpg", 5, Tus_Resumable=""), 412),
        (sender.begin("b.jpg", 5, Tus_Resumable="0.2.2"), 412),
        (sender.ask("HEAD", place, Tus_Resumable="2.0.0"), 412),
        (sender.begin("b.jpg", 5, Upload_Length=""), 422),
        (sender.begin("b.jpg", 5, Upload_Length="-5"), 422),
        (sender.begin("b.jpg", 5, Upload_Length="", Upload_Defer_Length="1"), 422),
        (sender.begin("b.jpg", 5, Upload_Concat="partial"), 422),
        (sender.begin("b.jpg", 5, Upload_Metadata=""), 422),
        (sender.begin("b.jpg", 5, Upload_Metadata="path ***"), 422),
        (sender.begin("b.jpg", 5, Upload_Metadata="path YQA="), 422),
        (sender.begin("b.jpg", 5, Upload_Metadata="path YQ==,modified YQ=="), 422),
        (sender.add(place, 0, b"12345", Content_Type="image/jpeg"), 415),
        (sender.ask("PATCH", place, b"12345"), 422),
        (sender.add(place, 0, b"12345", Upload_Checksum="md5 AAAA"), 422),
        (sender.add(place, 0, b"12345", Upload_Checksum=checksum("sha256", b"54321")), 460),
        (sender.add(place, 0, b"5" * 101), 422),
        (sender.add(place, 5, b"12345"), 409),
        (sender.add("/api/v1/uploads/00000000-0000-4000-8000-000000000000", 0, b"12345"), 404),
    ):
        assert asked.status_code == status, asked.get_data()
    for path, reason in (("../../etc/passwd", "unsafe_path"), ("film.mp4", "too_large")):
        size = 5 if reason == "unsafe_path" else (4 << 30) + 1
        assert told(sender.begin(path, size)) == (422, reason)

    assert pieces(keyed) == []
    listed = sender.browser.get(here).get_json()
    assert [(each["path"], each["received_bytes"]) for each in listed] == [("a.jpg", 0)]
    assert [line[:2] for line in lines(keyed, sender.exhibit)] == [
        ("../../etc/passwd", "unsafe_path"),
        ("film.mp4", "too_large"),
    ]


def test_what_came_before_a_cut_or_the_end_of_a_right_is_kept_and_nothing_else(
    sender: Sender, keyed: TestOperation, web_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["workspace.web.api.uploads"], "PIECE_BYTES", 100)
    place, me = sender.begun("a.jpg", len(JPEG)), keyed.person("EC", "analyst")
    whole = {"Content_Length": str(len(JPEG))}

    cut = sender.add(place, 0, Coming(JPEG[:150], JPEG[150:170]), **whole)
    assert told(cut) == (503, "line_cut")
    assert pieces(keyed) == [(0, 100), (100, 70)]
    checked = sender.add(
        place, 170, Coming(JPEG[170:180]), Content_Length="60", Upload_Checksum=checksum("sha1", JPEG[170:230])
    )
    assert told(checked) == (460, "checksum")
    assert told(sender.add(place, 170, Coming(), Content_Length="60")) == (503, "line_cut")
    stalled = sender.add(place, 170, Coming(JPEG[170:175], no_more_in_time), Content_Length="60")
    assert told(stalled) == (503, "line_cut")

    def both(change: str, back: str) -> tuple[int, str | None]:
        """A part that comes while something changes; then it changes back."""
        at = sender.offset(place)
        rest = len(JPEG) - at
        coming = Coming(JPEG[at : at + 100], lambda: keyed.change(change, op=keyed.id, me=me), JPEG[at + 100 :])
        found = sender.add(place, at, coming, Content_Length=str(rest))
        again = sender.add(place, at + 100, JPEG[at + 100 :])
        keyed.change(back, op=keyed.id, me=me)
        assert again.status_code in (401, 403, 404, 409)
        assert sender.offset(place) == at + 100
        return told(found)

    member = "update membership set {} where operation_id = :op and user_id = :me"
    state = "update operation set state = '{}' where id = :op and :me > 0"
    ended = "update exhibit set intake_ended_at = {} where operation_id = :op and :me > 0"
    until = "suspended_until = now() {} interval '1 hour'"
    assert both(member.format("role = 'observer'"), member.format("role = 'analyst'"))[0] == 404
    assert both(member.format(until.format("+")), member.format(until.format("-")))[0] in (403, 404)
    assert both(state.format("closed"), state.format("open")) == (409, "closed")
    assert both(ended.format("now()"), ended.format("null")) == (409, "intake_ended")
    session = "update session set ended_at = {} where user_id = :me and :op > 0"
    assert both(session.format("now()"), session.format("null"))[0] == 401
    with monkeypatch.context() as disk:
        disk.setattr("workspace.store.volumes.Volume.is_full", lambda _self: True)
        assert told(sender.add(place, sender.offset(place), JPEG[sender.offset(place) :])) == (503, "disk_full")

    assert pieces(keyed)[2:] == [(170, 5), *((175 + 100 * n, 100) for n in range(5))]
    assert len(objects(web_settings, keyed)) == 8
    assert sender.add(place, 675, JPEG[675:]).status_code == 204
    assert sender.state(place)["state"] == "whole"


def test_a_file_is_its_senders_and_what_is_not_gone_on_with_is_erased(
    sender: Sender,
    keyed: TestOperation,
    web_settings: Settings,
    work: Callable[[], None],
    signed_in: Callable[[int], Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = ensure_service_users(keyed.workers)
    colleague = Sender(signed_in(keyed.person("EC", "analyst", 2)), sender.exhibit)
    stranger = Sender(signed_in(keyed.person("PE", "analyst")), sender.exhibit)
    place = sender.begun("a.jpg", 100, b"12345")

    def sweep() -> None:
        with keyed.workers.write(service.housekeeping_id) as tx:
            end_uploads(tx)
        work()

    assert sender.offset(place) == 5
    assert sender.begun("a.jpg", 100, b"54321") == place  # begun again it is gone on with
    assert sender.offset(place) == 5
    assert told(sender.begin("a.jpg", 101)) == (409, "half_received")
    assert colleague.add(place, 5, b"6").status_code == 404
    seen = colleague.browser.get(f"/api/v1/exhibits/{sender.exhibit}/uploads").get_json()
    assert [(each["path"], each["is_mine"]) for each in seen] == [("a.jpg", False)]
    assert stranger.ask("HEAD", place).status_code == 404
    assert stranger.browser.get(f"/api/v1/exhibits/{sender.exhibit}/uploads").get_json() == []
    assert stranger.begin("b.jpg", 5).status_code in (403, 404)
    assert stranger.ask("DELETE", place).status_code == 404

    monkeypatch.setattr(sys.modules["workspace.commands.half_uploads"], "MOST_LIVE", 2)
    thrown = sender.begun("b.jpg", 10, b"1")
    assert told(sender.begin("c.jpg", 10)) == (429, "too_much")
    assert colleague.ask("DELETE", thrown).status_code == 204
    assert sender.ask("HEAD", thrown).status_code == 404
    sweep()
    assert len(objects(web_settings, keyed)) == 1
    monkeypatch.setattr(sys.modules["workspace.commands.half_uploads"], "MOST_LIVE_BYTES", 150)
    assert told(sender.begin("c.jpg", 51)) == (429, "too_much")
    assert sender.begin("c.jpg", 50).status_code == 201

    keyed.change("update half_upload set expires_at = now() where operation_id = :op", op=keyed.id)
    sweep()
    assert objects(web_settings, keyed) == []
    with keyed.workers.read(keyed.service_id) as view:
        assert (
            view.session.scalar(text("select count(*) from half_upload where operation_id = :op"), {"op": keyed.id})
            == 0
        )
    assert sender.add(place, 5, b"6").status_code == 404


def test_a_file_that_came_whole_and_cannot_be_taken_says_why(
    sender: Sender,
    keyed: TestOperation,
    web_settings: Settings,
    work: Callable[[], None],
    signed_in: Callable[[int], Browser],
) -> None:
    me = keyed.person("EC", "analyst")
    colleague = Sender(signed_in(keyed.person("EC", "analyst", 2)), sender.exhibit)
    both = [each.begun("a.jpg", len(JPEG), JPEG[:-1] + end) for each, end in ((sender, b"1"), (colleague, b"2"))]
    empty, words = sender.begun("empty.jpg", 0), sender.begun("notes.txt", 5, b"words")
    work()
    states = [one.state(place)["state"] for one, place in zip((sender, colleague), both, strict=True)]
    lost = next(place for place, state in zip(both, states, strict=True) if state == "refused")
    owner = sender if lost == both[0] else colleague

    assert sorted(states) == ["refused", "taken"]
    assert owner.state(lost)["failure"] == "other_content"
    assert [sender.state(each)["refusal"] for each in (empty, words)] == ["empty", "kind_not_supported"]
    assert pieces(keyed) == []
    assert told(sender.begin("a.jpg", 5)) == (409, "other_content")
    assert owner.ask("DELETE", lost).status_code == 204
    assert owner.state(sender.begun("b.jpg", 3, b"123"))["state"] == "whole"

    keyed.change(
        "update membership set role = 'observer' where operation_id = :op and user_id = :me", op=keyed.id, me=me
    )
    work()
    keyed.change(
        "update membership set role = 'analyst' where operation_id = :op and user_id = :me", op=keyed.id, me=me
    )
    listed = sender.browser.get(f"/api/v1/exhibits/{sender.exhibit}/uploads").get_json()
    assert [(each["path"], each["state"], each["failure"]) for each in listed] == [("b.jpg", "refused", "no_right")]


def test_a_program_sends_with_a_token_of_its_scope(
    sender: Sender, keyed: TestOperation, app: Flask, database: Database
) -> None:
    said = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": "5",
        "Upload-Metadata": "filename YS5qcGc=",
        "Content-Type": PART,
    }
    place = f"/api/v1/exhibits/{sender.exhibit}/uploads"

    def begin(scopes: list[str]) -> int:
        with database.write(keyed.person("EC", "analyst")) as tx:
            secret = create_token(tx, label="intake", scopes=scopes, days=1)
        sent = said | {"Authorization": f"Bearer {secret}"}
        return app.test_client().post(place, base_url=ORIGIN, headers=sent, data=b"12345").status_code

    assert [begin(["read"]), begin(["read", "intake"])] == [403, 201]
    forged = sender.browser.client.post(
        place, base_url=ORIGIN, headers=said | {"Origin": "https://other.example"}, data=b"1"
    )
    bare = sender.browser.client.post(place, base_url=ORIGIN, headers=said | {"Origin": ORIGIN}, data=b"1")
    assert [told(forged), told(bare)] == [(403, "origin"), (403, "csrf")]


def packed(*parts: tuple[str, bytes], index: bytes | None = None) -> bytes:
    """A register and its photos as one file, as the page makes it."""
    said = json.dumps([[name, len(content)] for name, content in parts]).encode() if index is None else index
    return len(said).to_bytes(8) + said + b"".join(content for _, content in parts)


def test_a_register_with_its_photos_comes_in_parts_and_waits_for_its_form(
    sender: Sender,
    keyed: TestOperation,
    web_settings: Settings,
    work: Callable[[], None],
    signed_in: Callable[[int], Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.modules["workspace.web.api.uploads"], "PIECE_BYTES", 300)
    here, register = f"/api/v1/operations/{keyed.id}", b"number,photos\nN-1,a/b.jpg\n"
    colleague = Sender(signed_in(keyed.person("EC", "analyst", 2)), sender.exhibit)

    def begin(name: str, content: bytes) -> str:
        said = f"path {base64.b64encode(name.encode()).decode()}"
        begun = sender.ask("POST", f"{here}/uploads", Upload_Metadata=said, Upload_Length=str(len(content)))
        assert begun.status_code == 201, begun.get_data()
        return begun.headers["Location"]

    def bring(place: str, *, by: Sender = sender, key: str = "") -> TestResponse:
        form = {"country": "EC", "name": "Missing", "legal_source": "a law", "upload": place.rpartition("/")[2]}
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": by.browser.csrf or ""}
        sent = headers | ({"Idempotency-Key": key} if key else {})
        return by.browser.client.post(f"{here}/registers", base_url=ORIGIN, data=form, headers=sent)

    whole = packed(("", register), ("photos/a/b.jpg", JPEG))
    place = begin("register.csv", whole)
    assert sender.add(place, 0, whole[:700]).status_code == 204
    assert bring(place).status_code == 409
    assert begin("register.csv", whole) == place
    assert sender.add(place, 700, whole[700:]).status_code == 204
    assert [each["state"] for each in sender.browser.get(f"{here}/uploads").get_json()] == ["whole"]
    assert colleague.browser.get(f"{here}/uploads").get_json() == []
    assert bring(place, by=colleague).status_code == 404
    twice = [bring(place, key="a-key-of-one-press-1") for _ in range(2)]
    assert [answer.status_code for answer in twice] == [202, 202]
    assert twice[0].get_json() == twice[1].get_json()
    assert bring(place).status_code == 404
    work()
    assert sender.browser.get(f"{here}/uploads").get_json() == []

    with keyed.workers.read(keyed.service_id) as view:
        asked = text("select address from register_import where operation_id = :op")
        address = view.session.execute(asked, {"op": keyed.id}).scalar_one()
        key = operation_key_of(keyed, web_settings)
    with opened_upload(address, store=open_store(web_settings.media_url), key=key) as found:
        assert found.content == register
        photo = found.photos.named("a/b.jpg")
        assert isinstance(photo, SentPhoto)
        assert b"".join(photo.chunks()) == JPEG
    assert len(objects(web_settings, keyed)) == 1

    for number, wrong in enumerate(
        (
            b"short",
            packed(("", register), index=b"no index"),
            packed(("", register), index=b"[" * 5000),
            packed(("", register), index=json.dumps([["", 5]]).encode()),
            packed(("named", register)),
            packed(("", register), ("", JPEG)),
            packed(("", b""), index=json.dumps([["", -1], ["x", 1]]).encode()),
            (1 << 40).to_bytes(8) + register,
        )
    ):
        place = begin(f"wrong-{number}", wrong)
        assert sender.add(place, 0, wrong).status_code == 204
        assert told(bring(place)) == (422, "invalid"), wrong[:60]
        assert sender.ask("DELETE", place).status_code == 204
    with keyed.workers.write(ensure_service_users(keyed.workers).housekeeping_id) as tx:
        end_uploads(tx)
    work()
    assert len(objects(web_settings, keyed)) == 1


@pytest.mark.parametrize("what", ["known", "case"])
def test_lists_and_case_files_come_in_parts_too_each_for_its_own_form(
    sender: Sender, keyed: TestOperation, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(sys.modules["workspace.web.api.uploads"], "PIECE_BYTES", 30)
    here = f"/api/v1/operations/{keyed.id}"
    content = packed(("", json.dumps({"value": [{"Media": []}]}).encode()))
    said = f"path {base64.b64encode(b'large.json').decode()}"
    forms = {
        "known": {"name": "List", "source": "an authority", "meaning": "identified"},
        "case": {"scheme": "none"},
        "register": {"name": "List", "country": "EC", "legal_source": "a law"},
    }
    where = {
        "known": f"{here}/known",
        "case": f"/api/v1/exhibits/{sender.exhibit}/cases",
        "register": f"{here}/registers",
    }

    def begin() -> TestResponse:
        return sender.ask("POST", f"{here}/uploads?what={what}", Upload_Metadata=said, Upload_Length=str(len(content)))

    def bring(place: str, form_of: str) -> TestResponse:
        sent = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": sender.browser.csrf or ""}
        data = forms[form_of] | {"upload": place.rpartition("/")[2]}
        return sender.browser.client.post(where[form_of], base_url=ORIGIN, data=data, headers=sent)

    place = begin().headers["Location"]
    assert sender.add(place, 0, content[:40]).status_code == 204
    assert begin().headers["Location"] == place
    assert bring(place, what).status_code == 409
    assert sender.add(place, 40, content[40:]).status_code == 204
    waiting = {each: sender.browser.get(f"{here}/uploads?what={each}").get_json() for each in where}
    assert {each: len(lines) for each, lines in waiting.items()} == {each: int(each == what) for each in where}
    assert {bring(place, each).status_code for each in where if each != what} == {404}
    asked = bring(place, what)
    assert asked.status_code == 202, asked.get_data()
    sent = sender.browser.get(f"/api/v1/imports/{asked.get_json()['id']}").get_json()
    assert (sent["what"], sent["state"]) == ({"known": "known_list", "case": "exhibit_case"}[what], "waiting")
    assert what == "known" or sent["name"] == "large.json"
    assert bring(place, what).status_code == 404

    two = packed(("", b"{}"), ("beside", b"{}"))
    content = two
    place = begin().headers["Location"]
    assert sender.add(place, 0, two).status_code == 204
    assert told(bring(place, what)) == (422, "invalid")  # one file alone


def operation_key_of(operation: TestOperation, settings: Settings) -> OperationKey:
    with operation.workers.read(operation.service_id) as view:
        wrapped = view.session.scalars(select(Operation.wrapped_key).where(Operation.id == operation.id)).one()
    return unwrap(load_or_create_master(settings.key_file), wrapped, str(operation.id))
