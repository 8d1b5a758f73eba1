"""A long and narrow picture is looked at in bands, in which every face is whole at least once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workspace.analysis.faces import bands_of


@given(longest=st.integers(1, 40_000), shortest=st.integers(1, 4_000), lies=st.booleans(), data=st.data())
def test_a_face_no_larger_than_the_overlap_is_whole_in_a_band_that_does_not_cut_it(
    longest: int, shortest: int, lies: bool, data: st.DataObject
) -> None:
    longest = max(longest, shortest)
    height, width = (shortest, longest) if lies else (longest, shortest)
    bands = bands_of(height, width, 1280)
    side = data.draw(st.integers(1, max(1, min(shortest, bands[0].overlap or shortest) - 12)))
    start = data.draw(st.integers(0, longest - side))
    box = np.array([start, 0, start + side, side] if lies else [0, start, side, start + side], np.float32)

    shown = [
        band
        for band in bands
        if (band.left, band.top) <= (box[0], box[1])
        and box[0] >= band.left
        and box[1] >= band.top
        and box[2] <= band.right
        and box[3] <= band.bottom
        and not band.cuts(box - np.tile(band.corner, 2))
    ]

    assert shown
    assert all(0 <= band.left < band.right <= width and 0 <= band.top < band.bottom <= height for band in bands)
