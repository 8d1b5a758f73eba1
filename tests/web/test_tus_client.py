"""tus-js-client itself, in Node, against a server of its own that is killed while a file comes: it goes on where it
stood."""

from __future__ import annotations

import hashlib
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.support.operation import TestOperation
from tests.support.servers import ROOT, Servers, Web, environment, free_port, start_web, wait_for
from tests.support.waiting import LIMIT_S, until
from workers import drain
from workers.tools import WorkerTools
from workspace.commands.identity import create_token
from workspace.commands.intake import receive_exhibit
from workspace.host.setup import NODE
from workspace.model import HalfUpload, ReceivedFile, jobs
from workspace.model.database import Database
from workspace.store.keys import load_or_create_master, new_wrapped_key

CHUNK, PARTS = 1 << 18, 16


@contextmanager
def serving(port: int, base: dict[str, str]) -> Iterator[Web]:
    web = start_web(port, base)
    try:
        wait_for(web)
        yield web
    finally:
        web.process.kill()
        web.process.wait()


@pytest.mark.timeout(300)
def test_a_program_goes_on_inside_a_file_after_the_server_was_killed(
    operation: TestOperation, database: Database, tools: WorkerTools, servers: Servers, tmp_path: Path
) -> None:
    wrapped = new_wrapped_key(load_or_create_master(tools.key_file), str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :id", key=wrapped, id=operation.id)
    analyst = operation.person("EC", "analyst")
    facts = {"label": "E-1", "kind": "phone", "case_reference": "case", "custodian": "us", "sharing": "operation"}
    with database.write(analyst) as tx:
        exhibit = receive_exhibit(tx, operation.id, country="EC", **facts)
        token = create_token(tx, label="intake", scopes=["read", "intake"], days=1)
    content = b"\xff\xd8\xff\xe0" + random.Random(7).randbytes(CHUNK * PARTS - 5)
    (tmp_path / "film.jpg").write_bytes(content)
    port, base = free_port(), environment(servers.urls, servers.redis_url, servers.media_url, servers.home)
    address = f"http://localhost:{port}/api/v1/exhibits/{exhibit}/uploads"
    script: list[str | Path] = [
        NODE,
        ROOT / "tests/support/send_by_tus.mjs",
        tmp_path / "film.jpg",
        address,
        token,
        "DCIM/film.jpg",
    ]

    def received() -> int:
        with operation.workers.read(operation.service_id) as view:
            wanted = select(HalfUpload.received_bytes).where(HalfUpload.exhibit_id == exhibit)
            return view.session.scalars(wanted).one_or_none() or 0

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen([*script, str(CHUNK)], stdout=subprocess.PIPE, text=True)

    with serving(port, base):
        sending = start()
        until(lambda: received() >= CHUNK * 3)
    before = received()
    with serving(port, base):
        until(lambda: received() > before)
        sending.kill()  # the laptop is closed
        sending.communicate()
        half = received()
        told = start().communicate(timeout=LIMIT_S)[0].splitlines()  # begun again, the same file is gone on with

    assert CHUNK * 3 <= before < half
    assert told[-1].startswith(f"sent: http://localhost:{port}/api/v1/uploads/")
    assert half <= int(told[0]) - CHUNK <= half + CHUNK
    assert int(told[-2]) == len(content)
    with tools.db.write(tools.service_id) as tx:
        job = next(
            job for job in iter(lambda: jobs.take(tx, ["finish_upload"]), None) if job.operation_id == operation.id
        )
    drain.work_off(tools, job)
    with operation.workers.read(operation.service_id) as view:
        wanted = select(HalfUpload.state).where(HalfUpload.id == UUID(told[-1].rpartition("/")[2]))
        line = select(ReceivedFile.path, ReceivedFile.sha256).where(ReceivedFile.exhibit_id == exhibit)
        assert view.session.scalars(wanted).one() == "taken"
        assert view.session.execute(line).all() == [("DCIM/film.jpg", hashlib.sha256(content).digest())]
