"""Threads of comments, one kind for leads and media: answers, whom a comment calls, later wordings, and their end.

Who may say something is asked by what it is said of: `comment_on_lead` or `comment_on_medium`. A comment is never
changed: a later wording is a row of its own, and so is each end of a thread (ADR 77).
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select, text, update

from workspace import events
from workspace.commands.comments import Said, add_comment
from workspace.commands.guard import require_lead, require_operation
from workspace.errors import Conflict, Fault, Invalid, NotFound, Text
from workspace.events import Place
from workspace.model import Comment, CommentVersion, MediaItem, Mention, ThreadAct
from workspace.model.database import Tx
from workspace.rules.codes import ThreadActWhat
from workspace.rules.erasing import ERASED
from workspace.rules.reasons import says_something, words_of


def comment_on_medium(tx: Tx, medium_id: UUID, said: Said) -> UUID:
    """Add a comment to a medium that came with an exhibit and return its id. Asks `comment_on_medium`; records
    `comment:added`.

    Raises:
        NotFound: there is no such medium for the actor, or no such thread of it. Invalid: see `add_comment`.
    """
    medium = require_medium(tx, "comment_on_medium", medium_id)
    locks = (medium.compartment_id,)
    return add_comment(tx, Place(medium.operation_id, locks), said, about=locks, medium_id=medium_id)


def edit_comment(tx: Tx, comment_id: UUID, *, version: int, body: str, language: str) -> int:
    """Give one's own comment another wording and return its number; what stood there stays to be read.

    Records `comment:changed`. version: the wording that the author was looking at.

    Raises:
        NotFound: there is no such comment of the actor's. Invalid: it is empty.
        Conflict: it was changed since `version`, or its words are erased.
    """
    comment = _comment(tx, comment_id, held=True)
    if comment.author_id != tx.actor.id:
        raise NotFound("There is no such comment of yours.")
    place = _require(tx, comment)
    if not says_something(body):
        raise Invalid("The comment is empty.", faults=[Fault("body", "say something")])
    if comment.body == ERASED:
        raise Conflict("The words of this comment are erased. Write a new one.")
    last = (
        tx.session.scalar(select(func.max(CommentVersion.number)).where(CommentVersion.comment_id == comment_id)) or 1
    )
    if last != version:
        raise Conflict("This comment was changed meanwhile, in another tab or on another device.", version=last)
    row = CommentVersion(
        operation_id=comment.operation_id,
        comment_id=comment_id,
        locks=comment.locks,
        number=version + 1,
        body=words_of(body),
        language=language,
        author_id=tx.actor.id,
    )
    tx.add(row)
    tx.record(events.CommentChanged(place, comment=comment_id, edit=row.id, media=comment.media_item_id))
    return row.number


def resolve_thread(tx: Tx, comment_id: UUID) -> None:
    """Say that nothing is left to be said in a thread. comment_id: the one that began it. Records `thread:resolved`.

    Raises:
        NotFound: there is no such thread for the actor. Conflict: it is resolved already.
    """
    _end(tx, comment_id, "resolved")


def reopen_thread(tx: Tx, comment_id: UUID) -> None:
    """Take a resolved thread up again. Records `thread:reopened`. Raises like `resolve_thread`."""
    _end(tx, comment_id, "reopened")


def read_mention(tx: Tx, comment_id: UUID) -> None:
    """Note that the actor has read a comment that calls the actor; never an event: it is nobody's word. Asks
    `view_media`.

    Raises:
        NotFound: no such comment calls the actor.
    """
    mention = tx.find(Mention, (comment_id, tx.actor.id), otherwise=NotFound("No such comment calls you."))
    require_operation(tx, "view_media", mention.operation_id)
    tx.session.execute(
        update(Mention)
        .where(Mention.comment_id == comment_id, Mention.user_id == tx.actor.id, Mention.read_at.is_(None))
        .values(read_at=func.now())
    )


def require_medium(tx: Tx, action: str, medium_id: UUID) -> MediaItem:
    """A medium that came with an exhibit, if the actor may do the action in its operation now.

    Raises:
        NotFound: there is no such medium for the actor. Forbidden, Closed: see `policy.require`.
    """
    medium = tx.session.get(MediaItem, medium_id)
    if medium is None or medium.register_entry_id is not None or medium.kind == "archive":
        raise NotFound("There is no such medium.")
    require_operation(tx, action, medium.operation_id)
    return medium


_WHEN_ALREADY: Mapping[ThreadActWhat, Text] = {
    "resolved": Text("This thread is resolved already."),
    "reopened": Text("This thread is open already."),
}


def _end(tx: Tx, comment_id: UUID, what: ThreadActWhat) -> None:
    comment = _comment(tx, comment_id, held=True)
    place = _require(tx, comment)
    if comment.thread_id is not None:
        raise NotFound("There is no such thread.")
    last = tx.session.scalar(
        select(ThreadAct.what).where(ThreadAct.comment_id == comment_id).order_by(ThreadAct.ordinal.desc()).limit(1)
    )
    if (last or "reopened") == what:
        raise Conflict(_WHEN_ALREADY[what])
    tx.add(
        ThreadAct(
            operation_id=comment.operation_id,
            comment_id=comment_id,
            locks=comment.locks,
            what=what,
            said_by=tx.actor.id,
        )
    )
    kind = events.ThreadResolved if what == "resolved" else events.ThreadReopened
    tx.record(kind(place, comment=comment_id, media=comment.media_item_id))


def _comment(tx: Tx, comment_id: UUID, *, held: bool = False) -> Comment:
    """held: who changes the same comment, or ends the same thread, meanwhile waits for this write."""
    if held:
        tx.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 0))"), {"id": str(comment_id)})
    return tx.find(Comment, comment_id, otherwise=NotFound("There is no such comment."))


def _require(tx: Tx, comment: Comment) -> Place:
    """Where an event about the comment happens, if the actor may say something there now."""
    if comment.lead_id is not None:
        require_lead(tx, "comment_on_lead", comment.lead_id)
    else:
        require_operation(tx, "comment_on_medium", comment.operation_id)
    return Place(comment.operation_id, tuple(comment.locks), lead_id=comment.lead_id)
