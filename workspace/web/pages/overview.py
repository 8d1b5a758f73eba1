"""The operation's overview: the window, the countries, stuck leads, agreement; only what is really computed."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workspace.queries import operations as queries
from workspace.queries.operations import OperationHead
from workspace.queries.overview import MOST_STUCK
from workspace.queries.overview import overview as compute_overview
from workspace.web.context import disks, reading, waiting_for_me

pages = Blueprint("overview", __name__)


@pages.get("/operations/<int:operation_id>")
def overview(operation_id: int) -> Response | str:
    """Show how the operation stands; before the viewer's country accepted the terms, go to the terms instead."""
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        if not operation.accepted:
            return redirect(url_for("operations.terms", operation_id=operation_id), code=303)
        figures = compute_overview(view.session, operation_id)
        waiting = waiting_for_me(view, operation)
        unreached = queries.unreached_agencies(view.session, operation_id)
    return render_template(
        "overview.html",
        operation=operation,
        figures=figures,
        waiting=waiting,
        unreached=unreached,
        most_stuck=MOST_STUCK,
        left=_parts(_left(operation)),
        used=_used_percent(operation),
        disks=[(name, disk.is_full(), int(100 * disk.used_share())) for name, disk in disks() if disk.is_low()],
        duration=duration,
        seconds=lambda number: timedelta(seconds=number),
    )


def duration(time: timedelta) -> str:
    """A length of time in its two largest units."""
    parts = [(number, unit) for number, unit in _parts(time) if number]
    return " ".join(f"{number} {unit}" for number, unit in parts[:2]) or _("under a minute")


def _parts(time: timedelta) -> list[tuple[int, str]]:
    minutes = int(time.total_seconds()) // 60
    return [(minutes // 1440, _("d")), (minutes // 60 % 24, _("h")), (minutes % 60, _("min"))]


def _left(operation: OperationHead) -> timedelta:
    """Until the window opens or closes; nothing once it has closed."""
    end = operation.opens_at if operation.now < operation.opens_at else operation.window_end
    return max(end - operation.now, timedelta(0))


def _used_percent(operation: OperationHead) -> int:
    share = (operation.now - operation.opens_at) / max(operation.window_end - operation.opens_at, timedelta(seconds=1))
    return round(100 * min(max(share, 0.0), 1.0))
