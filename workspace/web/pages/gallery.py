"""The gallery and the page of a medium: frames in which the islands draw what the API answers."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from workspace.queries import operations as queries
from workspace.queries.medium import medium_of_face as find_medium_of_face
from workspace.queries.medium import medium_page
from workspace.web.context import may, reading

pages = Blueprint("gallery", __name__)


@pages.get("/operations/<int:operation_id>/gallery")
def gallery(operation_id: int) -> Response | str:
    """Show the material that the viewer may see; before the viewer's country accepted the terms, go to the terms
    instead."""
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        may_grade = may(view, "grade_media", operation)
    if not operation.accepted:
        return redirect(url_for("operations.terms", operation_id=operation_id), code=303)
    return render_template("gallery.html", operation=operation, may_grade=may_grade)


@pages.get("/media/<uuid:medium_id>")
def medium(medium_id: UUID) -> str:
    """Show the page of a medium."""
    with reading() as view:
        page = medium_page(view.session, medium_id)
        operation = queries.operation(view.session, page.operation_id)
        may_grade = may(view, "grade_media", operation)
    return render_template(
        "medium.html", operation=operation, medium_id=medium_id, code=page.handling, may_grade=may_grade
    )


@pages.get("/faces/<uuid:face_id>")
def medium_of_face(face_id: UUID) -> Response:
    """Go to the medium in which a face was found."""
    with reading() as view:
        found = find_medium_of_face(view.session, face_id)
    return redirect(url_for("gallery.medium", medium_id=found), code=303)
