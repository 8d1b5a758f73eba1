"""The commands that run an installation: `serve` and `work`, and what the demonstration shares with them.

The web and the workers are processes of their own, started by name: this process only watches them and the engines.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.exc import ArgumentError, OperationalError

from workspace.commands.people import ensure_service_users
from workspace.commands.record_checks import want_all_verifications
from workspace.errors import Invalid, Unavailable
from workspace.host.engines import ROLES, SUPERUSER, Engines, prepare_database, start_engines, upgrade_database
from workspace.host.processes import Child, Program
from workspace.host.setup import set_up
from workspace.host.supervisor import Supervisor, free_port
from workspace.host.terminal import say
from workspace.intake.uploads import erase_left_uploads
from workspace.model.database import Database
from workspace.queries.register_imports import addresses_named
from workspace.settings import ONE_THREAD, ROOT, adopt, child_environment, settings
from workspace.store.objects import open_store

if TYPE_CHECKING:
    from workspace.cli.setup import Commands

DATABASE = "concord"
WEB_GRACE_S = 10.0
# A worker asked to end finishes its step; the longest one, a video, may take most of a minute.
WORKER_GRACE_S = 60.0
ABANDONED_S = 24 * 3600.0
"""Age from which an unfinished file of the spool is taken for abandoned."""


def register(commands: Commands) -> None:
    """Add this group's commands."""
    serve = commands.add_parser("serve", help="serve the workspace, with the embedded engines unless URLs name others")
    serve.set_defaults(run=run_serve)

    work = commands.add_parser(
        "work", help="run workers; on as many hosts as share the database, queue and media store"
    )
    work.add_argument(
        "--workers", type=int, metavar="N", help="how many processes (default: CONCORD_WORKERS, or one per core)"
    )
    work.set_defaults(run=run_work)


def run_serve(_arguments: argparse.Namespace) -> int:
    """Serve on the settings' host and port until interrupted."""
    set_up()
    sweep_spool()
    configured = settings()
    with Supervisor(configured.home) as supervisor, running_engines(DATABASE) as engines:
        sweep_uploads()
        if free_port(configured.host, configured.port) != configured.port:
            raise Unavailable(
                f"Port {configured.port} is busy on {configured.host}; name another one with CONCORD_PORT."
            )
        address = start_web(supervisor, configured.port)
        say(f"Serving at {address}; workers are started with: python3 app.py work. Ctrl-C ends it.")
        return until_interrupted(supervisor, engines)


def run_work(arguments: argparse.Namespace) -> int:
    """Run workers until interrupted."""
    set_up()
    sweep_spool()
    name = f"work-{os.getpid()}"
    with Supervisor(settings().home, name) as supervisor, running_engines(DATABASE) as engines:
        sweep_uploads()
        have_records_verified()
        count = arguments.workers or settings().workers
        start_workers(supervisor, count)
        say(f"{count} workers are running; Ctrl-C ends them.")
        return until_interrupted(supervisor, engines)


@contextmanager
def running_engines(database: str) -> Iterator[Engines | None]:
    """Make the settings name running engines and an up-to-date database, for us and the processes that we start.

    What the settings name already is used as it is; everything else is embedded. None comes where nothing is embedded.
    """
    configured = settings()
    if configured.database_url_owner and configured.redis_url:
        _upgrade(configured.database_url_owner)
        yield None
        return
    needs_postgres, needs_redis = not configured.database_url_owner, not configured.redis_url
    with start_engines(configured.home, postgres=needs_postgres, redis=needs_redis) as engines:
        urls = {}
        if needs_redis:
            urls["REDIS_URL"] = engines.redis_url
        if needs_postgres:
            made = prepare_database(engines.database_url(SUPERUSER, "postgres"), database, engines.passwords)
            adopt({"DATABASE_VOLUME": str(engines.database_volume)})
            urls |= {f"DATABASE_URL_{role.removeprefix('concord_').upper()}": made[role] for role in ROLES}
        else:
            _upgrade(configured.database_url_owner)
        # URLs hold passwords: handed on as private files, because an environment can be read by others of our account.
        adopt({f"{name}_FILE": str(_private_file(database, name, url)) for name, url in urls.items()})
        yield engines


def _upgrade(owner_url: str) -> None:
    """Bring the tables up to date. Raises: Unavailable: PostgreSQL does not answer; Invalid: the URL is none."""
    try:
        upgrade_database(owner_url)
    except ArgumentError as cause:
        raise Invalid("CONCORD_DATABASE_URL_OWNER is no URL of a database (postgresql+psycopg://…).") from cause
    except (psycopg.OperationalError, OperationalError) as cause:
        told = str(cause).strip().splitlines()[0]  # the driver's words: host and reason, never a password
        raise Unavailable("PostgreSQL does not answer: {told}", told=told) from cause


def sweep_spool() -> None:
    """Remove what uploads and intakes that were killed more than a day ago left unfinished in the media store."""
    swept = open_store(settings().media_url).sweep_spool(older_than_s=ABANDONED_S)
    if swept:
        say(f"{swept} unfinished files of processes that were killed were removed from the media store.")


def sweep_uploads() -> None:
    """Erase sealed registers and lists whose process was killed more than a day ago before a row named them."""
    workers = Database(settings().database_url_worker)
    try:
        with workers.read(ensure_service_users(workers).housekeeping_id) as view:
            swept = erase_left_uploads(
                open_store(settings().media_url),
                partial(addresses_named, view.session),
                older_than_s=ABANDONED_S,
            )
    finally:
        workers.dispose()
    if swept:
        say(f"{swept} uploads of processes that were killed were erased from the media store.")


def start_web(supervisor: Supervisor, port: int) -> str:
    """Start the web process and wait until it answers; returns its address."""
    configured = settings()
    adopt({"PORT": str(port)})
    supervisor.start(_program("web", "workspace.web.serve", WEB_GRACE_S))
    supervisor.wait_for_port("web", configured.host, port)
    address = configured.public_url or f"http://{configured.host}:{port}"
    supervisor.announce(address)
    return address


def have_records_verified() -> None:
    """Have the workers that start now verify every chain of the record first."""
    workers = Database(settings().database_url_worker)
    try:
        with workers.write(ensure_service_users(workers).housekeeping_id) as tx:
            want_all_verifications(tx)
    finally:
        workers.dispose()


def start_workers(supervisor: Supervisor, count: int) -> None:
    """Start `count` worker processes."""
    for number in range(1, count + 1):
        supervisor.start(_program(f"worker-{number}", "workers.run", WORKER_GRACE_S))


def start_partners(supervisor: Supervisor, *arguments: str) -> Child:
    """Start the process of the exercise's partners; see `python -m partners.run --help` for its arguments."""
    return supervisor.start(_program("partners", "partners.run", WEB_GRACE_S, *arguments, is_vital=False))


def until_interrupted(supervisor: Supervisor, engines: Engines | None) -> int:
    """Watch everything until Ctrl-C or SIGTERM."""
    try:
        supervisor.run(engines)
    except KeyboardInterrupt:
        say("Stopping.")
    return 0


def _program(name: str, module: str, grace_s: float, *arguments: str, is_vital: bool = True) -> Program:
    environment = child_environment() | ONE_THREAD | {"PYTHONPATH": str(ROOT)}
    return Program(
        name=name,
        command=[sys.executable, "-m", module, *arguments],
        environment=environment,
        grace_s=grace_s,
        is_vital=is_vital,
    )


def _private_file(database: str, name: str, content: str) -> Path:
    path = settings().home / "run" / "urls" / database / name.lower()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(content, encoding="utf-8")
    fresh.rename(path)
    return path
