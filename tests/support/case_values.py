"""What is right for each file of a folder of cases: read by `tests.support.cases`, which tries them.

Each line says what is brought in (by which country), what is right in words, and how what was found is compared with
it. Names may be patterns. The files are public examples of kinds and stand outside the repository.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.support.case_found import Found

Check = Callable[[Found], bool]
Step = Literal["media", "register", "script_paths", "script_large", "referral", "merged"]


@dataclass(frozen=True)
class Case:
    """One line of the table. files: country and name or pattern; the first name is the line's. waits: why it may fail
    yet."""

    files: tuple[tuple[str, str], ...]
    right: str
    check: Check
    step: Step = "media"
    waits: str = ""


def one(name: str, right: str, check: Check, step: Step = "media", waits: str = "") -> Case:
    """A case of one file, brought in by one country."""
    return Case((("EC", name),), right, check, step, waits)


def pair(first: str, second: str, right: str, check: Check) -> Case:
    """A case of two files in two countries."""
    return Case((("EC", first), ("PE", second)), right, check)


def faces(count: int, *, part: bool | None = False, size: tuple[int, int] | None = None) -> Check:
    """Read with exactly so many faces in photos; part: in part, not, or (None) either."""
    return lambda found: found.is_read(part) and found.faces == count and size in (None, found.size)


def faces_or_part(count: int) -> Check:
    """All the faces, or read in part and said so."""
    return lambda found: found.is_read(None) and (found.faces == count or found.is_part)


def shown(
    *,
    part: bool | None = False,
    size: tuple[int, int] | None = None,
    seconds: float | None = None,
    people: int | None = 1,
) -> Check:
    """A video with one person (or at least one, with None), of this size and length."""

    def check(found: Found) -> bool:
        there = found.people >= 1 if people is None else found.people == people
        long = seconds is None or (found.seconds is not None and abs(found.seconds - seconds) <= 1)
        return found.is_read(part) and there and long and size in (None, found.size)

    return check


def taken(*moments: str | None) -> Check:
    """Read, with one of these capture times."""
    return lambda found: found.is_read(None) and found.captured_at in moments


def entries(*numbers: str) -> Check:
    """Taken, with exactly these numbers as entries."""
    return lambda found: not found.faults and found.numbers == tuple(sorted(numbers))


def faulty(word: str) -> Check:
    """Not taken, with a reason that says this word."""
    return lambda found: any(word in fault for fault in found.faults)


MOMENT = "2021-05-06T07:08:09"
FAIL: tuple[Case, ...] = (
    one("jpeg_no_end_marker.jpg", "read, 6 faces, in part", faces(6, part=True)),
    one("jpeg_progressive_no_end_marker.jpg", "read, 6 faces, in part", faces(6, part=True)),
    one("jpeg_last_1_percent_missing.jpg", "read, 6 faces, in part", faces(6, part=True)),
    one("jpeg_half.jpg", "read in part, at least 3 faces", lambda f: f.is_read(True) and f.faces >= 3),
    one("jpeg_tail_zero_filled.jpg", "read in part, at least 5 faces", lambda f: f.is_read(True) and f.faces >= 5),
    one("jpeg_one_nul_before.jpg", "read, 6 faces", faces(6)),
    one("tiff_cielab.tif", "6 faces, or kind_not_supported",
    lambda f: f.faces == 6 or f.refusal == "kind_not_supported"),
    one("png_grey_10bit_in_16.png", "6 faces", faces(6)),
    one("gif_faces_from_frame_5.gif", "6 people", lambda f: f.is_read(False) and f.people == 6),
    one("webp_anim_faces_from_frame_5.webp", "6 people", lambda f: f.is_read(False) and f.people == 6),
    one("avif_sequence_faces_from_frame_5.avif", "6 people", lambda f: f.is_read(False) and f.people == 6),
    one("heic_two_images_faces_in_second.heic", "6 faces, or in part", faces_or_part(6)),
    one("dng_thumbnail_first.dng", "1280x886, 6 faces", faces(6, size=(1280, 886))),
    one("motion_photo_google.MP.jpg", "1 face in the video", shown()),
    one("motion_photo_samsung.jpg", "1 face in the video", shown()),
    one("tall_790x20000_face_in_middle.jpg", "1 face", faces(1)),
    one("crowd_4000x3000_20_small_faces.jpg", "20 faces", faces(20)),
    Case(
        (("EC", "../pass/orientation/o1.jpg"), ("EC", "face_turned_90.jpg")),
        "the same person as orientation/o1.jpg, or rated poor",
        lambda f: f.is_read(False) and f.people == 1 and f.faces >= 1,
    ),
    one("group_upside_down.jpg", "6 faces", faces(6)),
    one("contact_sheet_one_person_9_times.jpg", "1 person, or made one", lambda f: f.is_read(False) and f.people == 1,
    "merged"),
    one("mirror_one_person_twice.jpg", "1 person, or made one", lambda f: f.is_read(False) and f.people == 1, "merged"),
    pair("near_upright.jpg", "near_turned_90.jpg", "near_copy lead; no face",
    lambda f: f.leads == ("near_copy",) and not f.faces),
    one("exif_bad_orig.jpg", MOMENT, taken(MOMENT)),
    one("exif_ampm.jpg", "19:08:09, or none", taken("2021-05-06T19:08:09", None)),
    one("exif_slash_date.jpg", MOMENT, taken(MOMENT)),
    one("exif_h24.jpg", "2021-05-07T00:00:00", taken("2021-05-07T00:00:00")),
    one("exif_future.jpg", "no time", taken(None)),
    one("exif_epoch1970.jpg", "no time", taken(None)),
    one("exif_utf8_model.jpg", "make 小米", lambda f: f.make == "小米"),
    pair("serial_placeholder_12345678_A.jpg", "serial_placeholder_12345678_B.jpg", "no lead",
    lambda f: f.is_read(False) and not f.leads),
    pair("serial_same_camera_A.jpg", "serial_same_camera_B.jpg", "camera lead", lambda f: "camera_serial" in f.leads),
    one(
        "xmp_only_serial_and_time.jpg",
        "052031009988, 2021-04-05T10:11:12",
        lambda f: (f.serial, (f.captured_at or "")[:19]) == ("052031009988", "2021-04-05T10:11:12"),
    ),
    one("gps_lima.jpg", "-12.0464, -77.0428", lambda f: f.place == (-12.0464, -77.0428)),
    one("video_field_coded_paff.ts", "1 face, 2 s", shown(seconds=2)),
    one("video_last_stamp_10h_late.mkv", "1 face, or in part",
    lambda f: f.is_read(None) and (f.people == 1 or f.is_part)),
    one("video_joined_clock_restarts.ts", "1 face, 22 s", shown(seconds=22)),
    one("video_two_tracks.mp4", "1 face, 640x360", shown(part=None, size=(640, 360))),
    one("video_mirror_matrix.mp4", "1 face, upright", shown()),
    one("video_vflip_matrix.mp4", "1 face, upright", shown()),
    one("video_ts_begins_inside_packet.ts", "1 face", shown(part=None)),
    one("video_time_2036.mp4", "no time", taken(None)),
    one("referral_path_side.jpg", "package built", lambda f: f.package == "built", "referral"),
    one("make_paths.py", "8 readable", lambda f: f.readable == 8, "script_paths"),
    one("make_200mp.py", "both read", lambda f: f.readable == 2, "script_large"),
    Case(tuple(("EC", f"register/r{n}.csv") for n in (1, 2, 3)), "one entry", lambda f: len(f.numbers) == 1,
    "register"),
    one("register/zwsp_number.csv", "refused as double", lambda f: bool(f.faults) and len(f.numbers) < 2, "register"),
    one("register/future_birth.csv", "refused", lambda f: bool(f.faults) and not f.numbers, "register"),
    one("register/json_float_number.json", "123456789", lambda f: "123456789" in f.numbers, "register"),
    one("register/sep_line.csv", "taken", entries("1"), "register"),
    one("register/trailing_header_delims.csv", "taken", entries("1"), "register"),
    one("register/extra_delims.csv", "taken", entries("1"), "register"),
    one("register/excel_datetime.csv", "taken", entries("1"), "register"),
    one("register/nfd_photo.csv", "the photo is found", lambda f: not f.faults and f.portraits == 1, "register"),
    one("register/misp_prefer_not.json", "unknown sex", lambda f: f.sexes == ("unknown",), "register"),
)  # fmt: skip
PASS: tuple[Case, ...] = (
    one(
        "orientation/*",
        "each 640x480, 1 face, one person",
        lambda f: f.is_read(False) and f.sizes == {(640, 480)} and f.faces == f.readable and f.people == 1,
    ),
    one("cmyk.jpg", "6 faces", faces(6)),
    one("heic10.heic", "6 faces", faces(6)),
    one("closeup.jpg", "1 face", faces(1)),
    *(
        one(name, "read, 6 faces", faces(6, part=None))
        for name in ("png_no_iend.png", "gif_no_trailer.gif", "mid_damage.jpg")
    ),
    one("jpeg_with_40kB_zeros_behind.jpg", "read, 6 faces", faces(6)),
    one("cut_faststart.mp4", "read, in part", lambda f: f.is_read(True)),
    *(
        one(name, "at least 1 face", shown(people=None))
        for name in ("hevc10.mov", "vp9.webm", "h263.3gp", "one_frame.mp4", "cover.mp4", "editlist.mp4", "vfr.mp4")
    ),
    one("size_change.ts", "at least 1 face", shown(people=None)),
    one("sar.mp4", "at least 1 face, 640x360", shown(people=None, size=(640, 360))),
    one("dur_zero_header.mp4", "at least 1 face, 20 s", shown(people=None, seconds=20)),
    one("paff_one_key.ts", "read", lambda f: f.is_read(None)),
    one("t1904.mp4", "no time", taken(None)),
    one("t1946.mp4", "2012-05-29T08:55:06Z", taken("2012-05-29T08:55:06+00:00")),
    one("apple.mov", "2023-08-01T07:00:00-05:00", taken("2023-08-01T07:00:00-05:00")),
    *(
        one(f"register/{name}.csv", "taken", entries("1"), "register")
        for name in ("bom_semicolon_crlf", "cr_only", "quoted_newline", "formula")
    ),
    one("register/leading_zeros.csv", "'00123'", entries("00123"), "register"),
    one(
        "register/dd_mm_yyyy.csv",
        "refused, asks for year-month-day",
        lambda f: not f.numbers and faulty("year")(f),
        "register",
    ),
)
