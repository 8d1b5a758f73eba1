"""`failed`: the work that failed in every attempt, for the operator, and have it tried again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from workspace.cli.operation import installation
from workspace.host.setup import set_up
from workspace.host.terminal import show
from workspace.model import failed_jobs
from workspace.settings import settings

if TYPE_CHECKING:
    from workspace.cli.setup import Commands

MOST_SIGNS = 200
"""Of a failure that is printed; the worker's log has all of it."""


def register(commands: Commands) -> None:
    """Add this group's command."""
    failed = commands.add_parser("failed", help="print the work that failed in every attempt, by operation and kind")
    failed.add_argument("--again", action="store_true", help="have it tried again, except what its owners ask for")
    failed.set_defaults(run=run_failed)


def run_failed(arguments: argparse.Namespace) -> int:
    """Print what failed, and why the last of it did; 1 if anything did that nobody else is told of."""
    set_up()
    with installation(settings()) as (workers, service):
        with workers.read(service.housekeeping_id) as view:
            found = failed_jobs.failed(view.session)
        again = 0
        if arguments.again:
            with workers.write(service.housekeeping_id) as tx:
                again = failed_jobs.try_failed_again(tx, all_of_them=True)
    for each in found:
        told = " (its owners are told, and ask again)" if each.kind in failed_jobs.TOLD_KINDS else ""
        show(
            f"operation {each.operation_id}: {each.number} {each.kind}{told}; the last on {each.last_at:%Y-%m-%d %H:%M}"
        )
        show(f"  {' '.join(each.last.split())[:MOST_SIGNS]}")
    if not found:
        show("Nothing has failed.")
    if arguments.again:
        show(f"{again} are tried again.")
    return 1 if any(each.kind not in failed_jobs.TOLD_KINDS for each in found) and not arguments.again else 0
