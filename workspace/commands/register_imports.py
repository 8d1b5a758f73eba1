"""Registers, lists of known material and cases of exhibits that were sent: asked for by people, read by a worker, and
reported. What is taken is written by `import_register`, `take_list` or `keep_case`, as the person who sent it.

Must not open an upload (intake/uploads.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from workspace.commands.exhibit_cases import require_bringing
from workspace.commands.guard import require_operation, require_own_country
from workspace.commands.locks import hold
from workspace.commands.own_exhibit import require_table
from workspace.commands.registers import code_of_import
from workspace.errors import Conflict, Fault, Invalid, NotFound, Text, TooMuch, kept_text
from workspace.model import RegisterImport, jobs
from workspace.model.database import Tx
from workspace.rules.codes import UNRESTRICTED
from workspace.rules.days import day_in
from workspace.rules.exhibit_cases import MOST_NAME
from workspace.rules.known import list_faults
from workspace.rules.reasons import says_something, words_of
from workspace.rules.register_imports import (
    MOST_KEPT_FAULTS,
    MOST_UNDER_WAY,
    STOPPABLE,
    UNDER_WAY,
    UPLOAD_KEPT,
    ImportWhat,
    register_faults,
)

ACTIONS: Mapping[str, str] = {
    "register": "import_register",
    "known_list": "bring_known",
    "exhibit_case": "bring_case",
}
"""By what was sent: the action that is asked."""
_JOBS: Mapping[str, str] = {
    "register": "import_register",
    "known_list": "import_known",
    "exhibit_case": "import_case",
}
_MANY: Mapping[str, Text] = {
    "register": Text("{count} registers of your agency are being read. Wait until one is done, or cancel it."),
    "known_list": Text("{count} lists of your agency are being read. Wait until one is done, or cancel it."),
    "exhibit_case": Text("{count} cases of your agency are being read. Wait until one is done, or cancel it."),
}
_FACTS = (
    *("what", "country", "name", "legal_source", "sharing", "handling_code"),
    *("meaning", "skips", "scheme", "retain_until"),
)
"""The columns that the import of the rest takes over."""

UPLOAD_IS_OLD = (
    RegisterImport.address.is_not(None),
    RegisterImport.state == "refused",
    RegisterImport.takable > 0,
    RegisterImport.ended_at < func.now() - UPLOAD_KEPT,
)
"""What `forget_uploads` looks for; housekeeping asks first whether there is any."""


def send_register(
    tx: Tx,
    operation_id: int,
    *,
    country: str,
    name: str,
    legal_source: str,
    sharing: str,
    handling_code: str | None,
    takes_rest: bool,
    address: str,
) -> UUID:
    """Have a register read that was sent and sealed; answers the import's id. Asks `import_register`, and
    `lower_handling` for a code less strict than the register has; what is taken is recorded when it is written.

    handling_code: None for the one that it has.

    Raises:
        Invalid: something that is said of the register is wrong, or the country takes no part. Forbidden: the actor is
            of another country.
        TooMuch: as many of the agency's are being read.
    """
    operation = require_operation(tx, "import_register", operation_id)
    if faults := register_faults(name, legal_source, sharing, handling_code or UNRESTRICTED):
        raise Invalid("The register was not taken; nothing of it was stored.", faults=faults)
    require_own_country(tx, operation, country)
    handling_code = code_of_import(tx, operation_id, country=country, name=name, said=handling_code)
    facts = {
        "country": country,
        "name": words_of(name),
        "legal_source": words_of(legal_source),
        "sharing": sharing,
        "handling_code": handling_code,
    }
    return _ask(tx, operation_id, "register", **facts, takes_rest=takes_rest, address=address)


def send_list(
    tx: Tx,
    operation_id: int,
    *,
    name: str,
    source: str,
    meaning: str,
    skips: bool,
    scheme: str,
    sharing: str,
    retain_until: date | None,
    takes_rest: bool,
    address: str,
) -> UUID:
    """Have a list of known material read that was sent and sealed; answers the import's id. Asks `bring_known`; what is
    taken is recorded when it is written.

    Raises:
        Invalid: something that is said of the list is wrong. TooMuch: as many of the agency's are being read.
    """
    operation = require_operation(tx, "bring_known", operation_id)
    faults = list_faults(name, source, meaning, sharing, scheme)
    if retain_until is not None and retain_until < day_in(tx.now, operation.time_zone):
        faults.append(Fault("retain_until", "today or later"))
    if faults:
        raise Invalid("The list was not taken; nothing of it was stored.", faults=faults)
    require_own_country(tx, operation, tx.actor.country)
    facts = {
        "name": words_of(name),
        "legal_source": words_of(source),
        "sharing": sharing,
        "handling_code": UNRESTRICTED,
    }
    own = {"country": tx.actor.country, "meaning": meaning, "skips": skips, "retain_until": retain_until}
    own["scheme"] = scheme
    return _ask(tx, operation_id, "known_list", **facts, **own, takes_rest=takes_rest, address=address)


def send_case(tx: Tx, exhibit_id: UUID, *, name: str, scheme: str, address: str) -> UUID:
    """Have a case file read that was sent and sealed; answers the import's id. Asks `bring_case`; what is taken is
    recorded when it is written.

    name: of the file. scheme: which table its categories follow.

    Raises:
        NotFound, Forbidden: as `require_bringing`. Invalid: there is no such table.
        TooMuch: as many of the agency's are being read.
    """
    operation_id = require_bringing(tx, exhibit_id)
    require_table(tx, operation_id, scheme)
    facts = {
        "country": tx.actor.country,
        "name": words_of(name)[:MOST_NAME] if says_something(name) else "case.json",
        "legal_source": "",
        "sharing": "agency",
        "handling_code": UNRESTRICTED,
        "scheme": scheme,
        "exhibit_id": exhibit_id,
    }
    return _ask(tx, operation_id, "exhibit_case", **facts, takes_rest=False, address=address)


def take_rest(tx: Tx, import_id: UUID) -> UUID:
    """Have what can be taken of a refused register or list taken, without what was named; answers the id of this
    import. Asks `import_register` or `bring_known`.

    Raises:
        NotFound: there is no such import. Conflict: it was not refused, its rest was taken, or its upload is gone.
        TooMuch: as many of the agency's are being read.
    """
    sent = _own_import(tx, import_id)
    require_operation(tx, ACTIONS[sent.what], sent.operation_id)
    address = sent.address
    tx.change_one(
        update(RegisterImport)
        .where(RegisterImport.id == import_id, RegisterImport.state == "refused", RegisterImport.takable > 0)
        .where(RegisterImport.address.is_not(None))
        .values(address=None),
        otherwise=Conflict("The rest of this register cannot be taken any more. Send its file again."),
    )
    facts = {each: getattr(sent, each) for each in _FACTS}
    return _ask(tx, sent.operation_id, **facts, takes_rest=True, address=address)


def cancel_import(tx: Tx, import_id: UUID) -> None:
    """Have a register or list not read that was sent, or give up the rest of a refused one; its upload is erased. Asks
    `import_register` or `bring_known`.

    Raises:
        NotFound: there is no such import. Conflict: it is being written, or has ended.
    """
    sent = _own_import(tx, import_id)
    require_operation(tx, ACTIONS[sent.what], sent.operation_id)
    tx.change_one(
        update(RegisterImport)
        .where(RegisterImport.id == import_id, RegisterImport.state.in_(STOPPABLE))
        .where(RegisterImport.address.is_not(None))
        .values(state="cancelled", ended_at=func.now()),
        otherwise=Conflict("This register is being written already, or has ended. Nothing was changed."),
    )
    jobs.want(tx, "drop_upload", import_id, sent.operation_id)


def note_progress(tx: Tx, import_id: UUID, state: str, *, read: int = 0, total: int | None = None) -> bool:
    """Say how far a worker has come with a register; False if it was cancelled. Asks `work_on_media`."""
    _require_worker(tx, import_id)
    return bool(
        tx.change(
            update(RegisterImport)
            .where(RegisterImport.id == import_id, RegisterImport.state.in_(UNDER_WAY))
            .values(state=state, read=read, total=total)
        )
    )


def refuse_import(
    tx: Tx, import_id: UUID, *, faults: Sequence[object], count: int, takable: int = 0, remarks: Sequence[object] = ()
) -> None:
    """Say why a register was not taken. Asks `work_on_media`.

    count: of all faults, of which `faults` are the first.
    """
    operation_id = _require_worker(tx, import_id)
    tx.change(
        update(RegisterImport)
        .where(RegisterImport.id == import_id, RegisterImport.state.in_(UNDER_WAY))
        .values(state="refused", takable=takable, ended_at=func.now())
        .values(**_report(faults, remarks), fault_count=count)
    )
    if not takable:
        jobs.want(tx, "drop_upload", import_id, operation_id)


def finish_import(
    tx: Tx,
    import_id: UUID,
    *,
    entries: int,
    register_id: UUID | None = None,
    list_id: UUID | None = None,
    case_id: UUID | None = None,
    remarks: Sequence[object],
    faults: Sequence[object],
    fault_count: int | None = None,
) -> None:
    """Say in the write of a register's entries, a list's hashes or a case's records that this import is done. Asks
    `import_register`, `bring_known` or `bring_case`. The upload is erased, but for a case's, which that keeps.

    fault_count: of all, where `faults` are the first.

    Raises:
        Conflict: it was cancelled, or another worker has written it; nothing of this write may be committed.
    """
    sent = _own_import(tx, import_id)
    require_operation(tx, ACTIONS[sent.what], sent.operation_id)
    tx.change_one(
        update(RegisterImport)
        .where(RegisterImport.id == import_id, RegisterImport.state == "writing")
        .values(state="done", register_id=register_id, list_id=list_id, case_id=case_id, entries=entries)
        .values(**_report(faults, remarks), fault_count=len(faults) if fault_count is None else fault_count)
        .values(ended_at=func.now(), address=None if case_id is not None else RegisterImport.address),
        otherwise=Conflict("This import was cancelled, or written by another worker.", reason="import_ended"),
    )
    if list_id is not None:
        jobs.want(tx, "follow_known", import_id, sent.operation_id)
    if case_id is None:
        jobs.want(tx, "drop_upload", import_id, sent.operation_id)


def fail_import(tx: Tx, import_id: UUID) -> None:
    """Say that every attempt at reading a register failed. Asks `work_on_media`."""
    operation_id = _require_worker(tx, import_id)
    tx.change(
        update(RegisterImport)
        .where(RegisterImport.id == import_id, RegisterImport.state.in_(UNDER_WAY))
        .values(state="failed", ended_at=func.now())
    )
    jobs.want(tx, "drop_upload", import_id, operation_id)


def forget_upload(tx: Tx, import_id: UUID) -> None:
    """Note that an upload is erased. Asks `work_on_media`."""
    _require_worker(tx, import_id)
    tx.change(update(RegisterImport).where(RegisterImport.id == import_id).values(address=None))


def forget_uploads(tx: Tx) -> int:
    """Have the uploads of registers erased that were refused long ago. Asks `work_on_media`."""
    old = tx.session.execute(select(RegisterImport.id, RegisterImport.operation_id).where(*UPLOAD_IS_OLD)).all()
    for row in old:
        require_operation(tx, "work_on_media", row.operation_id)
        tx.change(update(RegisterImport).where(RegisterImport.id == row.id).values(takable=0))
        jobs.want(tx, "drop_upload", row.id, row.operation_id)
    return len(old)


def _ask(tx: Tx, operation_id: int, what: ImportWhat, **facts: object) -> UUID:
    hold(tx, "operation", [operation_id])
    _require_turn(tx, operation_id, what)
    import_id = uuid4()
    tx.session.execute(
        insert(RegisterImport).values(
            id=import_id,
            operation_id=operation_id,
            agency_id=tx.actor.agency_id,
            asked_by=tx.actor.id,
            what=what,
            **facts,
        )
    )
    jobs.want_in_turn(tx, _JOBS[what], import_id, operation_id)
    return import_id


def _require_turn(tx: Tx, operation_id: int, what: ImportWhat) -> None:
    """Pass if the actor's agency may have one more of the kind read.

    Raises:
        TooMuch: as many of them are being read.
    """
    under_way = tx.session.execute(
        select(func.count())
        .select_from(RegisterImport)
        .where(RegisterImport.operation_id == operation_id, RegisterImport.agency_id == tx.actor.agency_id)
        .where(RegisterImport.state.in_(UNDER_WAY), RegisterImport.what == what)
    ).scalar_one()
    if under_way >= MOST_UNDER_WAY:
        raise TooMuch(_MANY[what].source, count=under_way)


def _own_import(tx: Tx, import_id: UUID) -> RegisterImport:
    """The import, of the actor's agency.

    Raises:
        NotFound: there is none.
    """
    sent = tx.session.get(RegisterImport, import_id)
    if sent is None or sent.agency_id != tx.actor.agency_id:
        raise NotFound("There is no such import of a register.")
    return sent


def _require_worker(tx: Tx, import_id: UUID) -> int:
    """The operation of an import, at which only a worker may be. Raises: NotFound, Forbidden."""
    sent = tx.find(RegisterImport, import_id, otherwise=NotFound("There is no such import of a register."))
    require_operation(tx, "work_on_media", sent.operation_id)
    return sent.operation_id


def _report(faults: Sequence[object], remarks: Sequence[object]) -> dict[str, object]:
    return {
        "faults": [kept_text(each) for each in faults[:MOST_KEPT_FAULTS]],
        "remarks": [kept_text(each) for each in remarks[:MOST_KEPT_FAULTS]],
    }
