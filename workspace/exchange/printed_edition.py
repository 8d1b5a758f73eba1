"""What may be seen of an edition, decided once: the printed form from which page, CSV, JSON and PDF are all made.

Small numbers are withheld here, and the public edition leaves out who sent to whom; the writers in statistics_report
take the printed form and cannot print more. Definitions: figures.py; the rule: suppression.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from workspace.errors import Invalid
from workspace.exchange.charts import WITHHELD, percent
from workspace.exchange.figures import DEFINITIONS, TIMES, Count, EditionFigures, Figure, Header, group_of
from workspace.exchange.printed_tables import SUPPRESSION_RULE, PrintedRow, PrintedTable, integer
from workspace.exchange.suppression import suppress
from workspace.exchange.words import EXERCISE_MARK, Translate, grouped, label, moment
from workspace.vocabulary import N_

INTERNAL, PUBLIC = "internal", "public"

OF_PEOPLE = frozenset(
    key for key, found in DEFINITIONS.items() if found.unit in ("victims", "children", "offenders")
) | {
    "series_probable",
    "series_confirmed",
}
"""Figures that count people, or series by what became of the people in them."""

MEASURED_TOGETHER = ("victims_safeguarded", "children_safeguarded")
"""Figures whose sum is nearly the count behind the time «sent to safeguarded»: each gives the other away."""

SETTLED = N_("{count} rows differ from the record; two people of two countries settled it: see the page Record")
_RECORD: TypeAdapter[EditionFigures] = TypeAdapter(EditionFigures)


def to_record(figures: EditionFigures) -> dict[str, object]:
    """The figures as plain JSON values, for the edition's row; `from_record` gives them back."""
    record: dict[str, object] = _RECORD.dump_python(figures, mode="json")
    return record


def from_record(record: object) -> EditionFigures:
    """The figures of a stored edition. Raises Invalid when the record is none."""
    try:
        return _RECORD.validate_python(record)
    except ValidationError as cause:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in cause.errors()]
        raise Invalid("The stored edition cannot be read.", faults=faults) from cause


@dataclass(frozen=True)
class PrintedFigure:
    """A figure as it may be seen, in the reader's language."""

    key: str
    label: str
    number: int | None
    text: str
    unit: str
    definition: str
    group: str

    @property
    def is_withheld(self) -> bool:
        """Whether the number is withheld; without one, nothing was counted."""
        return self.text == WITHHELD


@dataclass(frozen=True)
class PrintedEdition:
    """All that anybody may see of an edition. `matrix` is None in the public edition. `head`: the signed head of the
    record that it was counted from; None for one of before heads were signed."""

    figures: EditionFigures
    title: str
    meta: tuple[str, ...]
    key_figures: tuple[PrintedFigure, ...]
    tables: tuple[PrintedTable, ...]
    matrix: PrintedTable | None
    rule: str
    head: str | None = None

    @property
    def groups(self) -> tuple[tuple[str, tuple[PrintedFigure, ...]], ...]:
        """The key figures under their headings, both in the order of the edition."""
        headings = dict.fromkeys(figure.group for figure in self.key_figures)
        return tuple((each, tuple(f for f in self.key_figures if f.group == each)) for each in headings)

    def table(self, key: str) -> PrintedTable:
        """The table of this key."""
        return next(table for table in self.tables if table.key == key)


def for_public(figures: EditionFigures) -> EditionFigures:
    """The public edition: without who sent to whom, and without any number of people below the threshold.

    A withheld key figure keeps its line; a stage of a funnel or a time that would give it away is left out, and a
    correction says when and which stage, not whose and why. «Sent to safeguarded» is measured on the depicted and the
    not depicted together, so it
    goes when either number is withheld: the other one would give it away.
    """
    threshold = figures.header.suppression_threshold

    def is_small(key: str, number: int | None) -> bool:
        return number is not None and 0 < number < threshold and key in OF_PEOPLE

    small = {figure.key for figure in figures.figures if is_small(figure.key, figure.number)}
    safe = next((time.count for time in figures.times if time.key == "sent_to_safeguarded"), 0)
    gives_away = 0 < safe < threshold or not small.isdisjoint(MEASURED_TOGETHER)
    return replace(
        figures,
        header=replace(figures.header, audience=PUBLIC),
        figures=tuple(
            replace(figure, suppressed=figure.suppressed or figure.key in small) for figure in figures.figures
        ),
        series_funnel=tuple(stage for stage in figures.series_funnel if stage.key not in small),
        times=tuple(time for time in figures.times if time.key != "sent_to_safeguarded" or not gives_away),
        corrections=tuple(
            replace(each, subject=each.subject.split(" · ")[-1], reason="", outcome=None)
            for each in figures.corrections
        ),
    )


def printed(figures: EditionFigures, translate: Translate = str, *, head: str | None = None) -> PrintedEdition:
    """What may be seen of an edition, in the reader's language. head: see `PrintedEdition`."""
    _ = translate
    about = figures.header
    return PrintedEdition(
        figures=figures,
        title=_title(about, _),
        meta=_meta(about, _),
        key_figures=tuple(_key_figure(figure, _) for figure in figures.figures),
        tables=_tables(figures, _),
        matrix=_matrix(figures, _) if about.audience == INTERNAL else None,
        rule=_(SUPPRESSION_RULE).format(highest=about.suppression_threshold - 1),
        head=head,
    )


def _meta(head: Header, _: Translate) -> tuple[str, ...]:
    return (
        _("Operation {operation}, {start} to {end}").format(
            operation=head.operation, start=f"{head.opens_at:%Y-%m-%d}", end=f"{head.closes_at:%Y-%m-%d}"
        ),
        _("As of {time}").format(time=moment(head.as_of)),
        _("Record {digest} at event {seq}").format(digest=head.log_digest, seq=head.seq),
        _("{count} countries: {countries}").format(count=len(head.countries), countries=" ".join(head.countries)),
        *([_(SETTLED).format(count=head.settled_differences)] if head.settled_differences else []),
    )


def _title(head: Header, _: Translate) -> str:
    """What stands over an edition wherever it is shown; an exercise's says so in front."""
    title = _("Edition {number} · {kind}").format(number=head.edition, kind=label("edition_kind", head.kind, _))
    return f"{_(EXERCISE_MARK)} · {title}" if head.is_exercise else title


def _key_figure(figure: Figure, _: Translate) -> PrintedFigure:
    number = None if figure.suppressed else figure.number
    text = (
        _size(number) if figure.key == "bytes_received" and number is not None else integer(number, figure.suppressed)
    )
    return PrintedFigure(
        figure.key, _(figure.label), number, text, _(figure.unit), _(figure.definition), _(group_of(figure.key))
    )


def _size(size_bytes: int) -> str:
    """Bytes as people print them, in whole MB from 10 MB on and in whole GB from 10 GB on: «216 GB»; files keep the
    exact number."""
    if size_bytes < 10_000_000:
        return grouped(size_bytes)
    if size_bytes < 10_000_000_000:
        return f"{grouped(round(size_bytes / 1_000_000))}\u202fMB"
    return f"{grouped(round(size_bytes / 1_000_000_000))}\u202fGB"


def _tables(figures: EditionFigures, _: Translate) -> tuple[PrintedTable, ...]:
    tables = [
        _funnel("series_funnel", _("How far the series came"), _("series"), figures.series_funnel, _),
        _funnel("lead_funnel", _("How far the leads came"), _("leads"), figures.lead_funnel, _),
        _material(figures, _),
        _referral_days(figures, _),
        _withholding("ages", _("Age"), _("victims"), _("Probable victims by age band"), figures.ages, figures, _),
        _withholding("sexes", _("Sex"), _("victims"), _("Probable victims by sex"), figures.sexes, figures, _),
        _withholding(
            "places", _("Places of the offence"), _("stated places"), _("Country"), figures.places, figures, _
        ),
        _by_country(figures, _),
        _grades(figures, _),
        _times(figures, _),
        _examiners(figures, _),
        _models(figures, _),
        _corrections(figures, _),
    ]
    return tuple(tables)


def _funnel(key: str, title: str, unit: str, stages: Sequence[Count], _: Translate) -> PrintedTable:
    # Editions before `series_all` begin with the series that were worked, of which the later stages are no shares.
    first = stages[0].number if stages else None
    whole = first if first == max((stage.number for stage in stages), default=None) else None
    rows = tuple(
        PrintedRow(
            stage.key,
            _(DEFINITIONS[stage.key].label),
            (stage.number,),
            (integer(stage.number), percent(stage.number, whole)),
        )
        for stage in stages
    )
    note = _("Each stage: reached at least once and not revoked. Unit: {unit}.").format(unit=unit)
    return PrintedTable(key, title, unit, _("Stage"), (_("Number"), _("Share")), rows, note=note)


def _material(figures: EditionFigures, _: Translate) -> PrintedTable:
    rows = tuple(
        PrintedRow(
            step.key,
            _(DEFINITIONS[step.key].label),
            (step.taken_off, step.left),
            ("" if step.taken_off is None else integer(step.taken_off), integer(step.left)),
        )
        for step in figures.material
    )
    return PrintedTable("material", _("Material"), _("files"), _("Step"), (_("Taken off"), _("Left")), rows)


def _referral_days(figures: EditionFigures, _: Translate) -> PrintedTable:
    rows = tuple(
        PrintedRow(
            f"{day.day}",
            f"{day.day}",
            (day.sent, day.acknowledged),
            (integer(day.sent), integer(day.acknowledged)),
        )
        for day in figures.referral_days
    )
    return PrintedTable(
        "referral_days",
        _("Referrals over the days"),
        _("referrals, cumulative"),
        _("By end of day"),
        (_("Sent"), _("Acknowledged")),
        rows,
    )


CODED = {"ages": "age_band", "sexes": "sex"}
"""Tables whose rows are codes, and the table of the vocabulary that names them; countries stand for themselves."""


def _withholding(
    key: str, title: str, unit: str, first: str, counts: Sequence[Count], figures: EditionFigures, _: Translate
) -> PrintedTable:
    """A table whose small numbers are withheld; its rows add up to its foot."""
    threshold = figures.header.suppression_threshold
    shown = suppress([count.number for count in counts], threshold)
    rows = tuple(
        PrintedRow(
            count.key,
            label(CODED[key], count.key, _) if key in CODED else count.key,
            (number,),
            (integer(number), WITHHELD if number is None else percent(number, shown.total)),
        )
        for count, number in zip(counts, shown.cells, strict=True)
    )
    foot = PrintedRow("all", _("All"), (shown.total,), (integer(shown.total), percent(1, 1) if shown.total else ""))
    note = _(SUPPRESSION_RULE).format(highest=threshold - 1) if shown.withholds else ""
    return PrintedTable(key, title, unit, first, (_("Number"), _("Share")), rows, foot, note)


def _by_country(figures: EditionFigures, _: Translate) -> PrintedTable:
    """What each country had to do with it: small numbers withheld in each column, and no foot, because no column adds
    up."""
    threshold = figures.header.suppression_threshold
    columns = [
        suppress([getattr(country, name) for country in figures.countries], threshold).cells
        for name in ("shown", "determined", "confirmed", "safeguarded")
    ]
    rows = tuple(
        PrintedRow(country.country, country.country, cells, tuple(integer(cell) for cell in cells))
        for country, *cells_of_row in zip(figures.countries, *columns, strict=True)
        for cells in [tuple(cells_of_row)]
    )
    notes = [_("Columns do not add up to the figures: a victim counts for every country that had a part in it.")]
    if any(row.is_withheld for row in rows):
        notes.append(_(SUPPRESSION_RULE).format(highest=threshold - 1))
    heads = (_("Probable, shown in its material"), _("Series determined"), _("Confirmed by it"), _("Safeguarded by it"))
    return PrintedTable(
        "countries",
        _("By country"),
        _("victims; series where it says so"),
        _("Country"),
        heads,
        rows,
        note=" ".join(notes),
    )


def _grades(figures: EditionFigures, _: Translate) -> PrintedTable:
    """What each country graded: small numbers withheld in each country's row of categories, which adds up to its own
    total alone."""
    threshold = figures.header.suppression_threshold
    rows: list[PrintedRow] = []
    for country in dict.fromkeys(each.country for each in figures.grades):
        counts = [each for each in figures.grades if each.country == country]
        shown = suppress([each.files for each in counts], threshold)
        rows += [
            PrintedRow(f"{country} {each.number}", f"{country} · {each.number} {each.label}", (cell,), (integer(cell),))
            for each, cell in zip(counts, shown.cells, strict=True)
        ]
        rows.append(PrintedRow(f"{country} all", f"{country} · {_('All')}", (shown.total,), (integer(shown.total),)))
    notes = [
        _("A content counts once for each country that holds it. A number means what that country's own table says.")
    ]
    if any(row.is_withheld for row in rows):
        notes.append(_(SUPPRESSION_RULE).format(highest=threshold - 1))
    return PrintedTable(
        "grades",
        _("Graded by the owning country"),
        _("files"),
        _("Category"),
        (_("Number"),),
        tuple(rows),
        note=" ".join(notes),
    )


def _times(figures: EditionFigures, _: Translate) -> PrintedTable:
    rows = tuple(
        PrintedRow(
            time.key,
            _(TIMES[time.key]),
            (time.count, time.median_s, time.p90_s),
            (integer(time.count), duration(time.median_s), duration(time.p90_s)),
        )
        for time in figures.times
    )
    columns = (_("Measured"), _("Median"), _("p90"))
    return PrintedTable("times", _("Times"), _("seconds"), _("Time from, to"), columns, rows)


def duration(seconds: float | None) -> str:
    """A length of time as people say it: «38 min», «2 h 10», «1 d 02 h»; «—» where none was measured."""
    if seconds is None:
        return "—"
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{seconds:.0f} s"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d}"
    return f"{minutes // (24 * 60)} d {minutes // 60 % 24:02d} h"


def _examiners(figures: EditionFigures, _: Translate) -> PrintedTable:
    agreement = figures.agreement
    named = (
        []
        if agreement is None
        else [
            ("compared", _("Leads with two opinions"), agreement.compared),
            ("agreed", _("Opinions alike"), agreement.agreed),
            ("disagreed", _("Opinions different"), agreement.disagreed),
            ("third_opinions", _("Decided by a third"), agreement.third_opinions),
        ]
    )
    whole = agreement.compared if agreement else None
    rows = tuple(PrintedRow(key, name, (n,), (integer(n), percent(n, whole))) for key, name, n in named)
    return PrintedTable(
        "agreement", _("Examiners"), _("leads"), _("Two blind opinions"), (_("Number"), _("Share")), rows
    )


def _models(figures: EditionFigures, _: Translate) -> PrintedTable:
    rows = tuple(
        PrintedRow(
            model.recogniser_sha256,
            f"{model.pack_id} · {model.recogniser_sha256[:12]}…",
            (model.threshold, model.leads, model.rejected),
            (
                f"{model.threshold:g}",
                integer(model.leads),
                f"{integer(model.rejected)} {percent(model.rejected, model.leads)}".strip(),
            ),
        )
        for model in figures.models
    )
    return PrintedTable(
        "models",
        _("Face packs and thresholds"),
        _("leads"),
        _("Pack and recogniser"),
        (_("Threshold"), _("Leads"), _("Rejected by examiners")),
        rows,
        note=_("Not validated on children; measured on adults."),
    )


def _corrections(figures: EditionFigures, _: Translate) -> PrintedTable:
    rows = tuple(
        PrintedRow(moment(correction.at), moment(correction.at), (), (correction.subject, correction.reason))
        for correction in figures.corrections
    )
    note = _("A correction is printed in the next edition, never made in this one.")
    if figures.header.audience == INTERNAL:
        note += " " + _("Its reason is printed for those who may see the statement; others see «–».")
    if not rows:
        note = _("None.") + " " + note
    return PrintedTable("corrections", _("Corrections"), "", _("When"), (_("What"), _("Reason")), rows, note=note)


def _matrix(figures: EditionFigures, _: Translate) -> PrintedTable:
    matrix = figures.dissemination
    rows = tuple(
        PrintedRow(country, country, (*cells, sum(cells)), tuple(f"{n}" if n else "·" for n in (*cells, sum(cells))))
        for country, cells in zip(matrix.countries, matrix.cells, strict=True)
    )
    received = [sum(column) for column in zip(*matrix.cells, strict=True)]
    totals = (*received, sum(received))
    foot = PrintedRow("received", _("received"), totals, tuple(f"{n}" for n in totals))
    return PrintedTable(
        "dissemination",
        _("Dissemination: who sent to whom"),
        _("referrals"),
        _("from \\ to"),
        (*matrix.countries, _("sent")),
        rows,
        foot,
        _(
            "Rows are the country that holds the material; framed cells are domestic. Referrals are counted, "
            "not children."
        ),
    )
