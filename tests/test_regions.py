"""Regions inside countries: out of a file that the operator imports, with its licence; without one, all is as before."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from tests.leads.test_clues import evidence
from tests.support.operation import TestOperation
from workspace.commands import clues, series
from workspace.commands.regions import import_regions, remove_regions
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.exchange.region_files import MOST_BYTES, read_regions
from workspace.model import Clue, MediaItem
from workspace.model.database import Database
from workspace.queries.clues import clues as all_clues
from workspace.queries.clues import lead_clue
from workspace.queries.figures import counts
from workspace.queries.gallery import GalleryFilter, gallery_choices, gallery_part
from workspace.queries.medium import medium_page
from workspace.queries.places import places_of
from workspace.queries.regions import region_sources, regions_of_country
from workspace.queries.series import series as all_series
from workspace.queries.series import series_acts
from workspace.queries.series_board import SeriesFilter, series_board

NORTH, SOUTH, HOLED = "EC-N", "EC-S", "EC-H"


def square(west: float, south: float, side: float) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: str, name: str, *polygons: list[list[list[float]]], **properties: Any) -> dict[str, Any]:
    geometry = {"type": "MultiPolygon", "coordinates": list(polygons)}
    return {"type": "Feature", "properties": {"iso_3166_2": code, "name": name, **properties}, "geometry": geometry}


def file_of(*features: Any, kind: str = "FeatureCollection") -> io.BytesIO:
    return io.BytesIO(json.dumps({"type": kind, "features": list(features)}).encode())


COUNTRY = (
    feature(NORTH, "Pichincha", [square(-80, 0, 2)]),
    feature(SOUTH, "Azuay", [square(-80, -4, 2)], [square(-76, -4, 1)]),
    feature(HOLED, "Napo", [square(-90, 0, 4), square(-89, 1, 1)]),
)


def bring(
    operation: TestOperation, *features: Any, source: str = "Natural Earth", licence: str = "public domain"
) -> None:
    regions = read_regions(file_of(*features))
    with operation.workers.write(operation.service_id) as tx:
        import_regions(tx, regions, source=source, licence=licence, digest=sha256(b"x").digest())


@pytest.fixture
def free(operation: TestOperation) -> Iterator[TestOperation]:
    """An operation in an installation without regions, which are the installation's; they go with the test."""
    operation.change("delete from region")
    yield operation
    operation.change("delete from region")


def place(operation: TestOperation, latitude: float, longitude: float, country: str | None = "EC") -> UUID:
    """A medium of EC whose file states this place."""
    medium = evidence(operation, operation.lead("EC", "PE")).media_item_id
    assert medium is not None
    operation.change(
        "update media_item set latitude = :y, longitude = :x, place_country = :c where id = :id",
        y=latitude, x=longitude, c=country, id=medium,
    )  # fmt: skip
    return medium


def region_of(operation: TestOperation, medium: UUID) -> str | None:
    region: str | None = operation.row(MediaItem, medium).place_region
    return region


def test_media_are_in_regions_from_the_import_on_whenever_they_were_read(free: TestOperation) -> None:
    before = {at: place(free, *at) for at in ((1, -79), (-3, -75.5), (1.5, -88.5), (3, -87), (10, -79))}
    assert {region_of(free, each) for each in before.values()} == {None}

    bring(free, *COUNTRY)

    inside = {(1, -79): NORTH, (-3, -75.5): SOUTH, (1.5, -88.5): None, (3, -87): HOLED, (10, -79): None}
    assert {at: region_of(free, each) for at, each in before.items()} == inside
    assert region_of(free, place(free, 1, -79)) == NORTH, "one that is read later"
    assert region_of(free, place(free, 1, -79, "PE")) is None, "close to a border it is the country's that is told"
    assert region_of(free, place(free, 1, -79, None)) is None


def test_a_region_is_shown_and_chosen_and_its_source_is_told(free: TestOperation, database: Database) -> None:
    here, there = place(free, 1, -79), place(free, 10, -79)
    me = free.person("PE")
    with database.read(me) as view:
        assert places_of(view.session, free.id).regions == []
        assert not [each for each in gallery_choices(view.session, free.id).choices if each.value == NORTH]

    bring(free, *COUNTRY, source="Natural Earth 5.1")

    with database.read(me) as view:
        found = places_of(view.session, free.id)
        told = [(each.region, each.name, each.media) for each in found.regions]
        assert told == [(NORTH, "Pichincha", 1), (None, None, 1)]
        assert ("place", NORTH, "Pichincha") in {
            (each.what, each.value, each.label) for each in gallery_choices(view.session, free.id).choices
        }
        tiles = gallery_part(view.session, free.id, GalleryFilter(place=NORTH)).tiles
        assert [each.id for each in tiles] == [here]
        assert {each.id for each in gallery_part(view.session, free.id, GalleryFilter(place="EC")).tiles} == {
            here,
            there,
        }
        assert medium_page(view.session, here).region_name == "Pichincha"
        (source,) = region_sources(view.session)
        assert (source.source, source.licence, source.countries) == ("Natural Earth 5.1", "public domain", ["EC"])


def test_another_file_stands_instead_for_its_countries_alone(free: TestOperation) -> None:
    medium, other = place(free, 1, -79), place(free, -5, -77, "PE")
    bring(free, *COUNTRY, feature("PE-AMA", "Amazonas", [square(-78, -6, 2)]))

    bring(free, feature("EC-W", "West", [square(-80, 0, 2)]), source="another")

    assert (region_of(free, medium), region_of(free, other)) == ("EC-W", "PE-AMA")
    with free.workers.read(free.service_id) as view:
        assert {tuple(each.countries) for each in region_sources(view.session)} == {("EC",), ("PE",)}
    with free.workers.write(free.service_id) as tx:
        assert remove_regions(tx, ["EC"]) == 1
    assert (region_of(free, medium), region_of(free, other)) == (None, "PE-AMA")
    with pytest.raises(NotFound), free.workers.write(free.service_id) as tx:
        remove_regions(tx, ["EC"])


def test_only_the_operator_imports_and_says_whose_borders_they_are(free: TestOperation, database: Database) -> None:
    regions = read_regions(file_of(*COUNTRY))
    with pytest.raises(Forbidden), database.write(free.person("EC", "operation_lead")) as tx:
        import_regions(tx, regions, source="x", licence="y", digest=b"0" * 32)
    for source, licence in (("", "y"), ("x", " \u200b")):
        with pytest.raises(Invalid), free.workers.write(free.service_id) as tx:
            import_regions(tx, regions, source=source, licence=licence, digest=b"0" * 32)
    unknown = read_regions(file_of(feature("QQ-1", "Nowhere", [square(0, 0, 1)])))
    with pytest.raises(Invalid), free.workers.write(free.service_id) as tx:
        import_regions(tx, unknown, source="x", licence="y", digest=b"0" * 32)
    with free.workers.read(free.service_id) as view:
        assert region_sources(view.session) == []


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (file_of(feature("", "x", [square(0, 0, 1)])), "feature 1: an ISO 3166-2 code"),
        (file_of(feature("EC", "x", [square(0, 0, 1)])), "feature 1: an ISO 3166-2 code"),
        (file_of(feature("EC-P", "", [square(0, 0, 1)])), "feature 1: a name"),
        (file_of(feature("EC-P", "x" * 201, [square(0, 0, 1)])), "feature 1: a name"),
        (file_of(feature("EC-P", "x", [square(0, 0, 1)[:-1]])), "feature 1: a Polygon"),
        (file_of(feature("EC-P", "x", [square(179, 0, 2)])), "feature 1: a Polygon"),
        (file_of(feature("EC-P", "x", [[[0, 0], [0, True], [1, 1], [0, 0]]])), "feature 1: a Polygon"),
        (file_of({"type": "Feature", "properties": {"code": "EC-P", "name": "x"}}), "feature 1: a Polygon"),
        (file_of("feature", None), "feature 2: an ISO"),
        (file_of(COUNTRY[0], COUNTRY[0]), "feature 2: EC-N stands twice"),
        (file_of(), "a FeatureCollection"),
        (io.BytesIO(b"{"), "a FeatureCollection of GeoJSON"),
        (io.BytesIO(b"\xff\xfe no JSON"), "a FeatureCollection"),
        (io.BytesIO(b"[" * 100_000), "a FeatureCollection of GeoJSON"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_the_number_of_its_feature(broken: io.BytesIO, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_regions(broken)

    assert says in str(refusal.value.facts["faults"])


def test_a_file_that_is_too_large_is_not_read(tmp_path: Any) -> None:
    large = tmp_path / "regions.json"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with large.open("rb") as file, pytest.raises(Invalid, match="cannot be read"):
        read_regions(file)


def test_countries_are_chosen_and_a_files_own_names_of_properties_are_told() -> None:
    features = (
        feature("EC-P", "Pichincha", [square(-80, 0, 2)], label="Quito"),
        feature("-99", "nowhere", [square(0, 0, 1)]),  # of no country: left out where countries are chosen
    )

    found = read_regions(file_of(*features), countries={"EC"}, names=("label",))

    assert [(each.code, each.name, each.country) for each in found] == [("EC-P", "Quito", "EC")]
    with pytest.raises(Invalid):
        read_regions(file_of(*features), countries={"PE"})


def test_a_region_of_a_likely_country_waits_for_a_second_person_and_takes_nothing_away(
    free: TestOperation, database: Database
) -> None:
    bring(free, *COUNTRY)
    first, second, third = free.person("EC", "analyst"), free.person("PE"), free.person("CL")
    with database.write(first) as tx:
        blue = series.add_series(tx, free.id, label="Blue room")
        series.determine_country(tx, blue, country="EC", grounds="The plug.")
    with database.write(second) as tx:
        series.confirm_country(tx, blue, country="EC")

    with database.write(second) as tx:
        named = series.determine_country(tx, blue, country="EC", region=NORTH, grounds="The school crest.")

    def stands() -> tuple[str | None, bool, str | None, bool]:
        with database.read(third) as view:
            (line,) = all_series(view.session, free.id)
            (card,) = [each for column in series_board(view.session, free.id, SeriesFilter()) for each in column.series]
            assert (card.region_name, card.is_region_confirmed) == (line.region_name, line.is_region_confirmed)
        return line.country_determined, line.is_confirmed, line.region_name, line.is_region_confirmed

    def region_counted() -> int:
        with free.workers.read(free.service_id) as view:
            return counts(view.session, free.id)["series_region"]

    assert stands() == ("EC", True, "Pichincha", False), "the country stays confirmed"
    for who, region, refusal in ((second, NORTH, Forbidden), (third, SOUTH, Conflict), (third, None, Conflict)):
        with pytest.raises(refusal), database.write(who) as tx:
            series.confirm_country(tx, blue, country="EC", region=region)
    assert region_counted() == 0
    with database.write(first) as tx:
        series.confirm_country(tx, blue, country="EC", region=NORTH)
    assert (stands(), region_counted()) == (("EC", True, "Pichincha", True), 1)
    with database.write(third) as tx:
        series.determine_country(tx, blue, country="EC", region=SOUTH, grounds="The accent.")
    assert stands() == ("EC", True, "Azuay", False), "another region waits anew"
    with database.write(third) as tx:
        other = series.determine_country(tx, blue, country="PE", grounds="The uniform.")
    assert stands() == ("PE", False, None, False), "a region is of its country alone"
    with database.write(third) as tx:
        series.take_back_country(tx, other)
    with database.write(second) as tx:
        series.take_back_country(tx, named)
    assert stands() == ("EC", True, "Azuay", False)
    with database.read(third) as view:
        assert [act.region for act in series_acts(view.session, free.id)] == [None, None, "Pichincha", "Azuay"]
    with free.workers.write(free.service_id) as tx:
        remove_regions(tx, ["EC"])
    assert stands() == ("EC", True, SOUTH, False), "what was said stays; its name went with the file"


def test_a_clue_is_identified_to_a_region_and_the_card_tells_it_once_it_is_confirmed(
    free: TestOperation, database: Database
) -> None:
    bring(free, *COUNTRY)
    first, second = free.person("EC"), free.person("PE")
    with database.write(first) as tx:
        lead = clues.open_clue(tx, free.id, what="place", claim="a crest on a wall")
        clues.state_clue_result(tx, lead, result="country", country="EC", region=NORTH, grounds="the school's")

    with database.write(second) as tx:
        clues.confirm_clue_result(tx, lead, result="country", country="EC")
    clue = free.row(Clue, lead)
    assert (clue.confirmed_by, clue.region_code, clue.region_confirmed_by) == (second, NORTH, None)
    with database.write(second) as tx:
        clues.confirm_clue_result(tx, lead, result="country", country="EC", region=NORTH)

    with database.read(second) as view:
        told = lead_clue(view.session, lead)
        (line,) = all_clues(view.session, free.id).rows
        assert (told.region_name, told.is_region_confirmed) == (line.region_name, True) == ("Pichincha", True)
    with free.workers.read(free.service_id) as view:
        found = counts(view.session, free.id)
        assert (found["clues_country"], found["clues_region"]) == (1, 1)
    assert "clue:result_confirmed" in free.kinds()


def test_a_region_that_is_not_among_the_countrys_is_refused(free: TestOperation, database: Database) -> None:
    bring(free, *COUNTRY)
    me = free.person("EC", "analyst")
    with database.write(me) as tx:
        blue = series.add_series(tx, free.id, label="Blue room")
        lead = clues.open_clue(tx, free.id, what="place", claim="a crest on a wall")
    before = free.kinds()

    for country, region in (("PE", NORTH), ("EC", "EC-X"), ("PE", "PE-AMA")):
        with pytest.raises(Invalid), database.write(me) as tx:
            series.determine_country(tx, blue, country=country, region=region, grounds="x")
        with pytest.raises(Invalid), database.write(me) as tx:
            clues.state_clue_result(tx, lead, result="country", country=country, region=region, grounds="x")
    with pytest.raises(Invalid), database.write(me) as tx:
        clues.state_clue_result(tx, lead, result="eliminated", region=NORTH, grounds="x")

    assert free.kinds() == before
    with database.read(me) as view:
        names = [each.name for each in regions_of_country(view.session, "EC")]
        assert names == ["Azuay", "Napo", "Pichincha"]
        assert regions_of_country(view.session, "PE") == []
