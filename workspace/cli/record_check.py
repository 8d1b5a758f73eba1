"""`record check`: compare the whole record, and every governed row, with what the tables hold now.

It acts as the installation's own service user, reads alone, and stores nothing; an exported file is verified offline
(docs/operate.md).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from workspace.cli.run import DATABASE, running_engines
from workspace.commands.people import ensure_service_users
from workspace.errors import NotFound
from workspace.host.terminal import show
from workspace.model.database import Database
from workspace.queries.operations import operations
from workspace.queries.verification import verify_operation
from workspace.rules.verification import MOST_TOLD, Verification
from workspace.settings import settings

if TYPE_CHECKING:
    from workspace.cli.setup import Commands

INSTALLATION = 0
"""The installation's own chain: agencies and accounts."""


def register(actions: Commands) -> None:
    """Add the command to those of the record."""
    check = actions.add_parser(
        "check", help="say of every event and governed row here whether it is as it was recorded"
    )
    check.add_argument(
        "--operation", type=int, metavar="ID", help="one operation alone; 0 is the installation's own record"
    )
    check.set_defaults(run=run_check)


def run_check(arguments: argparse.Namespace) -> int:
    """Verify and print what does not match; 1 if anything does not."""
    with running_engines(DATABASE):
        workers = Database(settings().database_url_worker)
        try:
            service = ensure_service_users(workers)
            with workers.read(service.housekeeping_id) as view:
                known = [INSTALLATION, *(row.id for row in operations(view.session))]
                if arguments.operation is not None and arguments.operation not in known:
                    raise NotFound("There is no such operation.")
                asked = known if arguments.operation is None else [arguments.operation]
                results = [verify_operation(view.session, each) for each in asked]
        finally:
            workers.dispose()
    for result in results:
        tell(result)
    return 1 if any(result.broken for result in results) else 0


def tell(found: Verification) -> None:
    """Print what does not match, then one line that sums up."""
    for each in found.broken[:MOST_TOLD]:
        show(f"{each.table} {each.key}: {each.what}")
    for known in found.settled[:MOST_TOLD]:
        show(f"{known.table} {known.key}: {known.what}; settled by {known.seen_by} and {known.confirmed_by}")
    name = f"operation {found.operation_id}" if found.operation_id else "installation"
    erased = f", words erased out of {found.erased}" if found.erased else ""
    words = {
        "broken": f"NOT INTACT: {len(found.broken)} do not match",
        "settled": f"{len(found.settled)} differ and are settled, all others match",
        "intact": "intact",
    }[found.state]
    show(f"{name}: {found.events} events, {found.rows} governed rows{erased}: {words}")
