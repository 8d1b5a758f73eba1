import io
from collections import Counter

import pytest
from PIL import Image

from seed.layout import SHARED_CAMERA, lay_out, whereabouts
from seed.operation import SCENARIOS, Scenario, scenario
from seed.pictures import BODY_SERIAL_NUMBER, EXIF_BLOCK, encode
from seed.register import met_identities, unmet_identities
from workspace.errors import Invalid
from workspace.rules.policy import MEMBERS as ROLES

LANTERN = scenario()
LAYOUT = lay_out(LANTERN, 300, 40)
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

    assert set(held) == {exhibit.label for exhibit in LANTERN.exhibits}
    assert min(held.values()) >= 8


def test_people_are_met_across_countries_but_not_those_whom_nobody_met() -> None:
    shown = whereabouts(LANTERN.exhibits)
    drawn = {figure.identity for photo in LAYOUT.photos for figure in photo.still.figures}

    assert drawn == set(shown)
    assert set(met_identities()) <= drawn
    assert not unmet_identities() & drawn
    assert sum(len({label[:2] for label in labels}) > 1 for labels in shown.values()) >= 8


def test_one_camera_took_pictures_that_two_countries_hold() -> None:
    found = set()
    for label in LANTERN.shared_by:
        photo = next(
            p for p in LAYOUT.photos if p.path.startswith(label) and p.camera == SHARED_CAMERA and p.kept_as == "JPEG"
        )
        with Image.open(io.BytesIO(encode(photo))) as image:
            found.add(image.getexif().get_ifd(EXIF_BLOCK)[BODY_SERIAL_NUMBER])

    assert found == {SHARED_CAMERA.serial}
    assert len({label[:2] for label in LANTERN.shared_by}) == 2


def by_countries(played: Scenario) -> str:
    return "-".join(played.countries)


ELSEWHERE = [
    LANTERN,
    scenario(countries=("PE", "EC")),
    scenario("closed_material", countries=("DE", "FR", "NL"), seed=7),
    scenario(countries=("BR", "AR", "UY", "PY", "BO", "PE"), seed=1),
]


@pytest.mark.parametrize("played", ELSEWHERE, ids=by_countries)
def test_every_member_exhibit_series_and_clue_belongs_to_something_that_is_there(played: Scenario) -> None:
    agencies, labels = {agency.key for agency in played.agencies}, {member.label for member in played.members}
    devices = {exhibit.label for exhibit in played.exhibits}

    assert {member.agency for member in played.members} | {exhibit.agency for exhibit in played.exhibits} == agencies
    assert {member.role for member in played.members} <= ROLES | {"recipient"}
    assert len(devices) == len(played.exhibits)
    assert all(clue.by in labels for clue in played.clues)
    assert {label for each in (*played.clues, *played.series) for label in each.exhibits} <= devices
    assert (
        {agency.country for agency in played.agencies}
        == set(played.countries)
        >= {each.country for each in played.series}
    )
    first, second = played.shared_by
    assert first[:2] != second[:2]


@pytest.mark.parametrize("played", ELSEWHERE[1:], ids=by_countries)
def test_any_countries_hold_people_who_are_met_across_borders(played: Scenario) -> None:
    layout = lay_out(played, 40, 4)

    assert {photo.path[:2] for photo in layout.photos} <= set(played.countries)
    shown = whereabouts(played.exhibits)
    assert sum(len({label[:2] for label in labels}) > 1 for labels in shown.values()) >= 8


def test_another_seed_lays_the_material_out_anew() -> None:
    assert lay_out(scenario(seed=5), 40, 4) != lay_out(scenario(), 40, 4) == lay_out(scenario(), 40, 4)


def test_a_scenario_with_closed_material_closes_half_of_it() -> None:
    closed = [exhibit.sharing for exhibit in scenario("closed_material").exhibits].count("agency")

    assert len(LANTERN.exhibits) / 2 <= closed < len(LANTERN.exhibits)


def test_what_cannot_be_played_is_refused_with_every_fault() -> None:
    with pytest.raises(Invalid) as refusal:
        scenario("unheard_of", countries=("EC", "QQ", "EC"), seed=-1)

    known = ", ".join(SCENARIOS)
    assert refusal.value.facts["faults"] == [
        f"scenario: one of {known}",
        "countries: between 2 and 8, each once",
        "countries: unknown: QQ",
        "seed: between 0 and 2147483647",
    ]
