"""Figures are folded: generated histories of statements and acts, with what is taken back of them.

`make histories` runs 2,000.
"""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.support.ledger_acts import History, Same, State
from tests.support.ledger_histories import KINDS, Kind, check_many, check_taken_back
from tests.support.ledger_world import LedgerWorld

NUMBER = 200


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_taken_back_and_the_order_change_no_figure(engine: Engine, world: LedgerWorld, kind: Kind) -> None:
    check_many(engine, world, kind, NUMBER // len(KINDS), None)


def test_a_merge_that_is_taken_back_before_what_it_names(engine: Engine, world: LedgerWorld) -> None:
    """A history of its own kind: two entries are merged, a third is tied to both, and all of it goes in another
    order."""
    shown = State("L0", "CL", "shown", "V4", "7_12", "female", None)
    further = State("L1", "EC", "not_shown", "V5", "13_17", "male", "BR")
    acts = (shown, further, Same(1, 0), State("L1", "EC", "shown", "V4", None, "unknown", "EC"))
    check_taken_back(engine, world, History(acts, {0: 4, 1: 3, 2: 4}))


def test_leads_that_a_statement_tied_are_apart_when_it_is_taken_back(engine: Engine, world: LedgerWorld) -> None:
    acts = tuple(State(lead, "EC", "shown", "V4", None, "unknown", None) for lead in ("L0", "L1", "L2"))
    check_taken_back(engine, world, History(acts, {0: 3}))
