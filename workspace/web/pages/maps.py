"""The page of a map: where media were taken, as their files say, drawn and as a table."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workspace.exchange.maps import draw
from workspace.queries import operations
from workspace.queries.gallery import gallery_series
from workspace.queries.places import KM_PER_DEGREE, MOST_PLACES, places_of
from workspace.queries.regions import region_sources
from workspace.web.bodies import MOST_INTEGER
from workspace.web.context import may, reading
from workspace.web.places import name_of_country

pages = Blueprint("maps", __name__)


@pages.get("/operations/<int:operation_id>/map")
def places(operation_id: int) -> Response | str:
    """Show where the media of an operation, a series or a person were taken; before the viewer's country accepted the
    terms, go to the terms instead."""
    series, person = _number("series"), _number("person")
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        found = places_of(view.session, operation_id, series=series, person=person)
        taking_part = [each.country for each in operations.countries(view.session, operation_id)]
        choices = gallery_series(view.session, operation_id)
        may_export = may(view, "export_map", operation)
        sources = region_sources(view.session) if found.regions else []
    if not operation.accepted:
        return redirect(url_for("operations.terms", operation_id=operation_id), code=303)
    return render_template(
        "map.html",
        operation=operation,
        found=found,
        drawing=draw([(each.latitude, each.longitude, each.media) for each in found.places], taking_part),
        choices=choices,
        narrowed="".join(f"&{name}={number}" for name, number in (("series", series), ("person", person)) if number),
        km=round(found.step * KM_PER_DEGREE),
        most=MOST_PLACES,
        sources=sources,
        may_export=may_export,
        name_of_country=name_of_country,
    )


def _number(name: str) -> int | None:
    """A number in the address; None where none is given, and 0, which nothing has, where it is none."""
    written = request.args.get(name, "")
    if not written:
        return None
    return (
        int(written)
        if written.isascii() and written.isdigit() and len(written) < 10 and int(written) <= MOST_INTEGER
        else 0
    )
