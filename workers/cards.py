"""Burns a card's masks in: decodes the picture in the sandbox, cuts the part out, and encodes it anew.

Only the masked part leaves this step; it is encoded from plain pixels, without metadata. Of a video's preview no boxes of faces
are known: they are looked for here, and a card that shows one under no mask is not made.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workers.tools import Effects, WorkerTools
from workspace.analysis.derivatives import encode_derivative, shrunk
from workspace.analysis.masks import masked_crop
from workspace.commands.cards import fail_card, record_masked
from workspace.errors import Refused
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.queries.cards import card_to_mask
from workspace.rules.boxes import Shares
from workspace.rules.cards import faults_of_masks

Pixels = npt.NDArray[np.uint8]
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
            pixels = tools.decoder.picture(descriptor).pixels
            if wanted.is_of_video and faults_of_masks(wanted.crop, wanted.masks, _faces(tools, pixels)):
                return lambda tx: fail_card(tx, job.subject_id)
            masked = masked_crop(pixels, wanted.crop, wanted.masks)
    except (Refused, ValueError):
        return lambda tx: fail_card(tx, job.subject_id)
    part = shrunk(masked, CARD_PX)
    height, width = part.shape[:2]
    content = encode_derivative(part, longest_side=CARD_PX, quality=CARD_QUALITY)
    address = tools.store.put_bytes(content, key=key).address
    return lambda tx: record_masked(tx, job.subject_id, address=address, width=width, height=height)


def _faces(tools: WorkerTools, pixels: Pixels) -> list[Shares]:
    """The boxes of the faces that stand upright in a picture, in per cent of its sides. None of them is described or
    kept: of a video the faces that are known are those of its samples, and its preview may show others."""
    height, width = pixels.shape[:2]
    boxes = [(float(x) for x in face.box) for face in tools.engine.detect(pixels)]
    return [
        (100 * left / width, 100 * top / height, 100 * (right - left) / width, 100 * (bottom - top) / height)
        for left, top, right, bottom in boxes
    ]


def give_up_card(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits for the card."""
    fail_card(tx, job.subject_id)
