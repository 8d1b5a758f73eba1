"""The set-up: made once, made again when its sources change or it was interrupted, refused in one plain line."""

from __future__ import annotations

import gettext
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.chromium import INSTALLED, NAMED_BY, find_browser
from workspace.errors import Unavailable
from workspace.host.environment import DEV_LOCK, RUN_LOCK, STAMP, environment, prepare, python
from workspace.host.setup import build_frontend, compile_catalogues

ROOT = Path(__file__).resolve().parent.parent


class Checkout:
    """A checkout with lock files of its own, and the wheels they name in a folder: nothing comes from a network."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.wheels = root / "wheels"
        self.wheels.mkdir(parents=True)
        self.lock(RUN_LOCK, "alpha")
        self.lock(DEV_LOCK)

    def lock(self, name: str, *packages: str) -> None:
        lines = [f"{package}==1.0 --hash=sha256:{self._wheel(package)}\n" for package in packages]
        (self.root / name).write_text("".join(lines), encoding="utf-8")

    def installed(self) -> set[str]:
        """Those of our little packages that the environment can import."""
        names = ("alpha", "beta", "gamma")
        script = f"import importlib.util as u; print(*(n for n in {names} if u.find_spec(n)))"
        run = subprocess.run([python(self.root), "-c", script], check=True, capture_output=True, text=True)
        return set(run.stdout.split())

    def _wheel(self, package: str) -> str:
        """Write the smallest wheel there is (PEP 427) and return its hash; always the same bytes."""
        path = self.wheels / f"{package}-1.0-py3-none-any.whl"
        parts = {
            f"{package}.py": "",
            f"{package}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n",
            f"{package}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{name},,\n" for name in parts) + f"{package}-1.0.dist-info/RECORD,,\n"
        with zipfile.ZipFile(path, "w") as wheel:
            for name, content in {**parts, f"{package}-1.0.dist-info/RECORD": record}.items():
                wheel.writestr(zipfile.ZipInfo(name), content)
        return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def checkout(made_once: Checkout, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """One environment for all tests here, brought to the same state before each."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(made_once.wheels))
    made_once.lock(RUN_LOCK, "alpha")
    made_once.lock(DEV_LOCK)
    prepare(made_once.root)
    return made_once


def stamp(checkout: Checkout) -> Path:
    return environment(checkout.root) / STAMP


def test_a_second_start_does_nothing(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stamp(checkout).stat()
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")

    prepare(checkout.root)

    assert stamp(checkout).stat() == before


def test_a_changed_lock_adds_what_is_new_and_removes_what_is_no_longer_named(checkout: Checkout) -> None:
    checkout.lock(RUN_LOCK, "beta")

    prepare(checkout.root)

    assert checkout.installed() == {"beta"}


def test_test_tools_are_installed_only_when_asked_for(checkout: Checkout) -> None:
    checkout.lock(DEV_LOCK, "gamma")

    prepare(checkout.root)
    assert checkout.installed() == {"alpha"}

    prepare(checkout.root, dev=True)
    assert checkout.installed() == {"alpha", "gamma"}


def test_an_interrupted_environment_is_made_again_from_the_beginning(checkout: Checkout) -> None:
    stamp(checkout).unlink()
    half = environment(checkout.root) / "half-written"
    half.touch()

    prepare(checkout.root)

    assert not half.exists()
    assert checkout.installed() == {"alpha"}


def test_an_environment_whose_python_was_removed_is_made_again(checkout: Checkout) -> None:
    python(checkout.root).unlink()

    prepare(checkout.root)

    assert checkout.installed() == {"alpha"}


def test_other_bytes_than_the_lock_names_are_refused(checkout: Checkout, capfd: pytest.CaptureFixture[str]) -> None:
    checkout.lock(RUN_LOCK, "alpha", "beta")
    lock = checkout.root / RUN_LOCK
    hashed = checkout.wheels / "beta-1.0-py3-none-any.whl"
    lock.write_text(lock.read_text().replace(hashlib.sha256(hashed.read_bytes()).hexdigest(), "0" * 64))

    with pytest.raises(Unavailable, match="could not be installed"):
        prepare(checkout.root)

    assert "DO NOT MATCH" in capfd.readouterr().err
    assert not stamp(checkout).exists()


def test_two_starts_at_once_make_one_environment(checkout: Checkout) -> None:
    checkout.lock(RUN_LOCK, "alpha", "beta")
    script = f"from pathlib import Path; from workspace.host.environment import prepare; prepare(Path({str(checkout.root)!r}))"
    starts = [
        subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = [start.communicate()[1] for start in starts]

    assert [start.returncode for start in starts] == [0, 0]
    assert "".join(said).count("Installing") == 1
    assert checkout.installed() == {"alpha", "beta"}


def run_app(before: str) -> subprocess.CompletedProcess[str]:
    """Run app.py in a bare interpreter after changing what it finds."""
    script = (
        f"import sys, runpy; sys.argv = ['app.py', 'setup']\n{before}\nrunpy.run_path('app.py', run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-I", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 14, 0)])
def test_another_python_is_refused_in_one_line(version: tuple[int, ...]) -> None:
    done = run_app(f"sys.version_info = {version}")

    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Concord needs Python 3.11, 3.12 or 3.13; this is 3.{version[1]}. Try: python3.11 app.py setup"
    )


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "workspace", tmp_path / "workspace", ignore=shutil.ignore_patterns("__pycache__", "static"))
    for name in (RUN_LOCK, DEV_LOCK):
        shutil.copy(ROOT / name, tmp_path / name)
    script = (
        "import sys; sys.modules['ensurepip'] = None; sys.path.insert(0, '.')\n"
        "from pathlib import Path; from workspace.host.environment import prepare; prepare(Path.cwd())"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert "python3-venv is missing. On Debian and Ubuntu: apt-get install python3-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_locks_name_hashes_and_no_place_and_agree() -> None:
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in (RUN_LOCK, DEV_LOCK)}
    names = {name: {line.split("==")[0] for line in text.splitlines() if "==" in line} for name, text in texts.items()}

    assert not [text for text in texts.values() if "://" in text or "opencv-python=" in text]
    blocks = [block for text in texts.values() for block in re.split(r"\n(?=\S)", text.strip())]
    assert len(blocks) > 100
    assert not [block for block in blocks if "--hash=sha256:" not in block]
    assert names[RUN_LOCK].isdisjoint(names[DEV_LOCK])


def test_catalogues_are_compiled_when_they_are_newer(tmp_path: Path) -> None:
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "messages.po"
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "lead"\nmsgstr "pista"\n')

    assert compile_catalogues(tmp_path) == [source]
    assert compile_catalogues(tmp_path) == []
    assert gettext.translation("messages", tmp_path, ["es"]).gettext("lead") == "pista"

    os.utime(source, ns=(later := (folder / "messages.mo").stat().st_mtime_ns + 1, later))
    assert compile_catalogues(tmp_path) == [source]


def test_the_front_end_is_built_with_the_wheels_node_and_only_when_it_changed(tmp_path: Path) -> None:
    project, output = tmp_path / "frontend", tmp_path / "static"
    project.mkdir()
    (project / "package.json").write_text('{"name": "t", "version": "1.0.0", "scripts": {"build": "node build.mjs"}}')
    (project / "package-lock.json").write_text(
        '{"name": "t", "version": "1.0.0", "lockfileVersion": 3, "requires": true,'
        ' "packages": {"": {"name": "t", "version": "1.0.0"}}}'
    )
    build = (
        "import fs from 'fs'; fs.mkdirSync({0}, {{recursive: true}}); fs.writeFileSync({0} + '/a.js', process.version)"
    )
    (project / "build.mjs").write_text(build.format(f"'{output}'"))

    assert build_frontend(project, output)
    assert not build_frontend(project, output)
    assert (output / "a.js").read_text().startswith("v24.")

    (project / "extra.ts").write_text("export {}")
    assert build_frontend(project, output)

    shutil.rmtree(output)
    assert build_frontend(project, output)


def test_a_front_end_that_cannot_be_built_stops_the_set_up(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "t", "version": "1.0.0"}')
    (tmp_path / "package-lock.json").write_text("{}")

    with pytest.raises(Unavailable, match=r"npm .* failed"):
        build_frontend(tmp_path, tmp_path / "static")


def test_a_browser_that_is_asked_for_and_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAMED_BY, "no-such-browser")

    with pytest.raises(Unavailable, match="no-such-browser, which is no program here"):
        find_browser()


def test_a_firefox_is_refused_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "firefox").symlink_to("/bin/true")
    monkeypatch.setenv(NAMED_BY, str(tmp_path / "firefox"))

    with pytest.raises(Unavailable, match="drive a Chromium alone"):
        find_browser()


def test_the_pinned_browser_is_taken_whatever_stands_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "chromium"
    other.symlink_to("/bin/true")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.delenv(NAMED_BY, raising=False)

    assert find_browser().path == INSTALLED / "chromium"

    monkeypatch.setenv(NAMED_BY, "chromium")
    assert find_browser().path == other
