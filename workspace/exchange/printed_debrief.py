"""Writes a debrief: the printed form from which page and PDF are made, and the JSON for programs.

All of it says EXERCISE, and none of it holds anybody's own opinions: those are asked for apart and go into no file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from workspace.exchange import pdf
from workspace.exchange.charts import Step, for_print, step_bars
from workspace.exchange.debrief_figures import (
    DECISIONS,
    ENDS,
    FATES,
    INJECTIONS,
    NOTES,
    REASONS,
    STEPS,
    TIMES,
    DebriefFigures,
    debrief_to_record,
)
from workspace.exchange.figures import DEFINITIONS
from workspace.exchange.printed_edition import duration
from workspace.exchange.printed_tables import PrintedRow, PrintedTable
from workspace.exchange.words import EXERCISE_MEANING, Translate, grouped, label, moment
from workspace.vocabulary import N_

FORMAT = "concord-exercise-debrief"
FORMAT_VERSION = 1
NONE = "·"
"""What stands in place of a zero, so that the eye finds the numbers."""

TITLE = N_("Debrief against the truth")


@dataclass(frozen=True)
class Line:
    """A number with what it counts, as words."""

    number: str
    text: str


@dataclass(frozen=True)
class PrintedStep:
    """A step of the true links: its words, how many reached it, and how many were lost at it and why."""

    key: str
    label: str
    definition: str
    pairs: str
    entries: str
    both: int
    lost: int
    reasons: tuple[Line, ...]


@dataclass(frozen=True)
class PrintedDebrief:
    """A debrief in its reader's language. `lines` stand under the decisions; `sum` shows that the losses add up."""

    figures: DebriefFigures
    title: str
    meta: tuple[str, ...]
    summary: str
    steps: tuple[PrintedStep, ...]
    sum: str
    lines: tuple[Line, ...]
    tables: tuple[PrintedTable, ...]
    note: str

    def table(self, key: str) -> PrintedTable | None:
        """The table of this key, if there is one."""
        return next((table for table in self.tables if table.key == key), None)


def printed_debrief(figures: DebriefFigures, translate: Translate = str) -> PrintedDebrief:
    """A debrief as it is read."""
    _ = translate
    steps = tuple(
        PrintedStep(
            step.key,
            _(STEPS[step.key][0]),
            _(STEPS[step.key][1]),
            _number(step.pairs),
            _number(step.entries),
            step.both,
            step.lost,
            tuple(Line(grouped(each.number), _(REASONS[each.key])) for each in step.reasons),
        )
        for step in figures.steps
    )
    tables = (_decisions(figures, _), _times(figures, _), *_edition(figures, _), _countries(figures, _))
    return PrintedDebrief(
        figures,
        _(TITLE),
        _meta(figures, _),
        _summary(figures, _),
        steps,
        _sum(figures),
        _lines(figures, _),
        tables,
        _(NOTES["links"]),
    )


def _number(number: int | None) -> str:
    return "—" if number is None else grouped(number) if number else NONE


def _meta(figures: DebriefFigures, _: Translate) -> tuple[str, ...]:
    head = figures.header
    return (
        _("Exercise {name}, seed {seed}").format(name=head.operation, seed=head.seed),
        _("Window ended {time}").format(time=moment(head.closes_at)),
        _("Counted {time}, to event {seq}").format(time=moment(head.as_of), seq=grouped(head.seq)),
        _("People who worked on it: {people}; exercise partners: {partners}").format(
            people=head.people, partners=head.partners
        ),
    )


def _summary(figures: DebriefFigures, _: Translate) -> str:
    exist, answered = figures.existing, figures.answered
    said = [
        _("True links: {exist}. Answered: {answered}. Lost: {lost}.").format(
            exist=grouped(exist), answered=grouped(answered), lost=grouped(exist - answered)
        )
    ]
    worst = max(figures.steps, key=lambda step: step.lost)
    if worst.lost:
        said.append(
            _("Most were lost at «{step}»: {number}.").format(step=_(STEPS[worst.key][0]), number=grouped(worst.lost))
        )
    false = next(each.false for each in figures.false_ones.decided if each.key == "verified")
    said.append(_("False leads that were verified: {number}.").format(number=grouped(false)))
    return " ".join(said)


def _sum(figures: DebriefFigures) -> str:
    """The losses, added up: «2 + 1 + 1 = 4; 7 − 4 = 3»."""
    lost = [step.lost for step in figures.steps[1:]]
    total = sum(lost)
    added = " + ".join(grouped(number) for number in lost)
    return f"{added} = {grouped(total)}; {grouped(figures.existing)} − {grouped(total)} = {grouped(figures.answered)}"


def _lines(figures: DebriefFigures, _: Translate) -> tuple[Line, ...]:
    false_ones = figures.false_ones
    caught = _("false and rejected, with «same» as the first opinion: caught by a later one")
    counted = [(false_ones.caught, caught)]
    counted += [
        (each.number, _("false and verified: {fate}").format(fate=_(FATES[each.key]))) for each in false_ones.fates
    ]
    counted.append((false_ones.untold, _("the truth says nothing of these; no number above includes them")))
    counted.append((false_ones.taken_back, _("outcomes that were stated and taken back")))
    counted += [(each.number, _(INJECTIONS[each.key])) for each in figures.injections]
    return tuple(Line(grouped(number), text) for number, text in counted if number)


def _decisions(figures: DebriefFigures, _: Translate) -> PrintedTable:
    rows = [(each.key, _(DECISIONS[each.key]), (each.true, each.false)) for each in figures.false_ones.decided]
    total = tuple(map(sum, zip(*(numbers for _key, _label, numbers in rows), strict=True)))
    return PrintedTable(
        "decisions",
        _("False ones"),
        _("leads of a face, claimed"),
        _("Decided as"),
        (_("True"), _("False"), _("Leads")),
        tuple(_row(key, name, (*numbers, sum(numbers))) for key, name, numbers in rows),
        _row("all", _("All"), (*total, sum(total))),
        _(NOTES["decisions"]),
    )


def _times(figures: DebriefFigures, _: Translate) -> PrintedTable:
    rows = tuple(
        PrintedRow(
            each.key,
            _(TIMES[each.key]),
            (each.count, each.median_s, each.p90_s),
            (_number(each.count), duration(each.median_s), duration(each.p90_s)),
        )
        for each in figures.times
    )
    columns = (_("Leads"), _("Median"), _("p90"))
    return PrintedTable("times", _("Times"), _("true leads"), _("From, to"), columns, rows, note=_(NOTES["times"]))


def _edition(figures: DebriefFigures, _: Translate) -> tuple[PrintedTable, ...]:
    edition = figures.edition
    if edition is None:
        return ()
    rows = tuple(
        _row(
            line.key,
            f"{_(DEFINITIONS[line.key].label)} · {_(DEFINITIONS[line.key].unit)}",
            (line.edition, line.true, line.false, line.missed, line.possible),
        )
        for line in edition.lines
    )
    title = _("Edition {number} beside the truth").format(number=edition.number)
    columns = (_("Edition"), _("True"), _("False"), _("Missed"), _("Possible"))
    kind = label("edition_kind", edition.kind, _)
    beside = PrintedTable("edition", title, kind, _("Figure"), columns, rows, note=_(NOTES["edition"]))
    return (beside, *_places(figures, _))


def _places(figures: DebriefFigures, _: Translate) -> tuple[PrintedTable, ...]:
    """The true ones of the edition by the country where they live; none where a debrief was frozen without them."""
    lines = figures.edition.countries if figures.edition else ()
    if not lines:
        return ()
    counted = [
        (each.country, (each.possible, each.probable, each.missed, each.confirmed, each.safeguarded)) for each in lines
    ]
    rows = tuple(_row(country, country, numbers) for country, numbers in counted)
    total = tuple(map(sum, zip(*(numbers for _country, numbers in counted), strict=True)))
    columns = (_("Possible"), _("Probable"), _("Missed"), _("Confirmed"), _("Made safe"))
    title, unit = _("Depicted victims by country, beside the truth"), _("true ones, where they live")
    return (
        PrintedTable(
            "places", title, unit, _("Country"), columns, rows, _row("all", _("All"), total), _(NOTES["places"])
        ),
    )


def _countries(figures: DebriefFigures, _: Translate) -> PrintedTable:
    rows = tuple(
        _row(each.country, each.country, (each.exist, *(end.number for end in each.ends))) for each in figures.countries
    )
    total = tuple(map(sum, zip(*(row.numbers for row in rows), strict=True))) if rows else ()
    return PrintedTable(
        "countries",
        _("By country and step"),
        _("where the person lives in the truth"),
        _("Country"),
        (_("Exist"), *(_(words) for words, _text in ENDS.values())),
        rows,
        _row("all", _("All"), total) if rows else None,
        _(NOTES["countries"]),
    )


def _row(key: str, name: str, numbers: Sequence[int | None]) -> PrintedRow:
    return PrintedRow(key, name, tuple(numbers), tuple(map(_number, numbers)))


def debrief_as_json(figures: DebriefFigures) -> bytes:
    """The debrief for programs: its figures, and what each key means."""
    whole = {"format": FORMAT, "version": FORMAT_VERSION, "exercise": True, "statement": EXERCISE_MEANING}
    return json.dumps(whole | debrief_to_record(figures), ensure_ascii=False, indent=1).encode()


def debrief_as_pdf(
    debrief: PrintedDebrief, translate: Translate = str, *, language: str = "en", printed_by: str = ""
) -> bytes:
    """The debrief on A4. printed_by: country and role of whoever prints it."""
    _ = translate
    head = debrief.figures.header
    document = pdf.Document(
        title=debrief.title,
        language=language,
        operation=head.operation,
        is_exercise=True,
        tlp=head.tlp,
        handling_code=head.handling_code,
        footer=_("{title} · printed by {role}, without own opinions").format(title=debrief.title, role=printed_by),
        meta=debrief.meta,
        chip=_("frozen"),
        blocks=(
            pdf.Words(_("In short"), (debrief.summary,)),
            _pdf_steps(debrief, _),
            *(_pdf_table(table, debrief, _) for table in debrief.tables),
        ),
    )
    return pdf.render_pdf(document, created_at=head.as_of, translate=_)


def _pdf_steps(debrief: PrintedDebrief, _: Translate) -> pdf.Table:
    bars = [Step(step.label, step.both, step.lost) for step in debrief.steps]
    said = ", ".join(f"{step.label} {step.both}" for step in debrief.steps)
    title = _("Where the true ones were lost")
    rows = tuple(
        (
            pdf.Cell(f"{step.label}: {step.definition}"),
            pdf.Cell(step.pairs),
            pdf.Cell(step.entries),
            pdf.Cell(grouped(step.both), "strong"),
            pdf.Cell(f"− {grouped(step.lost)}" if step.lost else NONE),
            pdf.Cell("; ".join(f"{reason.number} {reason.text}" for reason in step.reasons), "note"),
        )
        for step in debrief.steps
    )
    head = (_("Step"), _("Pairs"), _("Entries"), _("Both"), _("Lost here"), _("How"))
    return pdf.Table(
        title,
        _("true links"),
        head,
        rows,
        "seeees",
        (0.3, 0.08, 0.09, 0.08, 0.1, 0.35),
        note=f"{debrief.sum}. {debrief.note}",
        svg=for_print(step_bars("chart-steps", bars, title=title, description=said)),
        alternative=said,
    )


def _pdf_table(table: PrintedTable, debrief: PrintedDebrief, _: Translate) -> pdf.Table:
    lines = tuple(f"{line.number} {line.text}." for line in debrief.lines) if table.key == "decisions" else ()
    width = len(table.columns)
    return pdf.Table(
        table.title,
        table.unit,
        (table.first, *table.columns),
        tuple((pdf.Cell(row.label, "strong"), *map(pdf.Cell, row.texts)) for row in table.rows),
        "s" + "e" * width,
        (0.4 if width < len(ENDS) else 0.1, *(0.6 / width for _column in table.columns)),
        (pdf.Cell(table.foot.label, "strong"), *map(pdf.Cell, table.foot.texts)) if table.foot else (),
        " ".join((*lines, table.note)),
    )
