import io
from collections import Counter

from PIL import Image

from seed.layout import SHARED_BY, SHARED_CAMERA, lay_out, whereabouts
from seed.operation import AGENCIES, CLUES, EXHIBITS, MEMBERS
from seed.pictures import BODY_SERIAL_NUMBER, EXIF_BLOCK, encode
from seed.register import met_identities, unmet_identities
from workspace.rules.policy import MEMBERS as ROLES

LAYOUT = lay_out(300, 40)
COPIES = (*LAYOUT.exact_copies, *LAYOUT.near_copies)


def test_the_exercise_has_as_many_files_as_were_asked_for() -> None:
    same_videos = sum(copy.path.endswith(".mp4") for copy in LAYOUT.exact_copies)

    assert len(LAYOUT.photos) + len(COPIES) - same_videos == 300
    assert len(LAYOUT.videos) + same_videos == 40
    assert len(LAYOUT.exact_copies) >= 25
    assert len(LAYOUT.near_copies) == 30
    assert len(LAYOUT.refused) == 10


def test_no_two_files_have_one_path() -> None:
    paths = [item.path for item in (*LAYOUT.photos, *LAYOUT.videos, *COPIES, *LAYOUT.refused)]

    assert len(set(paths)) == len(paths)


def test_no_copy_lies_on_the_device_of_its_original() -> None:
    assert all(copy.path.partition("/")[0] != copy.of.partition("/")[0] for copy in COPIES)
    assert sum(copy.path[:2] != copy.of[:2] for copy in COPIES) > len(COPIES) / 2


def test_every_device_holds_photos() -> None:
    held = Counter(photo.path.partition("/")[0] for photo in LAYOUT.photos)

    assert set(held) == {exhibit.label for exhibit in EXHIBITS}
    assert min(held.values()) >= 8


def test_people_are_met_across_countries_but_not_those_whom_nobody_met() -> None:
    shown = whereabouts()
    drawn = {figure.identity for photo in LAYOUT.photos for figure in photo.still.figures}

    assert drawn == set(shown)
    assert set(met_identities()) <= drawn
    assert not unmet_identities() & drawn
    assert sum(len({label[:2] for label in labels}) > 1 for labels in shown.values()) >= 8


def test_one_camera_took_pictures_that_two_countries_hold() -> None:
    found = set()
    for label in SHARED_BY:
        photo = next(p for p in LAYOUT.photos if p.path.startswith(label) and p.camera == SHARED_CAMERA and p.kept_as == "JPEG")
        with Image.open(io.BytesIO(encode(photo))) as image:
            found.add(image.getexif().get_ifd(EXIF_BLOCK)[BODY_SERIAL_NUMBER])

    assert found == {SHARED_CAMERA.serial}
    assert len({label[:2] for label in SHARED_BY}) == 2


def test_every_member_exhibit_and_clue_belongs_to_something_that_is_there() -> None:
    agencies, labels = {agency.key for agency in AGENCIES}, {member.label for member in MEMBERS}

    assert {member.agency for member in MEMBERS} | {exhibit.agency for exhibit in EXHIBITS} == agencies
    assert {member.role for member in MEMBERS} <= ROLES | {"recipient"}
    assert all(clue.by in labels for clue in CLUES)
    assert {label for clue in CLUES for label in clue.exhibits} <= {exhibit.label for exhibit in EXHIBITS}
