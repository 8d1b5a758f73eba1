"""The custody log of an exhibit in the reader's words: for its page and its paper."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from markupsafe import Markup

from workspace.exchange.printed_custody import CustodyHead, CustodyLine
from workspace.queries.exhibits import CheckOfOriginals, CustodyStep, ExhibitPage
from workspace.queries.identity import Person
from workspace.queries.operations import OperationHead
from workspace.rules.numbers import lead_number
from workspace.turns import let_others_go_on
from workspace.web.context import language
from workspace.web.sentences import event_sentence
from workspace.web.times import ui_time
from workspace.web.words import word

TURN = 20
"""Steps that are put into words before others go on."""


def custody_lines(steps: Sequence[CustodyStep], zone: str) -> list[CustodyLine]:
    """Each step as when, who and what; there may be thousands."""
    lines = []
    for number, each in enumerate(steps):
        lines.append(CustodyLine(_plain(ui_time(each.at, zone)), f"{each.name} · {each.country}", _what(each)))
        if number % TURN == 0:
            let_others_go_on()
    return lines


def check_sentence(check: CheckOfOriginals | None, zone: str) -> str:
    """How the stored originals stand."""
    if check is None or check.checked_at is None:
        return str(_("The stored originals were not checked yet."))
    at = _plain(ui_time(check.checked_at, zone))
    if check.wrong or check.missing:
        return str(
            _(
                "%(at)s: of %(files)s originals %(wrong)s differ from what came and %(missing)s are missing.",
                at=at,
                files=check.files,
                wrong=check.wrong,
                missing=check.missing,
            )
        )
    return str(_("%(at)s: all %(files)s originals are as they came (SHA-256).", at=at, files=check.files))


def custody_head(exhibit: ExhibitPage, operation: OperationHead, person: Person) -> CustodyHead:
    """What stands above the log on paper."""
    none = "–"
    facts = (
        (_("Country"), exhibit.country),
        (_("Kind"), word("exhibit_kind", exhibit.kind)),
        (_("Case reference"), exhibit.case_reference),
        (_("Custodian"), exhibit.custodian),
        (word("exhibit_changed", "seized_by"), exhibit.seized_by or none),
        (word("exhibit_changed", "seized_on"), exhibit.seized_on.isoformat() if exhibit.seized_on else none),
        (word("exhibit_changed", "acquired_hash"), exhibit.acquired_hash or none),
        (_("Received"), _plain(ui_time(exhibit.received_at, operation.time_zone))),
    )
    return CustodyHead(
        label=exhibit.label,
        operation=operation.code_name,
        is_exercise=operation.is_exercise,
        tlp=operation.tlp,
        handling_code=max(exhibit.handling_code, operation.handling_code),
        language=language(),
        printed_by=person.name,
        printed_at=operation.now,
        facts=tuple((str(name), str(value)) for name, value in facts),
        checked=check_sentence(exhibit.check, operation.time_zone),
    )


def _what(step: CustodyStep) -> str:
    if step.kind == "media:viewed":
        return str(_("lifted veils of its pictures on this day: %(n)s", n=step.times))
    sentence = event_sentence(step.kind, step.payload, reason=step.reason)
    if step.kind == "exhibit:corrected":
        sentence = f"{sentence} ({word('exhibit_changed', step.payload['what'])})"
    if step.kind == "exhibit:checked":
        counts = _("%(files)s read, %(wrong)s differ, %(missing)s missing", **_named(step, "files", "wrong", "missing"))
        sentence = f"{sentence}: {counts}"
    if step.kind == "exhibit:case_brought":
        sentence = f"{sentence}: {_('%(records)s records, %(faults)s faults', **_named(step, 'records', 'faults'))}"
    return f"{sentence} ({lead_number(step.lead_number)})" if step.lead_number else sentence


def _named(step: CustodyStep, *names: str) -> dict[str, int]:
    return {name: step.payload[name] for name in names}


def _plain(markup: Markup) -> str:
    return markup.striptags()
