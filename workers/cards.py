"""Burns a card's masks in: decodes the picture in the sandbox, cuts the part out, and encodes it anew.

Only the masked part leaves this step; it is encoded from plain pixels, without metadata.
"""

from __future__ import annotations

from workers.tools import Effects, WorkerTools
from workspace.analysis.derivatives import encode_derivative, shrunk
from workspace.analysis.masks import masked_crop
from workspace.commands.cards import fail_card, record_masked
from workspace.errors import Refused
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.queries.cards import card_to_mask

CARD_PX, CARD_QUALITY = 1280, 85


def mask_card(tools: WorkerTools, job: Taken) -> Effects:
    """Make a card's picture. Job `mask_card`, subject card."""
    with tools.db.read(tools.service_id) as view:
        wanted = card_to_mask(view.session, job.subject_id)
        if wanted is None:
            return lambda tx: None
        key = tools.key(view.session, job.operation_id)
    try:
        with tools.store.memfd(wanted.address, key) as descriptor:
            masked = masked_crop(tools.decoder.picture(descriptor).pixels, wanted.crop, wanted.masks)
    except (Refused, ValueError):
        return lambda tx: fail_card(tx, job.subject_id)
    part = shrunk(masked, CARD_PX)
    height, width = part.shape[:2]
    content = encode_derivative(part, longest_side=CARD_PX, quality=CARD_QUALITY)
    address = tools.store.put_bytes(content, key=key).address
    return lambda tx: record_masked(tx, job.subject_id, address=address, width=width, height=height)


def give_up_card(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits for the card."""
    fail_card(tx, job.subject_id)
