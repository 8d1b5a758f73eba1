"""A claimed capture time is kept only if it can be true of a file that was there when it was received."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.analysis.sandbox.metadata import container_facts, text
from workspace.analysis.sandbox.moments import is_plausible

RECEIVED = datetime(2026, 11, 13, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("claimed", "offset"),
    [
        *((f"{year}-01-01T00:00:00", None) for year in (1904, 1970, 1980, 2000, 2001, 2099)),
        ("1969-12-31T16:00:00", "-08:00"),
        ("1970-01-09T11:12:13", None),
        ("2036-02-07T06:28:16", "+00:00"),
        ("2026-11-13T09:30:01", "+00:00"),
        ("2026-11-13T11:30:01", "+02:00"),
        ("2026-11-13T23:30:01", None),
        ("0001-01-01T00:00:00", "+14:00"),
        ("9999-12-31T23:59:59", "-12:00"),
        ("", None),
        (None, None),
    ],
)
def test_a_clock_that_was_never_set_or_runs_ahead_tells_nothing(claimed: str | None, offset: str | None) -> None:
    assert not is_plausible(claimed, offset, until=RECEIVED)


@pytest.mark.parametrize(
    ("claimed", "offset"),
    [
        ("2026-11-13T11:30:00", "+02:00"),
        ("2026-11-13T23:30:00", None),
        ("2000-01-01T00:00:01", None),
        ("1996-02-29T10:00:00", "-05:00"),
    ],
)
def test_a_time_before_the_intake_in_some_zone_is_kept(claimed: str, offset: str | None) -> None:
    assert is_plausible(claimed, offset, until=RECEIVED)


@given(moment=st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2150, 1, 1)), hours=st.integers(-12, 14))
def test_what_is_later_than_the_intake_is_never_kept(moment: datetime, hours: int) -> None:
    moment = moment.replace(microsecond=0)
    offset = f"{'-' if hours < 0 else '+'}{abs(hours):02}:00"
    late = moment - timedelta(hours=hours) > RECEIVED.replace(tzinfo=None)

    kept = is_plausible(moment.isoformat(timespec="seconds"), offset, until=RECEIVED)

    assert kept <= (not late and moment.year >= 1990)


@pytest.mark.parametrize("wrong", ["1970-01-01T00:00:00.000000Z", "2036-02-07T06:28:16Z", "2104-01-01T00:00:00Z", "x"])
def test_a_container_gives_the_first_of_its_times_that_can_be_true(wrong: str) -> None:
    own = {"com.apple.quicktime.creationdate": "2023-08-01T07:00:00-0500"}

    assert container_facts({"creation_time": wrong}) == {"clock_claim": wrong}
    assert container_facts({"creation_time": wrong} | own)["captured_at"] == "2023-08-01T07:00:00"
    assert container_facts({"com.apple.quicktime.creationdate": wrong, "creation_time": "2023-08-01T12:00:00Z"}) == {
        "captured_at": "2023-08-01T12:00:00",
        "offset": "+00:00",
        "clock_claim": wrong,
    }


@pytest.mark.parametrize(
    ("written", "text_of_it"),
    [
        (b"Canon".decode().encode("utf-16-le"), "Canon"),
        (b"Canon".decode().encode("utf-16-be"), "Canon"),
        ("小米".encode("utf-16"), "小米"),
        ("小米".encode(), "小米"),
        (b"Caf\xe9", "Café"),
        (b"Canon\x00\x00\x00left over", "Canon"),
        (b"C\x00", "C"),
    ],
    ids=["UTF-16", "the other order", "with a mark", "UTF-8", "Latin-1", "what is left behind", "one letter"],
)
def test_a_text_is_read_in_the_encoding_that_its_bytes_show(written: bytes, text_of_it: str) -> None:
    """Pillow gives the texts of EXIF byte by byte."""
    assert text(written.decode("latin-1")) == text_of_it


def test_an_offset_may_be_hours_alone() -> None:
    facts = container_facts({"creationdate": "2020-01-02T15:04:05+02"})

    assert facts == {"captured_at": "2020-01-02T15:04:05", "offset": "+02:00"}
