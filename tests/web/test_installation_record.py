"""The installation's own record (accounts, sessions, agencies): its heads are signed, kept by people of the operations,
and compared with an export, as those of an operation are."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from tests.test_heads import SIGNED_AT, rewritten
from workers.heads import sign_record
from workers.tools import WorkerTools
from workspace.commands.heads import take_head, want_heads
from workspace.commands.identity import start_session
from workspace.commands.shown import note_record_export
from workspace.errors import Forbidden, NotFound
from workspace.exchange.verify_record import read_head, verify_record
from workspace.model.database import Database
from workspace.model.jobs import Taken
from workspace.queries.heads import signed_heads
from workspace.queries.record import record_head, whole_record


def sign_installation(tools: WorkerTools, operation: TestOperation) -> None:
    effects = sign_record(tools, Taken(UUID(int=1), "sign_head", UUID(int=0), operation.id, 1, SIGNED_AT))
    with tools.db.write(tools.service_id) as tx:
        effects(tx)


def installation_lines(database: Database, user_id: int) -> list[str]:
    with database.read(user_id) as view:
        return [line.exported() for line in whole_record(view.session, 0)]


@pytest.fixture
def administrator(operation: TestOperation) -> int:
    user = operation.person("EC", "administrator")
    operation.change("update app_user set is_house_admin = true where id = :user", user=user)
    return user


def test_a_head_of_the_installations_own_record_is_kept_by_an_operations_observer_and_its_lines_verify(
    operation: TestOperation, database: Database, tools: WorkerTools, administrator: int
) -> None:
    observer, lead = operation.person("EC", "observer"), operation.person("PE", "country_lead")
    with database.write(lead) as tx:
        start_session(tx, how="passkey")
    sign_installation(tools, operation)
    with database.read(observer) as view:
        head = signed_heads(view.session, 0)[0]
    with database.write(observer) as tx:
        kept = read_head(take_head(tx, 0, head.seq))

    whole, witnessed = installation_lines(database, administrator), installation_lines(database, observer)
    read = [json.loads(line) for line in witnessed]

    for lines in (whole, witnessed):
        assert verify_record(lines, heads=[kept]).faults == []
    assert verify_record(whole).withheld == 0
    assert {json.loads(each["body"])["actor"] for each in read if "body" in each} == {observer}
    assert [each["hash"] for each in read] == [json.loads(line)["hash"] for line in whole]
    assert verify_record(rewritten(whole, len(whole) - 2), heads=[kept]).faults != []
    with database.read(lead) as view:
        newest = signed_heads(view.session, 0)[0]
    assert (newest.seq, newest.kept, newest.mine) == (head.seq, 1, False)
    assert newest.given > 1


def test_nobody_else_reads_anything_of_the_installations_record(
    operation: TestOperation, database: Database, tools: WorkerTools
) -> None:
    sign_installation(tools, operation)
    for role in ("specialist", "analyst", "liaison", "recipient"):
        person = operation.person("EC", role)
        with database.read(person) as view:
            assert signed_heads(view.session, 0) == []
            with pytest.raises(NotFound):
                record_head(view.session, 0)
        with pytest.raises(Forbidden), database.write(person) as tx:
            take_head(tx, 0, 1)
        with pytest.raises(Forbidden), database.write(person) as tx:
            note_record_export(tx, 0)


def test_one_click_of_an_exercise_keeps_no_head_of_the_installation(
    operation: TestOperation, database: Database, tools: WorkerTools
) -> None:
    sign_installation(tools, operation)
    with database.read(operation.person("EC", "observer"), exercises_only=True) as view:
        assert signed_heads(view.session, 0) == []
        with pytest.raises(NotFound):
            record_head(view.session, 0)


def test_the_installations_record_gets_a_head_each_day(
    operation: TestOperation, database: Database, tools: WorkerTools
) -> None:
    asked = text(
        "select count(*) from job where kind = 'sign_head' and subject_id = :installation and state = 'waiting'"
    )

    def wants() -> int:
        with tools.db.write(tools.housekeeping_id) as tx:
            want_heads(tx)
            return int(tx.session.execute(asked, {"installation": UUID(int=0)}).scalar_one())

    def sign_in() -> None:
        with database.write(operation.person("EC")) as tx:
            start_session(tx, how="passkey")

    sign_in()
    operation.change(
        """insert into signed_head (operation_id, seq, hash, note, verifier, signed_at)
           select 0, seq, hash, 'of yesterday', 'key', now() - interval '1 day' from event where operation_id = 0
           order by seq desc limit 1"""
    )
    assert wants() == 0, "nothing was recorded since"
    sign_in()
    assert wants() == 1


def test_the_export_of_the_installations_record_says_whose_it_is(
    operation: TestOperation, database: Database, administrator: int, signed_in: Callable[[int], Browser]
) -> None:
    observer, analyst = signed_in(operation.person("EC", "observer")), signed_in(operation.person("EC", "analyst"))

    answer = observer.get("/api/v1/operations/0/record.zip")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert "the installation itself" in archive.read("README.txt").decode()
        lines = archive.read("record.jsonl").decode().splitlines()
    assert verify_record(lines).faults == []
    page = observer.get("/record").text
    assert "Record of the installation" in page
    assert "Record of the installation" in signed_in(administrator).get("/operations").text
    for path in ("/record", "/api/v1/operations/0/record.zip", "/api/v1/operations/0/record/heads"):
        assert analyst.get(path).status_code == 404
