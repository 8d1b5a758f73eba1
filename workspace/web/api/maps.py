"""REST: where media were taken, as their files say, and the same as GeoJSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands.shown import note_map_export
from workspace.exchange.maps import geojson
from workspace.queries import operations
from workspace.queries import places as queries
from workspace.queries.places import PlacesOf
from workspace.queries.regions import RegionChoice
from workspace.queries.regions import regions_of_country as find_regions
from workspace.web.answers import File, attachment
from workspace.web.bodies import COUNTRY, MOST_INTEGER, OperationPath, Query
from workspace.web.context import reading, writing

api = APIBlueprint("maps", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="material")])


class MapQuery(Query):
    """A series or a person by number; the whole operation without."""

    series: int | None = Field(None, ge=1, le=MOST_INTEGER)
    person: int | None = Field(None, ge=1, le=MOST_INTEGER)

    @property
    def what(self) -> Literal["operation", "series", "person"]:
        """What the map is of."""
        return "person" if self.person is not None else "series" if self.series is not None else "operation"


class RegionsQuery(Query):
    """A country."""

    country: str = Field(pattern=COUNTRY)


@api.get("/regions")
def regions_of_country(query: RegionsQuery) -> list[RegionChoice]:
    """List the regions of a country that the operator has imported: one of them can be stated beside the country."""
    with reading() as view:
        return find_regions(view.session, query.country)


@api.get("/operations/<int:operation_id>/map")
def places_of(path: OperationPath, query: MapQuery) -> PlacesOf:
    """Answer where the media that one may see were taken, as their files say: rounded, and gathered by country."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.places_of(view.session, path.operation_id, series=query.series, person=query.person)


@api.get("/operations/<int:operation_id>/map.geojson")
def map_geojson(path: OperationPath, query: MapQuery) -> Annotated[Response, File("application/geo+json")]:
    """Answer the same as GeoJSON, without media of others that must not be passed on. That it was exported is
    recorded."""
    with writing() as tx:
        note_map_export(tx, path.operation_id, what=query.what)
    with reading() as view:
        operation = operations.operation(view.session, path.operation_id)
        found = queries.places_of(
            view.session, path.operation_id, series=query.series, person=query.person, leaving=True
        )
    about = {
        "operation": operation.code_name,
        "is_exercise": operation.is_exercise,
        "tlp": operation.tlp,
        "handling_code": max(operation.handling_code, found.handling_code or operation.handling_code),
        "as_of": found.as_of.isoformat(),
        "series": found.series,
        "person": found.person,
        "rounded_to_degrees": found.step,
        "is_verified": False,
        "media": found.media,
        "media_with_place": found.placed,
        "media_withheld": found.withheld,
        "places_left_out": found.places_of - len(found.places),
    }
    content = geojson([asdict(each) for each in found.places], about)
    name = f"map-{path.operation_id}-{query.what}.geojson"
    return attachment(content, "application/geo+json", name, is_exercise=operation.is_exercise)
