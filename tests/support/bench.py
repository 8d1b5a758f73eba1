"""An operation with a media key, with hands to bring material in and to work on it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from tests.support.operation import TestOperation
from workers import drain
from workers.tools import WorkerTools
from workspace.commands.intake import receive_exhibit
from workspace.commands.sweeps import want_sweeps
from workspace.intake.reception import find_files, receive_folder
from workspace.model import Agency, OperationAgency
from workspace.model.database import Database
from workspace.settings import ROOT, child_environment
from workspace.store.keys import OperationKey


@dataclass
class Bench:
    """An operation with a media key, with hands to bring material in and to work on it."""

    operation: TestOperation
    app: Database
    tools: WorkerTools
    key: OperationKey

    def second_agency(self, country: str) -> str:
        """Another agency of a country; returns the name by which `bring` knows it."""
        name = f"{country} second"
        with Session(self.operation.owner) as session:
            agency = {"country": country, "name": f"{name} {self.operation.mark}", "kind": "police"}
            self.operation.agencies[name] = session.scalars(insert(Agency).values(**agency).returning(Agency.id)).one()
            member = {"operation_id": self.operation.id, "agency_id": self.operation.agencies[name]}
            session.execute(insert(OperationAgency).values(**member, jurisdictions=[country], competences=["evidence"]))
            session.commit()
        return name

    def exhibit(
        self, country: str, *, sharing: str = "operation", label: str | None = None, agency: str | None = None
    ) -> UUID:
        with self.app.write(self.operation.person(agency or country, "analyst")) as tx:
            return receive_exhibit(
                tx,
                self.operation.id,
                country=country,
                label=label or f"{country}-{len(self.rows('select 1 from exhibit where operation_id = :operation'))}",
                kind="phone",
                case_reference="case",
                custodian="custodian",
                sharing=sharing,
            )

    def bring(self, country: str, *files: Path, sharing: str = "operation", agency: str | None = None) -> UUID:
        """Receive files as a new exhibit of the country's agency, or of its second."""
        exhibit_id = self.exhibit(country, sharing=sharing, agency=agency)
        person = self.operation.person(agency or country, "analyst")
        receive_folder(self.app, person, exhibit_id, find_files(files), store=self.tools.store, key=self.key)
        return exhibit_id

    def work(self) -> None:
        """Do what waits in this operation; other tests' jobs are put away first."""
        self.operation.change(
            "update job set state = 'done' where operation_id <> :operation and state in ('waiting', 'running')",
            operation=self.operation.id,
        )
        drain.equip(self.tools)
        while self.rows("select 1 from job where operation_id = :operation and state = 'waiting'"):
            drain.drain("test")

    def sweep(self) -> int:
        """Have housekeeping want what is to be looked at again here, and do it; how many media that was."""
        self.operation.change(
            "insert into media_sweep (media_item_id, operation_id, compartment_id, method, faces, bettered, is_whole) "
            "select id, operation_id, compartment_id, 'another test', 0, 0, true from media_item "
            "where operation_id <> :operation on conflict do nothing",
            operation=self.operation.id,
        )
        with self.tools.db.write(self.tools.service_id) as tx:
            wanted = want_sweeps(tx)
        self.work()
        return wanted

    def rows(self, sql: str, **values: object) -> list[Any]:
        """Rows as the workers see them; `:operation` is this one."""
        with self.tools.db.read(self.tools.service_id) as view:
            return list(view.session.execute(text(sql), {"operation": self.operation.id, **values}).all())

    def one(self, sql: str, **values: object) -> Any:
        (row,) = self.rows(sql, **values)
        return row


def alone(bench: Bench) -> None:
    """Put away the media and jobs of other tests."""
    for table in ("job", "media_item"):
        bench.operation.change(
            f"update {table} set state = :end where operation_id <> :id and state = 'waiting'",
            id=bench.operation.id,
            end="done" if table == "job" else "refused",
        )


def start_worker(bench: Bench, servers: object, stderr: int | None = None) -> subprocess.Popen[bytes]:
    """A worker process on the test's engines, with this bench's keys and pack."""
    urls = servers.urls  # type: ignore[attr-defined]
    values = {
        "PROFILE": "test",
        "HOME": str(bench.tools.key_file.parent),
        "DATABASE_URL_OWNER": urls["concord_owner"],
        "DATABASE_URL_APP": urls["concord_app"],
        "DATABASE_URL_WORKER": urls["concord_worker"],
        "REDIS_URL": servers.redis_url,  # type: ignore[attr-defined]
        "MEDIA_URL": servers.media_url,  # type: ignore[attr-defined]
        "KEY_FILE": str(bench.tools.key_file),
        "PACK_DIR": str(bench.tools.pack_dir),
        "LOG_LEVEL": "WARNING",
    }
    environment = child_environment(values) | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "PATH": os.defpath}
    return subprocess.Popen([sys.executable, "-m", "workers.run"], cwd=ROOT, env=environment, stderr=stderr)
