"""Pages of material: the intake with its report, the registers and their entries."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from workspace.queries import entries, exhibits, operations
from workspace.queries import intake as queries
from workspace.queries.exhibit_cases import case_report, exhibit_cases
from workspace.queries.grades import grading
from workspace.queries.known import known_lists, list_tables
from workspace.queries.register_imports import RegisterImportLine, register_import, register_imports
from workspace.queries.series import last_series, series_acts
from workspace.rules.codes import CLOSING_GROUNDS, ENTRY_ENDS, EXHIBIT_FACTS, EXHIBIT_KINDS, HANDLING_CODES, SHARINGS
from workspace.rules.exhibit_cases import CASE_SCHEMES
from workspace.rules.known import MEANINGS, SCHEMES
from workspace.rules.register_imports import ImportWhat
from workspace.web.bodies import MOST_BIG_INTEGER
from workspace.web.context import may, reading
from workspace.web.custody import check_sentence, custody_lines
from workspace.web.errors import said_all
from workspace.web.pages.proposals import proposing

pages = Blueprint("intake", __name__)

MOST_SERIES, WHOLE = 50, 5000
"""Series that the intake shows at first, and if all are asked for."""
MOST_AT_ONCE = 20_000
"""Records of a case that the exhibit's page compares each time; a larger one takes a second, when somebody asks for
it."""

ICONS = {"phone": "phone", "tablet": "phone", "laptop": "laptop", "desktop": "laptop", "camera": "camera"}


@pages.get("/operations/<int:operation_id>/intake")
def intake(operation_id: int) -> str:
    """Show what came and what became of it; receive more where one may."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        report = queries.intake_report(view.session, operation_id)
        series = last_series(
            view.session, operation_id, WHOLE if "series" in request.args.getlist("all") else MOST_SERIES
        )
        acts = series_acts(view.session, operation_id)
        may_receive = may(view, "receive_exhibit", operation)
        may_add_series = may(view, "add_series", operation)
        may_place = may(view, "place_person", operation)
        may_determine = may(view, "determine_country", operation)
        may_take_back_country = may(view, "take_back_country", operation)
        viewer = view.me
    return render_template(
        "intake.html",
        operation=operation,
        report=report,
        series=series,
        series_acts=acts,
        may_receive=may_receive,
        may_add_series=may_add_series,
        may_place=may_place,
        may_determine=may_determine,
        may_take_back_country=may_take_back_country,
        viewer=viewer,
        country=viewer.country,
        kinds=EXHIBIT_KINDS,
        codes=HANDLING_CODES,
        sharings=SHARINGS,
        icons=ICONS,
    )


@pages.get("/operations/<int:operation_id>/exhibits/<uuid:exhibit_id>")
def exhibit(operation_id: int, exhibit_id: UUID) -> str:
    """Show an exhibit with what its owner changed; change its handling code, open or close it where one may."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        page = exhibits.exhibit_page(view.session, exhibit_id)
        may_change = page.is_own and may(view, "raise_handling", operation)
        may_close = page.is_own and page.sharing == "operation" and may(view, "close_exhibit", operation)
        may_correct = page.is_own and may(view, "correct_exhibit", operation)
        may_export = page.is_own and may(view, "export_vics", operation)
        may_read_known = page.is_own and may(view, "read_known", operation)
        may_check = page.is_own and may(view, "check_originals", operation)
        may_try_again = page.is_own and may(view, "try_again", operation)
        may_bring_case = page.is_own and may(view, "bring_case", operation)
        cases = exhibit_cases(view.session, exhibit_id)
        compares = bool(cases) and (cases[0].records <= MOST_AT_ONCE or "compare" in request.args)
        report = case_report(view.session, cases[0].id) if compares else None
        imports = register_imports(view.session, operation_id, "exhibit_case", exhibit_id=exhibit_id)
        own_table = any(each.country == view.me.country for each in grading(view.session, operation_id).tables)
        upto = request.args.get("steps_upto", type=lambda number: min(int(number), MOST_BIG_INTEGER))
        steps = exhibits.custody_part(view.session, exhibit_id, upto=upto) if page.is_own else exhibits.NO_STEPS
        may_open = (
            page.is_own and page.sharing == "agency" and not page.is_closing and may(view, "open_exhibit", operation)
        )
        proposed = proposing(view, operation, exhibit_id, is_own=page.is_own)
    return render_template(
        "exhibit.html",
        operation=operation,
        exhibit=page,
        may_change=may_change,
        may_open=may_open,
        may_close=may_close,
        may_correct=may_correct,
        may_check=may_check,
        may_read_known=may_read_known,
        may_try_again=may_try_again,
        may_export=may_export,
        may_bring_case=may_bring_case,
        cases=cases,
        report=report,
        imports=imports,
        said_all=said_all,
        schemes=[each for each in CASE_SCHEMES if each != "own" or own_table],
        checked=check_sentence(page.check, operation.time_zone),
        custody=custody_lines(steps.rows, operation.time_zone),
        steps=steps,
        facts=EXHIBIT_FACTS,
        grounds=CLOSING_GROUNDS,
        codes=HANDLING_CODES,
        **proposed,
    )


@pages.get("/operations/<int:operation_id>/registers")
def registers(operation_id: int) -> str:
    """Show the registers of missing children; bring one in where one may."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        known = queries.registers(view.session, operation_id)
        sent = _imports(view.session, operation_id, "register")
        may_import = may(view, "import_register", operation)
        country = view.me.country
    return render_template(
        "register.html",
        operation=operation,
        registers=known,
        imports=sent,
        said_all=said_all,
        may_import=may_import,
        country=country,
        codes=HANDLING_CODES,
        sharings=SHARINGS,
    )


@pages.get("/operations/<int:operation_id>/known")
def known(operation_id: int) -> str:
    """Show the lists of known material; bring one in, or remove it, where one may."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        lists = known_lists(view.session, operation_id)
        sent = _imports(view.session, operation_id, "known_list")
        may_bring = may(view, "bring_known", operation)
        may_remove = may(view, "remove_known", operation)
        may_map = may(view, "map_known", operation)
        tables = {table.list_id: table for table in list_tables(view.session, operation_id)}
        standing = grading(view.session, operation_id).tables if may_map else []
    return render_template(
        "known.html",
        operation=operation,
        lists=lists,
        imports=sent,
        said_all=said_all,
        may_bring=may_bring,
        may_remove=may_remove,
        may_map=may_map,
        tables=tables,
        categories_of={table.country: table.categories for table in standing},
        meanings=MEANINGS,
        schemes=SCHEMES,
        sharings=SHARINGS,
    )


def _imports(session: Session, operation_id: int, what: ImportWhat) -> list[RegisterImportLine]:
    """The registers or lists that were sent, or the one that is asked for with all its faults."""
    wanted = request.args.get("import", type=UUID)
    if wanted is None:
        return register_imports(session, operation_id, what)
    one = register_import(session, wanted)
    return [one] if (one.operation_id, one.what) == (operation_id, what) else []


@pages.get("/operations/<int:operation_id>/registers/<uuid:register_id>")
def register_entries(operation_id: int, register_id: UUID) -> str:
    """List the entries of a register, a page at a time."""
    after, number = request.args.get("after", ""), request.args.get("number", "")
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        found = entries.register_entries(view.session, register_id, after=after, number=number)
        may_state = found.is_own and may(view, "state_retention", operation)
    return render_template("entries.html", operation=operation, register=found, number=number, may_state=may_state)


@pages.get("/operations/<int:operation_id>/entries/<uuid:entry_id>")
def entry(operation_id: int, entry_id: UUID) -> str:
    """Show an entry with its leads and how it ended; end it or take it up again where one may."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        page = entries.entry_page(view.session, entry_id)
        may_end = page.is_own and may(view, "close_entry", operation)
        proposed = proposing(view, operation, entry_id, is_own=page.is_own)
    return render_template("entry.html", operation=operation, entry=page, may_end=may_end, ends=ENTRY_ENDS, **proposed)
