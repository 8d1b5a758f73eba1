"""Real engines for the tests: one PostgreSQL and one Valkey per test process, one database, one operation per test.

With CONCORD_TEST_ADMIN_URL (a superuser's SQLAlchemy URL), CONCORD_TEST_REDIS_URL and CONCORD_TEST_MEDIA_URL the same
tests run against engines started by hand; nothing else changes.
"""

from __future__ import annotations

import gc
import json
import os
import secrets
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, NullPool, create_engine

from tests.support.databases import forget_safety, ready_database
from tests.support.operation import TestOperation
from tests.support.owner import forget_owners, know_owner
from tests.support.processes import Shares, how_spread, long_first
from tests.support.servers import Servers, Web, environment, web_processes
from workspace.host.engines import OWNER, ROLES, SUPERUSER, start_engines
from workspace.model.database import Database

if TYPE_CHECKING:
    from xdist.remote import Producer

    from tests.support.referral_steps import ReferralSteps
    from workers.tools import WorkerTools

# Asserts are rewritten once, not in each process of each run; beside the tree, whose folders stay as they are.
sys.dont_write_bytecode = False

# Whoever runs us in the background may have had Ctrl-C ignored, and what we start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A loaded machine is slow, not wrong: time limits are pytest's. Each run tries the same examples, so that what fails was
# broken by what was changed; `--hypothesis-profile=drawn` draws others, for whoever looks for more.
SLOW_IS_FINE: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "database": None}
settings.register_profile("concord", derandomize=True, **SLOW_IS_FINE)
settings.register_profile("drawn", derandomize=False, print_blob=True, **SLOW_IS_FINE)
settings.load_profile("concord")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one of several processes
        long_first(items)


def pytest_collection_finish() -> None:
    """What was loaded and collected stays: no collection of garbage looks through it again."""
    gc.collect()
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    return Shares(config, log)


TOLD, COUNTED = "told at the end", "counted at the end"


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Has a line printed at the end of the run, also where output is captured and several processes test."""
    return lambda line: record_property(TOLD, line)


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """Adds to a number that is printed at the end of the run, with that of other tests by the same words."""
    return lambda what, number: record_property(COUNTED, (what, number))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    steps = [report for kind in terminalreporter.stats.values() for report in kind if getattr(report, "when", "")]
    reports = [report for report in steps if report.when == "call"]
    found = [(name, value) for report in reports for name, value in report.user_properties]
    totals: Counter[str] = Counter()
    for what, number in (value for name, value in found if name == COUNTED):
        totals[what] += number
    for line in (
        *(str(value) for name, value in found if name == TOLD),
        *(f"{n} {what}" for what, n in totals.items()),
        *how_spread(steps),
    ):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with tempfile.TemporaryDirectory(prefix="concord-test-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        media_url = os.environ.get("CONCORD_TEST_MEDIA_URL") or (home / "media").as_uri()
        name = f"test_{os.getpid()}_{secrets.token_hex(3)}"
        admin_url = os.environ.get("CONCORD_TEST_ADMIN_URL")
        if admin_url:
            urls = ready_database(admin_url, name, dict.fromkeys(ROLES, "only-for-tests"))
            know_owner(urls)
            yield Servers(admin_url, urls, os.environ["CONCORD_TEST_REDIS_URL"], media_url, home)
            forget_owners()
            return
        with start_engines(home) as engines:
            admin_url = engines.database_url(SUPERUSER, "postgres")
            forget_safety(admin_url)
            urls = ready_database(admin_url, name, engines.passwords)
            know_owner(urls)
            yield Servers(admin_url, urls, engines.redis_url, media_url, home)
            forget_owners()


@pytest.fixture(scope="session")
def database(servers: Servers) -> Iterator[Database]:
    """The application's role: row-level security decides what it sees."""
    found = Database(servers.urls["concord_app"])
    yield found
    found.dispose()


@pytest.fixture(scope="session")
def workers_database(servers: Servers) -> Iterator[Database]:
    """The service users' role."""
    found = Database(servers.urls["concord_worker"])
    yield found
    found.dispose()


@pytest.fixture(scope="module")
def web(servers: Servers, workers_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """One web process over the database of these tests, for a file whose screens are looked at."""
    from workspace.commands.people import ensure_service_users
    from workspace.host.setup import build_frontend, compile_catalogues

    build_frontend()
    compile_catalogues()
    ensure_service_users(workers_database)
    # The thresholds of the tests' recogniser: the digest is that of the faces of support/operation.py.
    pack = Path(tmp_path_factory.mktemp("pack"))
    manifest = {"tasks": {"recognition": {"sha256": "0" * 64}}, "thresholds": {"lead": 0.4, "strong": 0.6}}
    (pack / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    more = {"CONCORD_PACK_DIR": str(pack), "CONCORD_LOG_LEVEL": "WARNING"}
    with web_processes(
        1, environment(servers.urls, servers.redis_url, servers.media_url, servers.home, **more), is_forked=True
    ) as found:
        yield found[0]


@pytest.fixture
def connection(servers: Servers) -> Iterator[Connection]:
    """The owner's, who may look at everything's shape."""
    engine = create_engine(servers.urls[OWNER], poolclass=NullPool)
    with engine.connect() as found:
        yield found
    engine.dispose()


@pytest.fixture
def operation(workers_database: Database) -> TestOperation:
    """An operation of its own, open now, with the countries EC, PE and CL, each with an agency."""
    return TestOperation(workers_database)


@pytest.fixture(scope="session")
def tools(servers: Servers, workers_database: Database) -> WorkerTools:
    """The tools of a worker over the test's engines; models and decoder are loaded only where a test uses them."""
    from workers.tools import WorkerTools
    from workspace.commands.people import ensure_service_users
    from workspace.store.objects import open_store

    service = ensure_service_users(workers_database)
    return WorkerTools(
        db=workers_database,
        service_id=service.worker_id,
        housekeeping_id=service.housekeeping_id,
        store=open_store(servers.media_url, spool=servers.home / "spool"),
        key_file=servers.home / "keys" / "master.key",
        pack_dir=servers.home / "no-pack",
    )


@pytest.fixture
def steps(
    operation: TestOperation, database: Database, tools: WorkerTools, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ReferralSteps]:
    """The way of a lead out of the operation: examiners, keys, signatures, worker, answer."""
    from tests.support.referral_steps import ReferralSteps
    from workspace.model.jobs import wake_ups
    from workspace.settings import settings as process_settings

    monkeypatch.setenv("CONCORD_REDIS_URL", servers.redis_url)
    process_settings.cache_clear()
    wake_ups.cache_clear()
    yield ReferralSteps(operation, database, tools)
    process_settings.cache_clear()
    wake_ups.cache_clear()
