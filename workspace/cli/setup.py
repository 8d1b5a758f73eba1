"""The commands that prepare this machine: `setup`, `engines`, `frontend`.

Thin: setup.py and engines.py do the work.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from workspace.host.setup import install_frontend, run_npm, set_up
from workspace.host.terminal import say, show
from workspace.settings import settings

if TYPE_CHECKING:
    # argparse keeps the type of add_subparsers' answer private; only the checker needs its name.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def register(commands: Commands) -> None:
    """Add this group's commands."""
    setup = commands.add_parser("setup", help="make everything that a first start needs, and end")
    setup.add_argument("--dev", action="store_true", help="with the tools that tests and checks need")
    setup.set_defaults(run=run_setup)

    engines = commands.add_parser("engines", help="run the embedded engines and print their URLs, for development")
    engines.add_argument("--database", metavar="NAME", help="make this database too, with the newest tables")
    engines.set_defaults(run=run_engines)

    frontend = commands.add_parser("frontend", help="run one of the front end's own scripts")
    frontend.add_argument("script", choices=("build", "check", "test"))
    frontend.set_defaults(run=run_frontend)


def run_setup(_arguments: argparse.Namespace) -> int:
    """Build what is missing; the Python environment was made on the way here."""
    set_up()
    return 0


def run_engines(arguments: argparse.Namespace) -> int:
    """Run the engines of the settings' home until interrupted; the URLs hold passwords, so they go to this terminal
    only."""
    # The other commands of this group, which come before every test and build, need no database's driver.
    from workspace.host.engines import ROLES, SUPERUSER, prepare_database, start_engines

    with start_engines(settings().home) as engines:
        show(f"CONCORD_REDIS_URL={engines.redis_url}")
        show(f"admin={engines.database_url(SUPERUSER, 'postgres')}")
        if arguments.database:
            admin_url = engines.database_url(SUPERUSER, "postgres")
            urls = prepare_database(admin_url, arguments.database, engines.passwords)
            for role in ROLES:
                show(f"CONCORD_DATABASE_URL_{role.removeprefix('concord_').upper()}={urls[role]}")
        show("Running; Ctrl-C stops them." if engines.owned else "Running; started by another process.")
        if engines.owned:
            try:
                engines.wait()
            except KeyboardInterrupt:
                say("Stopping.")
    return 0


def run_frontend(arguments: argparse.Namespace) -> int:
    """Run `npm run SCRIPT` with the Node of the wheel."""
    install_frontend()
    run_npm("run", arguments.script)
    return 0
