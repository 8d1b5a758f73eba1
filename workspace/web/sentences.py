"""What happened, as the end of a sentence that begins with the person who did it: in the reader's language.

A kind of event carries its words itself (`says`); here stand the kinds that tell a detail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from workspace.events import KINDS
from workspace.web.words import word


def _about(kind: str, whom: str) -> str | None:
    """What was done about a claim, with the name of the person it was done to."""
    if kind == "lead:handed_over":
        return str(_("handed the lead over to %(name)s", name=whom))
    if kind == "lead:taken_over":
        return str(_("ended the claim of %(name)s", name=whom))
    if kind == "lead:lease_ended":
        return str(_("recorded that the lease of %(name)s ended; the draft is kept", name=whom))
    if kind == "series:handed_over":
        return str(_("handed the series over to %(name)s", name=whom))
    if kind in ("series:taken_over", "series:lease_ended"):
        return str(_("ended the claim of %(name)s on the series", name=whom))
    if kind == "lead:freed":
        return str(_("recorded that the claim of %(name)s ended; the draft is kept", name=whom))
    return None


def event_sentence(kind: str, payload: Mapping[str, Any], *, whom: str | None = None, reason: str | None = None) -> str:
    """What happened, in the reader's language, with the one detail that matters.

    whom: the name that the payload's id means. reason: what a person wrote, where the reader may see it.
    """
    sentence = (_about(kind, whom) if whom else None) or (str(_(KINDS[kind].says)) if kind in KINDS else kind)
    if kind == "words:erased":
        sentence = str(_("erased what was written with event %(seq)s", seq=payload["event"]))
    if reason:
        return f"{sentence}: {reason}"
    if kind == "series:triaged":
        return f"{sentence}: {word('series_column', payload['triage'])}"
    if kind == "series:dated":
        return f"{sentence}: {word('recency', payload['recency'])}"
    if kind in ("lead:prioritised", "series:prioritised"):
        return str(
            _("changed the priority from P%(before)s to P%(after)s", before=payload["before"], after=payload["after"])
        )
    if kind in ("jurisdiction:stated", "jurisdiction:withdrawn"):
        return f"{sentence}: {payload['country']}, {word('ground', payload['ground'])}"
    if kind in ("corroboration:stated", "corroboration:withdrawn"):
        return f"{sentence}: {word('corroboration', payload['type'])}, {word('speaks', payload['speaks'])}"
    if kind in ("outcome:stated", "outcome:revoked"):
        return f"{sentence}: {word('outcome_stage', payload['stage'])}"
    if kind == "access:granted":  # what was granted before scopes were recorded opened the exhibit
        return f"{sentence}: {word('access_scope', payload.get('scope', 'exhibit'))}"
    if kind == "package:failed":
        return f"{sentence}: {word('package_failure', payload['reason'])}"
    if kind == "lead:taken_into_custody":
        return str(
            _(
                "recorded that the lead has been in the custody of %(country)s since the window's end",
                country=payload["country"],
            )
        )
    if kind == "lead:freed":
        custody = _("in custody of %(country)s", country=payload["country"])
        return f"{sentence}: {word('holder_left', payload['cause'])}, {custody}"
    if kind == "consent:changed":
        answer = _("yes") if payload["is_given"] else _("no")
        return f"{sentence}: {payload['country']}, {word('consent', payload['what'])}, {answer}"
    if kind in ("window:accepted", "window:ended", "comparison:ended", "comparison:begun"):
        return f"{sentence}: {payload['country']}"
    if kind == "terms:accepted":
        return f"{sentence}: {payload['country']}"
    if kind == "operation:state_changed":
        return f"{sentence}: {word('operation_state', payload['after'])}"
    return sentence


def evidence_sentence(kind: str, countries: list[str]) -> str:
    """What speaks besides the face, by the kind of the other lead."""
    between = " · ".join(countries)
    texts = {
        "same_file": _("The same file was on devices of %(countries)s.", countries=between),
        "near_copy": _("Near copies of a picture were on devices of %(countries)s.", countries=between),
        "camera_serial": _("The same camera serial number is in files of %(countries)s.", countries=between),
        "lens_serial": _("The same lens serial number is in files of %(countries)s.", countries=between),
        "document_id": _("Files of %(countries)s were made of the same document.", countries=between),
        "clue": _("A clue from a person connects %(countries)s.", countries=between),
        "outside_result": _("A search outside found something on material of %(countries)s.", countries=between),
    }
    return str(texts.get(kind, ""))
