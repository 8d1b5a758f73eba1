"""The words for the record's codes, once for all pages, and the catalogue of the screens' words for TypeScript.

The same English sources as frontend/src/shared/words.ts. Codes of handling, TLP and countries are never translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from workspace.settings import ROOT

LANGUAGES = ("en", "es")
LANGUAGE_NAMES = {"en": "English", "es": "Español"}
"""Each in its own language."""
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""CLDR's plural categories, in the order in which TypeScript looks forms up."""

Table = Mapping[str, Any]

THEME: Table = {"system": _l("As the device"), "light": _l("Light"), "dark": _l("Dark")}
ROLE: Table = {
    "operation_lead": _l("Operation lead"),
    "country_lead": _l("Country lead"),
    "specialist": _l("Specialist"),
    "liaison": _l("Liaison officer"),
    "analyst": _l("Analyst"),
    "observer": _l("Observer"),
    "administrator": _l("Administrator"),
    "recipient": _l("Receiving authority"),
    "service": _l("Service"),
    "none": _l("No role"),
}
OPERATION_STATE: Table = {
    "prepared": _l("Prepared"),
    "open": _l("Open"),
    "closing": _l("Closing"),
    "closed": _l("Closed"),
    "follow_up": _l("Follow-up"),
}
AGENCY_KIND: Table = {
    "police": _l("Police"),
    "child_protection": _l("Child protection"),
    "prosecution": _l("Prosecution"),
    "international": _l("International"),
    "service": _l("Service"),
}
COMPETENCE: Table = {"protection": _l("Protection of the child"), "offender": _l("Offender"), "evidence": _l("Evidence")}
GROUND: Table = {
    "offence_place": _l("Place of the offence"),
    "child_residence": _l("Residence of the child"),
    "suspect_place": _l("Place of the suspect"),
    "nationality": _l("Nationality"),
}
LEAD_KIND: Table = {
    "register_match": _l("Register match"),
    "same_face": _l("Same face"),
    "same_file": _l("Same file"),
    "near_copy": _l("Near copies"),
    "camera_serial": _l("Camera serial"),
    "clue": _l("Clue"),
}
LEAD_STAGE: Table = {
    "open": _l("Open"),
    "claimed": _l("Claimed"),
    "assessed": _l("Assessed"),
    "verified": _l("Verified"),
    "rejected": _l("Rejected"),
    "referred": _l("Referred"),
    "outcome": _l("Outcome"),
    "closed": _l("Closed"),
    "parked": _l("Parked"),
}
PRIORITY: Table = {"1": _l("Urgent"), "2": _l("Normal"), "3": _l("Later")}
BAND: Table = {"strong": _l("Strong"), "moderate": _l("Moderate"), "weak": _l("Weak")}
OPINION: Table = {
    "1": _l("Strong support: the same person"),
    "2": _l("Some support: the same person"),
    "3": _l("Inconclusive"),
    "4": _l("Some support: different people"),
    "5": _l("Strong support: different people"),
}
FEATURE: Table = {"same": _l("Same"), "different": _l("Different"), "unclear": _l("Unclear")}
URGENCY: Table = {"urgent": _l("Urgent"), "priority": _l("Priority"), "normal": _l("Normal")}
REFERRAL_STATE: Table = {
    "drafted": _l("drafted"),
    "withdrawn": _l("withdrawn"),
    "sent": _l("sent"),
    "acknowledged": _l("acknowledged"),
    "accepted": _l("accepted"),
    "declined": _l("declined"),
    "returned": _l("returned"),
    "re_routed": _l("re-routed"),
}
OUTCOME_STAGE: Table = {
    "V1": _l("Country determined"),
    "V2": _l("With information"),
    "V3": _l("Probable"),
    "V4": _l("Confirmed"),
    "V5": _l("Safeguarded"),
    "O1": _l("Probable"),
    "O2": _l("Identified"),
    "O3": _l("Arrested"),
    "O4": _l("Charged"),
    "O5": _l("Convicted"),
    "already_identified": _l("Already identified"),
    "already_safe": _l("Already safe"),
    "adult_now": _l("Adult now"),
    "deceased": _l("Deceased"),
    "not_a_victim": _l("Not a victim"),
    "not_a_real_child": _l("Not a real child"),
    "trail_eliminated": _l("Trail eliminated"),
}
STUCK: Table = {
    "answered_no": _l("Declined or returned; nobody has re-routed it"),
    "not_acknowledged": _l("Not acknowledged in time"),
    "access_asked": _l("An answer to a request for access to closed material"),
    "needs_second": _l("A second opinion; nobody has taken it"),
    "needs_third": _l("Two opinions differ; nobody has taken the third"),
    "needs_referral": _l("Jurisdiction and a referral"),
}
CLOCK: Table = {
    "referral_due": _l("Answer to a referral is due"),
    "access_ends": _l("Access to restricted material ends"),
    "window_closes": _l("The window closes"),
}
LEDGER_KIND: Table = {"victim": _l("Victim"), "offender": _l("Offender")}
EXHIBIT_KIND: Table = {
    "phone": _l("Phone"),
    "tablet": _l("Tablet"),
    "laptop": _l("Laptop"),
    "desktop": _l("Desktop computer"),
    "storage": _l("Storage medium"),
    "camera": _l("Camera"),
    "cloud": _l("Cloud account"),
    "other": _l("Other device"),
}
AGE_BAND: Table = {
    "under_3": _l("Under 3"),
    "3_6": _l("3 to 6"),
    "7_12": _l("7 to 12"),
    "13_17": _l("13 to 17"),
    "adult": _l("Adult"),
}
SEX: Table = {"female": _l("Female"), "male": _l("Male"), "other": _l("Other"), "unknown": _l("Unknown")}
QUALITY: Table = {"good": _l("Good"), "usable": _l("Usable"), "poor": _l("Poor")}
EDITION_KIND: Table = {"interim": _l("Interim"), "closing": _l("Closing"), "follow_up": _l("Follow-up")}
SESSION_HOW: Table = {
    "passkey": _l("Passkey"),
    "invitation": _l("Invitation and new passkey"),
    "exercise_link": _l("One-click link of the exercise"),
}
SCOPE: Table = {
    "read": _l("Read what I may see"),
    "write": _l("Work on leads"),
    "intake": _l("Give material"),
    "referrals": _l("Referrals and outcomes"),
    "admin": _l("Administer the operation"),
}
HANDLING: Table = {
    "H0": _l("No handling restriction"),
    "H1": _l("Not in judicial proceedings without the provider's permission"),
    "H2": _l("Not to be passed on without the provider's permission"),
    "H3": _l("Other restrictions of the provider apply"),
}
REFUSAL: Table = {
    "empty": _l("Empty file"),
    "kind_not_supported": _l("Kind not supported"),
    "truncated": _l("Breaks off before its end"),
    "too_large": _l("Larger than the limit"),
    "too_slow": _l("Reading passed the time limit"),
    "out_of_memory": _l("Needs more memory than reading may use"),
    "damaged": _l("Damaged"),
    "crashed": _l("The decoder stopped on it"),
    "empty_video": _l("Video without a picture"),
    "unsafe_path": _l("Path leads out of the device"),
    "not_a_file": _l("Link or device, not a file"),
    "not_readable": _l("Could not be read in five attempts"),
    "changed_while_read": _l("Changed while it was received"),
}
INTAKE_FAILURE: Table = {
    "disk_full": _l("The media store was full"),
    "store_unavailable": _l("The media store did not answer"),
    "unavailable": _l("The database did not answer"),
    "interrupted": _l("It was interrupted"),
    "manifest_differs": _l("The sender's list has another hash"),
}
SHARING: Table = {"operation": _l("All countries of the operation"), "agency": _l("Only our agency, others on request")}

TABLES: dict[str, Table] = {
    name.lower(): table for name, table in globals().copy().items() if name.isupper() and isinstance(table, dict)
}
"""All tables by the name that `word('lead_stage', code)` uses in templates."""


def word(table: str, code: object) -> str:
    """The word for a code in the reader's language; a code without one is shown as it is."""
    return str(TABLES[table].get(str(code), code))


def ui_time(moment: datetime, zone: str = "UTC") -> Markup:
    """A moment for people, in a named time zone (the operation's where there is one), with its exact form for machines."""
    there = moment.astimezone(ZoneInfo(zone))
    shown = format_datetime(there, format="d MMM y, HH:mm", locale=get_locale())
    name = there.tzname() or ""
    # Zones without letters of their own are called by their offset alone.
    name = f"UTC{name}" if name[:1] in ("+", "-") else name
    return Markup('<time datetime="{}">{} <span class="q2">{}</span></time>').format(moment.isoformat(), shown, name)


def register(app: Flask) -> None:
    """Give templates `word(table, code)`, the tables themselves, and `ui_time`."""
    app.jinja_env.globals.update(word=word, words=TABLES, ui_time=ui_time, language_names=LANGUAGE_NAMES)


@cache
def ui_messages(language: str) -> dict[str, str | list[str]]:
    """The translations of the screens' words: by English source a text, or a list of forms in the order of `CATEGORIES`."""
    path = ROOT / "locale" / language / "LC_MESSAGES" / "messages.po"
    return screen_messages(path, language) if path.is_file() else {}


def screen_messages(path: Path, language: str) -> dict[str, str | list[str]]:
    """What a catalogue holds for the screens; untranslated and doubtful messages are left out."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    found: dict[str, str | list[str]] = {}
    for message in catalogue:
        if message.id and message.string and not message.fuzzy and _is_for_screens(message):
            source = message.id if isinstance(message.id, str) else message.id[0]
            found[source] = message.string if isinstance(message.string, str) else _forms(catalogue, message.string)
    return found


def _is_for_screens(message: Message) -> bool:
    return any(place.startswith("frontend/") for place, _ in message.locations)


def _forms(catalogue: Catalog, strings: tuple[str, ...] | list[str]) -> list[str]:
    """gettext numbers a language's forms by a formula; TypeScript asks for CLDR's categories."""
    plural = Locale.parse(str(catalogue.locale)).plural_form
    names = list(dict.fromkeys(plural(n) for n in range(200)))
    by_name = {name: next(n for n in range(200) if plural(n) == name) for name in names}
    formula = _formula(catalogue.plural_expr)
    return [strings[min(formula(by_name[name]), len(strings) - 1)] if name in by_name else strings[-1] for name in CATEGORIES]


def _formula(expression: str) -> Any:
    from gettext import c2py  # the standard library's own evaluator of these formulas

    return c2py(expression)
