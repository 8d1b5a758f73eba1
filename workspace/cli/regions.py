"""The commands for regions inside countries: `regions import`, `regions list`, `regions remove`."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from workspace.cli.operation import installation
from workspace.commands.regions import import_regions, remove_regions
from workspace.exchange.region_files import CODES, NAMES, read_regions
from workspace.host.setup import set_up
from workspace.host.terminal import show
from workspace.queries.regions import region_sources
from workspace.settings import settings

if TYPE_CHECKING:
    from workspace.cli.setup import Commands


def register(commands: Commands) -> None:
    """Add this group's commands."""
    group = commands.add_parser("regions", help="regions inside countries, out of a file of borders")
    actions = group.add_subparsers(title="actions", metavar="ACTION", required=True)
    bring = actions.add_parser("import", help="bring in a GeoJSON file: a feature per region with its ISO 3166-2 code")
    bring.add_argument("--source", required=True, help="whose borders these are, and which edition; shown beside them")
    bring.add_argument("--licence", required=True, help="how they may be used; shown beside them")
    bring.add_argument(
        "--country", action="append", default=[], metavar="XX", help="take the regions of this one alone"
    )
    bring.add_argument(
        "--code", metavar="PROPERTY", help="the property that holds the code, if it is none of the usual"
    )
    bring.add_argument(
        "--name", metavar="PROPERTY", help="the property that holds the name, if it is none of the usual"
    )
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.set_defaults(run=run_import)
    listing = actions.add_parser("list", help="print the countries that have regions, with source and licence")
    listing.set_defaults(run=run_list)
    remove = actions.add_parser("remove", help="take the regions of countries away again")
    remove.add_argument("country", nargs="+", metavar="XX")
    remove.set_defaults(run=run_remove)


def run_import(arguments: argparse.Namespace) -> int:
    """Bring in a file of regions; every fault is printed with the number of its feature, and then nothing is taken."""
    set_up()
    with arguments.file.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        regions = read_regions(
            file,
            countries=frozenset(each.upper() for each in arguments.country),
            codes=(arguments.code,) if arguments.code else CODES,
            names=(arguments.name,) if arguments.name else NAMES,
        )
    with installation(settings()) as (workers, service), workers.write(service.housekeeping_id) as tx:
        countries = import_regions(tx, regions, source=arguments.source, licence=arguments.licence, digest=digest)
    show(f"{len(regions)} regions of {', '.join(countries)}. Media whose files state a place there are in them now.")
    return 0


def run_list(_arguments: argparse.Namespace) -> int:
    """Print which countries have regions, and by whose borders."""
    set_up()
    with installation(settings()) as (workers, service), workers.read(service.housekeeping_id) as view:
        for each in region_sources(view.session):
            show(f"{', '.join(each.countries)}: {each.regions} regions; {each.source} ({each.licence})")
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    """Take the regions of countries away again."""
    set_up()
    with installation(settings()) as (workers, service), workers.write(service.housekeeping_id) as tx:
        count = remove_regions(tx, [each.upper() for each in arguments.country])
    show(f"{count} regions were removed.")
    return 0
