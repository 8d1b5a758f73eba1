"""One fork server for all tests of decoding; each file is decoded in a child of its own anyway."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workspace.analysis.sandbox.client import Decoder


@pytest.fixture(scope="session")
def decoder() -> Iterator[Decoder]:
    with Decoder() as started:
        yield started
