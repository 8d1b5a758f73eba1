"""Writes an edition of the statistics: charts for the page, and CSV, JSON and PDF files.

All take the printed form (printed_edition.py), in which small numbers are already withheld, and cannot print more than
it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from workspace.exchange import pdf
from workspace.exchange.charts import WITHHELD, Bar, Line, bar_funnel, for_print, two_lines
from workspace.exchange.csv_safe import Cell, write_csv
from workspace.exchange.figures import EditionFigures, Figure, figure
from workspace.exchange.printed_edition import (
    PrintedEdition,
    PrintedFigure,
    duration,
    for_public,
    from_record,
    printed,
    to_record,
)
from workspace.exchange.printed_tables import PrintedRow, PrintedTable
from workspace.exchange.suppression import suppress
from workspace.exchange.words import EXERCISE_MARK, EXERCISE_MEANING, LEAD_NOT_IDENTIFICATION, Translate, moment

__all__ = [
    "Charts", "EditionFigures", "Figure", "PrintedEdition", "PrintedFigure", "PrintedRow", "PrintedTable", "charts",
    "duration", "figure", "for_public", "from_record", "printed", "suppress", "to_csv", "to_json", "to_pdf",
    "to_record",
]  # fmt: skip

FORMAT = "concord-statistics-edition"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class Charts:
    """The charts of an edition as SVG for the page; «» where there is nothing to draw."""

    series_funnel: str
    lead_funnel: str
    referral_days: str


def charts(edition: PrintedEdition, translate: Translate = str) -> Charts:
    """Draw the charts of what may be seen; each stands beside the table of the same key."""
    return Charts(
        _drawn_funnel(edition.table("series_funnel"), translate),
        _drawn_funnel(edition.table("lead_funnel"), translate),
        _drawn_days(edition, translate),
    )


def _drawn_funnel(table: PrintedTable, _: Translate) -> str:
    if not table.rows:
        return ""
    bars = [Bar(row.label, int(row.numbers[0]) if row.numbers[0] is not None else None) for row in table.rows]
    said = ", ".join(f"{row.label} {row.texts[0]}" for row in table.rows)
    description = _("Bars: {said}. The table below has the same figures.").format(said=said)
    return bar_funnel(f"chart-{table.key.replace('_', '-')}", bars, title=table.title, description=description)


def _drawn_days(edition: PrintedEdition, _: Translate) -> str:
    days = edition.figures.referral_days
    if not days:
        return ""
    table = edition.table("referral_days")
    description = _("Referrals sent and acknowledged by the end of each day. The table below has the same figures.")
    return two_lines(
        "chart-referral-days",
        _thinned([f"{day.day:%d.%m.}" for day in days]),
        Line(_("sent"), tuple(day.sent for day in days)),
        Line(_("acknowledged"), tuple(day.acknowledged for day in days)),
        title=table.title,
        description=description,
    )


def _thinned(names: Sequence[str], most: int = 8) -> list[str]:
    """Leave only so many names of days that they do not touch; the last one always stands."""
    step = -(-len(names) // most)
    return [name if (len(names) - 1 - place) % step == 0 else "" for place, name in enumerate(names)]


def to_csv(edition: PrintedEdition) -> bytes:
    """The edition as one long table: table, row, column, number, unit, definition. «c» stands for a withheld number."""
    head = edition.figures.header
    rows: list[Sequence[Cell]] = [("table", "key", "row", "column", "number", "unit", "definition")]
    about = (
        ("statement", LEAD_NOT_IDENTIFICATION), ("operation", head.operation),
        ("exercise", "yes" if head.is_exercise else "no"),
        *([("mark", EXERCISE_MARK), ("meaning", EXERCISE_MEANING)] if head.is_exercise else []),
        ("edition", head.edition), ("kind", head.kind), ("audience", head.audience), ("as_of", head.as_of.isoformat()),
        ("event", head.seq), ("record_sha256", head.log_digest), ("tlp", head.tlp),
        ("handling_code", head.handling_code), ("suppression_threshold", head.suppression_threshold),
    )  # fmt: skip
    rows += [("header", key, key, "", value, "", "") for key, value in about]
    rows += [
        (
            "figures",
            figure.key,
            figure.label,
            "",
            _csv_number(figure.number, figure.is_withheld),
            figure.unit,
            figure.definition,
        )
        for figure in edition.key_figures
    ]
    for table in (*edition.tables, *([edition.matrix] if edition.matrix else [])):
        for row in (*table.rows, *([table.foot] if table.foot else [])):
            if not row.numbers:  # corrections are words
                rows.append((table.key, row.key, row.label, "", "", "", " · ".join(row.texts)))
            for column, number in zip(table.columns, row.numbers, strict=False):
                rows.append(
                    (table.key, row.key, row.label, column, _csv_number(number, row.is_withheld), table.unit, "")
                )
    return write_csv(rows)


def _csv_number(number: int | float | None, is_withheld: bool) -> Cell:
    return WITHHELD if number is None and is_withheld else number


def to_json(edition: PrintedEdition) -> bytes:
    """The edition for programs: header, figures with definitions, and tables; null stands for a withheld number."""
    record = to_record(edition.figures)
    tables = (*edition.tables, *([edition.matrix] if edition.matrix else []))
    whole = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "statement": LEAD_NOT_IDENTIFICATION,
        **({"mark": EXERCISE_MARK, "meaning": EXERCISE_MEANING} if edition.figures.header.is_exercise else {}),
        "header": record["header"],
        "signed_head": edition.head,
        "suppression_rule": edition.rule,
        "figures": [
            {
                "key": figure.key,
                "label": figure.label,
                "number": figure.number,
                "withheld": figure.is_withheld,
                "unit": figure.unit,
                "definition": figure.definition,
            }
            for figure in edition.key_figures
        ],
        "tables": {
            table.key: {
                "title": table.title,
                "unit": table.unit,
                "columns": list(table.columns),
                "rows": [_json_row(row) for row in table.rows],
                "total": _json_row(table.foot) if table.foot else None,
                "note": table.note,
            }
            for table in tables
        },
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _json_row(row: PrintedRow) -> dict[str, object]:
    if not row.numbers:
        return {"key": row.key, "label": row.label, "texts": list(row.texts)}
    return {"key": row.key, "label": row.label, "numbers": list(row.numbers), "withheld": row.is_withheld}


def to_pdf(edition: PrintedEdition, translate: Translate = str, *, language: str = "en") -> bytes:
    """The edition on A4. Its text is in the language `printed` was given; the charts are the page's, in print
    colours."""
    _ = translate
    head = edition.figures.header
    footer = _("{title} as of {time} · {role}").format(
        title=edition.title, time=moment(head.as_of), role=head.drawn_up_by
    )
    document = pdf.Document(
        title=edition.title,
        language=language,
        operation=head.operation,
        is_exercise=head.is_exercise,
        tlp=head.tlp,
        handling_code=head.handling_code,
        footer=footer,
        meta=edition.meta,
        chip=_("internal") if edition.matrix else _("public"),
        blocks=_blocks(edition, charts(edition, _), _),
    )
    return pdf.render_pdf(document, created_at=head.as_of, translate=_)


def _blocks(edition: PrintedEdition, drawn: Charts, _: Translate) -> tuple[pdf.Block, ...]:
    matrix = [_pdf_matrix(edition.matrix)] if edition.matrix else []
    return (
        *(_pdf_figures(heading, figures, _) for heading, figures in edition.groups),
        pdf.Columns(
            (_pdf_table(edition.table("series_funnel"), drawn.series_funnel),),
            (_pdf_table(edition.table("lead_funnel"), drawn.lead_funnel),),
        ),
        *matrix,
        pdf.Columns(
            (
                _pdf_table(edition.table("referral_days"), drawn.referral_days),
                *(_pdf_table(edition.table(key)) for key in ("material", "times", "agreement")),
            ),
            tuple(_pdf_table(edition.table(key)) for key in ("ages", "sexes", "places")),
        ),
        *(_pdf_table(edition.table(key)) for key in ("countries", "grades", "models", "corrections")),
        pdf.Words(_("What is not printed"), (edition.rule,)),
        *_pdf_head(edition, _),
    )


def _pdf_head(edition: PrintedEdition, _: Translate) -> tuple[pdf.Words, ...]:
    if edition.head is None:
        return ()
    say = _("Whoever keeps these lines finds a record that was rewritten before this event (docs/operate.md).")
    return (pdf.Words(_("Signed head of the record"), (*filter(None, edition.head.split("\n")), say)),)


def _pdf_figures(heading: str, figures: tuple[PrintedFigure, ...], _: Translate) -> pdf.Table:
    rows = tuple(
        (
            pdf.Cell(figure.label, "strong"),
            pdf.Cell(figure.text, "big"),
            pdf.Cell(figure.unit, "quiet"),
            pdf.Cell(figure.definition, "note"),
        )
        for figure in figures
    )
    head = (_("Figure"), _("Number"), _("of"), _("What is counted"))
    aside = _("this operation, not cumulative")
    return pdf.Table(f"{_('Figures')}: {heading}", aside, head, rows, "sess", (0.27, 0.11, 0.12, 0.5))


def _pdf_table(table: PrintedTable, svg: str = "") -> pdf.Table:
    """A table, under its chart where it has one; the chart's words are the table's, so nobody misses a number."""
    is_text = not any(row.numbers for row in table.rows)
    rows = tuple((pdf.Cell(row.label, "strong"), *map(pdf.Cell, row.texts)) for row in table.rows)
    foot = (pdf.Cell(table.foot.label, "strong"), *map(pdf.Cell, table.foot.texts)) if table.foot else ()
    width = len(table.columns)
    return pdf.Table(
        table.title,
        table.unit,
        (table.first, *table.columns),
        rows,
        "s" + ("s" if is_text else "e") * width,
        (0.4, *(0.6 / width for _column in table.columns)),
        foot,
        table.note,
        for_print(svg),
        ", ".join(f"{row.label} {' '.join(row.texts)}" for row in table.rows) if svg else "",
    )


def _pdf_matrix(table: PrintedTable) -> pdf.Table:
    """Who sent to whom, the larger the darker; the country's own cells are framed."""
    highest = max((number or 0 for row in table.rows for number in row.numbers[:-1]), default=0)

    def cell(place: int, own: int, row: PrintedRow) -> pdf.Cell:
        number = row.numbers[place] or 0
        if place == len(row.texts) - 1:
            return pdf.Cell(row.texts[place], "strong")
        shade = min(3, 1 + int(3 * number / (highest + 1))) if number and place != own else 0
        return pdf.Cell(row.texts[place], shade=shade, framed=place == own)

    rows = tuple(
        (pdf.Cell(row.label, "strong"), *(cell(place, own, row) for place in range(len(row.texts))))
        for own, row in enumerate(table.rows)
    )
    foot = (pdf.Cell(table.foot.label, "strong"), *map(pdf.Cell, table.foot.texts)) if table.foot else ()
    width = len(table.columns)
    widths = (1.6, *(1.0 for _column in table.columns))
    return pdf.Table(
        table.title, table.unit, (table.first, *table.columns), rows, "s" + "e" * width, widths, foot, table.note
    )
