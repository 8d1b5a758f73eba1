"""Times between two acts, as papers give them."""

from __future__ import annotations

from statistics import quantiles


def median_and_p90(seconds: list[float]) -> tuple[float | None, float | None]:
    """As `percentile_cont` computes them; None where nothing was measured."""
    if not seconds:
        return None, None
    if len(seconds) == 1:
        return seconds[0], seconds[0]
    tenths = quantiles(seconds, n=10, method="inclusive")
    return tenths[4], tenths[8]
