"""What the tests of exchange share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.pdf_text import pdf_pages as read_pages


@pytest.fixture
def pdf_pages() -> Callable[[bytes], list[str]]:
    """A function that returns the text of each page of a PDF written by Typst."""
    return read_pages
