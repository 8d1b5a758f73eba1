"""Lists of known material: an agency brings one in, and removes it; the files that a list names are known at once, in
whichever order file and list come.

What is known of a file is computed: it stands in `known_media` and is made anew when a list changes. A list of one's
own agency may say that its files need not be read again. Must not open a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Date, func, insert, literal_column, select, update

from workspace import events
from workspace.commands.each import each
from workspace.commands.guard import at, require_operation
from workspace.commands.lines import want_read
from workspace.commands.locks import hold
from workspace.commands.own_exhibit import require_own_exhibit
from workspace.commands.steps import own_compartment
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Compartment, KnownList, Operation, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.comparison import comparison_key
from workspace.rules.known import PDQ, KnownHash, Meaning, list_faults
from workspace.rules.reasons import words_of

SQL = statements(__file__)
AT_ONCE = 20_000
"""Hashes that one statement writes."""


def take_list(
    tx: Tx,
    operation_id: int,
    *,
    name: str,
    source: str,
    meaning: Meaning,
    skips: bool,
    hashes: Iterable[KnownHash],
    sharing: str = "operation",
    retain_until: date | None = None,
    left_out: int = 0,
) -> UUID:
    """Bring in a list of known material, for the first time or again; answers its id.

    A list of the agency that has the name is brought up to date: it gains what it does not hold yet, and says what it
    says now; none of its hashes is removed. Which files it names is computed by a worker, as `finish_import` wants in
    the same write. left_out: how many faults the importer saw and left out. Asks `bring_known`; records
    `known:list_taken`.

    Raises:
        Invalid: something that is said of the list is wrong, or it holds no hash.
        Conflict: the agency's list of this name is shared otherwise.
    """
    require_operation(tx, "bring_known", operation_id)
    if faults := list_faults(name, source, meaning, sharing):
        raise Invalid("The list was not taken; nothing of it was stored.", faults=faults)
    hold(tx, "operation", [operation_id])  # of two that bring in one name, the second finds the first
    said = {"source": words_of(source), "meaning": meaning, "skips": skips, "retain_until": retain_until}
    known = _list_of_name(tx, operation_id, words_of(name), sharing)
    found = known or _new_list(tx, operation_id, words_of(name), sharing, said)
    if known:
        by = {"brought_by": tx.actor.id, "brought_at": func.now()}
        tx.session.execute(update(KnownList).where(KnownList.id == known.id).values(**said, **by))
    added = alike = 0
    coming = iter(hashes)
    while part := list(islice(coming, AT_ONCE)):
        new = _write(tx, found.number, part)
        added, alike = added + len(new), alike + sum(each == PDQ for each in new)
    if not known and not added:
        raise Invalid("The list was not taken: it holds no hash.")
    counts = {"hashes": KnownList.hashes + added, "alike": KnownList.alike + alike}
    tx.session.execute(update(KnownList).where(KnownList.id == found.id).values(**counts))
    taken = events.KnownListTaken(
        at(found), list=found.id, hashes=added, left_out=left_out, meaning=meaning, skips=skips
    )
    tx.record(taken)
    return found.id


def remove_list(tx: Tx, list_id: UUID) -> None:
    """Remove a list of the actor's agency: its hashes are erased, and files that were not read because of it alone are
    read. Asks `remove_known`; records `known:list_removed`.

    Raises:
        NotFound: there is no such list for this actor. Forbidden: it is another agency's.
        Conflict: it was removed already.
    """
    found = own_list(tx, "remove_known", list_id)
    _remove(tx, found)


def end_lists(tx: Tx) -> int:
    """Remove the lists whose retention is over; returns how many. Asks `end_known`; only housekeeping calls it."""
    return each(tx, "end_known", tx.session.scalars(select(KnownList).where(*LIST_IS_OVER)).all(), _remove)


LIST_IS_OVER = (
    KnownList.removed_at.is_(None),
    KnownList.retain_until
    < select(literal_column("(now() at time zone operation.time_zone)::date", Date))
    .select_from(Operation)
    .where(Operation.id == KnownList.operation_id)
    .correlate(KnownList)
    .scalar_subquery(),
)
"""What `end_lists` looks for: the last day has passed in the operation's zone."""


def read_after_all(tx: Tx, exhibit_id: UUID) -> int:
    """Have the files of an exhibit of the actor's agency read that were not read because a list says so; returns how
    many. Asks `read_known`; records `known:files_wanted`.

    Raises:
        NotFound: there is no such exhibit for this actor. Forbidden: it is another agency's.
        Conflict: it has no such file.
    """
    exhibit = require_own_exhibit(tx, "read_known", exhibit_id)
    media = tx.session.execute(SQL["read_exhibit"], {"exhibit": exhibit_id}).all()
    if not media:
        raise Conflict("Every file of this exhibit is being read or was read.")
    want_read(tx, exhibit.operation_id, exhibit.compartment_id, {row.id: row.kind for row in media})
    tx.record(events.KnownFilesWanted(at(exhibit), exhibit=exhibit_id, files=len(media)))
    return len(media)


def follow_list(tx: Tx, list_id: UUID, alike: Sequence[tuple[UUID, Meaning | None, int | None, int]]) -> None:
    """Bring what is known of files up to date with a list as it stands now. Asks `work_on_media`.

    alike: media that look like a picture of the list, with its meaning and category and the distance in bits.

    Raises:
        NotFound: there is no such list.
    """
    found = tx.find(KnownList, list_id, otherwise=NotFound("There is no such list."))
    require_operation(tx, "work_on_media", found.operation_id)
    here: dict[str, Any] = {"list": found.number, "operation": found.operation_id}
    dull = {row.id for row in tx.session.execute(SQL["forget"], here)} - {None}
    if found.removed_at is None:
        tx.session.execute(SQL["name_list"], here)
        note_alike(tx, found.operation_id, [(each[0], found.number, *each[1:]) for each in alike])
        skipped = tx.session.scalars(SQL["skip_waiting"], here).all()
        jobs.want_all(tx, "match_media", skipped, found.operation_id)
    else:
        tx.session.execute(SQL["erase"], here)
    # Of what was of no interest no lead says that others hold it too: now one may.
    dull -= set(tx.session.scalars(SQL["no_interest"], here))
    jobs.want_all(tx, "match_media", dull, found.operation_id)
    media = tx.session.execute(SQL["read_uncovered"], here).all()
    jobs.want_all(tx, "read_media", [row.id for row in media], found.operation_id)


def note_alike(tx: Tx, operation_id: int, alike: Sequence[tuple[UUID, int, Meaning | None, int | None, int]]) -> None:
    """Write that media look like pictures of lists: medium, number of the list, meaning and category where they differ
    from the list's, and the distance in bits. Asks `work_on_media`."""
    require_operation(tx, "work_on_media", operation_id)
    if not alike:
        return
    names = ("media", "lists", "meanings", "categories", "distances")
    columns = dict(zip(names, map(list, zip(*alike, strict=True)), strict=True))
    tx.session.execute(SQL["note_alike"], {"operation": operation_id, "pdq": PDQ, **columns})


def _remove(tx: Tx, found: KnownList) -> None:
    tx.change_one(
        update(KnownList)
        .where(KnownList.id == found.id, KnownList.removed_at.is_(None))
        .values(removed_at=func.now(), removed_by=tx.actor.id),
        otherwise=Conflict("This list was removed already."),
    )
    tx.record(events.KnownListRemoved(at(found), list=found.id))
    jobs.want(tx, "follow_known", found.id, found.operation_id)


def own_list(tx: Tx, action: str, list_id: UUID) -> KnownList:
    """A list of the actor's agency, after policy was asked. Raises: NotFound, Forbidden."""
    found = tx.find(KnownList, list_id, otherwise=NotFound("There is no such list."))
    require_operation(tx, action, found.operation_id)
    owner = tx.session.scalars(select(Compartment.agency_id).where(Compartment.id == found.compartment_id)).one()
    if owner != tx.actor.agency_id:
        raise Forbidden("This list belongs to another agency.")
    return found


def _list_of_name(tx: Tx, operation_id: int, name: str, sharing: str) -> KnownList | None:
    """The agency's list of this name. Raises: Conflict (it is shared otherwise)."""
    own = tx.session.execute(
        select(KnownList, Compartment.sharing)
        .join(Compartment, Compartment.id == KnownList.compartment_id)
        .where(KnownList.operation_id == operation_id, KnownList.removed_at.is_(None))
        .where(Compartment.agency_id == tx.actor.agency_id)
    ).all()
    for found, shared in own:
        if comparison_key(found.name) == comparison_key(name):
            if shared != sharing:
                raise Conflict("Your agency has a list of this name that is shared otherwise. Remove it first.")
            return found
    return None


def _new_list(tx: Tx, operation_id: int, name: str, sharing: str, said: dict[str, Any]) -> KnownList:
    list_id = uuid4()
    compartment_id = own_compartment(tx, operation_id, sharing)
    tx.session.execute(
        insert(KnownList).values(
            id=list_id,
            operation_id=operation_id,
            compartment_id=compartment_id,
            name=name,
            brought_by=tx.actor.id,
            **said,
        )
    )
    return tx.session.get_one(KnownList, list_id)


def _write(tx: Tx, number: int, hashes: Sequence[KnownHash]) -> Sequence[int]:
    """Write the hashes that the list does not hold yet; answers the algorithms of those."""
    columns = {
        "algorithms": [each.algorithm for each in hashes],
        "digests": [each.digest for each in hashes],
        "meanings": [each.meaning for each in hashes],
        "categories": [each.category for each in hashes],
    }
    return tx.session.scalars(SQL["write"], {"list": number, **columns}).all()
