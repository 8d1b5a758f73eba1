"""NOTICE names what an installation holds of others, also the libraries that stand inside wheels."""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = re.compile(r"(?:\.libs|/lib|/capi)/(lib[A-Za-z0-9_+-]+?)(?:-[0-9a-f]{8})*(?:-?\.?[0-9.]*)?\.so[.0-9]*$")


def native_libraries() -> dict[str, set[str]]:
    """Shared libraries of others by the name of their wheel, for what the installation itself needs."""
    locked = set(re.findall(r"^([a-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    found: dict[str, set[str]] = {}
    for each in distributions():
        name = re.sub(r"[-_.]+", "-", each.metadata["Name"]).lower()
        libraries = {match[1] for file in each.files or () if (match := LIBRARY.search(str(file)))}
        if name in locked and libraries:
            found[name] = libraries
    return found


def test_notice_names_every_native_library_of_the_installed_wheels() -> None:
    words = set(re.findall(r"[A-Za-z0-9_+-]+", (ROOT / "NOTICE").read_text()))
    found = native_libraries()

    assert {"libx264", "libx265"} <= found["av"]
    assert {(wheel, each) for wheel, libraries in found.items() for each in libraries if each not in words} == set()


@pytest.mark.parametrize("path", ["requirements.lock", "requirements-dev.lock"])
def test_what_is_installed_is_named_with_its_hash_and_without_an_address(path: str) -> None:
    lock = (ROOT / path).read_text()

    assert "://" not in lock
    assert len(re.findall(r"^[a-z0-9_.-]+==", lock, re.MULTILINE)) <= lock.count("--hash=sha256:")
