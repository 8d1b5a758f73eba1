"""A chart says what its table says, to eyes and to screen readers, and can do nothing else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.exchange.charts import (
    PRINT_ATTRIBUTES,
    WIDTH,
    Bar,
    Line,
    Step,
    bar_funnel,
    for_print,
    step_bars,
    two_lines,
)

SVG = "{http://www.w3.org/2000/svg}"
counts = st.integers(0, 10**7)


def funnel(*bars: Bar, title: str = "Series") -> str:
    return bar_funnel("chart-series", bars, title=title, description="Bars, as the table below")


def lines(sent: list[int], acknowledged: list[int]) -> str:
    days = [f"day {place}" for place in range(len(sent))]
    return two_lines(
        "chart-days", days, Line("sent", tuple(sent)), Line("acknowledged", tuple(acknowledged)),
        title="Referrals", description="Lines, as the table below",
    )  # fmt: skip


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_each_bar_bears_its_label_number_and_share() -> None:
    svg = funnel(Bar("Worked", 1920), Bar("Country", 131), Bar("None", 0))

    assert texts(svg) == ["Worked", "1\u202f920", "100 %", "Country", "131", "7 %", "None", "0", "0 %"]
    widths = [float(bar.get("width", "")) for bar in ElementTree.fromstring(svg).iter(f"{SVG}rect")]
    assert widths[0] == 280
    assert widths[1] == pytest.approx(280 * 131 / 1920, abs=0.1)
    assert widths[2] == 0


@given(st.lists(counts, min_size=1, max_size=6))
def test_no_share_is_more_than_its_whole_and_no_bar_is_cut_short(numbers: list[int]) -> None:
    svg = funnel(*(Bar(f"stage {place}", number) for place, number in enumerate(numbers)))

    shares = [int(text.removesuffix(" %")) for text in texts(svg) if text.endswith("%")]
    assert len(shares) == (len(numbers) if numbers[0] and numbers[0] == max(numbers) else 0)
    assert all(share <= 100 for share in shares)
    widths = [float(bar.get("width", "")) for bar in ElementTree.fromstring(svg).iter(f"{SVG}rect")]
    assert widths == [pytest.approx(280 * number / (max(numbers) or 1), abs=0.1) for number in numbers]


def test_a_withheld_number_has_no_bar_that_would_give_it_away() -> None:
    svg = funnel(Bar("Worked", 192), Bar("Few", None))

    assert texts(svg) == ["Worked", "192", "100 %", "Few", "c"]
    assert svg.count("<rect") == 1


def test_a_chart_has_a_title_and_a_description_for_who_cannot_see_it() -> None:
    for svg in (funnel(Bar("Worked", 1)), lines([1], [0])):
        root = ElementTree.fromstring(svg)
        named = (root.get("aria-labelledby") or "").split()
        said = [element.text for element in root if element.get("id") in named]

        assert root.get("role") == "img"
        assert len(said) == 2
        assert all(said)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")))
def test_no_label_can_become_markup(label: str) -> None:
    svg = funnel(Bar(label, 3), title=label)

    root = ElementTree.fromstring(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "title", "desc", "text", "rect"}
    assert root[0].text in (label, None if label == "" else label)


@pytest.mark.parametrize("svg", [funnel(Bar("<script>alert(1)</script>", 3)), lines([1, 5, 9], [0, 2, 9])])
def test_a_chart_holds_no_style_script_link_or_colour(svg: str) -> None:
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|href|url\(|#[0-9a-f]{3,6}|foreignObject", svg)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=14))
def test_every_point_lies_inside_the_picture(pairs: list[tuple[int, int]]) -> None:
    svg = lines([sent for sent, _ in pairs], [acknowledged for _, acknowledged in pairs])

    root = ElementTree.fromstring(svg)
    height = float((root.get("viewBox") or "").split()[3])
    for line in root.iter(f"{SVG}polyline"):
        points = [tuple(map(float, point.split(","))) for point in (line.get("points") or "").split()]
        assert len(points) == len(pairs)
        assert all(0 <= x <= WIDTH and 0 <= y <= height for x, y in points)


@given(counts, counts)
def test_the_names_at_the_ends_of_two_lines_never_overlap(sent: int, acknowledged: int) -> None:
    root = ElementTree.fromstring(lines([0, sent], [0, acknowledged]))

    first, second = list(root.iter(f"{SVG}text"))[-2:]
    assert abs(float(first.get("y", "")) - float(second.get("y", ""))) >= 19.9


def test_a_chart_without_days_or_bars_is_still_a_picture() -> None:
    for svg in (lines([], []), funnel()):
        assert ElementTree.fromstring(svg).tag == f"{SVG}svg"


def test_the_id_of_a_chart_can_only_be_an_id() -> None:
    with pytest.raises(ValueError, match="cannot be an id"):
        bar_funnel('x" onload="', [Bar("a", 1)], title="t", description="d")


def test_print_has_a_colour_for_every_class_and_no_class_left() -> None:
    steps = step_bars(
        "chart-steps", [Step("Exist", 7, 0), Step("Read", 5, 2)], title="Steps", description="As the table below"
    )
    both = funnel(Bar("Worked", 192), Bar("Few", None), Bar("Some", 20)) + lines([1, 2], [0, 1]) + steps

    used = set(re.findall(r'class="([^"]+)"', both))
    assert used <= set(PRINT_ATTRIBUTES)
    assert "class=" not in for_print(both)
    assert 'fill="#1d4468"' in for_print(both)


@given(st.lists(counts, min_size=1, max_size=7))
def test_a_step_is_as_long_as_what_reached_it_and_what_was_lost_stands_at_its_end(lost: list[int]) -> None:
    left = sum(lost)
    steps = [Step("Exist", left, 0)]
    for number in lost:
        left -= number
        steps.append(Step("Step", left, number))

    drawn = ElementTree.fromstring(step_bars("chart-steps", steps, title="Steps", description="As the table below"))

    ends = []
    for bar in drawn.iter(f"{SVG}rect"):
        ends.append((bar.get("class"), round(float(bar.get("x", 0)) + float(bar.get("width", 0)), 1)))
    whole = next(end for css, end in ends if css == "fig")
    assert sum(css == "lost" for css, _end in ends) == sum(number > 0 for number in lost)
    assert all(end <= whole + 0.2 <= WIDTH for _css, end in ends)
    assert [text for text in texts(ElementTree.tostring(drawn, encoding="unicode")) if text.startswith("−")] == [
        f"− {number:,}".replace(",", "\u202f") for number in lost if number
    ]
