"""Signs the head of an operation's record, so that others can keep it. Must not decide when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from workers.tools import Effects, WorkerTools, now_of
from workspace.commands.heads import keep_head_of_day
from workspace.exchange.heads import SignedHead, sign_head
from workspace.model import Chain
from workspace.model.jobs import Taken
from workspace.store.keys import head_key_file, load_or_create_signing_key


def signed(tools: WorkerTools, operation_id: int, *, seq: int, digest: bytes, now: datetime) -> SignedHead:
    """Sign that an operation's record has this hash at this event."""
    key = load_or_create_signing_key(head_key_file(tools.key_file))
    return sign_head(tools.installation_name, operation_id, seq=seq, digest=digest, now=now, key=key)


def sign_record(tools: WorkerTools, job: Taken) -> Effects:
    """Sign the last line of a record. Job `sign_head`, subject the operation's id as a UUID; 0 is the installation's
    own."""
    chain = job.subject_id.int
    with tools.db.read(tools.service_id) as view:
        now = now_of(view)
        last = view.session.execute(select(Chain.last_seq, Chain.last_hash).where(Chain.operation_id == chain)).one()
    if not last.last_seq:
        return lambda tx: None
    head = signed(tools, chain, seq=last.last_seq, digest=bytes(last.last_hash), now=now)
    return lambda tx: keep_head_of_day(tx, chain, **vars(head))
