"""What happened, as the end of a sentence that begins with the person who did it. One line an event kind, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workspace.web.words import word

SENTENCES: Mapping[str, Any] = {
    "agency:created": _l("added an agency"),
    "agency:key_set": _l("set the agency's key for packages"),
    "user:created": _l("added a person"),
    "user:disabled": _l("disabled an account"),
    "invitation:created": _l("made an invitation"),
    "passkey:enrolled": _l("added a passkey"),
    "passkey:removed": _l("removed a passkey"),
    "session:stepped_up": _l("showed the passkey again"),
    "session:started": _l("signed in"),
    "session:ended": _l("ended a session"),
    "token:created": _l("made an access token"),
    "token:revoked": _l("revoked an access token"),
    "operation:created": _l("created the operation"),
    "operation:state_changed": _l("changed the operation's state"),
    "operation:setting_changed": _l("changed a setting of the operation"),
    "agency:joined": _l("added an agency to the operation"),
    "member:added": _l("added a member"),
    "member:removed": _l("removed a member"),
    "terms:accepted": _l("accepted the terms for the country"),
    "series:added": _l("added a series"),
    "series:country_determined": _l("determined the likely country of a series"),
    "series:country_confirmed": _l("confirmed the likely country of a series"),
    "person:placed": _l("placed a person in a series"),
    "person:withdrawn": _l("took a person out of a series"),
    "exhibit:received": _l("received an exhibit"),
    "intake:ended": _l("finished an intake"),
    "intake:stopped": _l("could not finish an intake"),
    "media:read": _l("read a file"),
    "media:refused": _l("refused a file"),
    "media:viewed": _l("lifted the veil of a picture"),
    "register:imported": _l("imported a register"),
    "search:made": _l("searched with a face"),
    "lead:opened": _l("opened the lead"),
    "lead:claimed": _l("claimed the lead"),
    "lead:claim_lost": _l("tried to claim the lead while another person held it"),
    "lead:renewed": _l("renewed the lease"),
    "lead:released": _l("released the lead"),
    "lead:handed_over": _l("handed the lead over"),
    "lead:taken_over": _l("ended another's claim"),
    "lead:lease_ended": _l("recorded that the lease ended; the draft is kept"),
    "lead:parked": _l("set the lead aside"),
    "lead:reopened": _l("took up the lead again"),
    "lead:prioritised": _l("changed the priority"),
    "lead:verified": _l("recorded that two examiners agree: verified"),
    "lead:rejected": _l("recorded that two examiners agree: rejected"),
    "lead:referred": _l("referred the lead"),
    "lead:closed": _l("closed the lead"),
    "assessment:signed": _l("signed an opinion"),
    "assessment:undone": _l("took an opinion back"),
    "assessment:settled": _l("made an opinion final"),
    "annotation:added": _l("added a note"),
    "annotation:changed": _l("changed a note"),
    "annotation:removed": _l("removed a note"),
    "comment:added": _l("commented"),
    "bands:shown": _l("was shown the bands of leads"),
    "score:shown": _l("was shown the score"),
    "access:asked": _l("asked for access to the closed side"),
    "access:granted": _l("granted access"),
    "access:refused": _l("refused access"),
    "access:taken_back": _l("took access back"),
    "access:ended": _l("recorded that access ended"),
    "jurisdiction:stated": _l("stated a ground of jurisdiction"),
    "jurisdiction:withdrawn": _l("withdrew a ground of jurisdiction"),
    "referral:drafted": _l("drafted a referral"),
    "referral:approved": _l("approved a referral"),
    "referral:withdrawn": _l("withdrew the draft of a referral"),
    "package:built": _l("built a package"),
    "package:failed": _l("could not build a package"),
    "package:fetched": _l("fetched a package"),
    "referral:sent": _l("sent a referral"),
    "referral:acknowledged": _l("acknowledged a referral"),
    "referral:accepted": _l("accepted a referral"),
    "referral:declined": _l("declined a referral"),
    "referral:returned": _l("returned a referral"),
    "referral:re_routed": _l("re-routed a referral"),
    "ledger:opened": _l("opened an entry in the ledger"),
    "ledger:merged": _l("merged two entries of the ledger"),
    "outcome:stated": _l("stated an outcome"),
    "outcome:revoked": _l("took an outcome back"),
    "edition:drawn_up": _l("drew up an edition of the figures"),
    "export:made": _l("exported figures"),
    "exercise:begun": _l("began the exercise"),
    "exercise:paced": _l("changed the pace of the exercise"),
    "exercise:paused": _l("paused the exercise"),
    "exercise:resumed": _l("let the exercise go on"),
    "exercise:stepped": _l("had each partner act once"),
    "exercise:seat_passed": _l("gave a seat of the exercise to another player"),
    "exercise:injected": _l("put something into the exercise"),
    "exercise:injection_landed": _l("let an injection happen"),
    "exercise:revealed": _l("opened the debrief"),
    "debrief:drawn_up": _l("drew up the debrief"),
}
"""By event kind; a test holds this table against events.KINDS."""


def _about(kind: str, whom: str) -> str | None:
    """What was done about a claim, with the name of the person it was done to."""
    if kind == "lead:handed_over":
        return str(_("handed the lead over to %(name)s", name=whom))
    if kind == "lead:taken_over":
        return str(_("ended the claim of %(name)s", name=whom))
    if kind == "lead:lease_ended":
        return str(_("recorded that the lease of %(name)s ended; the draft is kept", name=whom))
    return None


def event_sentence(kind: str, payload: Mapping[str, Any], *, whom: str | None = None, reason: str | None = None) -> str:
    """What happened, in the reader's language, with the one detail that matters.

    whom: the name that the payload's id means. reason: what a person wrote, where the reader may see it.
    """
    sentence = (_about(kind, whom) if whom else None) or str(SENTENCES.get(kind, kind))
    if reason:
        return f"{sentence}: {reason}"
    if kind == "lead:prioritised":
        return str(_("changed the priority from P%(before)s to P%(after)s", before=payload["before"], after=payload["after"]))
    if kind in ("jurisdiction:stated", "jurisdiction:withdrawn"):
        return f"{sentence}: {payload['country']}, {word('ground', payload['ground'])}"
    if kind in ("outcome:stated", "outcome:revoked"):
        return f"{sentence}: {word('outcome_stage', payload['stage'])}"
    if kind == "package:failed":
        return f"{sentence}: {word('package_failure', payload['reason'])}"
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
        "clue": _("A clue from a person connects %(countries)s.", countries=between),
    }
    return str(texts.get(kind, ""))
