"""Clue cards: what a crop and its masks must be, and who the two people must be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from workspace.errors import Fault
from workspace.rules.boxes import Shares
from workspace.rules.codes import Handling

CardState = Literal["making", "failed", "made", "refused", "shown", "withdrawn"]
CARD_STATES: tuple[CardState, ...] = get_args(CardState)
"""making: the masks are being burnt in; made: it waits for its second person; shown: the whole room sees it."""
CardAnswerWhat = Literal["tip", "not_here"]
CARD_ANSWERS: tuple[CardAnswerWhat, ...] = get_args(CardAnswerWhat)
"""A tip is a sentence and how it is known; «not from here» is an answer, not a tip."""

STRICT_CODES: frozenset[Handling] = frozenset({"H2", "H3"})
"""Handling codes with which the owner's country lead is one of the two."""
MOST_MASKS = 60
LEAST_SHARE = 1.0
"""Per cent: a smaller part shows nothing."""
_SLACK = 0.2
"""Per cent by which a mask may miss the edge of a face's box: what drawing by hand rounds."""


@dataclass(frozen=True)
class Hand:
    """One of the two people of a card: whether of the agency that owns the material, and whether its country lead."""

    is_owners: bool
    is_owners_lead: bool


def why_not_two(maker: Hand, checker: Hand, code: str) -> str | None:
    """Why these two may not bring a card to the room: «owner», «lead», or None where they may.

    code: the handling code of what the card shows. Maker or checker belongs to the agency that owns it; with H2 and H3
    one of them is its country lead.
    """
    if not (maker.is_owners or checker.is_owners):
        return "owner"
    if code in STRICT_CODES and not (maker.is_owners_lead or checker.is_owners_lead):
        return "lead"
    return None


def faults_of_masks(crop: Shares | None, masks: Sequence[Shares], faces: Iterable[Shares]) -> list[str]:
    """Each thing that is wrong with a card's part and masks. faces: the boxes of all faces that were found in the
    picture, all in per cent of its sides."""
    if crop is None:
        return [Fault("crop", "choose the part that the card shows")]
    faults: list[str] = []
    if crop[2] < LEAST_SHARE or crop[3] < LEAST_SHARE:
        faults.append(Fault("crop", "the part is too small to show something"))
    if len(masks) > MOST_MASKS:
        faults.append(Fault("masks", "at most {most} masks", most=MOST_MASKS))
    if not all(_is_inside(mask) for mask in masks):
        faults.append(Fault("masks", "a mask is a box inside the picture"))
    open_faces = [face for face in (_common(crop, face) for face in faces) if face and not _covered(face, masks)]
    if open_faces:
        faults.append(Fault("masks", "faces in the part under no mask: {count}", count=len(open_faces)))
    return faults


def _is_inside(box: Shares) -> bool:
    left, top, width, height = box
    return left >= 0 and top >= 0 and width > 0 and height > 0 and left + width <= 100.01 and top + height <= 100.01


def _common(one: Shares, other: Shares) -> Shares | None:
    """What two boxes share; None where they do not meet."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right = min(one[0] + one[2], other[0] + other[2])
    bottom = min(one[1] + one[3], other[1] + other[3])
    return (left, top, right - left, bottom - top) if right - left > _SLACK and bottom - top > _SLACK else None


def _covered(face: Shares, masks: Sequence[Shares]) -> bool:
    """Whether one mask covers the whole box."""
    return any(
        mask[0] <= face[0] + _SLACK
        and mask[1] <= face[1] + _SLACK
        and mask[0] + mask[2] >= face[0] + face[2] - _SLACK
        and mask[1] + mask[3] >= face[1] + face[3] - _SLACK
        for mask in masks
    )
