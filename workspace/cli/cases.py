"""The commands for the case file of an exhibit: `case import`, `case report`, `case export`.

A file goes the way of one that was sent over the screen: it is sealed, and a worker reads it as the person who sent it.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from workspace.cli.intake import acting, wait_while, whose
from workspace.cli.run import DATABASE, running_engines
from workspace.commands.exhibit_cases import note_case_export, require_bringing
from workspace.commands.register_imports import send_case
from workspace.errors import Invalid, NotFound
from workspace.exchange.csv_safe import write_csv
from workspace.exchange.vics_kept import written_again
from workspace.host.setup import set_up
from workspace.host.terminal import say, show
from workspace.intake.uploads import Part, opened_file, sealed_upload
from workspace.model.database import Database
from workspace.queries.exhibit_cases import (
    CaseReport,
    case_changes,
    case_report,
    changes_of,
    exhibit_cases,
    kept_case,
    missing_files,
)
from workspace.queries.intake import exhibit_by_label
from workspace.queries.register_imports import RegisterImportLine, register_import
from workspace.rules.exhibit_cases import CASE_SCHEMES
from workspace.rules.roles import EXHIBIT_RECEIVERS
from workspace.settings import settings
from workspace.store.objects import open_store
from workspace.vocabulary import label

if TYPE_CHECKING:
    from workspace.cli.setup import Commands


def register(commands: Commands) -> None:
    """Add this group's commands."""
    group = commands.add_parser("case", help="the case file (VICS) that came with an exhibit")
    actions = group.add_subparsers(title="actions", metavar="ACTION", required=True)
    bring = actions.add_parser("import", help="bring in a case file: JSON of the VICS 1.3 or 2.0 shape")
    _of_exhibit(bring)
    bring.add_argument("--scheme", choices=CASE_SCHEMES, default="none", help="the table that its categories follow")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.set_defaults(run=run_import)
    report = actions.add_parser("report", help="print how the last case file agrees with its exhibit")
    _of_exhibit(report)
    report.set_defaults(run=run_report)
    export = actions.add_parser("export", help="write the last case file as it stands now, and beside it what differs")
    _of_exhibit(export)
    export.add_argument("to", type=Path, metavar="FILE", help="a new file; what differs stands in FILE.changes.csv")
    export.set_defaults(run=run_export)


def run_import(arguments: argparse.Namespace) -> int:
    """Send a case file, wait until a worker has read it, and print its report; ends with 1 if it was not taken."""
    set_up()
    with running_engines(DATABASE):
        configured = settings()
        app, person_id, key = acting(configured, arguments, EXHIBIT_RECEIVERS)
        exhibit_id = _exhibit(app, person_id, arguments)
        with app.write(person_id) as tx:  # asked before anything is stored
            require_bringing(tx, exhibit_id)
        store = open_store(configured.media_url)
        with (
            arguments.file.open("rb") as file,
            sealed_upload([Part("", file)], store=store, key=key) as address,
            app.write(person_id) as tx,
        ):
            import_id = send_case(tx, exhibit_id, name=arguments.file.name, scheme=arguments.scheme, address=address)
        wait_while(configured, lambda: _sent(app, person_id, import_id).is_under_way)
        done = _sent(app, person_id, import_id)
        if done.case_id is None:
            for fault in done.faults:
                say(fault)
            show(f"«{done.name}»: {label('import_state', done.state)}")
        else:
            _print(app, person_id, done.case_id)
        app.dispose()
    return 0 if done.case_id is not None else 1


def run_report(arguments: argparse.Namespace) -> int:
    """Print the report of the case file that counts, with every missing file."""
    set_up()
    with running_engines(DATABASE):
        app, person_id, _ = acting(settings(), arguments, EXHIBIT_RECEIVERS)
        _print(app, person_id, standing_case(app, person_id, arguments))
        app.dispose()
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write the case file that counts as it stands now, and a list of what differs from what came."""
    set_up()
    with running_engines(DATABASE):
        configured = settings()
        app, person_id, key = acting(configured, arguments, EXHIBIT_RECEIVERS)
        changes_to = arguments.to.with_name(f"{arguments.to.name}.changes.csv")
        for path in (arguments.to, changes_to):
            if path.exists():
                raise Invalid("{path} exists already. Name another file.", path=str(path))
        case_id = standing_case(app, person_id, arguments)
        with app.read(person_id) as view:
            kept = kept_case(view.session, case_id)
            found = [each for part in case_changes(view.session, case_id) for each in part]
        with app.write(person_id) as tx:
            note_case_export(tx, case_id, changes=len(found))
        store = open_store(configured.media_url)
        with opened_file(kept.address, store=store, key=key) as file, arguments.to.open("xb") as out:
            for part in written_again(file, changes_of([found])):
                out.write(part)
        lines = ((each.place, each.path, each.md5, each.field, each.before, each.after) for each in found)
        changes_to.write_bytes(write_csv([("record", "path", "md5", "field", "before", "after"), *lines]))
        show(f"{arguments.to}: {len(found)} values differ from what came; they stand in {changes_to}.")
        app.dispose()
    return 0


def standing_case(app: Database, person_id: int, arguments: argparse.Namespace) -> UUID:
    """The last case file of the exhibit that was named. Raises: NotFound."""
    exhibit_id = _exhibit(app, person_id, arguments)
    with app.read(person_id) as view:
        cases = exhibit_cases(view.session, exhibit_id)
    if not cases:
        raise NotFound("No case file came with this exhibit.")
    return cases[0].id


def _of_exhibit(parser: argparse.ArgumentParser) -> None:
    whose(parser)
    parser.add_argument("--exhibit", required=True, metavar="LABEL", help="the device's label, as PE-D-001")


def _exhibit(app: Database, person_id: int, arguments: argparse.Namespace) -> UUID:
    with app.read(person_id) as view:
        found = exhibit_by_label(view.session, arguments.operation, arguments.country, arguments.exhibit)
    if found is None:
        raise NotFound("There is no such exhibit.")
    return found


def _sent(app: Database, person_id: int, import_id: UUID) -> RegisterImportLine:
    with app.read(person_id) as view:
        return register_import(view.session, import_id)


def _print(app: Database, person_id: int, case_id: UUID) -> None:
    with app.read(person_id) as view:
        report = case_report(view.session, case_id)
        missing = [each for part in missing_files(view.session, case_id) for each in part]
    for line in (*report.remarks, *report.faults):
        say(line)
    if report.fault_count > len(report.faults):
        say(f"… and {report.fault_count - len(report.faults)} more faults")
    for each in missing:
        show(f"missing: {each.path or '–'} (record {each.place}, MD5 {each.md5 or '–'})")
    show(_sum(report))


def _sum(report: CaseReport) -> str:
    line = (
        f"«{report.name}» of {report.exhibit}: {report.records} records, {report.matched} are files of the exhibit, "
        f"{report.missing_of} are missing; it does not name {report.unnamed_of} contents; {report.fault_count} faults."
    )
    return f"{line} Is this the case of another exhibit?" if report.is_another_exhibits else line
