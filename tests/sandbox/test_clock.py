"""The running clock of a video: honest stamps stay, wild ones never hide what is in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workspace.analysis.sandbox.clock import LONGEST_PAUSE_S, running_clock
from workspace.analysis.sandbox.sampling import Timeline, plan_samples, unseen_of

ANY = st.one_of(st.floats(-1e7, 1e7), st.just(float("nan")))


def clock_of(shown: object, decoded: object = None, *, rate: float = 0.0) -> tuple[np.ndarray, float, float, float]:
    shown = np.array(shown, np.float64)
    decoded = np.full(len(shown), np.nan) if decoded is None else np.array(decoded, np.float64)
    return running_clock(shown, decoded, np.zeros(len(shown)), rate)


@given(st.lists(st.floats(0.01, 500), min_size=1, max_size=60), st.floats(-1e5, 1e5))
def test_stamps_in_order_are_kept_as_they_are(steps: list[float], first: float) -> None:
    stamps = first + np.cumsum([0.0, *steps])

    times, duration_s, _, stated_s = clock_of(stamps, stamps)

    np.testing.assert_allclose(times, stamps - first, atol=1e-6)
    assert duration_s >= times[-1] == pytest.approx(stated_s, abs=1e-6)


@example([(8.4e-307, float("nan")), (float("nan"), 0.0), (137.0, float("nan"))], 0.0)
@given(st.lists(st.tuples(ANY, ANY), max_size=80), st.sampled_from([0.0, 25.0]))
def test_any_stamps_give_one_bounded_clock_whose_samples_see_everything(
    stamps: list[tuple[float, float]], rate: float
) -> None:
    shown, decoded = ([stamp[which] for stamp in stamps] for which in (0, 1))

    times, duration_s, step_s, _ = clock_of(shown, decoded, rate=rate)

    assert len(times) == len(stamps)
    assert np.isfinite(times).all()
    assert (times >= 0).all()
    assert duration_s >= times.max(initial=0)
    plan = plan_samples(Timeline(times, np.zeros(0, np.int64), duration_s, step_s))
    cells = np.unique(np.floor(times / plan.every_s + 1e-6))
    assert len(cells) <= 600
    seen = [times[np.floor(times / plan.every_s + 1e-6) == cell].min() for cell in cells]
    assert not len(times) or plan.every_s > 1 or not unseen_of(times, seen)


@given(st.lists(st.integers(2, 200), min_size=2, max_size=6), st.floats(0, 1e6))
def test_joined_streams_take_as_long_as_their_parts(parts: list[int], first: float) -> None:
    stamps = np.concatenate([first + np.arange(part) / 25 for part in parts])

    times, duration_s, _, _ = clock_of(stamps, stamps)

    assert duration_s == pytest.approx(sum(parts) / 25, abs=1e-4)
    assert (np.diff(times) > 0).all()


@given(st.integers(5, 300), st.data())
def test_one_wild_stamp_moves_nothing_but_itself(count: int, data: st.DataObject) -> None:
    wild = data.draw(st.integers(1, count - 1))
    away_s = data.draw(st.sampled_from([-9e5, -36_000, 36_000, 2**33 / 90_000, 1e7]))
    stamps = np.arange(count) / 10
    stamps[wild] += away_s

    for decoded in (stamps, np.arange(count) / 10, None):
        times, duration_s, _, _ = clock_of(stamps, decoded)

        np.testing.assert_allclose(np.delete(times, wild), np.delete(np.arange(count), wild) / 10, atol=0.25)
        assert duration_s == pytest.approx(count / 10, abs=0.3)


def test_pictures_are_shown_in_another_order_than_they_are_decoded_in() -> None:
    shown = np.array([0, 8, 4, 2, 1, 3, 6, 5, 7, 16, 12, 10, 9, 11, 14, 13, 15]) / 2

    times, *_ = clock_of(shown)

    np.testing.assert_allclose(times, shown)


def test_a_recording_that_pauses_keeps_its_pauses() -> None:
    stamps = [0.0, 0.1, 0.2, LONGEST_PAUSE_S, LONGEST_PAUSE_S + 0.1]

    np.testing.assert_allclose(clock_of(stamps, stamps)[0], stamps)


def test_stamps_that_stand_still_leave_the_order_and_the_rate() -> None:
    np.testing.assert_allclose(clock_of([7.0] * 9, [7.0] * 9, rate=10)[0], np.arange(9) / 10)
    np.testing.assert_allclose(clock_of([np.nan] * 9)[0], np.arange(9) / 25)


def test_what_no_sample_stands_for_is_named() -> None:
    times = np.arange(300) / 10

    assert unseen_of(times, list(range(30))) == set()
    assert unseen_of(times, [*range(0, 29, 2), 29]) == set()
    assert unseen_of(times, list(range(25))) == {"end"}
    assert unseen_of(times, [*range(10), *range(14, 30)]) == {"moments"}
    assert unseen_of(times, []) == {"end"}
