from __future__ import annotations

import pytest

from workspace.analysis.matching import band
from workspace.analysis.pack import Pack


@pytest.mark.parametrize(
    ("score", "word"), [(0.2, "weak"), (0.4299, "weak"), (0.43, "moderate"), (0.4999, "moderate"), (0.5, "strong")]
)
def test_the_band_follows_the_thresholds_of_the_pack(pack: Pack, score: float, word: str) -> None:
    assert band(score, pack) == word
