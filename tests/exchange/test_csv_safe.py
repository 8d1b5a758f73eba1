"""What a spreadsheet that this program writes may never do: act on the machine of who opens it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.exchange.csv_safe import safe_cell, write_csv


@pytest.mark.parametrize(
    "start",
    [
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        " =",
        "\u00a0@",
        "＝",
        "\uff0b",
        "\u200b=",
        "\u202e\u2060@",
        "\ufeff-",
        "\u0301=",
        "\ufe62",
        "\u3164=",
    ],
)
def test_text_that_begins_like_a_formula_is_put_behind_an_apostrophe(start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize(("value", "cell"), [(-3, "-3"), (2.5, "2.5"), (None, ""), (True, "True"), ("a-b", "a-b")])
def test_numbers_and_harmless_text_stay_as_they_are(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@given(st.lists(st.lists(st.text(), min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_cell_of_any_file_begins_like_a_formula(rows: list[list[str]]) -> None:
    written = write_csv(rows).decode("utf-8-sig")

    read = list(csv.reader(io.StringIO(written, newline="")))

    assert [len(row) for row in read] == [len(row) for row in rows]
    assert not [cell for row in read for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
