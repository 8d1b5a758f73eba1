"""What leaves the room by export is recorded like a write."""

from __future__ import annotations

from workspace import events
from workspace.commands.guard import require_operation
from workspace.model.database import Tx


def note_export(tx: Tx, operation_id: int, *, what: str) -> None:
    """Record that the actor exported something of the operation. Asks `export_statistics`; records `export:made`."""
    require_operation(tx, "export_statistics", operation_id)
    tx.record(events.ExportMade(events.Place(operation_id), what=what))
