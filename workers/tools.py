"""What a worker process holds while it lives: database, media store, keys, and the models and decoder, loaded once.

A job is a function `verb_noun(tools, job) -> Effects`: it computes with no transaction open, and returns what is to be
asked and written; `drain` writes that together with «done». It must be safe to run twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workspace.commands.people import ensure_service_users
from workspace.errors import Invalid, Unavailable
from workspace.model import MediaItem, Operation
from workspace.model.database import Database, Tx, View
from workspace.model.jobs import Taken
from workspace.settings import Settings
from workspace.store.keys import OperationKey, load_or_create_master, unwrap
from workspace.store.objects import MediaStore, open_store
from workspace.store.volumes import Volume

if TYPE_CHECKING:
    from workers.likely import Likely
    from workspace.analysis.faces import FaceEngine
    from workspace.analysis.pack import Pack, Stamp
    from workspace.analysis.sandbox.client import Decoder
    from workspace.analysis.texts import TextReader

HOST_FAULTS = frozenset({"bad_pack", "no_key_file", "wrong_key", "bad_key_file", "key_file_exposed", "missing"})
"""Reasons of `Unavailable` that lie in how a host is set up, not in what it works on: another host may do it, or this
one once it is put right."""

Effects = Callable[[Tx], None]
Work = Callable[["WorkerTools", Taken], Effects]


@dataclass
class WorkerTools:
    """The tools of one worker process; the two ids are those of the service users that the record names as actors."""

    db: Database
    service_id: int
    housekeeping_id: int
    store: MediaStore
    key_file: Path
    pack_dir: Path
    installation_name: str = "localhost"
    host_faults: int = 0
    """How many jobs in a row could not be done because this host lacks something that another may have."""
    ahead: dict[UUID, Likely] = field(default_factory=dict)
    """By job of a batch: what was looked for with the others, before its turn."""
    steps: int = 0
    """Raised by long jobs at each step: a sign of life, by which a worker that hangs is told from one that is busy."""
    _keys: dict[int, OperationKey] = field(default_factory=dict)
    _engine: FaceEngine | None = field(default=None, init=False)
    _pack: Pack | None = field(default=None, init=False)
    """The pack that this worker loaded first."""
    _stamp: Stamp | None = field(default=None, init=False)
    """The pack's files when they were last verified."""

    @property
    def engine(self) -> FaceEngine:
        """The face pack, verified and loaded at its first use: 0.2 s and 150 MB; its files are looked at again at each
        use, and verified again when one was written or replaced since.

        A worker goes on with the pack that it began with, and takes another one only at its start.

        Raises:
            Unavailable: the pack is not whole, or another one. That is this host's fault and not the medium's, which
                waits.
        """
        from workspace.analysis.pack import stamp_of

        stamp = stamp_of(self.pack_dir)
        if self._engine is None or stamp != self._stamp:
            self._engine = self._verified(stamp)
            self._stamp = stamp
        return self._engine

    def _verified(self, stamp: Stamp) -> FaceEngine:
        """The engine of the pack as it stands now; it is dropped where that is not the pack of this worker's start."""
        from workspace.analysis.faces import FaceEngine
        from workspace.analysis.pack import load_pack, stamp_of

        engine, self._engine = self._engine, None
        try:
            pack = load_pack(self.pack_dir)
            is_same = self._pack in (None, pack)
            engine = (engine or FaceEngine(pack)) if is_same else None
        except Invalid as fault:
            raise Unavailable(fault.source, **{**fault.facts, "reason": "bad_pack"}) from fault
        except OSError as fault:
            raise Unavailable(
                "The face pack in {path} cannot be read: {fault}.",
                path=str(self.pack_dir),
                fault=type(fault).__name__,
                reason="bad_pack",
            ) from fault
        if engine is None or stamp_of(self.pack_dir) != stamp:
            raise Unavailable(
                "The face pack in {path} was changed after this worker began to use it. Put the approved files back, "
                "or start the workers again with the new pack.",
                path=str(self.pack_dir),
                reason="bad_pack",
            )
        self._pack = pack
        return engine

    @cached_property
    def decoder(self) -> Decoder:
        """The sandbox in which untrusted bytes are decoded."""
        from workspace.analysis.sandbox.client import Decoder

        return Decoder()

    @cached_property
    def text_reader(self) -> TextReader:
        """The models that read text, loaded at their first use.

        Raises:
            Unavailable: a model's file is missing or another one.
        """
        from workspace.analysis.texts import TextReader

        return TextReader()

    def key(self, session: Session, operation_id: int) -> OperationKey:
        """The operation's media key, opened once.

        Raises:
            Unavailable: this host has no master key, or another one.
        """
        if operation_id not in self._keys:
            wrapped = session.execute(select(Operation.wrapped_key).where(Operation.id == operation_id)).scalar_one()
            # A worker makes no master key: what it needs to read was wrapped by the one that the installation has.
            if not self.key_file.exists():
                raise Unavailable(
                    "There is no master key file at {path}.", path=str(self.key_file), reason="no_key_file"
                )
            self._keys[operation_id] = unwrap(load_or_create_master(self.key_file), wrapped, str(operation_id))
        return self._keys[operation_id]

    def close(self) -> None:
        """End the decoder and the connections."""
        if "decoder" in self.__dict__:
            self.decoder.stop()
        self.db.dispose()


def now_of(view: View) -> datetime:
    """The database's time at a snapshot of the service user.

    Raises:
        Unavailable: the service user is gone.
    """
    if view.now is None:
        raise Unavailable("The service user of the workers is gone.")
    return view.now


def require_ready(tools: WorkerTools) -> None:
    """Pass if this host can read the media that wait; where none waits, nothing is asked.

    Raises:
        Unavailable: with one of HOST_FAULTS, the pack is not whole, or the master key opens the key of no operation
        with media that wait.
    """
    operations = _with_media_that_wait(tools)
    if not operations:
        return
    _ = tools.engine  # loads and checks the pack
    refusals: list[Unavailable] = []
    with tools.db.read(tools.service_id) as view:
        for operation_id in operations:
            try:
                tools.key(view.session, operation_id)
            except Unavailable as fault:
                refusals.append(fault)
    if len(refusals) == len(operations):
        raise refusals[0]


def _with_media_that_wait(tools: WorkerTools) -> Sequence[int]:
    with tools.db.read(tools.service_id) as view:
        waiting = select(MediaItem.operation_id).where(MediaItem.state == "waiting").distinct()
        return view.session.scalars(waiting).all()


def open_tools(settings: Settings) -> WorkerTools:
    """Open the tools that the settings describe.

    Raises:
        Unavailable: the database does not answer.
    """
    if not settings.database_url_worker:
        raise Unavailable(
            "CONCORD_DATABASE_URL_WORKER is not set: start with `app.py work`, which knows the embedded engine."
        )
    db = Database(
        settings.database_url_worker,
        pool_size=3,
        max_overflow=3,
        waits_for_disk=False,
        require_room=Volume(settings.database_volume).require_room,
    )
    service = ensure_service_users(db)
    return WorkerTools(
        db=db,
        service_id=service.worker_id,
        housekeeping_id=service.housekeeping_id,
        store=open_store(settings.media_url),
        key_file=settings.key_file,
        pack_dir=settings.pack_dir,
        installation_name=settings.installation_name,
    )
