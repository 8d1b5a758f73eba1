"""One camera is one camera however its maker is written, and what is no serial number names none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.rules.cameras import LEGAL_FORMS, NO_SERIAL, camera_key, maker_key, serial_key


@pytest.mark.parametrize(
    "makes",
    [
        ("Canon", "CANON INC.", "Canon, Inc", " canon "),
        ("NIKON", "NIKON CORPORATION", "Nikon Corp."),
        ("OLYMPUS IMAGING CORP.", "OLYMPUS OPTICAL CO.,LTD", "Olympus"),
        ("SAMSUNG", "Samsung Electronics", "SAMSUNG TECHWIN CO., LTD."[:7]),
        ("CASIO COMPUTER CO.,LTD.", "CASIO"),
        ("EASTMAN KODAK COMPANY", "Kodak"),
        ("FUJI PHOTO FILM CO., LTD.", "FUJIFILM"),
        ("Hewlett-Packard", "HP"),
        ("小米", "小米 "),
        ("LEICA CAMERA AG", "Leica"),
        ("motorola", "Motorola Mobility LLC"),
    ],
)
def test_a_maker_is_one_in_all_its_writings(makes: tuple[str, ...]) -> None:
    assert len({maker_key(make) for make in makes}) == 1


def test_two_makers_are_two() -> None:
    makes = ("Canon", "Nikon", "Sony", "Apple", "samsung", "小米", "HUAWEI", "Google", "Konica Minolta", "Minolta", "")
    assert len({maker_key(make) for make in makes}) == len(makes)


@given(
    st.sampled_from(["Canon", "NIKON", "Sony", "Leica", "小米"]), st.sampled_from(sorted(LEGAL_FORMS)), st.booleans()
)
def test_a_legal_form_case_and_signs_are_no_part_of_a_maker(maker: str, form: str, is_upper: bool) -> None:
    written = f"{maker}, {form}."
    assert maker_key(written.upper() if is_upper else written) == maker_key(maker)


PLACEHOLDERS = [
    *sorted(NO_SERIAL), "12345678", "1234567890", "0123456789", "87654321", "123456789012", "123456789123",
    "00000000", "11111111", "0000001", "FFFFFFFF", "ababab", "SN12345678", "S/N: 0000", "To be filled by O.E.M.",
    "N/A", "n.a.", "Default string", "System Serial Number", "abcdefgh", "XXXXXXXX", "---", "", " ", "1.0",
    "No. 123456",
    "\u200b12345678", "１２３４５６７８", "11223344", "010203040506", "1234567890ABCDEF", "0x00000000", "asdfasdf",
    "qwertyuiop",
    "Camera1", "test001", "123123123", "00112233", "4294967295",
    "unknown device", "Invalid serial", "Factory default", "none none", "IMEI 000000000000000", "000123456789",
    "0001234567890", "1000000", "30000000000", "20200101000000", "Version 1.00", "12345678A", "Q12345678", "abc123",
    "65535", "CAFEBABE",
]  # fmt: skip


@given(
    st.sampled_from(PLACEHOLDERS), st.sampled_from(["{}", " {} ", "{}\x00", "\u200e{}", "({})", "{}."]), st.booleans()
)
def test_a_placeholder_names_no_camera_however_it_is_written(serial: str, around: str, is_upper: bool) -> None:
    written = around.format(serial.upper() if is_upper else serial)
    assert serial_key(written) is None
    assert camera_key("Canon", "EOS", written) is None


@pytest.mark.parametrize(
    "serial",
    [
        "SN7788991",
        "052031009988",
        "EX-778812",
        "3001234",
        "G6TZ1234ABCD",
        "12345679",
        "4711",
        "0420712345",
        "F70501740",
        "B9V508278",
        "3105364",
        "C3141324545071",
        "353918050000000",
        "593433363534 1207",
        "00054327",
        "20200101",
        "A1B2C3D4",
    ],
)
def test_a_serial_number_names_a_camera_in_any_writing(serial: str) -> None:
    keys = {
        camera_key("Canon", "EOS", each) for each in (serial, f" {serial.lower()} ", f"\u200e{serial}", f"{serial}\x00")
    }

    assert len(keys) == 1
    assert None not in keys


def test_the_model_or_maker_in_the_serial_number_s_place_names_no_camera() -> None:
    assert camera_key("Canon", "Canon EOS 5D", "canon eos-5d") is None
    assert camera_key("SAMSUNG", "SM-G991B", "SM-G991B") is None


def test_one_number_of_two_makers_is_two_cameras() -> None:
    assert camera_key("Canon", None, "77889912") != camera_key("Nikon", None, "77889912")
