"""The commands for known material: `known import`, `known list`, `known table`, `known remove`.

A list goes the way of one that was sent over the screen: it is sealed, and a worker reads it as the person who sent it.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from workspace.cli.intake import about, acting, wait_while, whose
from workspace.cli.run import DATABASE, running_engines
from workspace.commands.guard import require_operation
from workspace.commands.known import remove_list
from workspace.commands.known_tables import bring_list_table
from workspace.commands.register_imports import send_list
from workspace.errors import Invalid, NotFound
from workspace.exchange.grade_tables import read_table
from workspace.host.setup import set_up
from workspace.host.terminal import say, show
from workspace.intake.uploads import Part, sealed_upload
from workspace.model.database import Database
from workspace.queries.known import known_lists
from workspace.queries.register_imports import RegisterImportLine, register_import
from workspace.rules.known import MEANINGS, SCHEMES
from workspace.rules.roles import EXHIBIT_RECEIVERS
from workspace.settings import settings
from workspace.store.objects import open_store
from workspace.vocabulary import label

if TYPE_CHECKING:
    from workspace.cli.setup import Commands


def register(commands: Commands) -> None:
    """Add this group's commands."""
    group = commands.add_parser("known", help="lists of hashes of known material")
    actions = group.add_subparsers(title="actions", metavar="ACTION", required=True)
    bring = actions.add_parser("import", help="bring in a list: CSV of MD5, SHA-1, SHA-256, PDQ, or VICS")
    about(bring)
    bring.add_argument("--name", required=True, help="the list's name")
    bring.add_argument("--source", required=True, help="who keeps it, and its edition")
    bring.add_argument("--meaning", choices=MEANINGS, required=True, help="what it says of a file that it names")
    bring.add_argument("--skips", action="store_true", help="files of the own agency that it names are not read again")
    bring.add_argument("--scheme", choices=SCHEMES, default="none", help="the table that categories of VICS follow")
    bring.add_argument("--until", type=date.fromisoformat, metavar="YEAR-MONTH-DAY", help="the last day it may be kept")
    bring.add_argument("--take-rest", action="store_true", help="leave out what is named as faulty, and take the rest")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.set_defaults(run=run_import)
    listing = actions.add_parser("list", help="print the lists that the person may see")
    whose(listing)
    listing.set_defaults(run=run_list)
    table = actions.add_parser(
        "table", help="bring in the table of categories by which a list of the own agency counts"
    )
    whose(table)
    table.add_argument("--name", required=True, help="the list's name")
    table.add_argument("--table", required=True, help="the table's name")
    table.add_argument("file", type=Path, metavar="FILE", help="CSV with the columns number, label, meaning, or JSON")
    table.set_defaults(run=run_table)
    remove = actions.add_parser("remove", help="remove a list of the own agency and erase its hashes")
    whose(remove)
    remove.add_argument("--name", required=True, help="the list's name")
    remove.set_defaults(run=run_remove)


def run_import(arguments: argparse.Namespace) -> int:
    """Send a list, wait until a worker has read it, and print its report; ends with 1 if it was not taken."""
    set_up()
    with running_engines(DATABASE):
        configured = settings()
        app, person_id, key = acting(configured, arguments, EXHIBIT_RECEIVERS)
        with app.write(person_id) as tx:  # asked before anything is stored
            require_operation(tx, "bring_known", arguments.operation)
        store = open_store(configured.media_url)
        with (
            arguments.file.open("rb") as file,
            sealed_upload([Part("", file)], store=store, key=key) as address,
            app.write(person_id) as tx,
        ):
            import_id = send_list(
                tx,
                arguments.operation,
                name=arguments.name,
                source=arguments.source,
                meaning=arguments.meaning,
                skips=arguments.skips,
                scheme=arguments.scheme,
                sharing=arguments.sharing,
                retain_until=arguments.until,
                takes_rest=arguments.take_rest,
                address=address,
            )
        wait_while(configured, lambda: _sent(app, person_id, import_id).is_under_way)
        done = _sent(app, person_id, import_id)
        for line in (*done.remarks, *done.faults):
            say(line)
        show(
            f"«{arguments.name}»: {label('import_state', done.state)}; {done.entries or 0} hashes, {done.fault_count} "
            f"faults."
        )
        app.dispose()
    return 0 if done.state == "done" else 1


def run_list(arguments: argparse.Namespace) -> int:
    """Print the lists."""
    set_up()
    with running_engines(DATABASE):
        app, person_id, _ = acting(settings(), arguments, EXHIBIT_RECEIVERS)
        with app.read(person_id) as view:
            for each in known_lists(view.session, arguments.operation):
                meaning = label("known_meaning", each.meaning)
                show(f"{each.name} ({each.agency}; {each.source}): {meaning}; {each.hashes} hashes, {each.files} files")
        app.dispose()
    return 0


def run_table(arguments: argparse.Namespace) -> int:
    """Bring in a list's own table, and print its categories."""
    set_up()
    categories = read_table(arguments.file.read_bytes())
    with running_engines(DATABASE):
        app, person_id, _ = acting(settings(), arguments, EXHIBIT_RECEIVERS)
        list_id = _named(app, person_id, arguments)
        with app.write(person_id) as tx:
            bring_list_table(tx, list_id, name=arguments.table, categories=categories)
        for each in categories:
            show(f"{each.number} {each.label}")
        show(f"«{arguments.name}»: {len(categories)} categories; what they mean here your country lead says.")
        app.dispose()
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    """Remove a list of the person's agency."""
    set_up()
    with running_engines(DATABASE):
        app, person_id, _ = acting(settings(), arguments, EXHIBIT_RECEIVERS)
        list_id = _named(app, person_id, arguments)
        with app.write(person_id) as tx:
            remove_list(tx, list_id)
        show(f"«{arguments.name}» was removed; its hashes are being erased.")
        app.dispose()
    return 0


def _named(app: Database, person_id: int, arguments: argparse.Namespace) -> UUID:
    """The list of the person's agency that was named. Raises: NotFound, Invalid."""
    with app.read(person_id) as view:
        lists = known_lists(view.session, arguments.operation)
    named = [each.id for each in lists if each.is_own and each.name == arguments.name]
    if not named:
        raise NotFound("Your agency has no such list.")
    if len(named) > 1:
        raise Invalid("Your agency has several lists of this name. Choose on the page of known material.")
    return named[0]


def _sent(app: Database, person_id: int, import_id: UUID) -> RegisterImportLine:
    with app.read(person_id) as view:
        return register_import(view.session, import_id)
