"""Serial numbers that cameras put into their makers' notes alone are read, and nothing that a wrong step would give."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.support.maker_notes import Note, Tags, at_once, behind, exif_with_note, nikon, of_its_own
from tests.support.sandbox_material import decode_picture, picture_file
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.maker_notes import Serials, note_serials
from workspace.rules.cameras import camera_key

QUALITY: Tags = {0x0004: b"FINE   \x00"}


def with_(tag: int, value: bytes | int) -> Tags:
    return {**QUALITY, tag: value}


EQUIPMENT: Tags = {0x0101: b"F70501740\x00", 0x0102: b"0199802105663001\x00", 0x0202: b"ABG366769\x00"}
NOTES: dict[str, tuple[str, Note, Serials]] = {
    "canon": ("Canon", at_once({**QUALITY, 0x000C: 420712345, 0x0096: b"ZX0123456\x00"}),
    Serials("420712345", "ZX0123456")),
    "nikon": ("NIKON CORPORATION", nikon(with_(0x001D, b"3105364\x00"), "<"), Serials("3105364")),
    "nikon_of_the_other_order": ("NIKON CORPORATION", nikon(with_(0x001D, b"3105364\x00"), ">"), Serials("3105364")),
    "nikon_that_says_no": ("NIKON CORPORATION", nikon(with_(0x00A0, b"NO= 200084fc\x00"), ">"), Serials("200084fc")),
    "nikon_of_the_first_kind": ("NIKON", behind(b"Nikon\x00\x01\x00", with_(0x001D, b"3105364\x00")),
    Serials("3105364")),
    "nikon_without_name": ("NIKON", at_once(with_(0x001D, b"3105364\x00")), Serials("3105364")),
    "sony": ("SONY", behind(b"SONY DSC \x00\x00\x00", with_(0x2031, b"03456789\x00")), Serials("03456789")),
    "sony_without_name": ("SONY", at_once(with_(0x2031, b"03456789\x00")), Serials("03456789")),
    "olympus": (
        "OLYMPUS CORPORATION",
        of_its_own(b"OLYMPUS\x00II\x03\x00", QUALITY, "<", (0x2010, EQUIPMENT)),
        Serials("F70501740", "0199802105663001", "ABG366769"),
    ),
    "om_system": (
        "OM Digital Solutions",
        of_its_own(b"OM SYSTEM\x00\x00\x00II\x04\x00", QUALITY, "<", (0x2010, EQUIPMENT)),
        Serials("F70501740", "0199802105663001", "ABG366769"),
    ),
    "olympus_of_the_first_kind": (
        "OLYMPUS OPTICAL CO.,LTD", behind(b"OLYMP\x00\x01\x00", with_(0x0404, b"103456789\x00")), Serials("103456789")
    ),
    "panasonic": (
        "Panasonic",
        behind(b"Panasonic\x00\x00\x00", {**QUALITY, 0x0025: b"F541005250123\x00\x00\x00", 0x0052: b"08JG1202345\x00"}),
        Serials(None, "F541005250123", "08JG1202345"),
    ),
    "pentax": ("PENTAX", of_its_own(b"PENTAX \x00MM", with_(0x0229, b"4123456\x00"), ">"), Serials("4123456")),
    "pentax_of_the_first_kind": ("PENTAX Corporation", behind(b"AOC\x00II", with_(0x0229, b"4123456\x00")),
    Serials("4123456")),
    "ricoh": ("RICOH IMAGING COMPANY, LTD.", of_its_own(b"RICOH\x00II", with_(0x0229, b"4123456\x00"), "<"),
    Serials("4123456")),
    "fujifilm": (
        "FUJIFILM",
        of_its_own(b"FUJIFILM\x0c\x00\x00\x00", with_(0x0010, b"FPX 21084567 5938\x00"), "<"),
        Serials(None, "FPX 21084567 5938"),
    ),
    "sigma": ("SIGMA", behind(b"SIGMA\x00\x00\x00\x01\x00", with_(0x0002, b"1002345\x00")), Serials("1002345")),
}  # fmt: skip
CANON = NOTES["canon"][1]


@pytest.mark.parametrize("name", NOTES)
@pytest.mark.parametrize("order", "<>")
def test_the_numbers_of_each_makers_note_are_read(name: str, order: str) -> None:
    make, note, expected = NOTES[name]
    if name == "pentax_of_the_first_kind" and order == ">":
        note = behind(b"AOC\x00MM", with_(0x0229, b"4123456\x00"))

    assert note_serials(io.BytesIO(exif_with_note(make, note, order=order))) == expected


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_the_number_of_a_note_names_the_camera_in_every_kind_of_file(decoder: Decoder, name: str) -> None:
    block = b"Exif\x00\x00" + exif_with_note("Canon", CANON)

    camera = decode_picture(decoder, picture_file(name, exif=block)).camera

    assert (camera.make, camera.serial) == ("Canon", "420712345")
    assert camera_key(camera.make, None, camera.serial) == "canon 420712345"


@pytest.mark.parametrize(
    ("said", "expected"),
    [("SN-0042", "SN-0042"), ("0000000000", "420712345"), ("-----", "420712345"), ("", "420712345")],
)
def test_exif_comes_before_the_note_unless_it_says_nothing(decoder: Decoder, said: str, expected: str) -> None:
    block = b"Exif\x00\x00" + exif_with_note("Canon", CANON, serial=said)

    assert decode_picture(decoder, picture_file("JPEG", exif=block)).camera.serial == expected


def test_a_number_inside_the_camera_counts_where_no_other_stands(decoder: Decoder) -> None:
    make, note, _ = NOTES["panasonic"]
    packet = b'<x:xmpmeta xmlns:aux="a"><rdf:Description aux:SerialNumber="WE9IA003355"/></x:xmpmeta>'
    block = b"Exif\x00\x00" + exif_with_note(make, note)

    alone = decode_picture(decoder, picture_file("JPEG", exif=block)).camera
    beside = decode_picture(decoder, picture_file("JPEG", exif=block, xmp=packet)).camera

    assert (alone.serial, alone.lens_serial) == ("F541005250123", "08JG1202345")
    assert beside.serial == "WE9IA003355"


@pytest.mark.parametrize("moved", [-40, -6, -2, 2, 8, 300])
def test_a_note_that_a_program_has_moved_tells_nothing_instead_of_something_else(moved: int) -> None:
    make, _, _ = NOTES["panasonic"]
    tags = {0x0025: b"F541005250123\x00\x00\x00", 0x0052: b"08JG1202345\x00"}
    note = behind(b"Panasonic\x00\x00\x00", tags)

    found = note_serials(io.BytesIO(exif_with_note(make, lambda order, at: note(order, at + moved))))

    assert found == Serials()


@pytest.mark.parametrize("name", ["nikon", "olympus", "fujifilm", "pentax"])
def test_a_note_that_counts_from_its_own_begin_may_be_moved(name: str) -> None:
    make, note, expected = NOTES[name]

    assert note_serials(io.BytesIO(exif_with_note(make, lambda order, at: note(order, at + 40)))) == expected


@pytest.mark.parametrize("value", [b"\xff" * 8, b"31\x0105364\x00", b"\x00" * 8, "№ 314159".encode()])
def test_what_is_no_plain_text_is_no_number(value: bytes) -> None:
    assert note_serials(io.BytesIO(exif_with_note("NIKON", nikon({0x001D: value}, "<")))) == Serials()


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(NOTES)), at=st.integers(8, 400), change=st.binary(min_size=1, max_size=8))
@example(name="olympus", at=60, change=b"\xff" * 8)
def test_no_note_takes_long_or_raises(name: str, at: int, change: bytes) -> None:
    make, note, _ = NOTES[name]
    block = bytearray(exif_with_note(make, note))
    block[at : at + len(change)] = change
    since = time.process_time()

    note_serials(io.BytesIO(bytes(block)))

    assert time.process_time() - since < 0.5


def test_a_directory_of_the_most_entries_costs_little_and_the_picture_is_there(decoder: Decoder) -> None:
    hostile = exif_with_note("Canon", lambda order, at: b"\xff\xff" + b"\x0c\x00\x04\x00\x01\x00\x00\x00" * 5000)

    picture = decode_picture(decoder, picture_file("JPEG", exif=b"Exif\x00\x00" + hostile))

    assert (picture.width, picture.camera.serial) == (320, None)
    assert Image.fromarray(picture.pixels).size == (320, 240)
