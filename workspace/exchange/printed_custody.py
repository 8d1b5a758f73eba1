"""The custody log of an exhibit on paper: what it is, every step in order, and how the originals stand.

What is told is decided by the query and by the words that the caller gives; this only sets it. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workspace.exchange import pdf
from workspace.exchange.words import Translate
from workspace.turns import let_others_go_on


@dataclass(frozen=True)
class CustodyHead:
    """What the paper is of. facts: label and value of each, as they are shown; checked: how the originals stand."""

    label: str
    operation: str
    is_exercise: bool
    tlp: str
    handling_code: str
    language: str
    printed_by: str
    printed_at: datetime
    facts: tuple[tuple[str, str], ...]
    checked: str


@dataclass(frozen=True)
class CustodyLine:
    """A step: when, who, and what was done, in the reader's words."""

    at: str
    who: str
    what: str


def custody_pdf(head: CustodyHead, lines: Sequence[CustodyLine], translate: Translate) -> bytes:
    """The log as a PDF, on A4."""
    _ = translate
    rows: list[tuple[pdf.Cell, ...]] = []
    for start in range(0, len(lines), pdf.ROWS_AT_ONCE):
        rows += [
            (pdf.Cell(each.at, "quiet"), pdf.Cell(each.who, "strong"), pdf.Cell(each.what))
            for each in lines[start : start + pdf.ROWS_AT_ONCE]
        ]
        let_others_go_on()
    facts = tuple((pdf.Cell(label), pdf.Cell(value, "strong")) for label, value in head.facts)
    document = pdf.Document(
        title=_("Custody log of {label}").format(label=head.label),
        language=head.language,
        operation=head.operation,
        is_exercise=head.is_exercise,
        tlp=head.tlp,
        handling_code=head.handling_code,
        footer=_("Custody log of {label} · printed by {name}").format(label=head.label, name=head.printed_by),
        meta=(),
        blocks=(
            pdf.Table(_("Facts of the exhibit"), "", (_("Fact"), _("Value")), facts, "ss", (0.3, 0.7)),
            pdf.Words(_("Originals"), (head.checked,)),
            pdf.Table(
                _("Every step"),
                str(len(rows)),
                (_("When"), _("Who"), _("What was done")),
                tuple(rows),
                "sss",
                (0.2, 0.25, 0.55),
            ),
        ),
    )
    return pdf.render_pdf(document, created_at=head.printed_at, translate=_)
