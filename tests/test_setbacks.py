"""A loop over many: one that fails waits, longer each time, is logged once, and the others go on."""

from __future__ import annotations

import logging

import gevent
import gevent.event
import pytest

from tests.support.waiting import LIMIT_S
from workspace.errors import Unavailable
from workspace.model.setbacks import FORGOTTEN_AFTER_S, Setbacks
from workspace.web.wake_ups import AT_ONCE, WakeUps

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


@pytest.mark.parametrize("fault", [Unavailable("The database does not answer."), KeyError("x")])
def test_an_operation_that_cannot_be_answered_holds_back_no_other_and_is_answered_when_it_can(fault: Exception) -> None:
    answered: list[int] = []
    broken = {1, 2, 3, 4, 5, 6}

    def answer(operation_id: int) -> None:
        if operation_id in broken:
            raise fault
        answered.append(operation_id)

    wake_ups = WakeUps(LOG, "changes", answer, every_s=0.0, gather_s=0.0)
    for operation_id in (1, 2, 3, 4, 5, 6, 7):
        wake_ups.want(operation_id)
    with gevent.Timeout(LIMIT_S):
        while not answered:
            gevent.sleep(0.01)
        assert (answered, len(wake_ups.setbacks)) == ([7], len(broken))
        wake_ups.want(7)
        broken.clear()
        wake_ups.hurry()
        while wake_ups.setbacks:
            gevent.sleep(0.01)

    assert sorted(answered) == [1, 2, 3, 4, 5, 6, 7, 7]


def test_an_operation_whose_answer_takes_long_holds_back_no_other_and_is_answered_once_at_a_time() -> None:
    free, begun, answered = gevent.event.Event(), [], []

    def answer(operation_id: int) -> None:
        begun.append(operation_id)
        if operation_id < AT_ONCE:
            free.wait()
        answered.append(operation_id)

    wake_ups = WakeUps(LOG, "changes", answer, every_s=0.0, gather_s=0.0)
    with gevent.Timeout(LIMIT_S):
        for operation_id in range(1, AT_ONCE + 1):
            wake_ups.want(operation_id)
        while AT_ONCE not in answered:
            gevent.sleep(0.01)
        wake_ups.want(1)
        wake_ups.want(1)
        gevent.sleep(0)
        before = list(begun)
        free.set()
        while answered.count(1) < 2:
            gevent.sleep(0.01)

    assert sorted(before) == list(range(1, AT_ONCE + 1))
    assert sorted(begun) == [1, *range(1, AT_ONCE + 1)]
