"""The map tells where files say that they were taken: rounded, of what the viewer may see, drawn and as a table."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.http_client import Browser
from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.operation import TestOperation
from workspace.analysis.places import country_of
from workspace.commands.series import add_series
from workspace.exchange.maps import WIDTH, draw
from workspace.model.database import Database
from workspace.queries.places import MOST_PLACES, STEPS, Spot, gathered, places_of

SignIn = Callable[[int], Browser]

LIMA = {"latitude": -12.046412, "longitude": -77.042812, "place_country": "PE"}
NEAR_LIMA = {"latitude": -12.031, "longitude": -77.011, "place_country": "PE"}
QUITO = {"latitude": -0.1807, "longitude": -78.4678, "place_country": "EC"}
AT_SEA = {"latitude": -20.5, "longitude": -100.25, "place_country": None}


def test_the_country_of_a_place_follows_from_the_packaged_borders() -> None:
    known = {
        "PE": (-12.0464, -77.0428), "EC": (-0.6, -90.4), "LS": (-29.6, 28.2), "VA": (41.9022, 12.4533),
        "US": (64.8, -147.7),
        "RU": (66.0, -175.0), "UA": (44.95, 34.1), "GI": (36.14, -5.35), "GT": (14.63, -90.5), None: (-20.5, -100.25),
    }  # fmt: skip

    assert {code: country_of(*place) for code, place in known.items()} == {code: code for code in known}
    for edge in ((90.0, 0.0), (-90.0, 180.0), (0.0, 180.0), (0.0, -180.0)):
        country_of(*edge)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.integers(1, 10**6)), max_size=12),
    st.lists(st.sampled_from(["PE", "EC", "RU", "FJ", "VA", "XX"]), max_size=3),
)
def test_every_place_is_on_its_map(places: list[tuple[float, float, int]], countries: list[str]) -> None:
    drawing = draw(places, countries)

    assert sum(dot.media for dot in drawing.dots) == sum(media for _, _, media in places)
    assert 200 <= drawing.height <= 2 * WIDTH
    for number, dot in enumerate(drawing.dots):
        assert all(
            math.hypot(dot.x - each.x, dot.y - each.y) >= dot.radius + each.radius for each in drawing.dots[:number]
        )
        assert -0.1 <= dot.x <= drawing.width + 0.1
        assert -0.1 <= dot.y <= drawing.height + 0.1
        assert math.isfinite(dot.radius)
    assert {land.country for land in drawing.lands if land.is_part} <= set(countries)


def test_a_map_tells_rounded_places_of_what_one_may_see_and_lets_out_what_may_leave(
    operation: TestOperation, database: Database, signed_in: SignIn
) -> None:
    ec, pe = lay_exhibit(operation, "EC", "EC-1"), lay_exhibit(operation, "PE", "PE-1")
    strict, closed = lay_exhibit(operation, "PE", "PE-2"), lay_exhibit(operation, "PE", "PE-3", sharing="agency")
    operation.change("update exhibit set handling_code = 'H2' where id = :id", id=strict)
    with database.write(operation.person("EC", "analyst")) as tx:
        series = add_series(tx, operation.id, label="blue door")
    lay_medium(operation, ec, content="both", faces=("good",), series=series, **LIMA)
    lay_medium(operation, pe, content="both", **LIMA)
    lay_medium(operation, pe, content="near", **NEAR_LIMA)
    lay_medium(operation, strict, **QUITO)
    lay_medium(operation, ec, **AT_SEA)
    lay_medium(operation, ec)
    hidden = lay_medium(operation, closed, latitude=4.6, longitude=-74.08, place_country="CO")
    here = signed_in(operation.person("EC", "analyst"))
    base = f"/api/v1/operations/{operation.id}/map"

    found: dict[str, Any] = here.get(base).json
    assert (found["media"], found["placed"], found["step"], found["withheld"]) == (6, 4, STEPS[0], 0)
    assert [(each["country"], each["media"]) for each in found["countries"]] == [("PE", 2), ("EC", 1), (None, 1)]
    cells = {(each["latitude"], each["longitude"]): (each["media"], each["owners"]) for each in found["places"]}
    assert cells[(-12.0, -77.0)] == (2, ["EC", "PE"])
    assert "-12.0464" not in here.get(base).text
    assert "CO" not in {each["country"] for each in found["countries"]}
    assert [each["country"] for each in here.get(f"{base}?series=1").json["places"]] == ["PE"]
    assert here.get(f"{base}?person=1").json["placed"] == 1
    assert here.get(f"{base}?person=99").json["media"] == 0
    assert here.get(f"{base}?series=x").status_code == 422

    page = here.get(f"/operations/{operation.id}/map").text
    assert page.count("map-dot") == len(found["places"])
    assert "-12.0, -77.0" in page
    assert "-12.04" not in page
    assert here.get(f"/operations/{operation.id}/map?person=x").status_code == 200
    assert "?place=PE&amp;person=1" in here.get(f"/operations/{operation.id}/map?person=1").text
    for told in ("persons/1", "series/1"):
        assert re.search(r"not verified:\s+Peru\s+\(1\)", here.get(f"/operations/{operation.id}/{told}").text)

    before = len(operation.kinds())
    answer = here.get(f"{base}.geojson")
    left = answer.json
    assert answer.headers["Content-Type"].startswith("application/geo+json")
    assert operation.kinds()[before:] == ["map:exported"]
    assert (left["type"], left["media_withheld"], left["media_with_place"]) == ("FeatureCollection", 1, 3)
    assert sorted(each["geometry"]["coordinates"] for each in left["features"]) == [[-100.2, -20.5], [-77.0, -12.0]]
    assert "EC" not in {each["properties"]["country"] for each in left["features"]}
    assert left["handling_code"] == "H0"
    assert "CO" in {each["country"] for each in signed_in(operation.person("PE")).get(base).json["countries"]}
    nobody = signed_in(operation.person("EC", "observer"))
    assert nobody.get(base).json["media"] == 0
    assert nobody.get(f"{base}.geojson").status_code == 403

    # A copy with a stricter code that came later binds the content, wherever one meets it, but for who holds it too.
    later = lay_exhibit(operation, "CL", "CL-1")
    operation.change("update exhibit set handling_code = 'H3' where id = :id", id=later)
    operation.change("update exhibit set handling_code = 'H1' where id = :id", id=pe)
    lay_medium(operation, later, content="near", **NEAR_LIMA)
    lay_medium(operation, later, content="both", **LIMA)
    left = here.get(f"{base}.geojson").json
    assert (left["media_withheld"], left["media_with_place"], left["handling_code"]) == (2, 2, "H3")
    assert signed_in(operation.person("PE", "analyst")).get(f"{base}.geojson").json["media_withheld"] == 0

    tiles = f"/api/v1/operations/{operation.id}/gallery"
    assert len(here.get(f"{tiles}?place=PE").json["tiles"]) == 2
    assert len(here.get(f"{tiles}?place=sea").json["tiles"]) == 1
    assert here.get(f"{tiles}?place=peru").status_code == 422
    places = [each["value"] for each in here.get(f"{tiles}/choices").json["choices"] if each["what"] == "place"]
    assert sorted(places) == ["EC", "PE", "sea"]
    assert str(hidden) not in here.get(f"{tiles}?place=CO").text


def test_places_are_rounded_further_until_they_fit(operation: TestOperation, database: Database) -> None:
    ec = lay_exhibit(operation, "EC", "EC-1")
    for number in range(102):
        lay_medium(
            operation, ec, latitude=-4 + 0.1 * (number // 17), longitude=-80 + 0.1 * (number % 17), place_country="EC"
        )

    with database.read(operation.person("EC")) as view:
        found = places_of(view.session, operation.id)

    assert found.step == STEPS[1]
    assert sum(each.media for each in found.places) == found.placed == 102


SPOTS = st.builds(
    Spot,
    latitude=st.integers(-900, 900),
    longitude=st.integers(-1800, 1800),
    country=st.sampled_from(["PE", "EC", None]),
    region=st.none(),
    region_name=st.none(),
    has_regions=st.just(False),
    owners=st.lists(st.sampled_from(["AR", "BR", "CL"]), min_size=1, max_size=2),
    is_leaving=st.just(True),
    media=st.integers(1, 9),
    code=st.just("H0"),
)


@settings(max_examples=40)
@given(st.lists(SPOTS, max_size=130))
def test_what_is_gathered_loses_nothing_and_no_place_moves_further_than_it_is_rounded(spots: list[Spot]) -> None:
    places, step = gathered(spots)

    assert sum(place.media for place in places) == sum(spot.media for spot in spots)
    assert len(places) <= MOST_PLACES or step == STEPS[-1]
    for spot in spots:
        assert any(
            place.country == spot.country
            and set(spot.owners) <= set(place.owners)
            and abs(place.latitude - (spot.latitude or 0) / 10) <= step / 2 + 1e-9
            and abs(place.longitude - (spot.longitude or 0) / 10) <= step / 2 + 1e-9
            for place in places
        )
