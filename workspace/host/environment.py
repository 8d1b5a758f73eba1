"""Makes the project's own Python environment and continues the program inside it.

It runs before anything is installed, so it imports the standard library and errors.py alone. The lock files say which
bytes may be installed; a stamp inside the environment says which lock files it was made from. The stamp is removed
first and written last: an environment without one was interrupted, and is made again from the beginning.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workspace.errors import Unavailable
from workspace.host.terminal import say

ROOT = Path(__file__).resolve().parents[2]
RUN_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"
STAMP = "concord.stamp"
# venv brings these two itself; everything else in the environment has to stand in a lock file.
BROUGHT_BY_VENV = {"pip", "setuptools"}


def enter(root: Path = ROOT) -> None:
    """Return inside the project's environment: made if it must be, and entered by replacing this process.

    `app.py setup --dev` asks for the test and lint tools too.
    """
    prepare(root, dev=sys.argv[1:2] == ["setup"] and "--dev" in sys.argv)
    if Path(sys.prefix).resolve() == environment(root).resolve():
        return
    sys.stdout.flush()
    os.execv(python(root), [str(python(root)), *sys.orig_argv[1:]])  # noqa: S606 - the same arguments, no shell


def environment(root: Path) -> Path:
    """Where the environment of this checkout stands."""
    return root / ".venv"


def python(root: Path) -> Path:
    """The interpreter of the environment."""
    return environment(root) / "bin" / "python"


def prepare(root: Path, *, dev: bool = False) -> None:
    """Make the environment equal to the lock files; does nothing when it already is.

    Two starts at once wait for each other.

    Raises:
        Unavailable: Python cannot make environments here, or the packages could not be installed.
    """
    if _is_ready(root, dev=dev):
        return
    with exclusive(root / "var" / "setup.lock", "Another start is setting up; waiting for it."):
        if not _is_ready(root, dev=dev):
            _install(root, dev=dev)


@contextmanager
def exclusive(path: Path, waiting: str) -> Iterator[None]:
    """Hold `path` as a lock against other processes, saying `waiting` once if somebody else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _wanted(root: Path, *, dev: bool) -> dict[str, str]:
    names = [RUN_LOCK, DEV_LOCK] if dev else [RUN_LOCK]
    return {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in names}


def _stamped(root: Path) -> dict[str, str]:
    path = environment(root) / STAMP
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.split(" ")[0]: line.split(" ")[-1] for line in lines}


def _is_ready(root: Path, *, dev: bool) -> bool:
    # os.access follows the link: an environment whose base Python was removed does not count.
    return os.access(python(root), os.X_OK) and _wanted(root, dev=dev).items() <= _stamped(root).items()


def _install(root: Path, *, dev: bool) -> None:
    before, wanted = _stamped(root), _wanted(root, dev=dev)
    if not before or not os.access(python(root), os.X_OK):
        _create(root)
        before = {}
    (environment(root) / STAMP).unlink(missing_ok=True)
    packages = sum(len(_names(root / name)) for name in wanted)
    say(f"Installing {packages} pinned packages into {environment(root)} (once; a minute or two).")
    requirements = [part for name in wanted for part in ("--requirement", str(root / name))]
    # insightface asks for opencv-python, which needs libGL; --no-deps keeps to the lock, which has the headless build.
    _pip(root, "install", "--no-deps", "--require-hashes", "--only-binary", ":all:", *requirements)
    _remove_strangers(root)
    stamp = "".join(f"{name} {digest}\n" for name, digest in (before | wanted).items())
    fresh = environment(root) / f"{STAMP}.new"
    fresh.write_text(stamp, encoding="utf-8")
    fresh.rename(environment(root) / STAMP)


def _create(root: Path) -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = ".".join(str(part) for part in sys.version_info[:2])
        raise Unavailable(
            f"Python {version} cannot make environments here: python3-venv is missing."
            " On Debian and Ubuntu: apt-get install python3-venv (as root), then start again."
        )
    say(f"Making the Python environment {environment(root)}.")
    # The base interpreter: --clear would remove the one that runs us, were it the environment's own.
    base = getattr(sys, "_base_executable", sys.executable)
    _run([base, "-m", "venv", "--clear", str(environment(root))], "The Python environment could not be made")


def _remove_strangers(root: Path) -> None:
    """Uninstall what no lock file names any more, so that an old environment equals a fresh one."""
    allowed = _names(root / RUN_LOCK) | _names(root / DEV_LOCK) | BROUGHT_BY_VENV
    script = "import importlib.metadata as m; print(*(d.metadata['Name'] for d in m.distributions()))"
    listed = subprocess.run([python(root), "-c", script], check=True, capture_output=True, text=True).stdout
    strangers = sorted({_canonical(name) for name in listed.split()} - allowed)
    if strangers:
        _pip(root, "uninstall", "--yes", *strangers)


def _names(lock: Path) -> set[str]:
    """The packages that a lock file names; none if there is no such file."""
    if not lock.is_file():
        return set()
    return set(re.findall(r"^([a-z0-9][a-z0-9.-]*)==", lock.read_text(encoding="utf-8"), re.MULTILINE))


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pip(root: Path, action: str, *arguments: str) -> None:
    command = [str(python(root)), "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check", action]
    _run([*command, *arguments], "The pinned packages could not be installed")


def _run(command: list[str], failure: str) -> None:
    if (code := subprocess.run(command, check=False, stdout=sys.stderr).returncode) != 0:
        raise Unavailable(f"{failure} (exit {code}; the reason stands above). Start again to continue.")
