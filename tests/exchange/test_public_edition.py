"""No number that the public edition withholds can be worked out from the others by the definitions of the figures."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from workspace.exchange.figures import (
    AGES_COUNTED,
    Correction,
    Count,
    CountryCount,
    Dissemination,
    EditionFigures,
    Header,
    TimeMeasure,
    figure,
)
from workspace.exchange.printed_edition import OF_PEOPLE, PrintedEdition, for_public, printed
from workspace.rules.codes import SEXES

AS_OF = datetime(2026, 11, 13, 16, tzinfo=UTC)
HEADER = Header(
    operation="Lantern", is_exercise=True, handling_code="H1", tlp="AMBER", opens_at=AS_OF, closes_at=AS_OF,
    as_of=AS_OF, seq=6418,
    log_digest="7d2091ce" * 8, edition=1, kind="closing", audience="internal", countries=("EC", "PE"),
    drawn_up_by="operation lead",
    suppression_threshold=5,
)  # fmt: skip
NOTHING = EditionFigures(
    header=HEADER, figures=(), material=(), series_funnel=(), lead_funnel=(), dissemination=Dissemination((), ()),
    referral_days=(),
    ages=(), places=(), times=(), agreement=None, models=(), corrections=(),
)  # fmt: skip
few = st.integers(0, 12)
Known = int | None
"""A printed number; None where it is withheld."""


def test_the_measured_times_do_not_give_the_not_depicted_children_away() -> None:
    figures = dataclasses.replace(
        NOTHING,
        figures=(figure("victims_safeguarded", 7), figure("children_safeguarded", 2)),
        times=(TimeMeasure("sent_to_acknowledged", 20, 60, 90), TimeMeasure("sent_to_safeguarded", 9, 3600, 7200)),
    )

    public = printed(for_public(figures))

    assert [found.text for found in public.key_figures] == ["7", "c"]
    assert [row.key for row in public.table("times").rows] == ["sent_to_acknowledged"]
    assert len(printed(figures).table("times").rows) == 2  # the internal edition says all of it


def test_the_measured_times_stand_where_nothing_is_withheld() -> None:
    figures = dataclasses.replace(
        NOTHING,
        figures=(figure("victims_safeguarded", 7), figure("children_safeguarded", 0)),
        times=(TimeMeasure("sent_to_safeguarded", 7, 3600, 7200),),
    )

    assert [row.numbers[0] for row in printed(for_public(figures)).table("times").rows] == [7]


@st.composite
def editions(draw: st.DrawFn) -> EditionFigures:
    """Editions in which every sum holds that the definitions promise."""
    ages = draw(st.lists(few, min_size=len(AGES_COUNTED), max_size=len(AGES_COUNTED)))
    probable = sum(ages)
    cuts = sorted(draw(st.lists(st.integers(0, probable), min_size=3, max_size=3)))
    sexes = [after - before for before, after in zip([0, *cuts], [*cuts, probable], strict=True)]
    confirmed, safe, siblings = draw(st.integers(0, probable)), draw(few), draw(few)
    split = draw(st.integers(0, confirmed))
    rescued = draw(st.integers(0, safe))
    stages = {key: draw(few) for key in sorted(OF_PEOPLE) if key not in ("victims_probable", "victims_confirmed")}
    numbers = {
        **stages,
        "victims_probable": probable,
        "victims_confirmed": confirmed,
        "victims_safeguarded": safe,
        "children_safeguarded": siblings,
    }
    countries = (
        CountryCount("EC", probable, 0, split, rescued),
        CountryCount("PE", 0, 0, confirmed - split, safe - rescued),
    )
    header = dataclasses.replace(HEADER, suppression_threshold=draw(st.integers(3, 10)))
    return dataclasses.replace(
        NOTHING,
        header=header,
        figures=tuple(figure(key, number) for key, number in numbers.items()),
        series_funnel=tuple(Count(key, numbers[key]) for key in ("series_probable", "series_confirmed")),
        ages=tuple(Count(band, number) for band, number in zip(AGES_COUNTED, ages, strict=True)),
        sexes=tuple(Count(sex, number) for sex, number in zip(SEXES, sexes, strict=True)),
        countries=countries,
        times=(TimeMeasure("sent_to_safeguarded", safe + siblings, 60, 90),),
        corrections=(Correction(AS_OF, "V-001 · V4", "wrong"),),
    )


def equations(public: PrintedEdition) -> Iterator[tuple[str, list[Known]]]:
    """Every sum that holds between printed numbers by definition: of the terms of each, the last is the sum of the
    others."""
    figures = {found.key: found.number for found in public.key_figures}
    for key in ("ages", "sexes"):
        table = public.table(key)
        assert table.foot is not None
        cells = [_whole(row.numbers[0]) for row in table.rows]
        yield key, [*cells, _whole(table.foot.numbers[0])]
        yield f"{key} and probable", [*cells, figures["victims_probable"]]
        yield f"{key}: both totals", [_whole(table.foot.numbers[0]), figures["victims_probable"]]
    for column, key in ((0, "victims_probable"), (2, "victims_confirmed"), (3, "victims_safeguarded")):
        yield (
            f"countries: {key}",
            [*(_whole(row.numbers[column]) for row in public.table("countries").rows), figures[key]],
        )
    for row in public.table("series_funnel").rows:
        yield row.key, [_whole(row.numbers[0]), figures[row.key]]
    for row in public.table("times").rows:
        yield row.key, [figures["victims_safeguarded"], figures["children_safeguarded"], _whole(row.numbers[0])]


def _whole(number: int | float | None) -> Known:
    return None if number is None else int(number)


@given(editions())
def test_no_withheld_number_follows_from_one_sum_or_difference(figures: EditionFigures) -> None:
    public = printed(for_public(figures))

    for name, terms in equations(public):
        assert terms.count(None) != 1, name  # one unknown is what the others say
    threshold = figures.header.suppression_threshold
    shown = [found.number for found in public.key_figures if found.key in OF_PEOPLE]
    tables = ("ages", "sexes", "places", "countries")
    shown += [_whole(number) for key in tables for row in public.table(key).rows for number in row.numbers]
    assert not any(number is not None and 0 < number < threshold for number in shown)
