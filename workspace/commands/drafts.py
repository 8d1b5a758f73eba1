"""What a person writes and has not sent, kept sealed for its author alone (ADR 50). No events: it says nothing yet.

Each time a form is written down its row is a new one, with a new version, in the place of those that the writer knew.
A row that he did not know, of another tab or device, stays beside it: nothing that was typed replaces other words
unseen. Must not seal or open anything: that needs the master key, which no command has.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Draft, Event, Membership, Operation
from workspace.model.database import Tx
from workspace.rules.drafts import KEPT_AFTER_CLOSING, MOST_DRAFTS, FormPlace
from workspace.rules.policy import require_installation

_IS_MEMBER = exists().where(
    Membership.operation_id == Draft.operation_id,
    Membership.user_id == Draft.user_id,
    or_(Membership.ends_at.is_(None), Membership.ends_at > func.now()),
)


def keep_draft(tx: Tx, place: FormPlace, version: UUID, sealed: bytes | None, *, replaces: Collection[UUID]) -> None:
    """Keep what stands in a form under a version that its writer has drawn, in the place of those that he knew. Nothing
    is kept where nothing stands there (`sealed` is None). Asks `keep_draft`.

    Raises:
        NotFound: the operation is not there for this person, or no longer.
        Forbidden: outside operations, for whoever came by a link of an exercise.
        Conflict: the version is taken.
        Invalid: this person keeps too many.
    """
    require_installation(tx.actor, "keep_draft")
    if place.operation_id is not None and tx.session.get(Operation, place.operation_id) is None:
        raise NotFound("There is no such operation.")
    if place.operation_id is None and tx.session.scalar(select(func.exercises_only())):
        raise Forbidden("Whoever came by a link of an exercise has drafts in exercises alone.")
    tx.change(delete(Draft).where(*_mine_at(tx, place), Draft.version.in_([*replaces, version])))
    if sealed is None:
        return
    kept = tx.session.scalar(select(func.count()).select_from(Draft).where(Draft.user_id == tx.actor.id))
    if (kept or 0) >= MOST_DRAFTS:
        raise Invalid(
            "{n} drafts of yours are kept already. Send some, or throw some away under «My account».",
            n=MOST_DRAFTS,
        )
    row = insert(Draft).values(
        version=version,
        user_id=tx.actor.id,
        operation_id=place.operation_id,
        subject=place.subject,
        form=place.form,
        sealed=sealed,
    )
    if tx.session.scalar(row.on_conflict_do_nothing().returning(Draft.version)) is None:
        raise Conflict("This version is taken. Draw another one.")


def throw_draft_away(tx: Tx, version: UUID) -> None:
    """Forget a draft that its author no longer wants. Asks `keep_draft`. Raises: NotFound."""
    require_installation(tx.actor, "keep_draft")
    if not tx.change(delete(Draft).where(Draft.user_id == tx.actor.id, Draft.version == version)):
        raise NotFound("There is no such draft of yours.")


def forget_sent(tx: Tx, versions: Collection[UUID]) -> None:
    """Forget the drafts of what this write has stored: what is sent is not a draft any more. Asks `keep_draft`."""
    require_installation(tx.actor, "keep_draft")
    tx.change(delete(Draft).where(Draft.user_id == tx.actor.id, Draft.version.in_(versions)))


def forget_old_drafts(tx: Tx, kept: timedelta = KEPT_AFTER_CLOSING) -> int:
    """Erase the drafts of operations that closed so long ago: of those who are not members any more, and what was
    written as long ago; what is written in a follow-up lives for as long. Outside operations, what was written so long
    ago. Asks `forget_expired`."""
    require_installation(tx.actor, "forget_expired")
    long_ago = func.now() - kept
    closed = select(Event.operation_id).where(
        Event.kind == "operation:state_changed", Event.payload["after"].astext == "closed", Event.at <= long_ago
    )
    is_old = Draft.saved_at <= long_ago
    return tx.change(
        delete(Draft).where(
            or_(
                and_(Draft.operation_id.in_(closed), or_(is_old, ~_IS_MEMBER)),
                and_(Draft.operation_id.is_(None), is_old),
            )
        )
    )


def _mine_at(tx: Tx, place: FormPlace) -> tuple[ColumnElement[bool], ...]:
    return (
        Draft.user_id == tx.actor.id,
        Draft.operation_id.is_not_distinct_from(place.operation_id),
        Draft.subject == place.subject,
        Draft.form == place.form,
    )
