"""Draws the charts of a statistics report as SVG text: no script, no inline style, colours by class.

One drawing serves the page, where the style sheet colours the classes in both themes, and the PDF, where `for_print`
puts the light colours in place of the classes. A chart always stands beside a table with the same numbers; its title
and description speak to who cannot see it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from workspace.exchange.words import grouped

WITHHELD = "c"  # what stands in place of a number that is not printed

WIDTH = 520
BAR_START, BAR_LENGTH, BAR_HEIGHT, BAR_STEP = 150, 280, 20, 30
STEP_HEIGHT, STEP_STEP = 14, 20
PLOT_LEFT, PLOT_RIGHT, PLOT_TOP, PLOT_BOTTOM = 40, 390, 17, 128
LABEL_GAP = 20  # least distance between the two labels at the ends of lines
LONGEST_LABEL = 24  # characters of a bar's label that fit before the bars

# Light values of the product's colour tokens; a test keeps them equal to the classes that are drawn.
PRINT_ATTRIBUTES = {
    "chart": 'font-family="Noto Sans" font-size="12"',
    "fig": 'fill="#1d4468"',
    "fig2": 'fill="#8ba7c0"',
    "fig3": 'fill="#d3dde6"',
    "lost": 'fill="#ffffff" stroke="#59636b" stroke-dasharray="2 2"',
    "label": 'fill="#414a52"',
    "strong": 'fill="#14191d" font-weight="600"',
    "axis": 'fill="none" stroke="#dadee1"',
    "line1": 'fill="none" stroke="#1d4468" stroke-width="2"',
    "line2": 'fill="none" stroke="#59636b" stroke-width="1.5" stroke-dasharray="4 3"',
    "pt": 'fill="#ffffff" stroke="#1d4468" stroke-width="2"',
}


@dataclass(frozen=True)
class Bar:
    """One bar: what it is and how many; None where the number is withheld."""

    label: str
    count: int | None


@dataclass(frozen=True)
class Line:
    """One line: its name and its value at the end of each day."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """One step of a way on which some are lost: how many reached it, and how many were lost at it."""

    label: str
    reached: int
    lost: int


def step_bars(name: str, steps: Sequence[Step], *, title: str, description: str) -> str:
    """Horizontal bars, each as long as what reached the step, with what was lost at it drawn empty at its end; no
    shares.

    `name` is the id of the chart on its page: letters, digits and dashes.
    """
    whole = max((step.reached + step.lost for step in steps), default=0)
    parts = [_step(place, step, BAR_LENGTH / whole if whole else 0.0) for place, step in enumerate(steps)]
    return _svg(name, max(1, len(steps)) * STEP_STEP, title, description, "".join(parts))


def _step(place: int, step: Step, scale: float) -> str:
    top = place * STEP_STEP + 2
    reached, lost = step.reached * scale, step.lost * scale
    drawn = _text(0, top + 11, _short(step.label))
    drawn += f'<rect class="fig" x="{BAR_START}" y="{top}" width="{reached:.1f}" height="{STEP_HEIGHT}"/>'
    if step.lost:
        drawn += (
            f'<rect class="lost" x="{BAR_START + reached:.1f}" y="{top}" width="{lost:.1f}" height="{STEP_HEIGHT}"/>'
        )
    number = grouped(step.reached)
    drawn += _text(BAR_START + reached + lost + 8, top + 11, number, "strong")
    return drawn + (
        _text(BAR_START + reached + lost + 16 + 7.5 * len(number), top + 11, f"− {grouped(step.lost)}")
        if step.lost
        else ""
    )


def bar_funnel(name: str, bars: Sequence[Bar], *, title: str, description: str) -> str:
    """Horizontal bars, each with its number and its share of the first; the first is drawn quietly as the whole.

    A bar that is longer than the first, as editions before `series_all` have, is not a share of it: no bar has a share
    then, and the longest gives the scale. `name` is the id of the chart on its page: letters, digits and dashes.
    """
    first = bars[0].count if bars else None
    longest = max((bar.count or 0 for bar in bars), default=0)
    whole = first if first == longest else None
    parts = [_bar(place, bar, longest, whole) for place, bar in enumerate(bars)]
    return _svg(name, max(1, len(bars)) * BAR_STEP, title, description, "".join(parts))


def _bar(place: int, bar: Bar, longest: int, whole: int | None) -> str:
    top = place * BAR_STEP + 2
    text = _text(0, top + 14, _short(bar.label))
    if bar.count is None:
        return text + _text(BAR_START + 8, top + 14, WITHHELD, "strong")
    length = BAR_LENGTH * bar.count / longest if longest else 0.0
    colour = "fig2" if place == 0 and whole else "fig"
    drawn = f'<rect class="{colour}" x="{BAR_START}" y="{top}" width="{length:.1f}" height="{BAR_HEIGHT}" rx="2"/>'
    number = grouped(bar.count)
    share = _text(BAR_START + length + 16 + 7.5 * len(number), top + 14, percent(bar.count, whole)) if whole else ""
    return text + drawn + _text(BAR_START + length + 8, top + 14, number, "strong") + share


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def percent(part: int, whole: int | None) -> str:
    """A share in whole percent, as it is printed beside a number; «» where there is no whole that it is a share of."""
    return f"{100 * part / whole:.0f} %" if whole and part <= whole else ""


def two_lines(name: str, days: Sequence[str], first: Line, second: Line, *, title: str, description: str) -> str:
    """Two cumulative lines over the days: the first strong with points, the second dashed, each named at its end."""
    top = _round_up(max((*first.values, *second.values, 1)))
    ticks = [0, top // 3, 2 * top // 3, top] if top % 3 == 0 else [0, top // 2, top]
    parts = [_grid(ticks, top)]
    across = [_across(place, len(days)) for place in range(len(days))]
    parts += [_text(x, 147, day, anchor="middle") for x, day in zip(across, days, strict=True)]
    for css, line in (("line2", second), ("line1", first)):
        points = " ".join(f"{x:.1f},{_up(value, top):.1f}" for x, value in zip(across, line.values, strict=True))
        parts.append(f'<polyline class="{css}" points="{points}"/>')
    parts += [
        f'<circle class="pt" cx="{x:.1f}" cy="{_up(value, top):.1f}" r="3.5"/>'
        for x, value in zip(across, first.values, strict=True)
    ]
    parts.append(_end_labels(first, second, top))
    return _svg(name, 152, title, description, "".join(parts))


def _grid(ticks: Sequence[int], top: int) -> str:
    lines = "".join(f"M{PLOT_LEFT} {_up(tick, top):.1f}H{PLOT_RIGHT}" for tick in ticks)
    numbers = "".join(_text(PLOT_LEFT - 10, _up(tick, top) + 4, grouped(tick), anchor="end") for tick in ticks)
    return f'<path class="axis" d="{lines}"/>{numbers}'


def _end_labels(first: Line, second: Line, top: int) -> str:
    if not first.values:
        return ""
    upper, lower = _up(first.values[-1], top) + 4, _up(second.values[-1], top) + 4
    if abs(upper - lower) < LABEL_GAP:
        lower = upper + LABEL_GAP if lower >= upper else upper - LABEL_GAP
    x = PLOT_RIGHT + 6
    return _text(x, upper, f"{first.label} {grouped(first.values[-1])}", "strong") + _text(
        x, lower, f"{second.label} {grouped(second.values[-1])}"
    )


def _across(place: int, days: int) -> float:
    return PLOT_LEFT + 6 + place * (PLOT_RIGHT - PLOT_LEFT - 14) / max(1, days - 1)


def _up(value: int, top: int) -> float:
    return PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * value / top


def _round_up(value: int) -> int:
    """The next round number: 1, 1.5, 2, 3, 5, 6 or 10 times a power of ten, and even."""
    scale = 1
    while True:
        for step in (2, 4, 6, 10, 15, 20, 30, 50, 60):
            if value <= step * scale:
                return step * scale
        scale *= 10


def _text(x: float, y: float, text: str, css: str = "label", anchor: str = "start") -> str:
    where = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text class="{css}" x="{x:.1f}" y="{y:.1f}"{where}>{escape(text)}</text>'


def _svg(name: str, height: int, title: str, description: str, body: str) -> str:
    if not re.fullmatch(r"[a-zA-Z][a-zA-Z0-9-]*", name):
        raise ValueError(f"{name!r} cannot be an id")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{body}</svg>"
    )


def for_print(svg: str) -> str:
    """The same drawing with the light colours in place of its classes, for a PDF."""
    return re.sub(r'class="([a-z0-9]+)"', lambda match: PRINT_ATTRIBUTES[match[1]], svg)
