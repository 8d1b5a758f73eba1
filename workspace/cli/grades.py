"""The commands for tables of categories: `grades import`, `grades list`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from workspace.cli.intake import acting, whose
from workspace.cli.run import DATABASE, running_engines
from workspace.commands.grades import bring_grade_table
from workspace.exchange.grade_tables import TABLE_BYTES, read_table, shipped_table
from workspace.host.setup import set_up
from workspace.host.terminal import show
from workspace.queries.grades import grading
from workspace.rules.grades import SHIPPED
from workspace.rules.roles import COUNTRY_LEAD, MEMBERS
from workspace.settings import settings
from workspace.vocabulary import label

if TYPE_CHECKING:
    from workspace.cli.setup import Commands


def register(commands: Commands) -> None:
    """Add this group's commands."""
    group = commands.add_parser("grades", help="tables of categories by which countries grade media")
    actions = group.add_subparsers(title="actions", metavar="ACTION", required=True)
    bring = actions.add_parser("import", help="bring in a country's table: CSV or JSON of number, label, meaning")
    whose(bring)
    bring.add_argument("--name", default="", help="the table's name; a public one has its own")
    source = bring.add_mutually_exclusive_group(required=True)
    source.add_argument("--public", choices=SHIPPED, help="one of the two public tables")
    source.add_argument("file", type=Path, nargs="?", metavar="FILE")
    bring.set_defaults(run=run_import)
    listing = actions.add_parser("list", help="print the tables of an operation")
    whose(listing)
    listing.set_defaults(run=run_list)


def run_import(arguments: argparse.Namespace) -> int:
    """Bring in a table; every fault is printed with its line, and then nothing is taken."""
    set_up()
    with running_engines(DATABASE):
        app, person_id, _ = acting(settings(), arguments, COUNTRY_LEAD)
        try:
            if arguments.public:
                name, categories = label("grade_table", arguments.public), shipped_table(arguments.public)
            else:
                with arguments.file.open("rb") as file:
                    name, categories = arguments.name or arguments.file.stem, read_table(file.read(TABLE_BYTES + 1))
            with app.write(person_id) as tx:
                bring_grade_table(tx, arguments.operation, name=name, categories=categories, shipped=arguments.public)
        finally:
            app.dispose()
        show(f"«{name}»: {len(categories)} categories; {arguments.country} grades by it from now on.")
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """Print the tables."""
    set_up()
    with running_engines(DATABASE):
        app, person_id, _ = acting(settings(), arguments, MEMBERS)
        with app.read(person_id) as view:
            found = grading(view.session, arguments.operation)
        app.dispose()
    show(f"People who must agree: {found.votes_needed}.")
    for table in found.tables:
        show(f"{table.country}: «{table.name}»")
        for each in table.categories:
            show(f"  {each.number}  {each.label}")
    return 0
