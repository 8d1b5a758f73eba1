"""Pages of material: the intake with its report, and the registers."""

from __future__ import annotations

from flask import Blueprint, render_template

from workspace.queries import intake as queries
from workspace.queries import operations
from workspace.queries.series import series as all_series
from workspace.rules.codes import EXHIBIT_KINDS, HANDLING_CODES, SHARINGS
from workspace.web.context import may, reading

pages = Blueprint("intake", __name__)

ICONS = {"phone": "phone", "tablet": "phone", "laptop": "laptop", "desktop": "laptop", "camera": "camera"}


@pages.get("/operations/<int:operation_id>/intake")
def intake(operation_id: int) -> str:
    """Show what came and what became of it; receive more where one may."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        report = queries.intake_report(view.session, operation_id)
        series = all_series(view.session, operation_id)
        may_receive = may(view, "receive_exhibit", operation)
        may_add_series = may(view, "add_series", operation)
        may_place = may(view, "place_person", operation)
        may_determine = may(view, "determine_country", operation)
        viewer = view.me
    return render_template(
        "intake.html",
        operation=operation,
        report=report,
        series=series,
        may_receive=may_receive,
        may_add_series=may_add_series,
        may_place=may_place,
        may_determine=may_determine,
        viewer=viewer,
        country=viewer.country,
        kinds=EXHIBIT_KINDS,
        codes=HANDLING_CODES,
        sharings=SHARINGS,
        icons=ICONS,
    )


@pages.get("/operations/<int:operation_id>/registers")
def registers(operation_id: int) -> str:
    """Show the registers of missing children; bring one in where one may."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        known = queries.registers(view.session, operation_id)
        may_import = may(view, "import_register", operation)
        country = view.me.country
    return render_template(
        "register.html",
        operation=operation,
        registers=known,
        may_import=may_import,
        country=country,
        sharings=SHARINGS,
    )
