"""Lenses and documents are compared by meaning, and a clock that cannot be right is told by its kind, never put
right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.analysis.sandbox.metadata import container_facts
from workspace.analysis.sandbox.moments import fault_of, is_plausible, read_claim
from workspace.analysis.sandbox.xmp import xmp_facts
from workspace.rules.cameras import NO_SERIAL
from workspace.rules.clocks import MODELS, clock_of, model_year
from workspace.rules.traces import document_key, lens_key

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DOCUMENT = "xmp.did:8F6A2C31-9B0D-4E57-A1C4-0D93F6B7E218"


@pytest.mark.parametrize(
    ("lens_make", "lens", "serial"),
    [
        ("Canon", "EF50mm f/1.8 STM", "00003b5e71"),
        ("CANON INC.", "ef50mm  F/1.8 stm", " 00003B5E71\u200e"),
        (None, "Canon EF50mm f/1.8 STM", "00003b5e71"),
    ],
)
def test_a_lens_is_one_however_it_is_written(lens_make: str | None, lens: str, serial: str) -> None:
    assert lens_key("Canon", "EOS 5D", lens_make, lens, serial) == "canon ef50mmf18stm 00003b5e71"


def test_makers_number_each_type_of_lens_by_itself() -> None:
    fifty, other = (lens_key("Canon", None, None, lens, "1234987") for lens in ("EF50mm", "EF85mm"))
    assert fifty
    assert fifty != other
    assert lens_key("Canon", None, "Sigma", "EF50mm", "1234987") not in (fifty, None)
    assert lens_key("Canon", "EOS 5D", None, "EF 50", "ef50") is None


@given(st.sampled_from([*sorted(NO_SERIAL), "0000000000", "-", "", "1234", "abcabc", "  ", "n/a", "00001"]))
def test_what_stands_where_nothing_is_known_is_no_lens_and_no_document(nothing: str) -> None:
    assert lens_key("Canon", "EOS 5D", "Canon", "EF 50", nothing) is None
    assert document_key(nothing, nothing) is None
    assert document_key(f"xmp.did:{nothing}", None) is None


def test_a_document_is_the_first_of_which_a_file_was_made_however_its_number_is_written() -> None:
    first = document_key(None, DOCUMENT)
    assert first == "8f6a2c319b0d4e57a1c40d93f6b7e218"
    assert document_key(DOCUMENT.lower(), f"xmp.did:{uuid4()}") == first
    for written in (
        "uuid:8F6A2C319B0D4E57A1C40D93F6B7E218",
        "adobe:docid:photoshop:8f6a2c31-9b0d-4e57-a1c4-0d93f6b7e218",
    ):
        assert document_key(None, written) == first
    assert document_key("uuid:00000000-0000-0000-0000-000000000000", DOCUMENT) == first
    assert document_key(None, "draft-7") is None


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("0000:00:00 00:00:00", "zeros"), ("0000-01-01T00:00:00", "zeros"), ("1970:01:01 00:00:00", "epoch"),
        ("1969:12:31 19:00:00", "epoch"), ("1904-01-01T00:00:00Z", "epoch"), ("1980:01:06 00:00:00", "epoch"),
        ("2000:01:01 00:00:00", "epoch"), ("1975:03:02 10:00:00", "early"), ("2026:06:03 10:00:00", "future"),
        ("2026-06-01T12:00:01+00:00", "future"), ("2021:13:40 10:00:00", "unreadable"), ("yesterday", "unreadable"),
        ("2021:07:04 18:30:05", None), ("2026:06:01 13:00:00", None),
    ],
)  # fmt: skip
def test_a_clock_that_cannot_be_right_is_told_by_its_kind(written: str, fault: str | None) -> None:
    assert fault_of(written, until=NOW) == fault


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2040, 1, 1)).map(
        lambda at: at.replace(microsecond=0)
    )
)
def test_a_time_has_a_fault_exactly_where_it_is_not_kept(at: datetime) -> None:
    written = at.strftime("%Y:%m:%d %H:%M:%S")
    claim = read_claim(written)
    assert claim is not None
    assert (fault_of(written, until=NOW) is None) == is_plausible(claim.at, claim.offset, until=NOW)


@given(st.text(max_size=40))
def test_whatever_a_file_writes_as_its_time_is_some_kind(written: str) -> None:
    fault_of(written, until=NOW)
    kept = container_facts({"creation_time": written})
    assert not set(kept) - {"captured_at", "subseconds", "offset", "clock_claim"}


def test_before_its_camera_was_sold_nothing_was_taken_and_before_its_format_it_was_changed() -> None:
    assert [model_year(*each) for each in (("Apple", "iPhone 13 Pro"), ("NIKON CORPORATION", "NIKON D750"))] == [
        2021,
        2014,
    ]
    assert [model_year(*each) for each in (("samsung", "SM-G991B"), ("Canon", "Canon EOS 5D Mark IV"))] == [2021, 2016]
    assert [model_year(*each) for each in (("Example", "X-1"), (None, None), ("Apple", "iPhone 99"))] == [
        None,
        None,
        None,
    ]
    jpeg = {"make": "Apple", "model": "iPhone 13 Pro", "media_type": "image/jpeg"}
    assert [clock_of(year, **jpeg) for year in (2020, 2021)] == ["before_model", "plausible"]
    old = {"make": "Canon", "model": "EOS 5D", "media_type": "image/heic"}
    assert [clock_of(year, **old) for year in (2004, 2006, 2016)] == ["before_model", "before_format", "plausible"]
    assert all(
        model_year(maker, each) for maker, years in MODELS.items() for of in years.values() for each in of.split(", ")
    )


@given(st.integers(-89, 89), st.integers(-179, 179), st.integers(0, 59), st.integers(0, 59), st.integers(1, 3))
def test_a_place_is_one_in_each_form_of_iso_6709(
    latitude: int, longitude: int, minute: int, second: int, form: int
) -> None:
    """Degrees, with minutes, with seconds; QuickTime and Android write it with an altitude or without."""
    written, expected = "", []
    for degrees, digits in ((latitude, 2), (longitude, 3)):
        sign, whole = "-" if degrees < 0 else "+", f"{abs(degrees):0{digits}d}"
        more = ("", f"{minute:02d}", f"{minute:02d}{second:02d}")[form - 1]
        written += f"{sign}{whole}{more}.5000"
        unit, parts = 60.0 ** (form - 1), (abs(degrees), minute, second)[:form]
        exact = sum(part / 60.0**power for power, part in enumerate(parts)) + 0.5 / unit
        expected.append(-exact if sign == "-" else exact)
    for end in ("/", "+012.3/", "-0012.345CRSWGS_84/", ""):
        for name in ("com.apple.quicktime.location.ISO6709", "location"):
            facts = container_facts({name: written + end})
            assert facts["latitude"] == pytest.approx(expected[0], abs=1e-6)
            assert facts["longitude"] == pytest.approx(expected[1], abs=1e-6)


@pytest.mark.parametrize(
    "written", ["+9160.0+00000.0/", "+123+45/", "north", "+1+", "+12.5+1234.5/", "+1260.5+07700.0/", "+99+200/"]
)
def test_what_is_no_place_gives_none(written: str) -> None:
    assert container_facts({"location": written}) == {}


def test_the_numbers_of_documents_and_of_a_film_are_read_and_a_wrong_time_beside_a_right_one() -> None:
    packet = f"""<x:xmpmeta><rdf:Description xmpMM:DocumentID="{DOCUMENT}" aux:Lens="EF50" xmp:CreateDate="2021-07-04T18:30:05">
        <xmpMM:OriginalDocumentID>uuid:1</xmpMM:OriginalDocumentID><xmpMM:InstanceID>xmp.iid:2&#10;</xmpMM:InstanceID>"""
    facts = xmp_facts(packet)
    assert facts == {
        "document": DOCUMENT, "original_document": "uuid:1", "instance": "xmp.iid:2", "lens": "EF50",
        "captured_at": "2021-07-04T18:30:05",
    }  # fmt: skip
    assert container_facts({"com.apple.quicktime.content.identifier": "8F6A2C31"}) == {"document": "8F6A2C31"}

    wrong = container_facts(
        {"com.apple.quicktime.creationdate": "1970-01-01T00:00:00Z", "creation_time": "2023-08-01T12:00:00Z"}
    )
    assert (wrong["clock_claim"], wrong["captured_at"]) == ("1970-01-01T00:00:00Z", "2023-08-01T12:00:00")
    late = (NOW + timedelta(days=36500)).strftime("%Y:%m:%d %H:%M:%S")
    assert container_facts({"creation_time": late}) == {"clock_claim": late}
