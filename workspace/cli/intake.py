"""The commands that bring material in: `intake` and `register import`.

They act as a person of the country, through the application's role, so that the record and every rule are those of the
screens.
Thin: reception.py receives, the commands decide.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Set
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tqdm import tqdm

from workspace.cli.run import DATABASE, running_engines, start_workers
from workspace.commands.intake import receive_exhibit
from workspace.commands.lines import Arrival
from workspace.commands.people import ensure_service_users
from workspace.commands.retention import state_retention
from workspace.errors import Invalid, NotFound
from workspace.host.progress import progress
from workspace.host.setup import set_up
from workspace.host.supervisor import Supervisor
from workspace.host.terminal import say, show
from workspace.intake import reception
from workspace.intake.registers import receive_register
from workspace.model import jobs
from workspace.model.database import Database
from workspace.queries import intake as queries
from workspace.queries.operations import wrapped_key
from workspace.rules.codes import EXHIBIT_KINDS, HANDLING_CODES, SHARINGS, UNRESTRICTED
from workspace.rules.roles import EXHIBIT_RECEIVERS, REGISTER_IMPORTERS
from workspace.settings import Settings, settings
from workspace.store.keys import OperationKey, load_or_create_master, unwrap
from workspace.store.objects import open_store
from workspace.vocabulary import label

if TYPE_CHECKING:
    from workspace.cli.setup import Commands

POLL_S = 0.5
NOT_STATED = "not stated"


def register(commands: Commands) -> None:
    """Add this group's commands."""
    intake = commands.add_parser("intake", help="receive the files of a seized device and have them analysed")
    about(intake)
    intake.add_argument("--exhibit", required=True, metavar="LABEL", help="the device's label, as PE-D-001")
    intake.add_argument("--kind", choices=EXHIBIT_KINDS, default="storage")
    intake.add_argument("--case", default=NOT_STATED, help="the case's reference")
    intake.add_argument("--custodian", default=NOT_STATED, help="who keeps the device")
    intake.add_argument("--handling", choices=HANDLING_CODES, default=UNRESTRICTED)
    intake.add_argument("--seized-by", default="", metavar="AUTHORITY", help="the authority that seized the device")
    intake.add_argument("--seized-on", default="", metavar="YEAR-MONTH-DAY", help="the day of the seizure")
    intake.add_argument(
        "--acquired-hash", default="", metavar="HEX", help="hash of the image: MD5, SHA-1, SHA-256, SHA-512"
    )
    intake.add_argument(
        "--manifest",
        type=_sha256,
        metavar="SHA256",
        help="hash of the sender's list; it must agree before the intake ends",
    )
    intake.add_argument(
        "--wait", action="store_true", help="wait until all of it is analysed; starts workers if none run"
    )
    intake.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    intake.set_defaults(run=run_intake)

    register_group = commands.add_parser("register", help="registers of missing children")
    actions = register_group.add_subparsers(title="actions", metavar="ACTION", required=True)
    bring = actions.add_parser("import", help="bring in a register: CSV or JSON, photos beside it")
    about(bring)
    bring.add_argument("--name", required=True, help="the register's name")
    bring.add_argument("--legal-source", required=True, help="the law or order that allows its use here")
    bring.add_argument(
        "--handling",
        choices=HANDLING_CODES,
        help="the handling code of every entry (default: as the register has it; H0 for a new one)",
    )
    bring.add_argument(
        "--take-rest", action="store_true", help="leave out what was named as faulty, and take the rest of the register"
    )
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.set_defaults(run=run_register_import)
    keep = actions.add_parser("retain", help="state the last day on which a register may be kept")
    whose(keep)
    keep.add_argument("--name", required=True, help="the register's name")
    keep.add_argument("until", type=date.fromisoformat, metavar="YEAR-MONTH-DAY")
    keep.set_defaults(run=run_register_retain)


def run_intake(arguments: argparse.Namespace) -> int:
    """Receive folders for an exhibit, print the report, and on request wait for the analysis."""
    set_up()
    with running_engines(DATABASE):
        configured = settings()
        app, person_id, key = acting(configured, arguments, EXHIBIT_RECEIVERS)
        files = reception.find_files(arguments.paths)
        exhibit_id = _exhibit(app, person_id, arguments)
        bar = progress(arguments.exhibit, unit="files", total=len(files))

        def received(arrival: Arrival) -> None:
            bar.update()
            if arrival.refusal:
                bar.write(f"refused ({arrival.refusal}): {arrival.path}", file=sys.stderr)

        with bar:
            reception.receive_folder(
                app,
                person_id,
                exhibit_id,
                files,
                store=open_store(configured.media_url),
                key=key,
                on_file=received,
                manifest_sha256=arguments.manifest,
            )
        if arguments.wait:
            wait_until_analysed(configured, arguments.operation)
        _print_report(app, person_id, exhibit_id)
        app.dispose()
    return 0


def run_register_import(arguments: argparse.Namespace) -> int:
    """Bring in a register; one with faults is refused with each of them, or taken without them if that is said."""
    set_up()
    with running_engines(DATABASE):
        configured = settings()
        app, person_id, key = acting(configured, arguments, REGISTER_IMPORTERS)
        with progress(arguments.name, unit="portraits") as bar:
            _, read = receive_register(
                app,
                person_id,
                arguments.operation,
                arguments.file,
                country=arguments.country,
                name=arguments.name,
                legal_source=arguments.legal_source,
                sharing=arguments.sharing,
                handling_code=arguments.handling,
                store=open_store(configured.media_url),
                key=key,
                take_rest=arguments.take_rest,
                on_portrait=bar.update,
            )
        for remark in read.remarks:
            say(remark)
        for fault in read.faults:
            say(f"left out: {fault}")
        show(f"{len(read.entries)} entries of «{arguments.name}» were brought in; they are matched as they are read.")
        app.dispose()
    return 0


def run_register_retain(arguments: argparse.Namespace) -> int:
    """State until when a register may be kept."""
    set_up()
    with running_engines(DATABASE):
        app, person_id, _ = acting(settings(), arguments, REGISTER_IMPORTERS)
        with app.read(person_id) as view:
            known = {
                line.name: line.id
                for line in queries.registers(view.session, arguments.operation)
                if line.country == arguments.country
            }
        if arguments.name not in known:
            raise NotFound("There is no such register.")
        with app.write(person_id) as tx:
            state_retention(tx, known[arguments.name], until=arguments.until)
        show(f"«{arguments.name}» may be kept until {arguments.until}.")
        app.dispose()
    return 0


def wait_until_analysed(configured: Settings, operation_id: int) -> None:
    """Wait, with a progress bar, until no job of an operation is open; workers are started if none runs."""
    db = Database(configured.database_url_worker)
    service = ensure_service_users(db)
    with progress("analysis", unit="jobs") as bar:
        wait_while(configured, partial(_open_jobs, db, service.worker_id, operation_id, bar))
    db.dispose()


def wait_while(configured: Settings, goes_on: Callable[[], object]) -> None:
    """Wait while workers have something to do; they are started if none runs, or once none runs any more."""
    while jobs.worker_count():
        if not goes_on():
            return
        time.sleep(POLL_S)
    with Supervisor(configured.home, f"work-{os.getpid()}") as supervisor:
        start_workers(supervisor, configured.workers)
        while goes_on():
            supervisor.tend()
            time.sleep(POLL_S)


def whose(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say in which operation, and whose act it is."""
    parser.add_argument("--operation", required=True, type=int, metavar="ID")
    parser.add_argument("--country", required=True, metavar="XX", help="whose material it is")
    parser.add_argument(
        "--as",
        dest="person",
        type=int,
        metavar="USER",
        help="whose act it is, by id (operation members); may be left out in an exercise",
    )


def about(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `whose`, and who may see what comes."""
    whose(parser)
    parser.add_argument(
        "--sharing", choices=SHARINGS, default="operation", help="agency: only the agency itself opens it"
    )


def who_acts(workers: Database, operation_id: int, country: str, roles: Set[str], person_id: int | None) -> int:
    """Who is recorded as bringing material in: the person who was named; in an exercise, without a name, one who may.

    Raises:
        Invalid: nobody was named, and this is no exercise. NotFound: nobody of the country may.
    """
    if person_id is not None:
        return person_id
    with workers.read(None) as view:
        people = queries.who_brings_in(view.session, operation_id, country, roles)
        is_exercise = queries.is_exercise(view.session, operation_id)
    if not people:
        raise NotFound(
            f"Nobody of {country} may bring material into operation {operation_id}: the country takes no part, "
            f"or has nobody there "
            f"who is {' or '.join(role.replace('_', ' ') for role in sorted(roles))}."
        )
    if not is_exercise:
        raise Invalid(
            "Say with --as whose act this is: the record names the person. Of {country}: {people}.",
            country=country,
            people=[f"{person.id} ({person.name})" for person in people],
        )
    return people[0].id


def acting(configured: Settings, arguments: argparse.Namespace, roles: Set[str]) -> tuple[Database, int, OperationKey]:
    """The database as people see it, who acts, and the operation's media key."""
    workers = Database(configured.database_url_worker)
    try:
        person_id = who_acts(workers, arguments.operation, arguments.country, roles, arguments.person)
    finally:
        workers.dispose()
    app = Database(configured.database_url_app)
    with app.read(person_id) as view:
        wrapped = wrapped_key(view.session, arguments.operation)
    return app, person_id, unwrap(load_or_create_master(configured.key_file), wrapped, str(arguments.operation))


def _sha256(value: str) -> bytes:
    if not re.fullmatch("[0-9a-fA-F]{64}", value):
        raise argparse.ArgumentTypeError(f"{value} is no SHA-256: 64 hexadecimal digits")
    return bytes.fromhex(value)


def _exhibit(app: Database, person_id: int, arguments: argparse.Namespace) -> UUID:
    """The exhibit of this label: the one whose intake stopped, or a new one."""
    with app.read(person_id) as view:
        known = queries.exhibit_by_label(view.session, arguments.operation, arguments.country, arguments.exhibit)
    if known is not None:
        say(f"{arguments.exhibit} is known; what it has already is passed over.")
        return known
    with app.write(person_id) as tx:
        return receive_exhibit(
            tx,
            arguments.operation,
            country=arguments.country,
            label=arguments.exhibit,
            kind=arguments.kind,
            case_reference=arguments.case,
            custodian=arguments.custodian,
            **{name: getattr(arguments, name) for name in ("seized_by", "seized_on", "acquired_hash")},
            handling_code=arguments.handling,
            sharing=arguments.sharing,
        )


def _open_jobs(db: Database, worker_id: int, operation_id: int, bar: tqdm[Any]) -> int:
    """How many jobs are open, which the bar then shows."""
    with db.read(worker_id) as view:
        left = sum(jobs.outstanding(view.session, operation_id).values())
    bar.total = max(bar.total or 0, left + bar.n)
    bar.update(bar.total - left - bar.n)
    return left


def _added_up(counts: queries.Counts) -> str:
    return (
        f"{counts.received} received = {counts.readable} readable + {counts.refused} refused + {counts.waiting} waiting"
    )


def _print_report(app: Database, person_id: int, exhibit_id: UUID) -> None:
    with app.read(person_id) as view:
        line = queries.exhibit_line(view.session, exhibit_id)
        report = queries.intake_report(view.session, queries.exhibit_operation(view.session, exhibit_id))
    show(f"{line.label}: {_added_up(line.counts)}")
    if line.known_elsewhere is not None:
        show(f"{line.known_elsewhere} of its files are also known to another country.")
    show(f"Operation: {_added_up(report.counts)}")
    show(f"Readable: {report.distinct} distinct, {report.exact_copies} exact copies, {report.near_copies} near copies")
    if report.partly_read:
        parts = ", ".join(f"{label('unseen', each.part)} ({each.files})" for each in report.unseen)
        show(f"Read only in part: {report.partly_read}; not looked at: {parts}")
    for refused in report.refused:
        show(f"  refused, {refused.reason}: {refused.files} ({', '.join(refused.exhibits)})")
