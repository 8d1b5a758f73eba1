"""Which lead an examiner takes next: the urgent and the waiting ones, and often one that has just been signed."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from partners.client import Client
from partners.roles import examiner
from partners.week import Board, Member, Seat


def card(number: int, stage: str) -> dict[str, Any]:
    """A lead that has waited the longer, the lower its number is."""
    return {"id": str(number), "stage": stage, "priority": 2, "waiting_since": f"2026-11-30T10:{number:02}:00Z"}


def test_a_lead_that_has_just_been_signed_is_taken_soon_however_many_wait() -> None:
    seat = Seat(
        Member(1, "EC · analyst", "analyst", "EC", 1, "police", True),
        Client("http://localhost:1", lambda: ""),
        Board(1),
        Random(7),
    )
    cards = [card(n, "assessed") for n in range(40)] + [card(n, "open") for n in range(40, 60)]

    taken = Counter(found["id"] for _ in range(1000) if (found := examiner._chosen(seat, cards)) is not None)

    assert taken["39"] > 1000 * 0.05
    assert sum(taken[str(n)] for n in range(examiner.AMONG)) > 1000 * 0.2
    assert sum(taken[str(n)] for n in range(40, 60)) > 1000 * 0.2
    assert set(taken) == {str(n) for n in (*range(12), 37, 38, 39, *range(40, 52))}


def test_where_nothing_waits_nothing_is_taken() -> None:
    seat = Seat(
        Member(1, "EC · analyst", "analyst", "EC", 1, "police", True),
        Client("http://localhost:1", lambda: ""),
        Board(1),
        Random(7),
    )

    assert examiner._chosen(seat, []) is None
