"""An edition says the same on the page, in print and in files, and never more than may be seen."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from workspace.errors import Invalid
from workspace.exchange.figures import (
    AGES_COUNTED,
    DEFINITIONS,
    Agreement,
    Correction,
    Count,
    CountryCount,
    DayCount,
    Dissemination,
    EditionFigures,
    GradeCount,
    Header,
    MaterialStep,
    ModelUse,
    TimeMeasure,
    figure,
)
from workspace.exchange.statistics_report import (
    charts,
    duration,
    from_record,
    printed,
    to_csv,
    to_json,
    to_pdf,
    to_record,
)

QUITO = timezone(timedelta(hours=-5))
AS_OF = datetime(2026, 11, 13, 16, tzinfo=QUITO)
HEADER = Header(
    operation="Lantern", is_exercise=True, handling_code="H1", tlp="AMBER",
    opens_at=datetime(2026, 11, 9, 9, tzinfo=QUITO),
    closes_at=AS_OF, as_of=AS_OF, seq=6418, log_digest="7d2091ce" * 8, edition=1, kind="closing", audience="internal",
    countries=("EC", "GT", "PE"), drawn_up_by="operation lead", suppression_threshold=5,
)  # fmt: skip
NUMBERS = {
    "series_worked": 192, "series_country": 131, "victims_probable": 96, "victims_confirmed": 12,
    "victims_safeguarded": 5, "children_safeguarded": 3, "offenders_arrested": 3, "referrals_sent": 148,
}  # fmt: skip


def edition(audience: str = "internal", **changed: object) -> EditionFigures:
    whole = EditionFigures(
        header=dataclasses.replace(HEADER, audience=audience),
        figures=tuple(figure(key, number) for key, number in NUMBERS.items()),
        material=(MaterialStep("files_received", None, 3193), MaterialStep("files_readable", 22, 3171)),
        series_funnel=(Count("series_worked", 192), Count("series_country", 131), Count("series_confirmed", 11)),
        lead_funnel=(Count("leads_opened", 640), Count("leads_verified", 190)),
        dissemination=Dissemination(("EC", "GT", "PE"), ((4, 0, 3), (1, 0, 0), (5, 2, 1))),
        referral_days=(DayCount(date(2026, 11, 9), 9, 0), DayCount(date(2026, 11, 10), 148, 121)),
        ages=tuple(Count(band, n) for band, n in zip(AGES_COUNTED, (6, 14, 41, 31, 0, 4), strict=True)),
        places=(Count("CL", 23), Count("EC", 30), Count("PE", 3)),
        times=(TimeMeasure("intake_to_lead", 600, 2280, 7800), TimeMeasure("sent_to_safeguarded", 0, None, None)),
        agreement=Agreement(190, 171, 19, 19),
        models=(ModelUse("opencv_zoo_yunet_sface", "fb143eea" * 8, 0.43, 640, 131),),
        corrections=(Correction(AS_OF, "=Victim 12, V4", "The authority withdrew its statement."),),
    )
    return dataclasses.replace(whole, **changed)


def read_csv(figures: EditionFigures) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(printed(figures)).decode("utf-8-sig"), newline="")))


def test_an_edition_survives_its_record_unchanged() -> None:
    record = json.loads(json.dumps(to_record(edition())))

    assert from_record(record) == edition()
    with pytest.raises(Invalid) as refusal:
        from_record({"header": {"seq": "many"}})
    assert any(fault.startswith("header.seq") for fault in refusal.value.facts["faults"])


def test_an_edition_of_an_earlier_program_can_still_be_read() -> None:
    record = json.loads(json.dumps(to_record(edition())))
    del record["sexes"], record["countries"], record["grades"]

    assert printed(from_record(record)).table("countries").rows == ()


@pytest.mark.parametrize(
    ("size_bytes", "said"), [(0, "0"), (9_999_999, "9 999 999"), (15_400_000, "15 MB"), (216_000_000_000, "216 GB")]
)
def test_sizes_are_said_in_units_that_people_read_and_kept_exactly(size_bytes: int, said: str) -> None:
    found = printed(edition(figures=(figure("bytes_received", size_bytes),))).key_figures[0]

    assert found.text.replace("\u202f", " ") == said
    assert found.number == size_bytes


def test_what_a_country_had_to_do_with_it_is_counted_without_a_total_and_withheld_where_small() -> None:
    countries = (CountryCount("EC", 40, 70, 12, 0), CountryCount("GT", 2, 9, 0, 0), CountryCount("PE", 60, 61, 9, 7))
    table = printed(edition(countries=countries)).table("countries")

    assert [row.texts for row in table.rows] == [("c", "70", "12", "0"), ("c", "9", "0", "0"), ("c", "61", "9", "7")]
    assert table.foot is None
    assert "do not add up" in table.note
    assert "1 to 4" in table.note


def test_grades_are_counted_by_the_country_that_owns_and_small_numbers_are_withheld_with_their_neighbour() -> None:
    grades = tuple(
        GradeCount(country, number, f"word {number}", files)
        for country, row in (("EC", (40, 3, 9, 0, 60)), ("PE", (7, 8)), ("CL", (0, 0)))
        for number, files in enumerate(row)
    )
    table = printed(edition(grades=grades)).table("grades")

    texts = {row.key: row.texts[0] for row in table.rows}
    assert [texts[f"EC {which}"] for which in (0, 1, 2, 3, 4, "all")] == ["c", "c", "9", "0", "60", "112"]
    assert (texts["PE 0"], texts["PE all"], texts["CL all"]) == ("7", "15", "0")
    assert table.foot is None
    assert "1 to 4" in table.note
    assert any(
        row["table"] == "grades" and row["key"] == "EC 1" and row["number"] == "c"
        for row in read_csv(edition(grades=grades))
    )


def test_every_figure_carries_its_definition_and_only_defined_figures_exist() -> None:
    for key, definition in DEFINITIONS.items():
        assert figure(key, 1).definition == definition.text
        assert definition.label
        assert definition.unit
        assert definition.text.endswith(".")
    with pytest.raises(Invalid):
        figure("victims_saved", 1)


def test_series_and_victims_never_stand_in_one_funnel_and_safeguarded_is_no_part_of_confirmed() -> None:
    assert "Not a part of «Confirmed»" in DEFINITIONS["victims_safeguarded"].text
    assert {DEFINITIONS[key].unit for key in DEFINITIONS if key.startswith("series_")} == {"series"}
    assert {DEFINITIONS[key].unit for key in DEFINITIONS if key.startswith("victims_")} == {"victims"}


def test_the_csv_states_every_number_with_unit_and_definition() -> None:
    rows = read_csv(edition())

    figures = {row["key"]: row for row in rows if row["table"] == "figures"}
    assert {key: int(row["number"]) for key, row in figures.items()} == NUMBERS
    assert figures["victims_confirmed"]["definition"] == DEFINITIONS["victims_confirmed"].text
    header = {row["key"]: row["number"] for row in rows if row["table"] == "header"}
    assert (header["as_of"], header["event"], header["exercise"]) == ("2026-11-13T16:00:00-05:00", "6418", "yes")
    assert header["record_sha256"] == "7d2091ce" * 8
    sent = {(row["key"], row["column"]): row["number"] for row in rows if row["table"] == "dissemination"}
    assert (sent["PE", "EC"], sent["received", "sent"], sent["EC", "sent"]) == ("5", "16", "7")
    missing = [row for row in rows if row["key"] == "sent_to_safeguarded"]
    assert [row["number"] for row in missing] == ["0", "", ""]
    assert next(row for row in rows if row["table"] == "corrections")["definition"].startswith("'=Victim 12")


def test_the_json_states_the_same_numbers_and_the_rule() -> None:
    found = json.loads(to_json(printed(edition())))

    assert {row["key"]: row["number"] for row in found["figures"]} == NUMBERS
    assert found["header"]["seq"] == 6418
    assert "1 to 4" in found["suppression_rule"]
    assert found["tables"]["ages"]["total"]["numbers"] == [96]
    assert [row["withheld"] for row in found["tables"]["ages"]["rows"]] == [False] * 4 + [True] * 2
    assert found["tables"]["corrections"]["rows"][0]["texts"][0] == "=Victim 12, V4"


def test_small_numbers_are_withheld_in_every_form(pdf_pages: Callable[[bytes], list[str]]) -> None:
    hidden = edition(
        ages=tuple(Count(band, n) for band, n in zip(AGES_COUNTED, (6, 14, 717, 31, 777, 4), strict=True)),
        figures=(figure("offenders_arrested", 777, suppressed=True),),
    )
    found = printed(hidden)

    forms = [to_csv(found), to_json(found), "".join(pdf_pages(to_pdf(found))).encode()]
    for form in forms:
        assert b"717" in form
        assert b"777" not in form  # the neighbour of the small number, and the figure withheld by its maker
    assert found.key_figures[0].text == "c"
    assert [row.texts[0] for row in found.table("places").rows] == ["c", "c", "c"]
    assert "1 to 4" in found.table("places").note
    assert not printed(edition(ages=(), places=())).table("ages").note


def test_every_figure_stands_under_one_heading_in_the_order_of_its_definition() -> None:
    whole = printed(edition(figures=tuple(figure(key, 1) for key in DEFINITIONS)))

    assert [found.key for _heading, figures in whole.groups for found in figures] == list(DEFINITIONS)
    assert [heading for heading, _figures in whole.groups] == [
        "Taking part", "Material", "Series", "Victims and children", "Offenders", "Leads", "Clues",
        "Referrals",
    ]  # fmt: skip


def test_the_public_edition_does_not_say_who_sent_to_whom(pdf_pages: Callable[[bytes], list[str]]) -> None:
    public = printed(edition("public"))

    assert public.matrix is None
    assert b"dissemination" not in to_csv(public)
    assert "dissemination" not in json.loads(to_json(public))["tables"]
    assert not any("who sent to whom" in page for page in pdf_pages(to_pdf(public)))
    assert any("who sent to whom" in page for page in pdf_pages(to_pdf(printed(edition()))))


def test_the_pdf_bears_marks_digest_numbers_and_definitions(pdf_pages: Callable[[bytes], list[str]]) -> None:
    pages = pdf_pages(to_pdf(printed(edition())))

    for page in pages:
        for mark in ("EXERCISE", "TLP:AMBER", "H1", "Lantern", "Investigative lead, not an identification"):
            assert mark in page
    text = "".join(pages).replace("\u202f", " ")
    for said in (
        "Edition 1 · Closing", "2026-11-13 16:00 UTC−5", "7d2091ce" * 8, "192", "3 193", "38 min", "2 h 10", "68 %",
        "Safeguarded, not depicted", "Never added to the line above.", "fb143eeafb14…",
    ):  # fmt: skip
        assert said in text, said


def test_the_pdf_of_an_edition_is_the_same_whenever_it_is_made() -> None:
    assert to_pdf(printed(edition())) == to_pdf(printed(edition()))


def test_an_empty_edition_can_be_printed() -> None:
    empty = edition(
        figures=(), material=(), series_funnel=(), lead_funnel=(), dissemination=Dissemination((), ()),
        referral_days=(), ages=(), places=(), times=(), agreement=None, models=(), corrections=(),
    )  # fmt: skip
    found = printed(empty)

    assert to_pdf(found).startswith(b"%PDF")
    assert dataclasses.astuple(charts(found)) == ("", "", "")
    assert found.table("corrections").note.startswith("None.")
    assert [row["table"] for row in read_csv(empty) if row["table"] not in ("header", "dissemination")] == [
        "ages",
        "sexes",
        "places",
    ]


def test_charts_stand_for_the_tables_of_the_same_name() -> None:
    found = printed(edition())
    drawn = charts(found)

    assert "Country determined 131" in drawn.series_funnel
    assert 'id="chart-lead-funnel-title"' in drawn.lead_funnel
    assert "sent 148" in drawn.referral_days
    many = tuple(DayCount(date(2026, 11, 1) + timedelta(days=n), n, n) for n in range(30))
    assert charts(printed(edition(referral_days=many))).referral_days.count(".11.<") == 8


def test_a_report_is_written_in_the_readers_language(pdf_pages: Callable[[bytes], list[str]]) -> None:
    spanish = {
        "Country determined": "País determinado", "Figures": "Cifras", "EXERCISE": "EJERCICIO", "series": "series es",
        "A likely country of offence, on stated grounds, confirmed by a second reviewer (V1).": "Un país probable.",
    }  # fmt: skip

    def translate(text: str) -> str:
        return spanish.get(text, text)

    found = printed(edition(), translate)
    text = "".join(pdf_pages(to_pdf(found, translate, language="es")))

    assert all(said in text for said in ("País determinado", "Cifras", "EJERCICIO", "Un país probable."))
    assert "Country determined" not in text
    assert "País determinado" in charts(found, translate).series_funnel


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "—"), (12, "12 s"), (2280, "38 min"), (3570, "1 h 00"), (7800, "2 h 10"), (93_600, "1 d 02 h"), (0, "0 s")],
)
def test_times_are_said_as_people_say_them(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


def test_what_people_write_in_an_edition_is_printed_and_never_acts(pdf_pages: Callable[[bytes], list[str]]) -> None:
    acting = '#panic("acted") $x$ <label> @ref'
    header = dataclasses.replace(HEADER, operation=acting, as_of=AS_OF.astimezone(UTC))

    pages = pdf_pages(to_pdf(printed(edition(header=header, corrections=(Correction(AS_OF, acting, acting),)))))

    assert "".join("".join(pages).split()).count("".join(acting.split())) >= 4


@pytest.mark.parametrize("audience", ["internal", "public"])
@pytest.mark.parametrize("is_exercise", [True, False])
def test_an_exercises_edition_says_so_in_every_form_and_a_real_one_in_none(
    audience: str, is_exercise: bool, pdf_pages: Callable[[bytes], list[str]]
) -> None:
    header = dataclasses.replace(HEADER, is_exercise=is_exercise, audience=audience)
    shown = printed(edition(header=header))
    stated = json.loads(to_json(shown))

    said = [
        shown.title.startswith("EXERCISE"),
        stated.get("mark") == "EXERCISE",
        stated["header"]["is_exercise"],
        b"EXERCISE" in to_csv(shown),
        all("EXERCISE" in page for page in pdf_pages(to_pdf(shown))),
    ]

    assert said == [is_exercise] * len(said)
