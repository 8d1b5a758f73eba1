"""Makes lines of exhibits of files that came in parts, as the person who sent each, and erases the parts. Must not
decide what may be taken."""

from __future__ import annotations

from collections.abc import Iterator

from workers.tools import Effects, WorkerTools
from workspace.commands.half_uploads import drop_pieces, refuse_upload
from workspace.commands.half_uploads import finish_upload as write_line
from workspace.errors import Closed, Forbidden, NotFound, NotSignedIn, Unavailable, WorkspaceError
from workspace.intake.pieces import content_of
from workspace.intake.reception import take_sent
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.queries.half_uploads import pieces_of, whole_upload
from workspace.rules.half_uploads import UploadFailure


def finish_upload(tools: WorkerTools, job: Taken) -> Effects:
    """Put a file together and write its line. Job `finish_upload`, subject: the upload."""
    with tools.db.read(tools.service_id) as view:
        upload = whole_upload(view.session, job.subject_id)
        if upload is None:
            return lambda tx: None
        key = tools.key(view.session, upload.operation_id)
    content = _counted(tools, content_of(upload.addresses, store=tools.store, key=key))
    arrival = take_sent(
        upload.path, content, upload.size_bytes, store=tools.store, key=key, path_bytes=upload.path_bytes
    )
    try:
        with tools.db.write(upload.owner_id, played_by=upload.played_by) as tx:
            write_line(tx, upload.id, upload.operation_id, upload.exhibit_id, arrival)
    except Unavailable:
        raise
    except WorkspaceError as refusal:
        if refusal.facts.get("reason") == "upload_ended":
            return lambda tx: None
        failure = _failure(refusal)
        return lambda tx: refuse_upload(tx, upload.id, failure)
    return lambda tx: None


def _counted(tools: WorkerTools, content: Iterator[bytes]) -> Iterator[bytes]:
    """The same; each chunk is a sign of life."""
    for chunk in content:
        tools.steps += 1
        yield chunk


def give_up_upload(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits."""
    refuse_upload(tx, job.subject_id, "failed")


def drop_half_upload(tools: WorkerTools, job: Taken) -> Effects:
    """Erase the parts of a file that was taken, refused or thrown away. Job `drop_half_upload`, subject: the upload."""
    with tools.db.read(tools.service_id) as view:
        found = pieces_of(view.session, job.subject_id)
        if found is None:
            return lambda tx: None
        key = tools.key(view.session, found.operation_id)
    for address in found.addresses:
        tools.store.remove(address, key=key)
        tools.steps += 1
    return lambda tx: drop_pieces(tx, job.subject_id)


def _failure(refusal: WorkspaceError) -> UploadFailure:
    """Why a file was not taken that came whole, as the page says it."""
    if isinstance(refusal, Closed):
        return "closed"
    if isinstance(refusal, Forbidden | NotFound | NotSignedIn):
        return "no_right"
    reasons: dict[str, UploadFailure] = {"intake_ended": "intake_ended", "other_content": "other_content"}
    return reasons.get(str(refusal.facts.get("reason")), "failed")
