"""Lines of received files: what comes, and what intake and the opening of archives write alike. No command: whoever
calls it has asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from workspace.model import Exhibit, MediaItem, ReceivedFile, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.codes import media_kind
from workspace.store.objects import Stored

SQL = statements(__file__)
PRIORITIES = {"photo": 5, "archive": 5, "video": 6}
"""Photos are read first: the first leads come from them in seconds; archives bring more of them."""
UNITS = {"photo": 1, "archive": 1, "video": 10}
"""How much of its agency's turn each takes: a video takes about as long as ten photos."""

REFUSALS = (
    "empty",
    "kind_not_supported",
    "picture_to_convert",
    "raw_to_develop",
    "video_to_convert",
    "drawing_to_convert",
    "document_to_convert",
    "archive_to_unpack",
    "part_of_split",
    "sound_alone",
    "unsafe_path",
    "too_large",
    "not_a_file",
    "not_readable",
    "changed_while_read",
    "encrypted",
    "archive_in_archive",
    "damaged",
)
"""Why intake refuses a file. What it takes may still be refused when it is read (analysis.sandbox.limits.REASONS)."""


@dataclass(frozen=True)
class Arrival:
    """A file that came: where it stood on the device and what was stored of it.

    media_type: by content. refusal: one of REFUSALS; what could be stored is kept even so, and its hash stands in the
    record. path_bytes: the path as it stood on the device, where that is not text; `path` is then how it is told.
    """

    path: str
    size_bytes: int
    stored: Stored | None = None
    media_type: str | None = None
    refusal: str | None = None
    path_bytes: bytes | None = None


def known_lines(tx: Tx, exhibit_id: UUID, paths: Iterable[str]) -> dict[str, tuple[bytes | None, str | None]]:
    """SHA-256 and refusal of the lines that exist already, by path."""
    rows = tx.session.execute(
        select(ReceivedFile.path, ReceivedFile.sha256, ReceivedFile.refusal).where(
            ReceivedFile.exhibit_id == exhibit_id, ReceivedFile.path.in_(list(paths))
        )
    ).all()
    return {row.path: (row.sha256, row.refusal) for row in rows}


def add_lines(tx: Tx, lines: Sequence[Mapping[str, object]]) -> set[str]:
    """Write new lines; returns the paths of those that were not there yet."""
    if not lines:
        return set()
    added = insert(ReceivedFile).values(lines).on_conflict_do_nothing(index_elements=["exhibit_id", "path"])
    return set(tx.session.scalars(added.returning(ReceivedFile.path)))


def content_of(arrival: Arrival) -> bytes | None:
    """SHA-256 of what was stored; None where nothing was."""
    return arrival.stored.sha256 if arrival.stored else None


def media_of(
    tx: Tx, operation_id: int, compartment_id: int, arrivals: Sequence[Arrival]
) -> tuple[dict[bytes, UUID], dict[UUID, str]]:
    """Return the media by SHA-256, made where the content is new to the compartment; and the kind of each new one."""
    rows = {
        a.stored.sha256: _medium(operation_id, compartment_id, a.stored, a.media_type)
        for a in arrivals
        if _readable(a) and a.stored and a.media_type
    }
    if not rows:
        return {}, {}
    made = tx.session.execute(
        insert(MediaItem)
        .values([rows[sha256] for sha256 in sorted(rows)])
        .on_conflict_do_nothing(
            index_elements=["compartment_id", "sha256"], index_where=MediaItem.register_entry_id.is_(None)
        )
        .returning(MediaItem.id, MediaItem.kind)
    ).all()
    found = tx.session.execute(
        select(MediaItem.sha256, MediaItem.id).where(
            MediaItem.compartment_id == compartment_id,
            MediaItem.register_entry_id.is_(None),
            MediaItem.sha256.in_(rows),
        )
    ).all()
    return {row.sha256: row.id for row in found}, {row.id: row.kind for row in made}


def _readable(arrival: Arrival) -> bool:
    return arrival.refusal is None and arrival.stored is not None and arrival.media_type is not None


def _medium(operation_id: int, compartment_id: int, stored: Stored, media_type: str) -> dict[str, object]:
    return {
        "id": uuid4(),
        "operation_id": operation_id,
        "compartment_id": compartment_id,
        "sha256": stored.sha256,
        "md5": stored.md5,
        "sha1": stored.sha1,
        "size_bytes": stored.size_bytes,
        "address": stored.address,
        "media_type": media_type,
        "kind": media_kind(media_type),
    }


def line_of(operation_id: int, exhibit: Exhibit, arrival: Arrival, media: dict[bytes, UUID]) -> dict[str, object]:
    """The columns of an arrival's line; media: as `media_of` gives them."""
    sha256 = content_of(arrival)
    item_id = media.get(sha256) if sha256 is not None and _readable(arrival) else None
    return {
        "operation_id": operation_id,
        "compartment_id": exhibit.compartment_id,
        "exhibit_id": exhibit.id,
        "media_item_id": item_id,
        "path": arrival.path,
        "path_bytes": arrival.path_bytes,
        "size_bytes": arrival.size_bytes,
        "sha256": sha256,
        "refusal": arrival.refusal or (None if item_id else "kind_not_supported"),
    }


def want_new_read(tx: Tx, operation_id: int, lock: int, fresh: Mapping[UUID, str]) -> None:
    """Say of new media which lists name them, and have those read that no list of their agency calls known already."""
    skipped = name_media(tx, list(fresh)) if fresh else set()
    want_read(tx, operation_id, lock, {item_id: kind for item_id, kind in fresh.items() if item_id not in skipped})
    compared = [item_id for item_id in fresh if item_id in skipped]
    jobs.want_all(tx, "match_media", compared, operation_id)


def name_media(tx: Tx, media_ids: Sequence[UUID], *, may_skip: bool = True) -> set[UUID]:
    """Say of media which lists of known material name them by a digest; answers those that need not be read."""
    tx.session.execute(SQL["name_media"], {"media": list(media_ids)})
    return set(tx.session.scalars(SQL["skip_media"], {"media": list(media_ids)})) if may_skip else set()


def want_read(tx: Tx, operation_id: int, lock: int, fresh: Mapping[UUID, str]) -> None:
    """Have media under a lock read in the turn of its agency, each kind with its priority."""
    if not fresh:
        return
    place = jobs.places_of(tx, lock, sum(UNITS[kind] for kind in fresh.values()))
    for kind, priority in PRIORITIES.items():
        ids = [item_id for item_id, item_kind in fresh.items() if item_kind == kind]
        jobs.want_all(tx, "read_media", ids, operation_id, priority=priority, place=place, units=UNITS[kind])
        place += len(ids) * UNITS[kind]
