"""REST: series, the persons and media in them, and the country in which they were probably made."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import series as commands
from workspace.queries import operations
from workspace.queries import series as queries
from workspace.queries.series import SeriesAct, SeriesLine
from workspace.web.bodies import COUNTRY, MOST_TEXT, REGION, Body, OperationPath, RoutePath, ThingPath
from workspace.web.context import reading, writing

api = APIBlueprint("series", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="series")])

MOST_NAME = 100


class SeriesBody(Body):
    """A new series."""

    label: str = Field(min_length=1, max_length=MOST_NAME)
    external_reference: str | None = Field(default=None, max_length=MOST_NAME)
    sharing: str = Field(default="operation", max_length=10)


class PersonBody(Body):
    """A person, by the number that screens show."""

    number: int = Field(ge=1, le=2**31 - 1)


class TogetherBody(Body):
    """Persons, by the numbers that screens show, and media that show nobody."""

    numbers: list[int] = Field(default=[], max_length=500)
    media: list[UUID] = Field(default=[], max_length=500)


class DeterminedBody(Body):
    """A country, and what speaks for it."""

    country: str = Field(pattern=COUNTRY)
    region: str | None = Field(default=None, pattern=REGION, description="By ISO 3166-2, one of the imported")
    grounds: str = Field(min_length=1, max_length=MOST_TEXT)


class ConfirmedBody(Body):
    """The country that the second person confirms."""

    country: str = Field(pattern=COUNTRY)
    region: str | None = Field(default=None, pattern=REGION, description="By ISO 3166-2, one of the imported")


class SeriesPath(RoutePath):
    """A series."""

    series_id: UUID


class PlacedPath(SeriesPath):
    """A person in a series."""

    number: int = Field(ge=1, le=2**31 - 1)


class PlacedMediumPath(SeriesPath):
    """A medium in a series."""

    medium_id: UUID


@dataclass(frozen=True)
class AddedSeries:
    """The new series' id."""

    series: UUID


@dataclass(frozen=True)
class PlacedInSeries:
    """How many persons (placed) and media were not in the series before, and the act by which that is taken back."""

    placed: int
    media: int
    act: UUID


@dataclass(frozen=True)
class CountrySaid:
    """The act, by which it can be taken back."""

    act: UUID


@api.get("/operations/<int:operation_id>/series")
def all_series(path: OperationPath) -> list[SeriesLine]:
    """List the series with their persons and their likely country."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.series(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/series")
def add_series(path: OperationPath, body: SeriesBody) -> AddedSeries:
    """Add a series of one's agency."""
    with writing() as tx:
        series_id = commands.add_series(tx, path.operation_id, **body.model_dump())
    return AddedSeries(series_id)


@api.post("/series/<uuid:series_id>/persons")
def place_person(path: SeriesPath, body: PersonBody) -> None:
    """Place a person in a series."""
    with writing() as tx:
        commands.place_person(tx, path.series_id, body.number)


@api.post("/series/<uuid:series_id>/placements")
def place_together(path: SeriesPath, body: TogetherBody) -> PlacedInSeries:
    """Place persons and media in a series, all of them or none."""
    with writing() as tx:
        done = commands.place_together(tx, path.series_id, numbers=body.numbers, media=body.media)
    return PlacedInSeries(done.placed, done.media, done.act)


@api.delete("/series/<uuid:series_id>/media/<uuid:medium_id>")
def withdraw_medium(path: PlacedMediumPath) -> None:
    """Take a medium out of a series in which it was placed by hand."""
    with writing() as tx:
        commands.withdraw_medium(tx, path.series_id, path.medium_id)


@api.delete("/series/placements/<uuid:thing_id>")
def take_back_placements(path: ThingPath) -> None:
    """Take back where persons and media were placed in one press: each stands again where it stood before."""
    with writing() as tx:
        commands.take_back_placements(tx, path.thing_id)


@api.delete("/series/<uuid:series_id>/persons/<int:number>")
def withdraw_person(path: PlacedPath) -> None:
    """Take a person out of a series."""
    with writing() as tx:
        commands.withdraw_person(tx, path.series_id, path.number)


@api.post("/series/<uuid:series_id>/country")
def determine_country(path: SeriesPath, body: DeterminedBody) -> CountrySaid:
    """State in which country a series was probably made."""
    with writing() as tx:
        act = commands.determine_country(tx, path.series_id, **body.model_dump())
    return CountrySaid(act)


@api.post("/series/<uuid:series_id>/country/confirm")
def confirm_country(path: SeriesPath, body: ConfirmedBody) -> CountrySaid:
    """Confirm, as a second person, the country of a series."""
    with writing() as tx:
        act = commands.confirm_country(tx, path.series_id, **body.model_dump())
    return CountrySaid(act)


@api.get("/operations/<int:operation_id>/series/acts")
def series_acts(path: OperationPath) -> list[SeriesAct]:
    """List what was said of the likely countries of series, and stands."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.series_acts(view.session, path.operation_id)


@api.delete("/series/acts/<uuid:thing_id>")
def take_back_country(path: ThingPath) -> None:
    """Take back that a country was determined or confirmed: what stood before stands again."""
    with writing() as tx:
        commands.take_back_country(tx, path.thing_id)
