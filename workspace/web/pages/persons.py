"""Pages of depicted persons: the list, and one person with what people may say of it."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from workspace.queries import operations
from workspace.queries.person_list import FIRST, PersonFilter, exhibit_choices, person_list
from workspace.queries.person_page import PersonPage, number_of_person, person_page
from workspace.queries.places import places_of
from workspace.queries.series import series as all_series
from workspace.rules.codes import AGE_BANDS
from workspace.web.context import may, reading
from workspace.web.pages.proposals import proposing
from workspace.web.places import name_of_country

pages = Blueprint("persons", __name__)

YES_OR_NO = {"yes": True, "no": False}


@pages.get("/operations/<int:operation_id>/persons")
def persons(operation_id: int) -> str:
    """List the persons that one may see, by what is known of them; what was asked stands in the address."""
    asked = request.args
    wanted = PersonFilter(
        country=asked.get("country", "")[:2] or None,
        exhibit=asked.get("exhibit", type=UUID),
        faces=max(1, min(asked.get("faces", 1, type=int), 2**31 - 1)),
        age_band=asked["age_band"] if asked.get("age_band") in (*AGE_BANDS, "not_stated") else None,
        in_lead=YES_OR_NO.get(asked.get("in_lead", "")),
        decided=YES_OR_NO.get(asked.get("decided", "")),
    )
    after = (asked.get("after_faces", type=int), asked.get("after_number", type=int))
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        begin = (after[0], after[1]) if after[0] is not None and after[1] is not None else FIRST
        found = person_list(view.session, operation_id, wanted, after=begin)
        exhibits = exhibit_choices(view.session, operation_id)
        countries = operations.countries(view.session, operation_id)
    return render_template(
        "persons.html",
        operation=operation,
        found=found,
        wanted=wanted,
        asked={name: value for name, value in asked.items() if not name.startswith("after_")},
        exhibits=exhibits,
        countries=countries,
        age_bands=(*AGE_BANDS, "not_stated"),
    )


@pages.get("/operations/<int:operation_id>/persons/<int:number>")
def person(operation_id: int, number: int) -> str | Response:
    """Show a person; say which faces are not this person, and who else it is, where one may."""
    exhibit, year, after = request.args.get("exhibit"), request.args.get("year"), request.args.get("after", type=UUID)
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        page = person_page(view.session, operation_id, number, exhibit=exhibit, year=year, after=after)
        taken = places_of(view.session, operation_id, person=page.number)
        may_say = page.is_own and may(view, "merge_persons", operation)
        may_describe = may(view, "describe_person", operation)
        may_search = may(view, "search_faces", operation)
        proposed = proposing(view, operation, page.id, is_own=page.is_own)
        series = [] if page.is_own else all_series(view.session, operation_id)
    if page.number != number:
        return redirect(f"/operations/{operation_id}/persons/{page.number}", 303)
    return render_template(
        "person.html",
        operation=operation,
        person=page,
        exhibit=exhibit,
        year=year,
        later=_later(page),
        may_say=may_say,
        may_describe=may_describe,
        from_files=taken.countries,
        regions=taken.regions,
        name_of_country=name_of_country,
        age_bands=AGE_BANDS,
        may_search=may_search,
        series=series,
        **proposed,
    )


def _later(page: PersonPage) -> str | None:
    """The address of the sights after those that the page shows."""
    if not page.more:
        return None
    kept = {name: value for name, value in request.args.items() if name in ("exhibit", "year")}
    return "?" + urlencode(kept | {"after": str(page.sights[-1].face_id)})


@pages.get("/persons/<uuid:person_id>")
def person_by_id(person_id: UUID) -> Response:
    """Lead to the person's page."""
    with reading() as view:
        operation_id, number = number_of_person(view.session, person_id)
    return redirect(f"/operations/{operation_id}/persons/{number}", 303)
