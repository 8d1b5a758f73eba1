"""Tries every file of a folder of cases on the real way: exhibits of two countries, workers, matching, registers,
packages.

`make cases DIR=FOLDER` prints a table (file, right, found, ok) and as its last line {"files", "right", "wrong"}; it
ends with 1 if one is wrong. FOLDER holds `fail/` and `pass/`; the right values stand in case_values.py. Each case gets
an operation of its own, on engines and in a folder of its own. ARGS="name …" tries the cases alone whose names hold one
of them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from tests.support.bench import Bench
from tests.support.case_found import Found, found_in
from tests.support.case_values import FAIL, PASS, Case
from tests.support.operation import TestOperation
from tests.support.owner import know_owner
from tests.support.referral_steps import ReferralSteps
from workers.tools import WorkerTools
from workspace.analysis.pack import build_default_pack
from workspace.commands.people import ensure_service_users
from workspace.commands.persons import merge_persons
from workspace.errors import WorkspaceError
from workspace.host.engines import SUPERUSER, prepare_database, start_engines
from workspace.intake.reception import find_files, receive_folder
from workspace.intake.registers import receive_register
from workspace.model import jobs
from workspace.model.database import Database
from workspace.store.keys import load_or_create_master, unwrap
from workspace.store.objects import open_store

WIDTHS = (44, 36, 96)
SCRIPT_PICTURE = "pass/orientation/o1.jpg"


@dataclass(frozen=True)
class Rig:
    """Engines and tools for all cases."""

    app: Database
    tools: WorkerTools

    def bench(self) -> Bench:
        """A new operation of two countries with its media key."""
        operation = TestOperation(self.tools.db, countries=("EC", "PE"))
        steps = ReferralSteps(operation, self.app, self.tools)
        (wrapped,) = (row.wrapped_key for row in self._wrapped(operation.id))
        key = unwrap(load_or_create_master(self.tools.key_file), wrapped, str(operation.id))
        return Bench(steps.operation, self.app, self.tools, key)

    def _wrapped(self, operation_id: int) -> list[object]:
        with self.tools.db.read(self.tools.service_id) as view:
            return list(
                view.session.execute(text("select wrapped_key from operation where id = :id"), {"id": operation_id})
            )


@contextmanager
def rig(home: Path) -> Iterator[Rig]:
    """An empty installation on embedded engines of its own."""
    with start_engines(home) as engines:
        urls = prepare_database(engines.database_url(SUPERUSER, "postgres"), "cases", engines.passwords)
        jobs.use_queue(engines.redis_url)
        know_owner(urls)
        app, workers = Database(urls["concord_app"]), Database(urls["concord_worker"])
        service = ensure_service_users(workers)
        tools = WorkerTools(
            db=workers,
            service_id=service.worker_id,
            housekeeping_id=service.housekeeping_id,
            store=open_store((home / "media").as_uri(), spool=home / "spool"),
            key_file=home / "keys" / "master.key",
            pack_dir=build_default_pack(home / "pack").directory,
        )
        try:
            yield Rig(app, tools)
        finally:
            if "decoder" in tools.__dict__:
                tools.decoder.stop()
            app.dispose()
            workers.dispose()


def tried(case: Case, folder: Path, cases: Path, bench: Bench) -> Found:
    """Bring a case in and do what waits; what was found. folder: an empty one for what the case makes."""
    steps = {
        "register": _registers,
        "referral": _referral,
        "script_paths": _script,
        "script_large": _script,
        "merged": _merged,
    }
    if case.step in steps:
        return steps[case.step](case, folder, cases, bench)
    for country in dict.fromkeys(country for country, _ in case.files):
        bench.bring(country, *(path for by, name in case.files if by == country for path in sorted(cases.glob(name))))
    bench.work()
    bench.sweep()
    return found_in(bench)


def _registers(case: Case, folder: Path, cases: Path, bench: Bench) -> Found:
    """Import one register after the other, each with the pictures that it names beside it."""
    faults: list[str] = []
    portrait = next(cases.parent.rglob("register/a.jpg"))
    for name in ("a.jpg", unicodedata.normalize("NFD", "José.jpg")):
        shutil.copyfile(portrait, folder / name)
    for country, name in case.files:
        try:
            receive_register(
                bench.app,
                bench.operation.person(country, "analyst"),
                bench.operation.id,
                Path(shutil.copy(cases / name, folder)),
                country=country,
                name="cases",
                legal_source="law",
                store=bench.tools.store,
                key=bench.key,
            )
        except WorkspaceError as refusal:
            faults += map(str, refusal.facts.get("faults") or [refusal])
    bench.work()
    return found_in(bench, faults=tuple(faults))


def _referral(case: Case, folder: Path, cases: Path, bench: Bench) -> Found:
    """A copy in each country, on one of them in a folder with such a name; the lead is verified and referred."""
    ((_, name),) = case.files
    device = folder / "device" / "照片 📷"
    device.mkdir(parents=True)
    shutil.copy(cases / name, device)
    receive = {"store": bench.tools.store, "key": bench.key}
    receive_folder(
        bench.app, bench.operation.person("EC", "analyst"), bench.exhibit("EC"), find_files([device.parent]), **receive
    )
    bench.bring("PE", cases / name)
    bench.work()
    lead = bench.one("select id from lead where operation_id = :operation and kind = 'same_file'").id
    bench.operation.change("update lead set stage = 'verified' where id = :id", id=lead)
    steps = ReferralSteps(bench.operation, bench.app, bench.tools)
    steps.key("PE")
    steps.sent(lead, "PE")
    (row,) = bench.rows("select package_state from referral where operation_id = :operation")
    return found_in(bench, package=row.package_state)


def _merged(case: Case, folder: Path, cases: Path, bench: Bench) -> Found:
    """Bring a picture in, and have its owner say that all persons in it are one."""
    ((country, name),) = case.files
    bench.bring(country, cases / name)
    bench.work()
    first, *others = bench.rows("select number from person where operation_id = :operation order by number")
    for other in others:
        with bench.app.write(bench.operation.person(country, "specialist")) as tx:
            merge_persons(tx, bench.operation.id, number=first.number, other=other.number)
    bench.work()
    return found_in(bench)


def _script(case: Case, folder: Path, cases: Path, bench: Bench) -> Found:
    """Run a script that makes a device; it gets a folder and a picture."""
    ((country, name),) = case.files
    made = folder / "made"
    made.mkdir()
    picture = cases.parent / SCRIPT_PICTURE
    subprocess.run([sys.executable, "-I", cases / name, made, picture], check=True)
    bench.bring(country, made)
    bench.work()
    return found_in(bench)


def main(arguments: list[str]) -> int:
    """Try them all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="only cases whose first file's name holds one of these")
    asked = parser.parse_args(arguments)
    counts = {"files": 0, "right": 0, "wrong": 0}
    with tempfile.TemporaryDirectory(prefix="concord-cases-") as place:
        Path(place).chmod(0o711)
        with rig(Path(place)) as ours:
            print(_line("file", "right", "found", "ok"))
            for group, cases in (("fail", FAIL), ("pass", PASS)):
                for case in cases:
                    title = f"{group}/{case.files[-1][1]}"
                    if asked.names and not any(name in title for name in asked.names):
                        continue
                    _try(case, title, asked.folder.resolve() / group, ours, counts)
    print(json.dumps(counts))
    return 1 if counts["wrong"] else 0


def _try(case: Case, title: str, cases: Path, ours: Rig, counts: dict[str, int]) -> None:
    names = [path for _, name in case.files for path in cases.glob(name)]
    if len(names) < len(case.files):
        print(_line(title, case.right, "not in the folder", "wrong"))
        counts["files"] += 1
        counts["wrong"] += 1
        return
    with tempfile.TemporaryDirectory(prefix="concord-case-") as folder:
        try:
            found = tried(case, Path(folder), cases, ours.bench())
            is_right, told = case.check(found), str(found)
        except Exception as error:  # noqa: BLE001 - whatever one case ends with must not end the table
            is_right, told = False, f"{type(error).__name__}: {error}"
    verdict = "yes" if is_right else case.waits or "NO"
    counts["files"] += len(names)
    counts["right" if is_right or case.waits else "wrong"] += len(names)
    print(_line(title, case.right, told, verdict), flush=True)


def _line(*cells: str) -> str:
    cut = [" ".join(cell.split()) for cell in cells]
    return " | ".join([*(cell[:width].ljust(width) for cell, width in zip(cut, WIDTHS, strict=False)), cut[-1]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
