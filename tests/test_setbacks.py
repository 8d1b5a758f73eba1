"""A loop over many: one that fails waits, longer each time, is logged once, and the others go on."""

from __future__ import annotations

import logging

import pytest

from workspace.setbacks import FORGOTTEN_AFTER_S, Setbacks

LOG = logging.getLogger("tests.setbacks")
WRITTEN = "Ana Example, born 2014"


def tries(setbacks: Setbacks, item: str, *, fails: bool) -> None:
    with setbacks.trying(item):
        if fails:
            raise ValueError(WRITTEN)


def test_an_item_that_fails_waits_longer_each_time_and_is_due_at_once_when_it_is_in_order_again() -> None:
    now = [0.0]
    setbacks = Setbacks(LOG, first_s=1.0, most_s=5.0, clock=lambda: now[0])
    waits = []

    for _ in range(4):
        tries(setbacks, "it", fails=True)
        waits.append(setbacks.wait_s("it"))
        now[0] += waits[-1]
    failing = len(setbacks)
    tries(setbacks, "it", fails=False)

    assert waits == [1.0, 2.0, 4.0, 5.0]
    assert (failing, len(setbacks), setbacks.is_due("it"), setbacks.is_due("another")) == (1, 0, True, True)


def test_a_fault_is_logged_when_it_begins_and_ends_without_what_people_wrote(
    caplog: pytest.LogCaptureFixture,
) -> None:
    setbacks = Setbacks(LOG)
    for fails in (True, True, True, False):
        tries(setbacks, "it", fails=fails)

    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "it failed and is tried again",
        "it is done after 3 tries that failed.",
    ]
    assert "ValueError" in caplog.text
    assert WRITTEN not in caplog.text


def test_an_item_that_nobody_tries_any_more_is_forgotten() -> None:
    now = [0.0]
    setbacks = Setbacks(LOG, clock=lambda: now[0])
    tries(setbacks, "gone", fails=True)
    now[0] += 2 * FORGOTTEN_AFTER_S
    tries(setbacks, "there", fails=True)

    assert len(setbacks) == 1
