"""The embedded engines: they start, survive kills, end with us, and let in only whom they should."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from tests.support.waiting import LIMIT_S
from workspace.errors import Invalid, Unavailable
from workspace.host.engines import APP, OWNER, ROLES, SUPERUSER, WORKER, Engines, prepare_database, start_engines
from workspace.host.processes import Program, wait_until

ROOT = Path(__file__).resolve().parent.parent
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root's engines run as somebody else")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="concord-engines-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def engines(home: Path) -> Iterator[Engines]:
    with start_engines(home) as running:
        yield running


def connect(engines: Engines, role: str = SUPERUSER, database: str = "postgres") -> psycopg.Connection:
    url = engines.database_url(role, database).replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True)


def postmaster(home: Path) -> int | None:
    """The process number of this home's PostgreSQL, found by its arguments as the kernel knows them."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().decode(errors="replace")
            parent = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if line.startswith("/") and f"{home}/engines/postgres" in line:
            parents[int(folder.name)] = parent
    # Its children carry its arguments for a moment too.
    return next((pid for pid, parent in parents.items() if parent not in parents), None)


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def tended(engines: Engines) -> list[str]:
    """What tending starts again once the kernel has told of a death."""
    started: list[str] = []
    wait_until(lambda: started.extend(engines.tend()) or bool(started), LIMIT_S, "nothing was found dead")
    return started


def test_both_engines_answer_and_are_gone_after_the_end(home: Path) -> None:
    with start_engines(home) as engines:
        assert engines.alive()
        assert postmaster(home)

    assert not engines.alive()
    assert not postmaster(home)


def test_an_engine_that_is_not_wanted_is_not_started(home: Path) -> None:
    with start_engines(home, redis=False) as engines:
        assert engines.alive()
        assert not (home / "engines" / "run" / "valkey.sock").exists()


def test_committed_rows_outlive_a_killed_database(home: Path, engines: Engines) -> None:
    with connect(engines) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("TRUNCATE kept")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")

    kill(postmaster(home))

    assert tended(engines) == ["postgres"]
    with connect(engines) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_queued_keys_outlive_a_killed_queue(engines: Engines) -> None:
    client = Redis.from_url(engines.redis_url)
    for number in range(100):
        client.set(f"kept:{number}", number)
    kill(client.info("server")["process_id"])
    client.close()

    assert tended(engines) == ["valkey"]
    client = Redis.from_url(engines.redis_url)
    assert len(client.keys("kept:*")) == 100
    client.close()


def test_an_engine_that_does_not_come_back_is_tried_again_and_the_other_goes_on(
    home: Path, engines: Engines, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    client = Redis.from_url(engines.redis_url)
    kill(client.info("server")["process_id"])
    client.close()
    wait_until(lambda: not engines.alive(), LIMIT_S, "valkey outlived its end")
    monkeypatch.setattr("workspace.host.engines.AGAIN_S", 0.0)
    monkeypatch.setattr("workspace.host.engines.START_LIMIT_S", 0.0)

    wait_until(lambda: engines.tend() == [] and "did not start" in capfd.readouterr().err, LIMIT_S, "nothing was said")
    assert postmaster(home)
    monkeypatch.undo()

    assert tended(engines) == ["valkey"]


def test_an_engine_that_runs_and_does_not_answer_holds_up_no_other(
    home: Path, engines: Engines, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    deaf = Program("valkey", [sys.executable, "-I", "-c", "import time; time.sleep(600)"], environment={})
    monkeypatch.setattr("workspace.host.engines.Engines._valkey", lambda _engines: deaf)
    client = Redis.from_url(engines.redis_url)
    kill(client.info("server")["process_id"])
    client.close()
    pid = home / "run" / "engines" / "valkey.pid"
    dead = pid.read_text(encoding="utf-8")
    wait_until(lambda: engines.tend() == [] and pid.read_text(encoding="utf-8") != dead, LIMIT_S, "nothing was started")
    kill(postmaster(home))

    assert tended(engines) == ["postgres"]
    assert "did not start" not in capfd.readouterr().err
    monkeypatch.undo()
    kill(json.loads(pid.read_text(encoding="utf-8"))["pid"])

    assert tended(engines) == ["valkey"]


def test_tending_healthy_engines_changes_nothing(home: Path, engines: Engines) -> None:
    before = postmaster(home)

    assert engines.tend() == []
    assert postmaster(home) == before


def test_a_second_process_joins_and_leaves_the_engines_running(home: Path, engines: Engines) -> None:
    script = (
        f"from pathlib import Path; from workspace.host.engines import start_engines\n"
        f"with start_engines(Path({str(home)!r})) as joined: print(joined.owned, joined.alive())"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "True"]
    assert engines.alive()


def test_engines_end_with_a_killed_starter_and_start_again(home: Path) -> None:
    script = (
        f"import time; from pathlib import Path; from workspace.host.engines import start_engines\n"
        f"engines = start_engines(Path({str(home)!r})); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "up\n"
        starter.kill()
    wait_until(lambda: not postmaster(home), LIMIT_S, "PostgreSQL outlived the process that started it")

    with start_engines(home) as engines:
        assert engines.owned
        assert engines.alive()


def test_an_interrupted_first_start_is_made_good(home: Path) -> None:
    with start_engines(home):
        pass
    whole, half = home / "engines" / "postgres", home / "engines" / "postgres.new"
    whole.rename(half)
    (half / "PG_VERSION").unlink()

    with start_engines(home) as engines:
        assert engines.alive()
    assert not half.exists()


def test_data_of_another_major_version_are_refused_and_left_alone(home: Path) -> None:
    with start_engines(home):
        pass
    mark = home / "engines" / "postgres" / "PG_VERSION"
    mark.write_text("17\n", encoding="utf-8")

    with pytest.raises(Unavailable, match="made by PostgreSQL 17"):
        start_engines(home)

    mark.write_text("18\n", encoding="utf-8")
    with start_engines(home) as engines:
        assert engines.alive()


def test_lost_passwords_are_named_at_once(home: Path) -> None:
    with start_engines(home):
        pass
    key = home / "keys" / "postgres.password"
    kept = key.rename(key.with_suffix(".kept"))

    with pytest.raises(Unavailable, match=r"passwords in .* are not those of the database"):
        start_engines(home)
    assert not postmaster(home)

    kept.rename(key)
    with start_engines(home) as engines:
        assert engines.alive()


def test_nobody_enters_without_a_password(engines: Engines) -> None:
    directory = psycopg.conninfo.conninfo_to_dict(engines.database_url(SUPERUSER, "postgres").replace("+psycopg", ""))
    with pytest.raises(psycopg.OperationalError, match=r"no password supplied|password authentication failed"):
        psycopg.connect(host=directory["host"], user=SUPERUSER, dbname="postgres", passfile="/dev/null")

    path = Path(str(directory["host"])) / "valkey.sock"
    client = Redis(unix_socket_path=str(path))
    with pytest.raises(AuthenticationError):
        client.get("anything")
    client.close()


def test_no_password_stands_in_a_command_line_or_a_log(home: Path, engines: Engines) -> None:
    prepare_database(engines.database_url(SUPERUSER, "postgres"), "guarded", engines.passwords)
    secrets = [path.read_bytes() for path in (home / "keys").glob("*.password")]
    spoken = b"".join(path.read_bytes() for path in (home / "logs").glob("*.log"))
    process = Path("/proc") / str(postmaster(home))
    spoken += (process / "cmdline").read_bytes() + (process / "environ").read_bytes()

    assert len(secrets) == 5
    assert spoken
    assert not [secret for secret in secrets if secret in spoken]


def test_password_files_are_private(home: Path, engines: Engines) -> None:
    modes = {path.stat().st_mode & 0o777 for path in (home / "keys").iterdir()}

    assert modes == {0o600}


@as_root
def test_roots_engines_run_as_nobody(home: Path, engines: Engines) -> None:
    owner = Path(f"/proc/{postmaster(home)}").stat().st_uid

    assert owner == pwd.getpwnam("nobody").pw_uid
    assert engines.alive()


@as_root
def test_a_home_that_nobody_may_enter_gets_a_place_apart_and_finds_it_again() -> None:
    with tempfile.TemporaryDirectory(prefix="concord-private-") as folder:
        home = Path(folder) / "var"  # TemporaryDirectory is for us alone (0700), as a home directory often is.
        with start_engines(home) as engines, connect(engines) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        base = Path((home / "engines" / "place").read_text(encoding="utf-8").strip())
        try:
            with start_engines(home) as engines, connect(engines) as connection:
                assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
            assert base.stat().st_mode & 0o777 == 0o711
        finally:
            shutil.rmtree(base)


def test_a_database_is_prepared_once_and_again_without_harm(engines: Engines) -> None:
    admin_url = engines.database_url(SUPERUSER, "postgres")

    first = prepare_database(admin_url, "guarded", engines.passwords)
    second = prepare_database(admin_url, "guarded", engines.passwords)

    assert first == second == {role: engines.database_url(role, "guarded") for role in ROLES}
    with connect(engines, OWNER, "guarded") as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM pg_extension WHERE extname = 'vector'").fetchone() == (1,)


def test_several_processes_may_prepare_the_same_database_at_once(engines: Engines) -> None:
    admin_url = engines.database_url(SUPERUSER, "postgres")
    answers: list[dict[str, str]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(prepare_database(admin_url, "together", engines.passwords)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 3


@pytest.mark.parametrize("role", [APP, WORKER])
def test_people_and_workers_cannot_pass_by_row_level_security(engines: Engines, role: str) -> None:
    prepare_database(engines.database_url(SUPERUSER, "postgres"), "guarded", engines.passwords)

    with connect(engines, role, "guarded") as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert rights == (False, False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine ()")


def test_a_role_that_could_pass_by_row_level_security_is_refused(engines: Engines) -> None:
    admin_url = engines.database_url(SUPERUSER, "postgres")
    prepare_database(admin_url, "guarded", engines.passwords)
    with connect(engines) as connection:
        connection.execute("ALTER ROLE concord_app BYPASSRLS")
        try:
            with pytest.raises(Invalid, match="concord_app"):
                prepare_database(admin_url, "guarded", engines.passwords)
        finally:
            connection.execute("ALTER ROLE concord_app NOBYPASSRLS")


def test_strangers_to_a_database_may_not_connect_to_it(engines: Engines) -> None:
    prepare_database(engines.database_url(SUPERUSER, "postgres"), "guarded", engines.passwords)
    with connect(engines) as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'known'")
    host = engines.database_url(SUPERUSER, "guarded").partition("@")[2]

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(f"postgresql://stranger:known@{host}")
