"""Every route, asked by everybody: what may not be seen does not exist (404), what may be seen but not done is refused
(403).

Who may see and who may do stands here a second time, in plain Python, as predicates of a person's role and country. A
route without a line in `ROUTES` fails. Nothing that is closed to somebody may stand in any answer to that person, and a
refused request writes nothing.
"""

from __future__ import annotations

import dataclasses
import io
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, select, text

from tests.support.http_client import Browser, sign_in
from tests.support.operation import Side, TestOperation
from workspace.commands import exercise, operations
from workspace.commands.comments import Calls, Said
from workspace.commands.corroboration import state_corroboration
from workspace.commands.discussion import annotate_lead, comment_on_lead
from workspace.commands.drafts import keep_draft
from workspace.commands.films import mark_range
from workspace.commands.grades import bring_grade_table, grade_media
from workspace.commands.jurisdiction import state_jurisdiction
from workspace.commands.marks import mark_media
from workspace.commands.proposals import Wanted, propose_change
from workspace.commands.proposals_at_once import propose_for_media
from workspace.commands.threads import comment_on_medium
from workspace.commands.vouching import show_vouch_code, vouch_for
from workspace.errors import WorkspaceError
from workspace.exchange.debrief_figures import debrief_to_record
from workspace.model import Qualification
from workspace.model.database import Database
from workspace.queries.debrief import draw_debrief
from workspace.rules.credentials import digest
from workspace.rules.drafts import FormPlace
from workspace.rules.grades import Category
from workspace.settings import Settings
from workspace.store.keys import load_or_create_master, new_wrapped_key
from workspace.store.sealing import seal_fields
from workspace.web.access_rules import PUBLIC

KEY_HOLDERS = {"operation_lead", "country_lead", "specialist", "liaison", "analyst"}
EXAMINERS = {"country_lead", "specialist", "analyst"}
DISSEMINATORS = {"country_lead", "liaison"}
AUTHORITIES = DISSEMINATORS | {"recipient"}
KEYLESS = {"observer", "administrator", "director"}
MEMBERS = KEY_HOLDERS | KEYLESS


@dataclass(frozen=True)
class Viewer:
    """Somebody who asks: a role, a country, and how they belong to the operation."""

    role: str
    country: str
    relation: str = "member"
    which: int = 1

    def __str__(self) -> str:
        return f"{self.country} {self.role} ({self.relation})"


OWN = [
    Viewer(role, "EC") for role in (*sorted(KEY_HOLDERS), *sorted(KEYLESS), "recipient")
]  # the closed material is theirs, as far as their role opens material
OTHER = [Viewer(role, "PE") for role in ("country_lead", "specialist", "liaison")]  # the other side of the closed lead
WITHOUT_KEY = [Viewer(role, "CL") for role in (*sorted(KEY_HOLDERS), *sorted(KEYLESS), "recipient")]
GRANTED = [Viewer("specialist", "UY")]  # for a time: the EC side whole, and of the PE side the picture on the lead
NOT_ACCEPTED = [Viewer(role, "AR") for role in ("country_lead", "specialist")]
AUTHORITY = [Viewer("recipient", "BR")]  # a referral was sent to this agency
NOT_MEMBERS = [
    Viewer("none", "EC", "outsider"),
    Viewer("specialist", "EC", "ended", 8),
    Viewer("none", "EC", "installation"),
]
NOBODY = Viewer("none", "--", "nobody")
VIEWERS = [*OWN, *OTHER, *WITHOUT_KEY, *GRANTED, *NOT_ACCEPTED, *AUTHORITY, *NOT_MEMBERS]

Rule = Callable[[Viewer], bool]
OWN_THINGS = {"me", "passkeys", "sessions", "tokens", "step-up", "sign-out"}


# --- Who may see, in plain Python -------------------------------------------------------------------------------------


def anyone(_viewer: Viewer) -> bool:
    return True


def no_one(_viewer: Viewer) -> bool:
    return False


def member(viewer: Viewer) -> bool:
    """Knows that the operation exists; administrators of the installation do too."""
    return viewer.relation in ("member", "installation")


def accepted(viewer: Viewer) -> bool:
    """Takes part in the operation: the country accepted the terms; a recipient only gets referrals."""
    return viewer.relation == "member" and viewer.country != "AR" and viewer.role != "recipient"


def exports_record(viewer: Viewer) -> bool:
    """Observes, or leads for a country that takes part."""
    return viewer.relation == "member" and (
        viewer.role == "observer" or (viewer.role in ("operation_lead", "country_lead") and accepted(viewer))
    )


def opens(*countries: str) -> Rule:
    """Holds a key to a compartment of these countries."""
    return lambda viewer: accepted(viewer) and viewer.role in KEY_HOLDERS and viewer.country in countries


ec_side, pe_side, pe_picture = opens("EC", "UY"), opens("PE"), opens("PE", "UY")
shared = opens("EC", "PE", "CL", "UY")


def lead_side(viewer: Viewer) -> bool:
    return ec_side(viewer) or pe_side(viewer)


def sent_referral(viewer: Viewer) -> bool:
    return lead_side(viewer) or (viewer.relation == "member" and viewer.country == "BR")


def party_of_access(viewer: Viewer) -> bool:
    """The agency that asked and the one that owns the compartment."""
    return accepted(viewer) and viewer.country in ("EC", "UY")


def belongs(viewer: Viewer) -> bool:
    """Is a member, of whatever country and role."""
    return viewer.relation == "member"


def directs(viewer: Viewer) -> bool:
    """Directs the exercise; for everybody else there is none to direct."""
    return viewer.relation == "member" and viewer.role == "director"


def in_charge_of(country: str) -> Rule:
    """The operation's lead and its administrators anywhere, a country's lead at home."""
    anywhere, at_home = does({"operation_lead", "administrator"}), does({"country_lead"})
    return lambda viewer: anywhere(viewer) or (at_home(viewer) and viewer.country == country)


def is_(one: Viewer) -> Rule:
    return lambda viewer: viewer == one


def does(*roles: set[str]) -> Rule:
    allowed = set().union(*roles)
    return lambda viewer: viewer.relation == "member" and viewer.role in allowed


def both(*rules: Rule) -> Rule:
    return lambda viewer: all(rule(viewer) for rule in rules)


def of(*countries: str) -> Rule:
    return lambda viewer: viewer.country in countries


def opens_both_sides(viewer: Viewer) -> bool:
    """With a key and a pair; a claim is kept by whoever could sign."""
    return viewer in GRANTED


def claims_in_vain(viewer: Viewer) -> bool:
    """The holder opens one side only, and an opinion needs both: refused. Others are told that they do not hold it."""
    return viewer.role in EXAMINERS and viewer != AUTHOR


def installation_admin(viewer: Viewer) -> bool:
    return viewer.relation == "installation"


def watches_installation(viewer: Viewer) -> bool:
    """Keeps heads of the installation's own record."""
    leads_or_observes = viewer.role in ("operation_lead", "country_lead", "observer")
    return installation_admin(viewer) or (viewer.relation == "member" and leads_or_observes)


AUTHOR = Viewer("specialist", "EC")
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


@dataclass(frozen=True)
class Route:
    """What a route is about, for whom it exists, who may use it. `body`: a valid one. `dies`: refused once the
    operation has closed."""

    method: str
    path: str
    sees: Rule
    may: Rule = anyone
    body: dict[str, Any] | None = None
    dies: bool = False
    sorts: tuple[int, ...] = (200, 201, 202, 303, 409, 422)
    raw: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def about_others(self) -> bool:
        """Whether it makes a difference who asks; one's own sessions and tokens are everybody's own."""
        return not (self.path.startswith("/api/v1/") and self.path.split("/")[3].partition("?")[0] in OWN_THINGS)

    @property
    def in_operation(self) -> bool:
        """Whether it belongs to an operation, not to the installation."""
        return (
            self.path.split("/")[3].partition("?")[0] not in ("users", "agencies") and self.path != "/api/v1/operations"
        )


def get(path: str, sees: Rule, may: Rule = anyone) -> Route:
    return Route("GET", path, sees, may, sorts=(200, 303))


def post(
    path: str, sees: Rule, may: Rule, body: dict[str, Any] | None = None, *, method: str = "POST", dies: bool = True
) -> Route:
    return Route(method, path, sees, may, body, dies)


REASON = {"reason": "because"}
NO_REASON = {"reason": " "}
"""Who may is told what is missing: what the other routes are about stays as it is."""
TOKEN = {"token": 1}
JURISDICTION = {"country": "BR", "ground": "nationality", "competence": "evidence", "basis": "a document"}
OUTCOME = {"kind": "victim", "stage": "V2", "authority_reference": "ref", "stated_on": "2026-01-01"}
EXHIBIT = {"country": "EC", "label": "label {fresh}", "kind": "phone", "case_reference": "case", "custodian": "office"}
OPERATION = {
    "code_name": "X",
    "purpose": "x",
    "legal_basis": "x",
    "time_zone": "UTC",
    "opens_at": "2026-01-01T00:00:00Z",
    "closes_at": "2026-01-05T00:00:00Z",
    "terms": "x",
    "countries": ["EC"],
}
SEARCH = {"probe_face_id": "{ec_face}", "purpose": "victim", "legal_basis": "law", "case_reference": "case"}
UNKNOWN = "00000000-0000-0000-0000-000000000001"
OP, API = "/operations/{op}", "/api/v1/operations/{op}"
LEAD = "/api/v1/leads/{lead}"
ROUTES: dict[str, Route] = {
    # The operation
    "api_operations.all_operations": get("/api/v1/operations", anyone),
    "api_operations.create_operation": post("/api/v1/operations", anyone, installation_admin, OPERATION, dies=False),
    "api_operations.one_operation": get(API, member),
    "api_operations.waiting": get(f"{API}/waiting", member),
    "api_operations.terms": get(f"{API}/terms", member),
    "api_operations.accept_terms": post(f"{API}/terms/accept", member, does({"country_lead", "operation_lead"}), {}),
    "api_operations.change_state": post(
        f"{API}/state", member, does({"operation_lead"}), {"state": "follow_up"}, dies=False
    ),
    "api_operations.change_settings": post(
        f"{API}/settings", member, does({"operation_lead"}), {"lease_s": 1800}, method="PATCH"
    ),
    "api_terms.agreed_terms": get(f"{API}/terms/versions", member),
    "api_terms.answer_proposal": Route(
        "POST",
        f"{API}/terms/proposals/{UNKNOWN}/answer",
        member,
        does({"operation_lead", "country_lead"}),
        {"is_yes": True},
        dies=True,
        sorts=(404,),
    ),
    "api_terms.withdraw_proposal": Route(
        "DELETE",
        f"{API}/terms/proposals/{UNKNOWN}",
        member,
        does({"operation_lead", "country_lead", "administrator"}),
        sorts=(404,),
    ),
    "api_terms.open_to_country": post(
        f"{API}/openings",
        member,
        does({"operation_lead", "country_lead"}),
        {"country": "PE", "is_open": True},
        dies=False,
    ),
    "api_terms.window": get(f"{API}/window", member),
    "api_terms.move_window": post(
        f"{API}/window",
        member,
        does({"operation_lead"}),
        {"closes_at": "2020-01-01T00:00:00Z", "reason": "a storm"},
    ),
    "api_terms.accept_window": post(
        f"{API}/window/accept", member, does({"country_lead", "operation_lead"}), {"until": "2020-01-01T00:00:00Z"}
    ),
    "api_terms.consents": get(f"{API}/consents", member),
    "api_terms.change_consents": post(
        f"{API}/consents",
        member,
        does({"country_lead", "operation_lead"}),
        {"shares_known_count": True},
        dies=False,
    ),
    "api_operations.add_agency": post(
        f"{API}/agencies",
        member,
        does({"operation_lead", "country_lead", "administrator"}),
        {"agency_id": 999999},
        dies=False,
    ),
    "api_operations.members": get(f"{API}/members", member),
    "api_operations.add_member": post(
        f"{API}/members",
        member,
        does({"operation_lead", "country_lead", "administrator"}),
        {"user_id": 999999, "role": "specialist"},
        dies=False,
    ),
    "api_operations.remove_member": Route(
        "DELETE",
        f"{API}/members/{{spare}}",
        member,
        in_charge_of("EC"),
        sorts=(200, 404),  # the second finds nobody
    ),
    "api_operations.left_behind_by": get(
        f"{API}/members/{{asking}}/left-behind", does({"operation_lead", "country_lead", "administrator"})
    ),
    "api_operations.proposed_removals": get(f"{API}/removals", member),
    "api_operations.propose_removal": Route(
        "POST",
        f"{API}/members/{{asking}}/removals",
        member,
        does({"operation_lead", "country_lead", "administrator"}),
        REASON,
        sorts=(200, 409),  # the second finds a proposal
    ),
    "api_operations.confirm_removal": Route(
        "POST",
        f"{API}/members/{{spare}}/removals/confirm",
        member,
        does({"operation_lead", "country_lead", "administrator"}),
        sorts=(404,),  # no proposal stands
    ),
    "api_thresholds.thresholds": get(f"{API}/thresholds", member),
    "api_thresholds.propose_threshold": Route(
        "POST",
        f"{API}/thresholds",
        member,
        does({"operation_lead", "country_lead"}),
        {"calibration": "0" * 64, "reason": "x"},
        sorts=(404,),  # the tests' installation has no face pack
    ),
    "api_thresholds.confirm_threshold": Route(
        "POST",
        f"{API}/thresholds/{UNKNOWN}/confirm",
        member,
        does({"operation_lead", "country_lead"}),
        sorts=(404,),
    ),
    "api_operations.countries_without_lead": get(f"{API}/country-leads", member),
    "api_operations.propose_country_lead": Route(
        "POST",
        f"{API}/country-leads",
        member,
        does(MEMBERS | {"recipient"}),
        {"agency_id": 999999, "name": "x"},
        sorts=(422,),
    ),
    "api_operations.confirm_country_lead": Route(
        "POST",
        f"{API}/country-leads/AD/confirm",
        member,
        does({"operation_lead", "country_lead", "administrator"}),
        {},
        sorts=(404,),
    ),
    "api_operations.suspensions": get(f"{API}/suspensions", member),
    "api_operations.suspend_member": Route(
        "POST",
        f"{API}/members/{{suspended}}/suspension",
        member,
        does({"operation_lead"}),
        {**REASON, "hours": 1},
        sorts=(200, 409),  # the second finds a suspension
    ),
    "api_operations.end_suspension": Route(
        "DELETE",
        f"{API}/members/{{suspended}}/suspension",
        member,
        does({"operation_lead"}),
        sorts=(200, 404),  # the second finds none
    ),
    "api_qualifications.qualifications": get(f"{API}/qualifications", member),
    "api_qualifications.record_qualification": Route(
        "POST",
        f"{API}/members/{{asking}}/qualifications",
        member,
        both(does({"country_lead"}), of("EC")),
        {
            "competence": "other_traces",
            "title": "training {fresh}",
            "issuer": "a school",
            "valid_from": "2020-01-01",
            "valid_until": "2999-01-01",
        },
    ),
    "api_qualifications.end_qualification": Route(
        "DELETE",
        f"{API}/qualifications/{{qualification}}",
        member,
        both(does({"country_lead"}), of("EC")),
        sorts=(200, 409),
    ),
    "api_vouching.standings": get(f"{API}/standings", member),
    "api_vouching.show_vouch_code": post(f"{API}/vouch-code", member, belongs, dies=False),
    "api_vouching.vouch_for": Route(
        "POST",
        f"{API}/members/{{asking}}/vouches",
        member,
        both(does(MEMBERS), lambda viewer: viewer.country != "EC"),
        {"code": "123456", "how": "in_person"},
        sorts=(404, 409),  # whose country has not accepted the terms sees no members; nobody has shown a code
    ),
    "api_vouching.decline_vouch": Route(
        "POST",
        f"{API}/members/{{asking}}/vouches/declined",
        member,
        does(MEMBERS),
        sorts=(200, 404),  # whose country has not accepted the terms sees no members
    ),
    "api_vouching.withdraw_vouch": Route(
        "DELETE",
        f"{API}/members/{{asking}}/vouches/{{asking}}",
        member,
        both(does({"country_lead"}), of("EC")),
        sorts=(404,),
    ),
    "api_series.all_series": get(f"{API}/series", member),
    "api_series.add_series": post(
        f"{API}/series", member, both(does(KEY_HOLDERS), accepted), {"label": "series {fresh}"}
    ),
    "api_series_work.series_board": get(f"{API}/series/board", member),
    "api_series_work.series_page": get(f"{API}/series/{{series_number}}", ec_side),
    "series.series_board": get(f"{OP}/series", member),
    "series.series_page": get(f"{OP}/series/{{series_number}}", ec_side),
    "series.series_by_id": get("/series/{series}", ec_side),
    "api_series_work.claim_series": Route(
        "POST", "/api/v1/series/{series}/claim", ec_side, does(EXAMINERS), sorts=(200, 409)
    ),
    "api_series_work.renew_series": Route(
        "POST", "/api/v1/series/{series}/renew", ec_side, does(EXAMINERS), {"token": 99}, sorts=(409,)
    ),
    "api_series_work.release_series": Route(
        "POST", "/api/v1/series/{series}/release", ec_side, does(EXAMINERS), {"token": 99}, sorts=(409,)
    ),
    "api_series_work.hand_over_series": Route(
        "POST",
        "/api/v1/series/{series}/hand-over",
        ec_side,
        does(EXAMINERS),
        {"token": 99, "to": "{asking}"},
        sorts=(409, 422),
    ),
    "api_series_work.take_over_series": Route(
        "POST",
        "/api/v1/series/{series}/take-over",
        ec_side,
        does({"operation_lead", "country_lead"}),
        NO_REASON,
        sorts=(422,),
    ),
    "api_series_work.triage_series": Route(
        "POST",
        "/api/v1/series/{worked}/triage",
        ec_side,
        does(EXAMINERS | {"operation_lead"}),
        {"triage": "left_over", "reason": "nothing new {fresh}"},
        sorts=(200, 409),
    ),
    "api_series_work.prioritise_series": post(
        "/api/v1/series/{series}/priority", ec_side, does(EXAMINERS | {"operation_lead"}), {"priority": 1}
    ),
    "api_series_work.date_series": post(
        "/api/v1/series/{series}/recency", ec_side, does(EXAMINERS | {"operation_lead"}), {"recency": "cold"}
    ),
    "api_series_work.name_series": post(
        "/api/v1/series/{worked}/name", ec_side, both(does(EXAMINERS), of("EC")), {"label": "name {fresh}"}
    ),
    "api_series_work.reference_series": post(
        "/api/v1/series/{worked}/reference",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"external_reference": "elsewhere {fresh}"},
    ),
    "api_series_work.comment_on_series": post(
        "/api/v1/series/{series}/comments", ec_side, does(KEY_HOLDERS), {"body": "a comment {fresh}"}
    ),
    "api_series_work.suggested_series": get(f"{API}/series/suggested", member),
    "series.suggested_series": get(f"{OP}/series/suggested", member),
    "api_series_work.form_series": Route(
        "POST",
        f"{API}/series/suggested",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"numbers": ["{ec_third}"], "label": "formed {fresh}"},
        sorts=(200, 409),
    ),
    "api_series_work.refuse_suggestion": post(
        f"{API}/series/suggested/refused", ec_side, both(does(EXAMINERS), of("EC")), {"numbers": ["{ec_second}"]}
    ),
    "api_series_work.merge_series": Route(
        "POST",
        "/api/v1/series/{worked}/merge",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"into": "{series_merged_into}"},
        sorts=(200, 409),
    ),
    "api_series_work.split_series": Route(
        "POST",
        "/api/v1/series/{series}/split",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"numbers": ["{ec_person}"], "label": "split {fresh}"},
        sorts=(409, 422),
    ),
    "api_series_work.take_back_join": Route(
        "DELETE",
        "/api/v1/series/joins/{series_join}",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        sorts=(200, 409),
    ),
    "api_series.take_back_placements": Route(
        "DELETE",
        "/api/v1/series/placements/{placing}",
        opens("EC"),
        does(EXAMINERS),
        sorts=(200, 409),
    ),
    "api_series_work.add_series_column": post(
        f"{API}/series/columns", member, does({"operation_lead"}), {"label": "column {fresh}"}
    ),
    "api_series_work.remove_series_column": Route(
        "DELETE", "/api/v1/series/columns/{series_column}", accepted, does({"operation_lead"}), sorts=(200, 409)
    ),
    "api_series.place_person": post(
        "/api/v1/series/{series}/persons", ec_side, both(does(EXAMINERS), of("EC")), {"number": "{ec_person}"}
    ),
    "api_series.withdraw_person": Route(
        "DELETE",
        "/api/v1/series/{series}/persons/{ec_person}",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        sorts=(200, 404),  # the second finds nobody there
    ),
    "api_series.withdraw_medium": Route(
        "DELETE",
        "/api/v1/series/{series}/media/{ec_item}",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        sorts=(200, 404),
    ),
    "api_persons.person_list": get(f"{API}/persons", member),
    "api_persons.person_page": get(API + "/persons/{ec_person}", ec_side),
    "api_persons.alike_persons": get(f"{API}/persons/alike", member),
    "api_persons.merge_persons": Route(
        "POST",
        f"{API}/persons/merge",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"number": "{ec_person}", "other": "{ec_second}"},
        dies=True,
        sorts=(201, 409),  # the second finds them merged
    ),
    "api_persons.keep_apart": Route(
        "POST",
        f"{API}/persons/apart",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"number": "{ec_second}", "other": "{ec_third}"},
        dies=True,
        sorts=(201, 409),  # it was said already, or the second one is merged
    ),
    "api_persons.describe_person": post(
        API + "/persons/{ec_person}/words",
        ec_side,
        does(EXAMINERS),
        {"what": "note", "words": "a note"},
    ),
    "api_persons.withdraw_word": Route(
        "DELETE",
        "/api/v1/persons/words/{ec_word}",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        dies=True,
    ),
    "api_persons.split_person": Route(
        "POST",
        f"{API}/persons/split",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"number": "{ec_fourth}", "faces": ["{ec_fourth_face}"]},
        dies=True,
        sorts=(201, 409),  # the second finds the face gone
    ),
    "api_persons.move_faces": Route(
        "POST",
        f"{API}/persons/move",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"number": "{ec_fourth}", "faces": ["{ec_fourth_face}"], "to": "{ec_third}"},
        dies=True,
        sorts=(201, 409),  # the second finds the face gone
    ),
    "api_persons.give_faces": Route(
        "POST",
        f"{API}/persons/give",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"media": ["{ec_item}"], "persons": ["{ec_fourth}"], "to": "{ec_third}"},
        dies=True,
        sorts=(201, 409),  # the second finds the faces gone
    ),
    "api_persons.unite_persons": Route(
        "POST",
        f"{API}/persons/unite",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"persons": ["{ec_fourth}", "{ec_third}"]},
        dies=True,
        sorts=(201, 409),  # the second finds them one
    ),
    "api_persons.take_back_act": Route(
        "DELETE",
        "/api/v1/persons/acts/{ec_act}",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        dies=True,
        sorts=(200, 409),  # the second finds it taken back
    ),
    "api_series.determine_country": post(
        "/api/v1/series/{series}/country", ec_side, does(EXAMINERS), {"country": "EC", "grounds": "a socket"}
    ),
    "api_clues.clues": get(f"{API}/clues", member),
    "api_clues.open_clue": post(
        f"{API}/clues", member, both(does(KEY_HOLDERS), accepted), {"what": "object", "claim": "a plug {fresh}"}
    ),
    "api_clues.import_outside_results": Route(
        "FORM", f"{API}/outside-results", member, both(does({"country_lead", "analyst"}), accepted), {}, dies=False
    ),
    "api_clues.open_found_lead": post(f"/api/v1/searches/{UNKNOWN}/leads", no_one, anyone, {"face_id": UNKNOWN}),
    "api_clues.state_clue_result": post(
        "/api/v1/leads/{clue}/clue/result",
        ec_side,
        does(EXAMINERS),
        {"result": "country", "country": "EC", "grounds": "a socket"},
    ),
    "api_clues.confirm_clue_result": Route(
        "POST",
        "/api/v1/leads/{clue}/clue/result/confirm",
        ec_side,
        does(EXAMINERS),
        {"result": "eliminated"},
        sorts=(409,),  # what is stated is a country
    ),
    "api_clues.add_clue_media": Route(
        "POST",
        "/api/v1/leads/{clue}/clue/media",
        ec_side,
        does(KEY_HOLDERS),
        {"media": ["{ec_video}"]},
        dies=True,
        sorts=(201, 409),  # the second finds it there
    ),
    "api_clues.take_off_clue_medium": Route(
        "DELETE",
        "/api/v1/clue-media/{clue_medium}",
        ec_side,
        both(does(KEY_HOLDERS), of("EC")),
        dies=True,
        sorts=(200, 409),  # the second finds it gone
    ),
    "api_clues.take_off_clue_media": Route(
        "DELETE",
        "/api/v1/clue-media/acts/{clue_media_act}",
        ec_side,
        both(does(KEY_HOLDERS), of("EC")),
        dies=True,
        sorts=(200, 409),  # the second finds it gone
    ),
    "api_clues.take_back_clue_result": Route(
        "DELETE",
        "/api/v1/clue-results/{clue_act}",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        sorts=(200, 409),  # the second finds it taken back
    ),
    "api_cards.cards": get(f"{API}/cards", member),
    "api_cards.card_page": get("/api/v1/cards/{shown_card}", accepted),
    "api_cards.make_card": post(
        "/api/v1/leads/{clue}/cards", ec_side, does(KEY_HOLDERS), {"question": "Where is this sold? {fresh}"}
    ),
    "api_cards.check_card": Route(
        "POST",
        "/api/v1/cards/{made_card}/check",
        ec_side,
        does(KEY_HOLDERS),
        {"is_right": False, "reason": " "},
        sorts=(403, 422),  # its maker; who may is told that a reason is missing
    ),
    "api_cards.withdraw_card": Route(
        "POST", "/api/v1/cards/{spare_card}/withdraw", ec_side, both(does(KEY_HOLDERS), of("EC")), sorts=(200, 409)
    ),
    "api_cards.answer_card": post(
        "/api/v1/cards/{shown_card}/answers", accepted, does(KEY_HOLDERS), {"what": "not_here"}
    ),
    "api_cards.withdraw_answer": Route(
        "DELETE", "/api/v1/card-answers/{card_answer}", is_(AUTHOR), does(KEY_HOLDERS), sorts=(200, 404)
    ),
    "cards.cards": get(f"{OP}/cards", member),
    "cards.card": get(f"{OP}/cards/{{shown_card}}", accepted),
    "cards.new_card": get(f"{OP}/leads/{{clue}}/card", ec_side),
    "media.probe": get(f"/media/probes/{UNKNOWN}/veiled", no_one),
    "media.card": get("/media/cards/{shown_card}", no_one),  # this one has no picture
    "clues.clues": get(f"{OP}/clues", member),
    "clues.add_to_clue": get(f"{OP}/clues/add?media={{ec_item}}", ec_side),
    "clues.new_clue": get(f"{OP}/clues/new?series={{series}}", ec_side),
    "api_series.series_acts": get(f"{API}/series/acts", member),
    "api_series.take_back_country": Route(
        "DELETE",
        "/api/v1/series/acts/{series_act}",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        sorts=(200, 409),  # the second finds it taken back
    ),
    "api_series.confirm_country": Route(
        "POST",
        "/api/v1/series/{series}/country/confirm",
        ec_side,
        does(EXAMINERS),
        {"country": "EC"},
        dies=True,
        sorts=(200, 403, 409),  # not whoever determined it
    ),
    "operations.start": get("/", anyone),
    "operations.all_operations": get("/operations", anyone),
    "operations.new_operation": get("/operations/new", installation_admin),
    "operations.terms": get(f"{OP}/terms", member),
    "operations.members": get(f"{OP}/members", member),
    "operations.settings": get(f"{OP}/settings", member),
    "overview.overview": get(OP, member),
    # The board and its leads
    "board.board": get(f"{OP}/board", member),
    "board.off_board": get(f"{OP}/leads?stage=rejected", accepted),
    "api_board.leads_off_board": get(f"{API}/leads?stage=parked", accepted),
    "board.lead": get(f"{OP}/leads/{{lead}}", lead_side),
    "board.lead_by_number": get(f"{OP}/leads/{{number}}", lead_side),
    "api_board.board": get(f"{API}/board", accepted),
    "api_board.board_part": get(f"{API}/board/part?above=0", accepted),
    "api_board.board_changes": get(f"{API}/board/changes?after=1", accepted),
    "api_leads.lead_page": get(LEAD, lead_side),
    "api_leads.lead_score": get(f"{LEAD}/score", lead_side),
    "api_leads.score_again": get(f"{LEAD}/score/again", lead_side),
    "api_leads.lead_history": get(f"{LEAD}/history", lead_side),
    "api_leads.claim_lead": post(f"{LEAD}/claim", lead_side, does(EXAMINERS)),
    "api_leads.renew_claim": post(f"{LEAD}/claim/renew", lead_side, opens_both_sides, TOKEN),
    "api_leads.release_lead": post(f"{LEAD}/release", lead_side, does(EXAMINERS), TOKEN, dies=False),
    "api_leads.hand_over_lead": post(f"{LEAD}/hand-over", lead_side, does(EXAMINERS), {"token": 1, "to": 1}),
    "api_leads.take_over_lead": post(
        "/api/v1/leads/{free}/take-over", lead_side, does({"operation_lead", "country_lead"}), REASON
    ),
    "api_leads.assess_lead": post(
        f"{LEAD}/assessments", lead_side, claims_in_vain, {"token": 1, "opinion": 1, "reason": "ears"}
    ),
    "api_leads.undo_assessment": post(
        "/api/v1/assessments/{assessment}", is_(AUTHOR), does(EXAMINERS), method="DELETE"
    ),
    "api_threads.comment_on_lead": post(f"{LEAD}/comments", lead_side, does(KEY_HOLDERS), {"body": "seen"}),
    "api_threads.lead_readers": get(f"{LEAD}/readers", lead_side),
    "api_threads.medium_talk": get("/api/v1/items/{ec_item}/talk", ec_side),
    "api_threads.medium_readers": get("/api/v1/items/{ec_item}/readers", ec_side),
    "api_threads.comment_on_medium": post(
        "/api/v1/items/{ec_item}/comments", ec_side, does(KEY_HOLDERS), {"body": "seen {fresh}"}
    ),
    "api_threads.edit_comment": Route(
        "PATCH",
        "/api/v1/comments/{comment}",
        is_(AUTHOR),
        does(KEY_HOLDERS),
        {"version": 1, "body": "seen"},
        sorts=(200, 409),  # the second finds it changed
    ),
    "api_threads.resolve_thread": Route(
        "POST", "/api/v1/comments/{comment}/resolve", ec_side, does(KEY_HOLDERS), sorts=(200, 409)
    ),
    "api_threads.reopen_thread": Route(
        "POST", "/api/v1/comments/{comment}/reopen", ec_side, does(KEY_HOLDERS), sorts=(200, 409)
    ),
    "api_threads.annotate_medium": post(
        "/api/v1/items/{ec_item}/annotations", ec_side, does(KEY_HOLDERS), {"note": "a plug {fresh}"}
    ),
    "api_threads.medium_annotations_file": get(
        "/api/v1/items/{ec_item}/annotations.jsonld",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
    ),
    "api_threads.lead_annotations_file": get(
        f"{LEAD}/annotations.jsonld", lead_side, does({"country_lead", "analyst", "specialist"})
    ),
    "api_boxes.medium_boxes": get("/api/v1/items/{ec_item}/boxes", ec_side),
    "api_boxes.draw_face": Route(
        "POST",
        "/api/v1/items/{ec_item}/faces",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        {"box": {"type": "FragmentSelector", "value": "xywh=percent:90,20,30,15"}},
        sorts=(422,),  # the box leaves the picture
    ),
    "api_boxes.take_face_away": Route(
        "DELETE",
        "/api/v1/faces/{wrong_face}",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        sorts=(200, 409),  # the second finds it taken away
    ),
    "api_boxes.give_face_back": Route(
        "POST",
        "/api/v1/face-acts/{taken}/undo",
        ec_side,
        both(does(EXAMINERS), of("EC")),
        sorts=(200, 409),  # the second finds it taken back
    ),
    "api_threads.read_mention": post("/api/v1/comments/{calling}/read", is_(AUTHOR), does(KEY_HOLDERS), dies=False),
    "api_leads.annotate_lead": post(f"{LEAD}/annotations", lead_side, does(KEY_HOLDERS), {"note": "an ear"}),
    "api_leads.change_annotation": post(
        "/api/v1/annotations/{annotation}",
        is_(AUTHOR),
        does(KEY_HOLDERS),
        {"version": 1, "note": "an ear"},
        method="PATCH",
    ),
    "api_leads.remove_annotation": post(
        "/api/v1/annotations/{annotation}", is_(AUTHOR), does(KEY_HOLDERS), method="DELETE"
    ),
    "api_leads.prioritise_lead": post(f"{LEAD}/priority", lead_side, does(KEY_HOLDERS), {"priority": 2}),
    "api_leads.mark_urgent": post(f"{LEAD}/urgent", lead_side, does(KEY_HOLDERS), REASON),
    "api_leads.note_presence": post(f"{LEAD}/presence", lead_side, does(KEY_HOLDERS), {}, method="PUT", dies=False),
    "api_leads.end_presence": post(f"{LEAD}/presence", lead_side, does(KEY_HOLDERS), method="DELETE", dies=False),
    "api_leads.park_lead": post(f"{LEAD}/park", lead_side, does(EXAMINERS, {"operation_lead"}), REASON),
    "api_leads.reopen_lead": post(f"{LEAD}/reopen", lead_side, does(EXAMINERS, {"operation_lead"}), REASON),
    "api_leads.close_lead": post(
        f"{LEAD}/close", lead_side, does(DISSEMINATORS, {"operation_lead"}), REASON, dies=False
    ),
    "api_access.ask_access": post(f"{LEAD}/access-requests", lead_side, does(KEY_HOLDERS), REASON),
    "api_access.answer_access": post(
        "/api/v1/access-requests/{access}/answer",
        party_of_access,
        both(does({"country_lead"}), of("EC")),
        {"granted": False},
        dies=False,
    ),
    "api_permissions.permissions": get(f"{API}/permissions", member),
    "api_permissions.answer_permission": post(
        "/api/v1/permissions/{permission}/answer",
        ec_side,
        both(does(DISSEMINATORS), of("EC")),
        {"granted": True},
        dies=False,
    ),
    "api_access.take_back_access": post(
        "/api/v1/access-requests/{open_access}/take-back",
        party_of_access,
        both(does({"country_lead"}), of("EC")),
        dies=False,
    ),
    "api_leads.view_face": post("/api/v1/faces/{pe_face}/view", pe_picture, does(KEY_HOLDERS), dies=False),
    "api_leads.view_media_item": post("/api/v1/items/{ec_item}/view", ec_side, does(KEY_HOLDERS), dies=False),
    "gallery.gallery": get(f"{OP}/gallery", member),
    "api_maps.regions_of_country": get("/api/v1/regions?country=EC", anyone),
    "maps.places": get(f"{OP}/map", member),
    "api_maps.places_of": get(f"{API}/map", member),
    "api_maps.map_geojson": get(f"{API}/map.geojson", member, does({"country_lead", "analyst", "specialist"})),
    "api_gallery.gallery": get(f"{API}/gallery", member),
    "api_gallery.gallery_read": get(f"{API}/gallery/read?media={{ec_item}}", member),
    "api_gallery.gallery_counts": get(f"{API}/gallery/counts", member),
    "api_gallery.gallery_choices": get(f"{API}/gallery/choices", member),
    "api_gallery.mark_media": post(
        f"{API}/gallery/marks", ec_side, does(KEY_HOLDERS), {"media": ["{ec_item}"], "mark": "nothing"}
    ),
    "api_gallery.take_back_marks": Route(
        "DELETE", "/api/v1/gallery/marks/{ec_marks}", is_(AUTHOR), does(KEY_HOLDERS), sorts=(200, 409)
    ),
    "grades.grading": get(f"{OP}/grading", member),
    "api_grades.grading": get(f"{API}/grading", member),
    "api_grades.bring_grade_table": Route(
        "FORM",
        f"{API}/grading/tables",
        member,
        both(does({"country_lead"}), accepted),
        {"name": "table {fresh}"},
        dies=True,
    ),
    "api_grades.take_public_table": post(
        f"{API}/grading/public", member, both(does({"country_lead"}), accepted), {"table": "us_2_0"}
    ),
    "api_grades.raise_grade_votes": post(f"{API}/grading/votes", member, does({"operation_lead"}), {"votes": 5}),
    "api_grades.grade_media": post(
        f"{API}/gallery/grades", ec_side, does(EXAMINERS), {"media": ["{ec_item}"], "country": "EC", "number": 1}
    ),
    "api_grades.take_back_grades": Route(
        "DELETE", "/api/v1/gallery/grades/{ec_grades}", is_(AUTHOR), does(EXAMINERS), sorts=(200, 409)
    ),
    "api_grades.medium_grades": get("/api/v1/items/{ec_item}/grades", ec_side),
    "proposals.proposals": get(f"{OP}/proposals?medium={{ec_item}}", ec_side),
    "api_proposals.proposals": get(f"{API}/proposals", member),
    "api_proposals.propose_change": post(
        f"{API}/proposals",
        ec_side,
        both(does(KEY_HOLDERS), lambda viewer: viewer.country != "EC"),
        {
            "kind": "exhibit_fact",
            "item": "{ec_exhibit}",
            "what": "custodian",
            "value": "room {fresh}",
            "words": "moved",
        },
    ),
    "api_proposals.propose_for_media": post(
        f"{API}/proposals/media",
        ec_side,
        both(does(KEY_HOLDERS), lambda viewer: viewer.country != "EC"),
        {"kind": "grade", "media": ["{ec_item}"], "value": "1", "words": "the room {fresh}"},
    ),
    "api_proposals.answer_changes": post(
        f"{API}/proposals/answers",
        ec_side,
        both(does(KEY_HOLDERS), of("EC")),
        {"proposals": ["{uy_proposal}"], "accept": False, "reason": "no"},
    ),
    "api_proposals.withdraw_changes": post(
        "/api/v1/proposals/acts/{uy_proposals}", both(ec_side, of("UY")), does(KEY_HOLDERS), method="DELETE"
    ),
    "api_proposals.accept_change": post(
        "/api/v1/proposals/{uy_proposal}/accept",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
    ),
    "api_proposals.decline_change": post(
        "/api/v1/proposals/{uy_proposal}/decline", ec_side, both(does(KEY_HOLDERS), of("EC")), NO_REASON
    ),
    "api_proposals.withdraw_change": post(
        "/api/v1/proposals/{uy_proposal}", ec_side, both(does(KEY_HOLDERS), of("UY")), method="DELETE"
    ),
    "api_series.place_together": post(
        "/api/v1/series/{series}/placements", ec_side, both(does(EXAMINERS), of("EC")), {"numbers": ["{ec_person}"]}
    ),
    "gallery.medium": get("/media/{ec_item}", ec_side),
    "gallery.medium_of_face": get("/faces/{ec_face}", ec_side),
    "api_gallery.medium_page": get("/api/v1/items/{ec_item}", ec_side),
    "api_gallery.medium_texts": get("/api/v1/items/{ec_item}/texts", ec_side),
    "api_gallery.medium_copies": get("/api/v1/items/{ec_item}/copies", ec_side),
    "api_films.tiles_of_picture": get("/api/v1/items/{ec_item}/tiles", ec_side),
    "api_films.ask_tiles": post("/api/v1/items/{ec_item}/tiles", ec_side, does(KEY_HOLDERS), dies=False),
    "api_films.film_page": get("/api/v1/items/{ec_video}/film", ec_side),
    "api_films.frame_index": get("/api/v1/items/{ec_video}/film/frames", ec_side),
    "api_films.ask_copy": post(
        "/api/v1/items/{ec_video}/film/copies", ec_side, does(KEY_HOLDERS), {"side": 640}, dies=False
    ),
    "api_films.watch_video": post(
        "/api/v1/items/{ec_video}/film/watched",
        ec_side,
        does(KEY_HOLDERS),
        {"parts": [{"from_ms": 0, "to_ms": 900}]},
        dies=False,
    ),
    "api_films.mark_range": post(
        "/api/v1/items/{ec_video}/film/ranges",
        ec_side,
        does(KEY_HOLDERS),
        {"from_ms": 0, "to_ms": 900, "note": "a word of anybody"},
    ),
    "api_films.unmark_range": Route(
        "DELETE", "/api/v1/film/ranges/{ec_range}", is_(AUTHOR), does(KEY_HOLDERS), sorts=(200, 409)
    ),
    "api_films.ask_still": post("/api/v1/items/{ec_video}/film/stills", ec_side, does(KEY_HOLDERS), {"frame": 1}),
    "media.strip": get("/media/items/{ec_video}/strip", ec_side),
    "media.tile": get("/media/items/{ec_large}/tiles/0/0/0", ec_side, is_(AUTHOR)),
    "media.film": get("/media/items/{ec_video}/film/640/veiled", ec_side),
    "media.face": get("/media/faces/{pe_face}/veiled", pe_picture),
    "media.item": get("/media/items/{ec_item}/veiled", ec_side),
    "media.sent": get("/media/referrals/{sent}/face-1.webp", sent_referral),
    # Material
    "api_intake.receive_exhibit": post(
        f"{API}/exhibits", member, both(does({"country_lead", "analyst", "specialist"}), of("EC")), EXHIBIT
    ),
    "api_intake.put_file": Route(
        "PUT",
        "/api/v1/exhibits/{ec_exhibit}/files?path=a.jpg",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        dies=True,
        raw=True,
    ),
    "api_uploads.half_uploads": get("/api/v1/exhibits/{ec_exhibit}/uploads", ec_side),
    "api_uploads.begin_upload": Route(
        "POST",
        "/api/v1/exhibits/{ec_exhibit}/uploads",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        dies=True,
        raw=True,
        headers=TUS | {"Upload-Length": "1000", "Upload-Metadata": "path aGFsZi5qcGc="},
    ),
    "api_uploads.packed_uploads": get(f"{API}/uploads", member),
    "api_uploads.begin_packed": Route(
        "POST",
        f"{API}/uploads",
        member,
        both(does({"country_lead", "analyst"}), accepted),
        raw=True,
        headers=TUS | {"Upload-Length": "1000", "Upload-Metadata": "path cmVnaXN0ZXI="},
    ),
    "api_uploads.half_upload": get("/api/v1/uploads/{ec_upload}", both(ec_side, of("EC"))),
    "api_uploads.add_part": Route(
        "PATCH",
        "/api/v1/uploads/{ec_upload}",
        is_(AUTHOR),
        dies=True,
        sorts=(204, 409),
        raw=True,
        headers=TUS | {"Upload-Offset": "0"},
    ),
    "api_uploads.throw_upload_away": Route(
        "DELETE",
        "/api/v1/uploads/{spare_upload}",
        both(ec_side, of("EC")),
        does({"country_lead", "analyst", "specialist"}),
        dies=True,
        sorts=(409,),  # it is whole, and a worker has it
    ),
    "api_intake.end_intake": post(
        "/api/v1/exhibits/{ec_exhibit}/end",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        {},
    ),
    "api_exhibits.exhibit_page": get("/api/v1/exhibits/{ec_exhibit}", ec_side),
    "api_exhibits.received_files": get("/api/v1/exhibits/{ec_exhibit}/files", both(ec_side, of("EC"))),
    "api_exhibits.change_handling": post(
        "/api/v1/exhibits/{ec_exhibit}/handling",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        {"handling_code": "H2", **NO_REASON},
        dies=False,
    ),
    "api_exhibits.correct_exhibit": post(
        "/api/v1/exhibits/{ec_exhibit}/corrections",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        {"what": "custodian", "value": "x", **NO_REASON},
        dies=False,
    ),
    "api_exhibits.check_originals": post(
        "/api/v1/exhibits/{ec_exhibit}/check",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        dies=False,
    ),
    "api_exhibits.try_again": post(
        "/api/v1/exhibits/{ec_exhibit}/again",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        dies=False,
    ),
    "api_exhibits.custody_log": get(
        "/api/v1/exhibits/{ec_exhibit}/custody.pdf",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
    ),
    "api_exhibits.vics_case": get(
        "/api/v1/exhibits/{ec_exhibit}/vics.json",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
    ),
    "api_exhibits.open_exhibit": post(
        "/api/v1/exhibits/{ec_exhibit}/open", ec_side, both(does({"country_lead"}), of("EC")), NO_REASON, dies=False
    ),
    "api_exhibits.close_exhibit": post(
        "/api/v1/exhibits/{ec_exhibit}/close",
        ec_side,
        both(does({"country_lead"}), of("EC")),
        {"ground": "court", **NO_REASON},
        dies=False,
    ),
    "intake.exhibit": get(OP + "/exhibits/{ec_exhibit}", ec_side),
    "api_intake.intake_report": get(f"{API}/intake", member),
    "api_intake.refused_files": get(f"{API}/intake/refused.csv", member),
    "api_registers.all_registers": get(f"{API}/registers", member),
    "api_registers.import_register": Route(
        "FORM",
        f"{API}/registers",
        member,
        both(does({"country_lead", "analyst"}), of("EC")),
        {"country": "EC", "name": "register {fresh}", "legal_source": "law"},
        dies=False,
    ),
    "api_registers.all_imports": get(f"{API}/imports", member),
    "api_registers.one_import": get("/api/v1/imports/{ec_import}", opens("EC")),
    "api_registers.take_rest": post(
        "/api/v1/imports/{ec_import}/rest", opens("EC"), does({"country_lead", "analyst"}), dies=False
    ),
    "api_registers.cancel_import": post(
        "/api/v1/imports/{ec_import}/cancel", opens("EC"), does({"country_lead", "analyst"}), dies=False
    ),
    "api_known.known_lists": get(f"{API}/known", member),
    "api_known.send_known_list": Route(
        "FORM",
        f"{API}/known",
        member,
        both(does({"country_lead", "analyst", "specialist"}), accepted),
        {"name": "list {fresh}", "source": "the agency", "meaning": "relevant"},
        dies=False,
    ),
    "api_known.list_tables": get(f"{API}/known/tables", member),
    "api_known.bring_list_table": Route(
        "FORM",
        "/api/v1/known/{ec_list}/table",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        {"name": "table {fresh}"},
        dies=False,
    ),
    "api_known.take_list_category": post(
        "/api/v1/known/{ec_list}/categories",
        ec_side,
        both(does({"country_lead"}), of("EC")),
        {"number": 1, "meaning": "abuse"},
    ),
    "api_known.remove_list": post(
        "/api/v1/known/{ec_list}",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        method="DELETE",
        dies=False,
    ),
    "api_known.known_files": get("/api/v1/exhibits/{ec_exhibit}/known.csv", ec_side),
    "api_known.read_after_all": post(
        "/api/v1/exhibits/{ec_exhibit}/known/read",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        dies=False,
    ),
    "api_cases.send_case": Route(
        "FORM",
        "/api/v1/exhibits/{ec_exhibit}/cases",
        ec_side,
        both(does({"country_lead", "analyst", "specialist"}), of("EC")),
        {"scheme": "none"},
        dies=False,
    ),
    "api_cases.exhibit_cases": get("/api/v1/exhibits/{ec_exhibit}/cases", ec_side),
    "api_cases.case_report": get("/api/v1/cases/{ec_case}", both(ec_side, of("EC"))),
    "api_cases.missing_files": get(
        "/api/v1/cases/{ec_case}/missing.csv",
        both(ec_side, of("EC")),
        does({"country_lead", "analyst", "specialist"}),
    ),
    "api_cases.case_changes": get(
        "/api/v1/cases/{ec_case}/changes.csv",
        both(ec_side, of("EC")),
        does({"country_lead", "analyst", "specialist"}),
    ),
    "api_cases.written_case": Route(
        "GET",
        "/api/v1/cases/{ec_case}/case.json",
        both(ec_side, of("EC")),
        does({"country_lead", "analyst", "specialist"}),
        sorts=(422,),  # it may, and this one stands at no address
    ),
    "api_cases.unnamed_contents": get(
        "/api/v1/cases/{ec_case}/unnamed.csv",
        both(ec_side, of("EC")),
        does({"country_lead", "analyst", "specialist"}),
    ),
    "intake.known": get(f"{OP}/known", member),
    "intake.intake": get(f"{OP}/intake", member),
    "intake.registers": get(f"{OP}/registers", member),
    "intake.register_entries": get(OP + "/registers/{ec_register}", ec_side),
    "intake.entry": get(OP + "/entries/{ec_entry}", ec_side),
    "api_entries.register_entries": get("/api/v1/registers/{ec_register}/entries", ec_side),
    "api_entries.state_retention": post(
        "/api/v1/registers/{ec_register}/retention",
        ec_side,
        both(does({"country_lead", "analyst"}), of("EC")),
        {"until": "2000-01-01"},
        dies=False,
    ),
    "api_entries.entry_page": get("/api/v1/entries/{ec_entry}", ec_side),
    "api_entries.close_entry": post(
        "/api/v1/entries/{ec_entry}/close",
        ec_side,
        both(does(DISSEMINATORS), of("EC")),
        {"closed_as": "withdrawn", **REASON},
        dies=False,
    ),
    "api_entries.reopen_entry": post(
        "/api/v1/entries/{ec_entry}/reopen", ec_side, both(does(DISSEMINATORS), of("EC")), REASON, dies=False
    ),
    "api_searches.search_faces": Route(
        "POST",
        f"{API}/searches",
        ec_side,
        does(EXAMINERS),
        SEARCH,
        dies=True,
        sorts=(200, 503),  # 503: the test's face pack is not there
    ),
    "api_searches.find": get(f"{API}/find?q=CANARY", member),
    "api_searches.open_searches": get(f"{API}/searches/open", member),
    "api_probes.bring_probe": Route(
        "FORM",
        f"{API}/probes",
        member,
        both(does(EXAMINERS), accepted),
        {"purpose": "victim", "legal_basis": "law", "case_reference": "case {fresh}"},
        dies=True,
        sorts=(202, 429),  # 429: as many of one's pictures wait
    ),
    "api_probes.probe": get(f"/api/v1/probes/{UNKNOWN}", no_one),
    "api_probes.end_probe": Route("DELETE", f"/api/v1/probes/{UNKNOWN}", no_one, anyone, None, dies=False),
    "api_searches.search_list": get(f"/api/v1/searches/{UNKNOWN}", no_one),
    "persons.persons": get(f"{OP}/persons?faces=1&in_lead=yes", member),
    "persons.person": get(OP + "/persons/{ec_person}", ec_side),
    "persons.person_by_id": get("/persons/{ec_person_id}", ec_side),
    "search.search": get(f"{OP}/search?q=CANARY", member),
    # Jurisdiction, referral, outcome
    "api_referrals.state_jurisdiction": post(
        f"{LEAD}/jurisdiction", lead_side, does(KEY_HOLDERS), JURISDICTION, dies=False
    ),
    "api_referrals.withdraw_jurisdiction": post(
        "/api/v1/jurisdiction/{jurisdiction}", is_(AUTHOR), does(KEY_HOLDERS), method="DELETE", dies=False
    ),
    "api_referrals.state_corroboration": post(
        f"{LEAD}/corroboration",
        lead_side,
        does(KEY_HOLDERS),
        {"type": "object", "reference": "a school badge", "dated_on": "2026-01-01"},
        dies=False,
    ),
    "api_referrals.withdraw_corroboration": post(
        "/api/v1/corroboration/{own_corroboration}", is_(AUTHOR), does(KEY_HOLDERS), method="DELETE", dies=False
    ),
    "api_referrals.referrals": get(f"{API}/referrals", member),
    "api_referrals.referral": get("/api/v1/referrals/{sent}", sent_referral),
    "api_referrals.draft_referral": post(
        f"{LEAD}/referrals",
        lead_side,
        does(DISSEMINATORS),
        {"to_agency_id": 1, "competence": "evidence"},
        dies=False,
    ),
    "api_referrals.approve_referral": post(
        "/api/v1/referrals/{draft}/approve",
        lead_side,
        lambda viewer: does(DISSEMINATORS)(viewer) and viewer != Viewer("liaison", "EC"),
        dies=False,
    ),
    "api_referrals.send_referral": post("/api/v1/referrals/{draft}/send", lead_side, does(DISSEMINATORS), dies=False),
    "api_referrals.ask_release": post(
        "/api/v1/referrals/{draft}/ask-release", lead_side, both(does(DISSEMINATORS), of("EC")), REASON, dies=False
    ),
    "api_referrals.confirm_release": post(
        "/api/v1/referrals/{draft}/confirm-release", lead_side, does(DISSEMINATORS), dies=False
    ),
    "api_referrals.withdraw_referral": post(
        "/api/v1/referrals/{draft}/withdraw", lead_side, does(DISSEMINATORS), REASON, dies=False
    ),
    "api_referrals.acknowledge_referral": post(
        "/api/v1/referrals/{sent}/acknowledge", sent_referral, both(does(AUTHORITIES), of("BR")), dies=False
    ),
    "api_referrals.accept_referral": post(
        "/api/v1/referrals/{sent}/accept", sent_referral, both(does(AUTHORITIES), of("BR")), {}, dies=False
    ),
    "api_referrals.decline_referral": post(
        "/api/v1/referrals/{sent}/decline", sent_referral, both(does(AUTHORITIES), of("BR")), REASON, dies=False
    ),
    "api_referrals.return_referral": post(
        "/api/v1/referrals/{sent}/return", sent_referral, both(does(AUTHORITIES), of("BR")), REASON, dies=False
    ),
    "api_referrals.re_route_referral": post(
        "/api/v1/referrals/{sent}/re-route",
        sent_referral,
        both(does(DISSEMINATORS), of("EC", "BR")),
        {"reason": "because", "to_agency_id": 1},
        dies=False,
    ),
    "api_referrals.fetch_package": Route(
        "GET", "/api/v1/referrals/{sent}/package", sent_referral, does(AUTHORITIES), sorts=(200, 503)
    ),
    "referral_pages.referral_list": get(f"{OP}/referrals", member),
    "referral_pages.one_referral": get(f"{OP}/referrals/{{sent}}", sent_referral),
    "api_outcomes.state_outcome": post(
        "/api/v1/referrals/{sent}/outcomes", sent_referral, both(does(AUTHORITIES), of("BR")), OUTCOME, dies=False
    ),
    "api_outcomes.revoke_outcome": post(
        "/api/v1/outcomes/{outcome}/revoke", sent_referral, both(does(AUTHORITIES), of("BR")), REASON, dies=False
    ),
    "api_outcomes.ledger": get(f"{API}/ledger", member),
    "api_outcomes.mark_depicted": post(
        "/api/v1/ledger/{ledger}/depicted", sent_referral, does(AUTHORITIES, {"operation_lead"}), dies=False
    ),
    "api_outcomes.merge_ledger": post(
        "/api/v1/ledger/{ledger}/merge",
        sent_referral,
        does(DISSEMINATORS, {"operation_lead"}),
        {"into": "{ledger}"},
        dies=False,
    ),
    "api_outcomes.take_back_ledger_act": Route(
        "DELETE",
        "/api/v1/ledger/acts/{ledger_act}",
        sent_referral,
        does(AUTHORITIES, {"operation_lead"}),
        sorts=(200, 409),  # the second finds it taken back
    ),
    # Statistics and the record
    "statistics.statistics": get(f"{OP}/statistics", member),
    "api_statistics.all_editions": get(f"{API}/editions", member),
    "api_statistics.draw_up": post(
        f"{API}/editions", member, does({"operation_lead", "observer"}), {"kind": "interim"}, dies=False
    ),
    "api_statistics.get_json": Route("GET", "/api/v1/editions/{edition}.json", accepted, does(MEMBERS), sorts=(409,)),
    "api_statistics.get_csv": Route("GET", "/api/v1/editions/{edition}.csv", accepted, does(MEMBERS), sorts=(409,)),
    "api_statistics.get_pdf": Route("GET", "/api/v1/editions/{edition}.pdf", accepted, does(MEMBERS), sorts=(409,)),
    "debrief.debrief": get(f"{OP}/debrief", belongs),
    "api_debrief.debrief": get(f"{API}/debrief", belongs),
    "api_debrief.own_opinions": get(f"{API}/debrief/opinions", belongs),
    "api_debrief.delete_own_opinions": Route("DELETE", f"{API}/debrief/opinions", belongs, does(MEMBERS)),
    "api_debrief.get_json": Route("GET", f"{API}/debrief.json", belongs, does(MEMBERS)),
    "api_debrief.get_pdf": Route("GET", f"{API}/debrief.pdf", belongs, does(MEMBERS)),
    "exercise.exercise": get(f"{OP}/exercise", directs),
    "api_exercise.directed_exercise": get(f"{API}/exercise", directs),
    "api_exercise.acts": get(f"{API}/exercise/acts", directs),
    "api_exercise.change_pace": post(f"{API}/exercise/pace", directs, directs, {"pace": 5}, dies=False),
    "api_exercise.pause": post(f"{API}/exercise/pause", directs, directs, dies=False),
    "api_exercise.resume": post(f"{API}/exercise/resume", directs, directs, dies=False),
    "api_exercise.step": post(f"{API}/exercise/step", directs, directs, dies=False),
    "api_exercise.pass_seat": post(
        f"{API}/exercise/seats", directs, directs, {"user_id": "{spare}", "to": "partner"}, dies=False
    ),
    "api_exercise.inject": post(f"{API}/exercise/injections", directs, directs, {"kind": "line_cut"}, dies=False),
    "api_exercise.restart": post(f"{API}/exercise/restart", directs, directs, dies=False),
    "api_exercise.reveal_truth": post(f"{API}/exercise/reveal", directs, directs, REASON, dies=False),
    "record.record": get(f"{OP}/record", belongs),
    "api_record.get_record": get(f"{API}/record", belongs),
    "api_record.searches_made": get(f"{API}/searches", member),
    "api_record.get_whole_record": get(f"{API}/record.jsonl", belongs, exports_record),
    "api_record.get_export": get(f"{API}/record.zip", belongs, exports_record),
    "api_record.all_heads": get(f"{API}/record/heads", belongs),
    "api_record.check_now": post(f"{API}/record/check", member, does({"operation_lead", "observer"}), dies=False),
    "api_record.explain": post(
        f"{API}/record/differences",
        member,
        does({"operation_lead", "observer"}),
        {"table": "lead", "key": "1", "reason": " "},
        dies=False,
    ),
    "api_record.settle": Route(
        "POST",
        f"{API}/record/differences/{UNKNOWN}/settle",
        member,
        does({"operation_lead", "observer"}),
        sorts=(404,),
    ),
    "api_record.erase": post(
        f"{API}/record/erasures", member, does({"country_lead"}), {"event": 1, "legal_basis": " "}, dies=False
    ),
    "api_record.get_head": Route("GET", f"{API}/record/heads/{{head}}", member, does(MEMBERS)),
    # The installation, and oneself
    "api_people.create_agency": post(
        "/api/v1/agencies", anyone, installation_admin, {"country": "EC", "name": "A {fresh}", "kind": "police"}
    ),
    "api_people.create_user": post("/api/v1/users", anyone, installation_admin, {"agency_id": 999999, "name": "N"}),
    "api_people.invite_user": post("/api/v1/users/{spare}/invitations", anyone, installation_admin),
    "api_people.disable_user": post("/api/v1/users/{spare}/disable", anyone, installation_admin),
    "api_people.enable_user": Route(
        "POST", "/api/v1/users/{spare}/enable", anyone, installation_admin, sorts=(200, 404)
    ),
    "api_people.end_sessions": post("/api/v1/users/{spare}/sessions", anyone, installation_admin, method="DELETE"),
    "api_packages.set_package_key": post(
        "/api/v1/agencies/{ec_agency}/package-key", anyone, both(does(AUTHORITIES), of("EC")), {"public_key": "no key"}
    ),
    "account.account": get("/account", anyone),
    "record.installation_record": get("/record", watches_installation),
    "api_drafts.kept_drafts": get("/api/v1/drafts?operation={op}&subject=leads/1", anyone),  # one's own alone
    "api_drafts.keep_draft": post(
        "/api/v1/drafts",
        member,
        anyone,
        {"operation": "{op}", "subject": "board", "form": "comment", "version": UNKNOWN, "fields": {"body": "not yet"}},
        method="PUT",
        dies=False,
    ),
    "api_drafts.throw_draft_away": Route("DELETE", "/api/v1/drafts/{kept}", is_(AUTHOR), sorts=(200, 404)),
    "api_identity.me": get("/api/v1/me", anyone),
    "api_identity.change_me": post("/api/v1/me", anyone, anyone, {"theme": "dark"}, method="PATCH"),
    "api_identity.own_passkeys": get("/api/v1/passkeys", anyone),
    "api_identity.remove_passkey": Route("DELETE", "/api/v1/passkeys/aa", anyone, anyone, sorts=(404,)),
    "api_identity.own_sessions": get("/api/v1/sessions", anyone),
    "api_identity.end_session": Route("DELETE", "/api/v1/sessions/aa", anyone, anyone, sorts=(404,)),
    "api_identity.own_tokens": get("/api/v1/tokens", anyone),
    "api_identity.create_token": post("/api/v1/tokens", anyone, anyone, {"label": "t", "scopes": ["read"]}),
    "api_identity.revoke_token": Route("DELETE", "/api/v1/tokens/aa", anyone, anyone, sorts=(404,)),
    "api_identity.step_up_options": Route(
        "POST", "/api/v1/step-up/options", anyone, sorts=(404,)
    ),  # no passkey in this test
    "api_identity.is_stepped_up": get("/api/v1/step-up", anyone),
    "api_identity.step_up": post("/api/v1/step-up", anyone, anyone, {"credential": {}}),
    "api_identity.sign_out": post("/api/v1/sign-out", anyone, anyone),
}


# --- What there is to see ---------------------------------------------------------------------------------------------


LIVE = "select id from session where ended_at is null and seen_at > now() - interval '10 minutes'"
"""The sessions that go on, for a while yet."""


def mark(name: str) -> str:
    """A word that stands nowhere else."""
    return f"CANARY-{name}-{secrets.token_hex(4)}"


@dataclass
class Scene:
    """One operation with a closed lead between EC and PE, and everything that hangs on it."""

    operation: TestOperation
    ids: dict[str, Any] = field(default_factory=dict)
    canaries: dict[str, Rule] = field(default_factory=dict)
    browsers: dict[Viewer, Browser] = field(default_factory=dict)
    sign_in: Callable[[int], Browser] | None = None
    passkeys_at: float = field(default_factory=time.monotonic)

    def say(self, name: str, who: Rule) -> str:
        """A new canary that only these may read."""
        word = mark(name)
        self.canaries[word] = who
        return word

    def person(self, viewer: Viewer) -> int:
        if viewer.relation in ("outsider", "installation"):
            return int(self.ids[viewer.relation])
        return self.operation.person(viewer.country, viewer.role, viewer.which)

    def put_back(self) -> None:
        """Undo what would change later tests: a country that accepted, a note that was removed, keys and sessions that
        ended."""
        here = {"op": self.ids["op"]}
        self.operation.change(
            "update participation set accepted_at = null where operation_id = :op and country = 'AR'", **here
        )
        self.operation.change("update access_grant set ended_at = null where operation_id = :op", **here)
        self.operation.change("update annotation set removed_at = null where operation_id = :op", **here)
        self.operation.change(
            "update referral set state = 'drafted' where operation_id = :op and state = 'withdrawn'", **here
        )
        assert self.sign_in is not None
        with self.operation.owner.connect() as rows:
            live = set(rows.scalars(text(LIVE)))
        for viewer in VIEWERS:
            if digest(self.browsers[viewer].session or "") not in live:
                self.browsers[viewer] = self.sign_in(self.person(viewer))
        # Starting an exercise again closes it.
        self.operation.change("update operation set state = 'open' where id = :op", op=self.ids["op"])

    def told(self, viewer: Viewer, route: Route, answer: Any) -> Iterator[str]:
        """The canaries in an answer that this person may not read.

        An id that the person sent itself is no news; nor are ids in the record, which observers read whole.
        """
        said = answer.get_data().decode(errors="replace")  # a PDF is not text
        for word, who in self.canaries.items():
            is_known = not word.startswith("CANARY") and (word in self.path(route) or viewer.role == "observer")
            if word in said and not who(viewer) and not is_known:
                yield word

    def path(self, route: Route) -> str:
        """The route's address with the ids that `_lay_out` made."""
        if wanted := {name for _, name, _, _ in Formatter().parse(route.path) if name} - self.ids.keys():
            pytest.fail(f"{route.path}: _lay_out makes no id named {', '.join(sorted(wanted))}")
        return route.path.format(**self.ids)

    def body(self, route: Route) -> Any:
        return self._filled(route.body)

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._filled(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        return value.format(fresh=secrets.token_hex(4), **self.ids) if isinstance(value, str) else value

    def ask(self, viewer: Viewer, route: Route, *, csrf: bool = True, more: dict[str, Any] | None = None) -> Any:
        """The answer to a request of this person."""
        browser, path = self.browsers[viewer], self.path(route)
        self.keep_passkeys_fresh()
        if route.method == "GET":
            if not path.startswith("/media/"):
                return browser.get(path)
            return browser.get(path, Sec_Fetch_Dest="video" if "/film/" in path else "image")
        headers = {} if csrf else {"X_CSRF_Token": "no"}
        if route.method == "FORM":
            return self._form(browser, path, self.body(route), csrf=csrf, more=more)
        if route.raw:
            return self._raw(browser, route, path, csrf=csrf)
        body = {**(self.body(route) or {}), **(more or {})} if route.body is not None else None
        return browser.send(route.method, path, body, **headers)

    def keep_passkeys_fresh(self) -> None:
        """One operation serves the whole module: on a slow machine it lives longer than a passkey counts as shown."""
        if time.monotonic() - self.passkeys_at > 60:
            self.operation.change("update session set stepped_up_at = now() where stepped_up_at is not null")
            self.passkeys_at = time.monotonic()

    def _sent(self, browser: Browser, csrf: bool) -> dict[str, str]:
        if browser.csrf is None and browser.session is not None:
            browser.get("/account")
        from tests.support.http_client import ORIGIN

        return {
            "Sec-Fetch-Site": "same-origin",
            "Origin": ORIGIN,
            "X-CSRF-Token": (browser.csrf or "") if csrf else "no",
        }

    def _form(self, browser: Browser, path: str, texts: Any, *, csrf: bool, more: dict[str, Any] | None) -> Any:
        from tests.support.http_client import ORIGIN

        form = {
            **texts,
            "file": (io.BytesIO(b"no register"), "register.csv"),
            **(more or {}),
        }
        # No worker reads them here, and an agency has two read at a time.
        self.operation.change(
            "update register_import set state = 'cancelled' where operation_id = :id and state = 'waiting'",
            id=self.operation.id,
        )
        return browser.client.post(path, base_url=ORIGIN, data=form, headers=self._sent(browser, csrf))

    def _raw(self, browser: Browser, route: Route, path: str, *, csrf: bool) -> Any:
        from tests.support.http_client import ORIGIN

        sent = self._sent(browser, csrf) | route.headers
        return browser.client.open(path, method=route.method, base_url=ORIGIN, data=b"no picture", headers=sent)


@pytest.fixture(scope="module")
def scene(
    request: pytest.FixtureRequest, app: Flask, database: Database, workers_database: Database, web_settings: Settings
) -> Iterator[Scene]:
    propagated = app.config["PROPAGATE_EXCEPTIONS"]
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a failure is a line of a list here
    operation = TestOperation(workers_database, countries=("EC", "PE", "CL", "AR", "BR", "UY"))
    scene = Scene(operation, sign_in=lambda user_id: sign_in(app, database, user_id))
    scene.ids |= {"op": operation.id, "ec_agency": operation.agencies["EC"]}
    key = new_wrapped_key(load_or_create_master(web_settings.key_file), str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :op", key=key, op=operation.id)
    for viewer in VIEWERS:
        if viewer.relation in ("outsider", "installation"):
            scene.ids[viewer.relation] = operation.outsider()
        else:
            scene.person(viewer)
    scene.ids["spare"] = operation.person("EC", "analyst", 9)
    scene.ids["asking"] = operation.person("EC", "analyst", 8)
    scene.ids["suspended"] = operation.person("PE", "analyst", 7)
    with operation.workers.read(operation.service_id) as view:
        kept = select(Qualification.id).where(Qualification.user_id == scene.ids["asking"])
        scene.ids["qualification"] = view.session.scalars(kept).one()
    operation.change("update app_user set is_house_admin = true where id = :id", id=scene.ids["installation"])
    _lay_out(scene, database)
    _write_drafts(scene, database, load_or_create_master(web_settings.key_file))
    _pictures(scene, app)
    for viewer in VIEWERS:
        scene.browsers[viewer] = sign_in(app, database, scene.person(viewer))
    scene.browsers[NOBODY] = Browser(app)
    ended = scene.person(Viewer("specialist", "EC", "ended", 8))
    operation.change("update membership set ends_at = now() where user_id = :id", id=ended)
    operation.change(
        "update participation set accepted_at = null where operation_id = :op and country = 'AR'", op=operation.id
    )
    yield scene
    app.config["PROPAGATE_EXCEPTIONS"] = propagated


def _write_drafts(scene: Scene, database: Database, master: bytes) -> None:
    place, author = FormPlace(scene.operation.id, "leads/1", "comment"), scene.person(AUTHOR)
    for name in ("unsent", "kept"):
        version, words = uuid4(), {"body": scene.say(name, is_(AUTHOR))}
        sealed = seal_fields(master, words, owner=place.owner(author), place=place.name)
        with database.write(author) as tx:
            keep_draft(tx, place, version, sealed, replaces=[])
        scene.ids[name] = version


def _lay_out(scene: Scene, database: Database) -> None:
    operation, ids = scene.operation, scene.ids
    closed = (Side("EC", "agency"), Side("PE", "agency"))
    ids["lead"], ids["free"] = operation.lead(*closed), operation.lead(*closed)
    ids["number"] = operation.row(_model("Lead"), ids["lead"]).number
    for country in operation.agencies:
        operation.compartment(country)
    ids["ec_lock"], ids["pe_lock"] = operation.compartment("EC", "agency"), operation.compartment("PE", "agency")
    for country, who in (("EC", ec_side), ("PE", pe_side)):
        _side(scene, country, who)
    _grants(scene)
    author = operation.person("EC")
    with database.write(author) as tx:
        ids["jurisdiction"] = state_jurisdiction(
            tx,
            ids["lead"],
            country="EC",
            ground="offence_place",
            competence="protection",
            basis=scene.say("basis", lead_side),
        )
    for name in ("corroboration", "own_corroboration"):
        with database.write(author) as tx:
            ids[name] = state_corroboration(
                tx, ids["lead"], type="place", reference=scene.say(name, lead_side), dated_on=date(2026, 1, 1)
            )
    with database.write(author) as tx:
        ids["annotation"] = annotate_lead(tx, ids["lead"], face_id=None, box=None, note=scene.say("note-EC", ec_side))
    ids["ec_video"] = _video(scene)
    ids["ec_large"] = _large(scene)
    with database.write(author) as tx:
        ids["ec_range"] = mark_range(tx, ids["ec_video"], from_ms=0, to_ms=900, note=scene.say("range", ec_side))
    with database.write(author) as tx:
        ids["ec_marks"] = mark_media(tx, operation.id, [ids["ec_item"]], "important").act
    with database.write(operation.person("EC", "country_lead")) as tx:
        bring_grade_table(tx, operation.id, name="of EC", categories=[Category(1, "one")])
    with database.write(author) as tx:
        ids["ec_grades"] = grade_media(tx, operation.id, [ids["ec_item"]], country="EC", number=1).act
    with database.write(operation.person("UY")) as tx:
        wanted = Wanted("exhibit_fact", item=ids["ec_exhibit"], what="seized_by", value="authority 9")
        ids["uy_proposal"] = propose_change(
            tx, operation.id, dataclasses.replace(wanted, words=scene.say("proposal", ec_side))
        )
        graded = Wanted("grade", value="1", words=scene.say("proposals", ec_side))
        ids["uy_proposals"] = propose_for_media(tx, operation.id, [ids["ec_video"]], graded).act
    # A claim from when its holder held both keys.
    operation.change(
        "update lead set holder_id = :who, holder_agency_id = :agency, lease_until = now() + interval '1 hour', "
        "claim_token = 1 "
        "where id = :lead",
        who=author,
        agency=operation.agencies["EC"],
        lead=ids["lead"],
    )
    _opinion(scene, author)
    for country, who in (("EC", ec_side), ("PE", pe_side)):
        with database.write(operation.person(country)) as tx:
            said = comment_on_lead(tx, ids["lead"], body=scene.say(f"comment-{country}", who), language="en")
        ids.setdefault("comment", said)
    with database.write(operation.person("EC", "liaison")) as tx:
        words = Said(scene.say("comment-medium", ec_side), "en", calls=Calls(people=[author]))
        ids["calling"] = comment_on_medium(tx, ids["ec_item"], words)
    with database.write(operation.person("PE")) as tx:
        annotate_lead(tx, ids["lead"], face_id=None, box=None, note=scene.say("note-PE", pe_side))
    _referrals(scene)
    _truth(scene)


def _truth(scene: Scene) -> None:
    """The operation is an exercise with a truth, which nobody may read in any answer, and a debrief that members
    read."""
    operation = scene.operation
    first, second = (scene.say(f"truth-{which}", no_one) for which in ("first", "second"))
    with operation.workers.write(operation.service_id) as tx:
        partners = [operation.person("EC", "specialist"), operation.person("PE", "liaison")]
        exercise.begin_exercise(tx, operation.id, seed=1, scenario="lantern", partners=partners)
        exercise.write_truth(
            tx,
            operation.id,
            lives_in={first: "EC", second: "PE"},
            shown=[
                (scene.say("truth-device", no_one), scene.say("truth-path", no_one), who) for who in (first, second)
            ],
            entries={scene.say("truth-entry", no_one): first},
        )
    operation.change(  # without its command, which would end the exercise
        "update exercise set revealed_at = now(), revealed_by = :who where operation_id = :id",
        id=operation.id,
        who=operation.person("EC", "administrator"),
    )
    with operation.workers.write(operation.service_id) as tx:
        drawn = draw_debrief(tx.session, operation.id, tx.now)
        assert drawn is not None
        exercise.record_debrief(tx, operation.id, seq=drawn.seq, figures=debrief_to_record(drawn.figures), opinions=[])
    with operation.workers.engine.begin() as rows:
        scene.ids["head"] = rows.execute(
            text(
                "insert into signed_head (operation_id, seq, hash, note, verifier) "
                "select operation_id, seq, hash, 'note', 'key' from event where operation_id = :op order by seq limit "
                "1 returning seq"
            ),
            {"op": operation.id},
        ).scalar_one()


def _opinion(scene: Scene, author: int) -> None:
    """An opinion from when its author held both keys; not revealed, so that nobody else may read it."""
    with scene.operation.owner.begin() as rows:
        scene.ids["assessment"] = rows.execute(
            text(
                "insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, claim_token, "
                "opinion, reason) "
                "select operation_id, id, locks, :who, :agency, 'EC', 1, 1, :reason from lead where id = :lead "
                "returning id"
            ),
            {
                "who": author,
                "agency": scene.operation.agencies["EC"],
                "lead": scene.ids["lead"],
                "reason": scene.say("opinion", is_(AUTHOR)),
            },
        ).scalar_one()


def _model(name: str) -> Any:
    import workspace.model

    return getattr(workspace.model, name)


def _lay_out_work_on_series(scene: Scene, rows: Connection, series: UUID) -> None:
    """The number of a series, another one of the same compartment, a column of the operation's own, and a comment."""
    here = {"series": series, "op": scene.operation.id, "who": scene.operation.person("EC")}
    scene.ids["series_number"] = rows.execute(text("select number from series where id = :series"), here).scalar_one()
    scene.ids["worked"] = rows.execute(
        text(
            "insert into series (operation_id, compartment_id, number, label, was_prepared) "
            "select operation_id, compartment_id, next_number(:op, 'series'), 'worked', true from series where id = "
            ":series "
            "returning id"
        ),
        here,
    ).scalar_one()
    for name in ("series_merged_into", "parted"):
        scene.ids[name] = rows.execute(
            text(
                "insert into series (operation_id, compartment_id, number, label, was_prepared) "
                "select operation_id, compartment_id, next_number(:op, 'series'), :name, true from series where id = "
                ":series "
                "returning id"
            ),
            here | {"name": name},
        ).scalar_one()
    scene.ids["series_join"] = rows.execute(
        text(
            "insert into series_join (operation_id, compartment_id, what, series_id, into_id, decided_by) "
            "select operation_id, compartment_id, 'merged', id, :series, :who from series where id = :parted returning "
            "id"
        ),
        here | {"parted": scene.ids["parted"]},
    ).scalar_one()
    scene.ids["placing"] = uuid4()
    rows.execute(
        text(
            "insert into series_placement (operation_id, compartment_id, person_id, series_id, act, placed_by) "
            "select p.operation_id, p.compartment_id, p.id, :series, :act, :who from person p where p.series_id = "
            ":series"
        ),
        here | {"act": scene.ids["placing"]},
    )
    rows.execute(
        text(
            "insert into medium_placement (operation_id, compartment_id, media_item_id, series_id, act, placed_by) "
            "select m.operation_id, m.compartment_id, m.id, :series, gen_random_uuid(), :who from media_item m where "
            "m.id = :medium"
        ),
        here | {"medium": scene.ids["ec_item"]},
    )
    scene.ids["series_column"] = rows.execute(
        text("insert into series_column (operation_id, name, added_by) values (:op, 'waits', :who) returning id"), here
    ).scalar_one()
    rows.execute(
        text(
            "insert into series_word (operation_id, compartment_id, series_id, what, words, said_by) "
            "select operation_id, compartment_id, id, 'comment', :words, :who from series where id = :series"
        ),
        here | {"words": scene.say("series-comment", ec_side)},
    )


def _more_persons(scene: Scene, rows: Connection, person: UUID) -> None:
    """Three more persons of the same compartment, and that the second is said to be another than the given one; the
    last has two faces."""
    made = []
    for name in ("ec_second", "ec_third", "ec_fourth"):
        number = rows.execute(text("select next_number(:op, 'person')"), {"op": scene.operation.id}).scalar_one()
        made.append(
            rows.execute(
                text(
                    "with p as (insert into person (operation_id, compartment_id, number, face_count, model_digest) "
                    "  select operation_id, compartment_id, :number, 1, model_digest from person where id = :person "
                    "  returning id), "
                    "f as (insert into face select (jsonb_populate_record(face, jsonb_build_object("
                    "  'id', gen_random_uuid(), 'person_id', p.id))).* from face, p where face.person_id = :person "
                    "limit 1 "
                    "  returning id, person_id) "
                    "select id, person_id from f"
                ),
                {"number": number, "person": person},
            ).one()
        )
        scene.ids[name] = number
    scene.ids["ec_word"] = rows.execute(
        text(
            "insert into person_word (operation_id, compartment_id, person_id, what, words, said_by) "
            "select operation_id, compartment_id, id, 'note', 'a note', :who from person where id = :person returning "
            "id"
        ),
        {"person": person, "who": scene.operation.person("EC")},
    ).scalar_one()
    scene.ids["ec_fourth_face"] = rows.execute(
        text(
            "insert into face select (jsonb_populate_record(f, jsonb_build_object('id', gen_random_uuid()))).* from "
            "face f "
            "where f.id = :face returning id"
        ),
        {"face": made[2].id},
    ).scalar_one()
    wrong = [
        rows.execute(
            text(
                "insert into face select (jsonb_populate_record(f, jsonb_build_object('id', gen_random_uuid(), "
                "'person_id', null))).* from face f where f.id = :face returning id"
            ),
            {"face": made[2].id},
        ).scalar_one()
        for _ in range(2)
    ]
    scene.ids["wrong_face"] = wrong[0]
    scene.ids["taken"] = rows.execute(
        text(
            "insert into face_act (operation_id, compartment_id, media_item_id, what, face_id, said_by) "
            "select operation_id, compartment_id, media_item_id, 'taken_away', id, :who from face where id = :face "
            "returning id"
        ),
        {"face": wrong[1], "who": scene.operation.person("EC")},
    ).scalar_one()
    scene.ids["ec_act"] = rows.execute(
        text(
            "insert into person_act (operation_id, compartment_id, is_same, face_id, other_face_id, person_id, "
            "other_id, "
            "decided_by) select f.operation_id, f.compartment_id, false, f.id, :face, f.person_id, :other, "
            "(select min(id) from app_user) from face f where f.person_id = :person limit 1 returning id"
        ),
        {"face": made[1].id, "other": made[1].person_id, "person": person},
    ).scalar_one()


def _video(scene: Scene) -> UUID:
    """A video of EC's closed material with a playable copy and a film strip."""
    values = {
        "op": scene.operation.id,
        "lock": scene.ids["ec_lock"],
        "who": scene.operation.person("EC"),
        "id": uuid4(),
    }
    with scene.operation.owner.begin() as rows:
        for line in (
            "insert into media_item (id, operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, "
            "media_type, kind, state, "
            "duration_s) values (:id, :op, :lock, sha256('a video'), decode(repeat('11', 16), 'hex'), "
            "decode(repeat('11', 20), 'hex'), 7, "
            "'none', 'video/mp4', 'video', 'read', 2)",
            "insert into video_copy (operation_id, compartment_id, media_item_id, side, state, asked_by, at_ms, "
            "stamps, clear_address, "
            "veil_address) values (:op, :lock, :id, 640, 'made', :who, '{0,40}', '{0,1}', 'none', 'none')",
            "insert into film_strip (media_item_id, operation_id, compartment_id, address, width, height, times_s, "
            "cuts_s) "
            "values (:id, :op, :lock, 'none', 10, 6, '{0}', '{}')",
        ):
            rows.execute(text(line), values)
    scene.canaries[str(values["id"])] = ec_side
    found: UUID = values["id"]
    return found


def _large(scene: Scene) -> UUID:
    """A photo of EC's closed material that is cut into one tile, whose veil the author alone has lifted."""
    values = {"op": scene.operation.id, "lock": scene.ids["ec_lock"], "id": uuid4(), "who": scene.person(AUTHOR)}
    with scene.operation.owner.begin() as rows:
        for line in (
            "insert into media_item (id, operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, "
            "media_type, kind, state, "
            "width, height) values (:id, :op, :lock, sha256('a large photo'), decode(repeat('12', 16), 'hex'), "
            "decode(repeat('12', 20), 'hex'), 7, 'none', 'image/jpeg', 'photo', 'read', 9, 9)",
            "insert into picture_tiles (media_item_id, operation_id, compartment_id, state, asked_by, width, height, "
            "address, starts) "
            "values (:id, :op, :lock, 'made', :who, 9, 9, 'none', '{2,9}')",
            "insert into media_view (operation_id, compartment_id, media_item_id, user_id, viewed_at) "
            "values (:op, :lock, :id, :who, now() + interval '1 day')",
        ):
            rows.execute(text(line), values)
    scene.canaries[str(values["id"])] = ec_side
    found: UUID = values["id"]
    return found


def _side(scene: Scene, country: str, who: Rule) -> None:
    """Put a canary into every text of a country's closed material."""
    operation, lock, here = scene.operation, scene.ids[f"{country.lower()}_lock"], {"op": scene.operation.id}
    with operation.owner.begin() as rows:
        for column in ("label", "case_reference", "custodian"):
            word = scene.say(f"{column}-{country}", who)
            rows.execute(
                text(f"update exhibit set {column} = :word || substr(id::text, 1, 3) where compartment_id = :lock"),
                {"word": word, "lock": lock},
            )
        found = rows.execute(
            text(
                "select face_id, media_item_id, exhibit_id, person_id from lead_evidence "
                "where lead_id = :lead and compartment_id = :lock"
            ),
            {"lead": scene.ids["lead"], "lock": lock},
        ).one()
        if country == "EC":
            scene.ids |= {"ec_face": found.face_id, "ec_item": found.media_item_id, "ec_exhibit": found.exhibit_id}
        for each in found:
            scene.canaries[str(each)] = who
        if country == "PE":
            scene.ids["pe_face"], scene.canaries[str(found.face_id)] = found.face_id, pe_picture
        series = rows.execute(
            text(
                "insert into series (operation_id, compartment_id, number, label, external_reference, was_prepared) "
                "values "
                "(:op, :lock, next_number(:op, 'series'), :label, :reference, true) returning id"
            ),
            {
                **here,
                "lock": lock,
                "label": scene.say(f"series-{country}", who),
                "reference": scene.say(f"ref-{country}", who),
            },
        ).scalar_one()
        rows.execute(
            text("update person set series_id = :s, series_before = :s where id = :p"),
            {"s": series, "p": found.person_id},
        )
        if country == "EC":
            number = rows.execute(text("select number from person where id = :p"), {"p": found.person_id}).scalar_one()
            scene.ids |= {"series": series, "ec_person": number, "ec_person_id": found.person_id}
            _lay_out_work_on_series(scene, rows, series)
            scene.ids["clue"] = uuid4()
            rows.execute(
                text(
                    "insert into lead (id, operation_id, number, kind, pair_key, locks, countries, side_count) values "
                    "(:clue, :op, next_number(:op, 'lead'), 'clue', sha256(cast(cast(:clue as text) as bytea)), "
                    "array[cast(:lock as int)], '{EC}', 0)"
                ),
                {**here, "clue": scene.ids["clue"], "lock": lock},
            )
            rows.execute(
                text(
                    "insert into clue (lead_id, operation_id, locks, what, claim, series_id, opened_by) values "
                    "(:clue, :op, array[cast(:lock as int)], 'object', :claim, :series, :who)"
                ),
                {
                    **here,
                    "clue": scene.ids["clue"],
                    "lock": lock,
                    "claim": scene.say("clue", who),
                    "series": series,
                    "who": operation.person("EC", "analyst"),
                },
            )
            scene.ids["clue_act"] = rows.execute(
                text(
                    "insert into clue_act (operation_id, lead_id, locks, what, result, country, grounds, said_by) "
                    "values "
                    "(:op, :clue, array[cast(:lock as int)], 'stated', 'country', 'PE', :grounds, :who) returning id"
                ),
                {
                    **here,
                    "clue": scene.ids["clue"],
                    "lock": lock,
                    "grounds": scene.say("clue-grounds", who),
                    "who": operation.person("EC", "analyst"),
                },
            ).scalar_one()
            scene.ids["clue_media_act"] = uuid4()
            scene.ids["clue_medium"] = rows.execute(
                text(
                    "insert into clue_medium (operation_id, lead_id, locks, compartment_id, media_item_id, act, added_by) "
                    "select m.operation_id, :clue, array[cast(:lock as int)], m.compartment_id, m.id, :act, :who "
                    "from media_item m where m.id = :medium returning id"
                ),
                {
                    "clue": scene.ids["clue"],
                    "lock": lock,
                    "act": scene.ids["clue_media_act"],
                    "medium": scene.ids["ec_item"],
                    "who": operation.person("EC", "analyst"),
                },
            ).scalar_one()
            for name, state in (("shown_card", "shown"), ("made_card", "made"), ("spare_card", "made")):
                scene.ids[name] = rows.execute(
                    text(
                        "insert into clue_card (operation_id, lead_id, locks, number, what, question, asked, "
                        "owner_country, "
                        "maker_country, handling_code, state, made_by) values (:op, :clue, array[cast(:lock as int)], "
                        "next_number(:op, 'card'), 'object', :question, '', 'EC', 'EC', 'H0', :state, :who) returning "
                        "id"
                    ),
                    {
                        **here,
                        "clue": scene.ids["clue"],
                        "lock": lock,
                        "state": state,
                        "question": "shown to all" if state == "shown" else scene.say(name, who),
                        "who": operation.person("EC", "analyst"),
                    },
                ).scalar_one()
            scene.ids["card_answer"] = rows.execute(
                text(
                    "insert into card_answer (operation_id, card_id, what, country, agency_id, said_by) "
                    "values (:op, :card, 'tip', 'EC', :agency, :author) returning id"
                ),
                {
                    **here,
                    "card": scene.ids["shown_card"],
                    "agency": operation.agencies["EC"],
                    "author": scene.person(AUTHOR),
                },
            ).scalar_one()
            rows.execute(
                text(
                    "insert into card_tip (answer_id, operation_id, body, source) values (:answer, :op, :body, 'seen')"
                ),
                {**here, "answer": scene.ids["card_answer"], "body": scene.say("tip", who)},
            )
            scene.ids["series_act"] = rows.execute(
                text(
                    "insert into series_act (operation_id, compartment_id, series_id, what, country, grounds, said_by) "
                    "values (:op, :lock, :series, 'determined', 'EC', :grounds, :who) returning id"
                ),
                {
                    **here,
                    "lock": lock,
                    "series": series,
                    "grounds": scene.say("series-grounds", who),
                    "who": scene.person(AUTHOR),
                },
            ).scalar_one()
            _more_persons(scene, rows, found.person_id)
        rows.execute(
            text(
                "insert into received_file (operation_id, compartment_id, exhibit_id, path, size_bytes, refusal) "
                "values (:op, :lock, :exhibit, :path, 1, 'not_media')"
            ),
            {**here, "lock": lock, "exhibit": found.exhibit_id, "path": scene.say(f"path-{country}", who)},
        )
        register = rows.execute(
            text(
                "insert into register (operation_id, compartment_id, country, name, legal_source, attested_by) "
                "values (:op, :lock, :country, :name, :law, :who) returning id"
            ),
            {
                **here,
                "lock": lock,
                "country": country,
                "name": scene.say(f"register-{country}", who),
                "law": scene.say(f"law-{country}", who),
                "who": operation.person(country),
            },
        ).scalar_one()
        entry = rows.execute(
            text(
                "insert into register_entry (operation_id, compartment_id, register_id, number, number_key, label, "
                "place) "
                "values (:op, :lock, :register, :number, lower(:number), :label, :place) returning id"
            ),
            {
                **here,
                "lock": lock,
                "register": register,
                "number": scene.say(f"entry-{country}", who),
                "label": scene.say(f"entry-label-{country}", who),
                "place": scene.say(f"place-{country}", who),
            },
        ).scalar_one()
        if country == "EC":
            scene.ids |= {"ec_register": register, "ec_entry": entry}
            scene.ids["ec_list"] = rows.execute(
                text(
                    "insert into known_list (operation_id, compartment_id, name, source, meaning, skips, brought_by) "
                    "values (:op, :lock, :name, :source, 'relevant', false, :who) returning id"
                ),
                {
                    **here,
                    "lock": lock,
                    "name": scene.say("list-EC", who),
                    "source": scene.say("list-source-EC", who),
                    "who": operation.person("EC", "analyst"),
                },
            ).scalar_one()
            for name, state in (("ec_upload", "open"), ("spare_upload", "whole")):
                scene.ids[name] = rows.execute(
                    text(
                        "insert into half_upload (operation_id, exhibit_id, agency_id, owner_id, path, size_bytes, "
                        "state, "
                        "expires_at) values (:op, :exhibit, :agency, :who, :path, 1000, :state, now() + interval '1 "
                        "day') "
                        "returning id"
                    ),
                    {
                        "op": operation.id,
                        "exhibit": scene.ids["ec_exhibit"],
                        "agency": operation.agencies["EC"],
                        "who": operation.person("EC", "specialist"),
                        "path": scene.say(name, both(who, of("EC"))),
                        "state": state,
                    },
                ).scalar_one()
            scene.ids["ec_case"] = rows.execute(
                text(
                    "insert into exhibit_case (operation_id, exhibit_id, name, scheme, is_case, address, sha256, "
                    "size_bytes, "
                    "records, brought_by) values (:op, :exhibit, :name, 'none', true, 'a', sha256('a'), 1, 0, :who) "
                    "returning id"
                ),
                {
                    "op": operation.id,
                    "exhibit": scene.ids["ec_exhibit"],
                    "name": scene.say("case-EC", both(who, of("EC"))),
                    "who": operation.person("EC", "analyst"),
                },
            ).scalar_one()
            scene.ids["ec_import"] = rows.execute(
                text(
                    "insert into register_import (operation_id, agency_id, asked_by, country, name, legal_source, "
                    "sharing, "
                    "handling_code, state, takable) "
                    "values (:op, :agency, :who, 'EC', :name, 'law', 'agency', 'H0', 'refused', 1) returning id"
                ),
                {
                    **here,
                    "agency": operation.agencies["EC"],
                    "who": operation.person("EC", "analyst"),
                    "name": scene.say("import-EC", opens("EC")),
                },
            ).scalar_one()


def _grants(scene: Scene) -> None:
    operation = scene.operation
    with operation.owner.begin() as rows:
        for state, until in (("true", "now() + interval '1 day'"), ("null", "null")):
            grant = rows.execute(
                text(
                    "insert into access_grant "
                    "(operation_id, compartment_id, agency_id, lead_id, reason, asked_by, granted, scope, until, "
                    "answered_at) "
                    f"values (:op, :lock, :agency, :lead, :reason, :who, {state}, case when {state} then 'exhibit' "
                    f"end, "
                    f"{until}, case when {state} then now() end) returning id"
                ),
                {
                    "op": operation.id,
                    "lock": scene.ids["ec_lock"],
                    "agency": operation.agencies["UY"],
                    "lead": scene.ids["lead"],
                    "reason": scene.say("access-reason", lambda viewer: viewer.country in ("EC", "UY")),
                    "who": operation.person("UY"),
                },
            ).scalar_one()
            scene.ids["open_access" if state == "true" else "access"] = grant
        rows.execute(
            text(
                "insert into access_grant (operation_id, compartment_id, agency_id, lead_id, reason, asked_by, "
                "granted, scope, until, "
                "answered_at) values (:op, :lock, :agency, :lead, 'because', :who, true, 'pair', now() + interval '1 "
                "day', now())"
            ),
            {
                "op": operation.id,
                "lock": scene.ids["pe_lock"],
                "agency": operation.agencies["UY"],
                "lead": scene.ids["lead"],
                "who": operation.person("UY"),
            },
        )


def _referrals(scene: Scene) -> None:
    operation, ids = scene.operation, scene.ids
    base = {
        "op": operation.id,
        "lead": ids["lead"],
        "locks": [ids["ec_lock"], ids["pe_lock"]],
        "from": operation.agencies["EC"],
        "who": operation.person("EC", "liaison"),
    }
    with operation.owner.begin() as rows:
        for name, country, state, who in (("draft", "CL", "drafted", lead_side), ("sent", "BR", "sent", sent_referral)):
            ids[name] = rows.execute(
                text(
                    "insert into referral (operation_id, number, lead_id, locks, from_agency_id, to_agency_id, "
                    "from_country, "
                    "to_country, competence, corroboration, message, state, sent_at, due_at, drafted_by) "
                    "values (:op, next_number(:op, 'referral'), :lead, :locks, :from, :to, 'EC', :country, "
                    "'protection', "
                    "jsonb_build_array(jsonb_build_object('id', cast(:stated as text), 'type', 'place', 'reference', "
                    "cast(:corroboration as text), 'dated_on', '2026-01-01', 'speaks', 'for')), "
                    ":message, :state, now(), now() + interval '1 day', :who) returning id"
                ),
                {
                    **base,
                    "to": operation.agencies[country],
                    "country": country,
                    "state": state,
                    "stated": ids["corroboration"],
                    "corroboration": scene.say(f"corroboration-{name}", who),
                    "message": scene.say(f"message-{name}", who),
                },
            ).scalar_one()
        ids["permission"] = rows.execute(
            text(
                "insert into release_permission (operation_id, referral_id, owner_country, locks, exhibits, entries, "
                "from_agency_id, "
                "to_agency_id, asked_by, reason) values (:op, :draft, 'EC', array[cast(:ec as int)], '{}', '{}', "
                ":from, :from, :who, :reason) "
                "returning id"
            ),
            {
                **base,
                "draft": ids["draft"],
                "ec": ids["ec_lock"],
                "reason": scene.say("permission-reason", ec_side),
            },
        ).scalar_one()
        ids["ledger"] = rows.execute(
            text(
                "insert into ledger_entry (operation_id, number, kind, locks, agency_id) values (:op, 1, 'victim', "
                ":locks, :to) returning id"
            ),
            {**base, "to": operation.agencies["BR"]},
        ).scalar_one()
        ids["outcome"] = rows.execute(
            text(
                "insert into outcome (operation_id, ledger_id, lead_id, referral_id, locks, stage, "
                "stated_by_agency_id, authority_reference, "
                "stated_on, recorded_by) values (:op, :ledger, :lead, :sent, :locks, 'V1', :to, :reference, "
                "'2026-01-01', :who) returning id"
            ),
            {
                **base,
                "ledger": ids["ledger"],
                "sent": ids["sent"],
                "to": operation.agencies["BR"],
                "reference": scene.say("authority-reference", sent_referral),
            },
        ).scalar_one()
        ids["ledger_act"] = rows.execute(
            text(
                "insert into ledger_act (operation_id, what, ledger_id, decided_by) values (:op, 'depicted', :ledger, "
                ":who) returning id"
            ),
            {**base, "ledger": ids["ledger"]},
        ).scalar_one()
        ids["edition"] = rows.execute(
            text(
                "insert into edition (operation_id, number, kind, drawn_up_by) "
                "values (:op, next_number(:op, 'edition'), 'interim', :who) returning id"
            ),
            base,
        ).scalar_one()


def _pictures(scene: Scene, app: Flask) -> None:
    """Something to look at, in the store and under the operation's key."""
    from workspace.web.context import media_store, operation_key

    with app.app_context(), scene.operation.workers.read(scene.operation.service_id) as view:
        key = operation_key(view.session, scene.operation.id)
        address = media_store().put_bytes(b"a picture", key=key, durable=False).address
    scene.operation.change("update face set veil_address = :a where id = :id", a=address, id=scene.ids["pe_face"])
    scene.operation.change("update media_item set veil_address = :a where id = :id", a=address, id=scene.ids["ec_item"])
    for change in ("video_copy set veil_address", "film_strip set address"):
        scene.operation.change(f"update {change} = :a where media_item_id = :id", a=address, id=scene.ids["ec_video"])
    scene.operation.change(
        "update picture_tiles set address = :a where media_item_id = :id", a=address, id=scene.ids["ec_large"]
    )
    package = "update referral set package_state = 'built', package_address = :a where id = :id"
    scene.operation.change(package, a=address, id=scene.ids["sent"])
    scene.operation.change(
        "insert into referral_picture (referral_id, operation_id, name, address) values (:id, :op, 'face-1.webp', :a)",
        a=address,
        id=scene.ids["sent"],
        op=scene.operation.id,
    )


# --- The tests --------------------------------------------------------------------------------------------------------


def expected(viewer: Viewer, route: Route) -> tuple[int, ...]:
    """The statuses that this person may get."""
    if not route.sees(viewer):
        return (404,)
    return route.sorts if route.may(viewer) else (403,)


def test_every_route_stands_in_the_table(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - PUBLIC == set(ROUTES)


CELLS = "cells of the matrix of permissions: route, role and country"
AREAS = sorted({name.partition(".")[0] for name in ROUTES})


@pytest.mark.parametrize("area", AREAS)
def test_everybody_gets_exactly_what_they_may_see_and_do(
    area: str, scene: Scene, count: Callable[[str, int], None]
) -> None:
    """The matrix. First whoever may not, and nothing is written; then whoever may."""
    routes = {name: route for name, route in ROUTES.items() if name.startswith(f"{area}.")}
    before, wrong, asked = scene.operation.kinds(), [], 0
    for allowed in (False, True):
        for name, route in routes.items():
            for viewer in VIEWERS if route.about_others else VIEWERS[:3]:
                if (route.sees(viewer) and route.may(viewer)) is not allowed:
                    continue
                answer = scene.ask(viewer, route)
                asked += 1
                if answer.status_code not in expected(viewer, route):
                    said = answer.get_data(as_text=True)[:160] if answer.is_json else ""
                    wrong.append(f"{name}: {viewer} got {answer.status_code}, not {expected(viewer, route)} {said}")
                wrong += [f"{name}: {viewer} reads {word}" for word in scene.told(viewer, route, answer)]
        if not allowed:
            assert (wrong, scene.operation.kinds()) == ([], before), "whoever may not"
    count(CELLS, asked)
    scene.put_back()
    assert wrong == []


def test_a_country_that_joined_reads_no_id_of_others_before_their_yes_on_any_route(
    scene: Scene, app: Flask, database: Database, tell: Callable[[str], None]
) -> None:
    """Every GET, as whoever reads most in a country that joined later: no canary, and no id of a row that touches
    others' material."""
    operation = scene.operation
    operation.change(
        "insert into agency (country, name, kind) values ('BO', :name, 'police')", name=f"Unit BO {operation.mark}"
    )
    with operation.workers.read(operation.service_id) as view:
        agency = view.session.execute(
            text("select id from agency where name = :name"), {"name": f"Unit BO {operation.mark}"}
        ).scalar_one()
    operation.agencies["BO"] = agency
    operation.change(
        """insert into participation (operation_id, country, accepted_at, accepted_until, joined_version,
            accepted_version)
           values (:op, 'BO', now(), now() + interval '4 days', 2, 2)""",
        op=operation.id,
    )
    for sides in (("EC", "PE"), ("BO", "EC"), ("BO", "PE")):
        operation.lead(*sides)
    with operation.workers.read(operation.service_id) as view:
        tables = view.session.execute(
            text("""select c.table_name as name, max(c.column_name) as column from information_schema.columns c
                 join information_schema.tables t using (table_schema, table_name)
                 join information_schema.columns i on i.table_name = c.table_name and i.table_schema = c.table_schema
                   and i.column_name = 'id' and i.data_type = 'uuid'
                 where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name in ('locks',
                 'compartment_id')
                 group by c.table_name""")
        ).all()
        others = {"op": operation.id, "agency": agency}
        ids = {
            str(found)
            for table in tables
            for found in view.session.scalars(
                text(
                    f"""select t.id from {table.name} t where t.operation_id = :op and exists (
                        select 1 from compartment c where c.operation_id = :op and c.agency_id <> :agency
                          and {"c.id = any (t.locks)" if table.column == "locks" else "c.id = t.compartment_id"})"""
                ),
                others,
            )
        }
    assert len(ids) > 30
    seen, asked = [], 0
    for role in ("country_lead", "specialist", "observer", "recipient"):
        viewer = Viewer(role, "BO")
        scene.browsers[viewer] = sign_in(app, database, operation.person("BO", role))
        for name, route in ROUTES.items():
            if route.method != "GET":
                continue
            said = scene.ask(viewer, route).get_data().decode(errors="replace")
            asked += 1
            known = scene.path(route)
            seen += [f"{name}: {role} reads {each}" for each in ids if each in said and each not in known]
            seen += [f"{name}: {role} reads {word}" for word in scene.canaries if "CANARY" in word and word in said]
    tell(f"{asked} answers to a country that joined, {len(ids)} ids looked for")
    assert seen == []


OWN_WORK = {
    "series:added",
    "series:suggestion_refused",
    "person:placed",
    "media:placed",
    "media:placing_undone",
    "medium:withdrawn",
    "person:placing_undone",
    "person:withdrawn",
    "exhibit:received",
    "exhibit:handling_changed",
    "exhibit:corrected",
    "exhibit:check_asked",
    "exhibit:custody_printed",
    "register:imported",
    "known:list_removed",
    "media:viewed",
    "media:watched",
    "media:marked",
    "tiles:asked",
    "copy:asked",
    "range:marked",
    "range:unmarked",
    "still:asked",
    "intake:ended",
    "intake:stopped",
}
"""What a newcomer records: work with the own agency's material, and no more."""
MADE_BY_ONE = (
    *((role, "EC") for role in ("country_lead", "specialist", "liaison", "recipient", "observer")),
    ("country_lead", "VE"),
    ("observer", "VE"),
    ("recipient", "CR"),
)
"""The accounts that one operation lead makes, by role and country: the last two countries are of his own choice."""


def _accounts_of_one(scene: Scene, database: Database) -> dict[tuple[str, str], int]:
    """Accounts that the operation lead of EC invites and whose links he uses; all of them vouch for all others."""
    operation, boss = scene.operation, scene.person(Viewer("operation_lead", "EC"))
    agencies = {"EC": operation.agencies["EC"]}
    for country in ("VE", "CR"):
        with database.write(boss) as tx:
            agencies[country], _ = operations.add_new_agency(
                tx,
                operation.id,
                country=country,
                name=f"Own {operation.mark}",
                kind="police",
                jurisdictions=[country],
                competences=["protection", "offender", "evidence"],
            )
    made = {}
    for role, country in MADE_BY_ONE:
        with database.write(boss) as tx:
            invited = operations.invite_member(tx, operation.id, agency_id=agencies[country], name="own", role=role)
        made[role, country] = invited.user_id
    for person in made.values():
        for voucher in (boss, *made.values()):
            with database.write(person) as tx:
                code = show_vouch_code(tx, operation.id)
            try:
                with database.write(voucher) as tx:
                    vouch_for(tx, operation.id, person, code=code, how="in_person")
            except WorkspaceError:
                continue
    return made


def test_one_person_with_accounts_of_his_own_making_does_nothing_but_his_own_agencys_work(
    scene: Scene, app: Flask, database: Database, tell: Callable[[str], None]
) -> None:
    """The matrix of every change by every such account: what is not refused is work with the own agency's material, and
    of no rule of two can he be both."""
    operation = scene.operation
    boss = scene.person(Viewer("operation_lead", "EC"))
    made = _accounts_of_one(scene, database)
    everybody = [boss, *made.values()]
    with operation.workers.read(operation.service_id) as view:
        after = view.session.execute(
            text("select max(seq) from event where operation_id = :op"), scene.ids
        ).scalar_one()
    commands = [name for name in UNSAFE if ROUTES[name].about_others and ROUTES[name].in_operation]
    cells: dict[tuple[str, str], Counter[str]] = {}
    for (role, country), person in made.items():
        viewer, row = Viewer(role, country, "puppet"), Counter[str]()
        scene.browsers[viewer] = sign_in(app, database, person)
        for name in commands:
            said = scene.ask(viewer, ROUTES[name])
            row[name if said.status_code < 300 else str(said.status_code)] += 1
        cells[role, country] = row
    asked = sum(row.total() for row in cells.values())
    tell(
        f"{asked} cells of {len(made)} accounts of one person and {len(commands)} commands, by what each was answered:"
    )
    for (role, country), row in cells.items():
        tell(f"  {role} of {country}: " + ", ".join(f"{how} {times}" for how, times in sorted(row.items())))

    with operation.workers.read(operation.service_id) as view:
        done = view.session.execute(
            text("""select e.kind, e.locks, e.actor_id from event e
                 where e.operation_id = :op and e.seq > :after and e.actor_id = any (:people)"""),
            {"op": operation.id, "after": after, "people": list(made.values())},
        ).all()
        standing = view.session.execute(
            text("select standing from membership where operation_id = :op and user_id = any (:people)"),
            {"op": operation.id, "people": list(made.values())},
        ).scalars()
        own = view.session.execute(
            text("""select c.id from compartment c join app_user u on u.agency_id = c.agency_id
                 where c.operation_id = :op and u.id = any (:people)"""),
            {"op": operation.id, "people": list(made.values())},
        ).scalars()
        twice = view.session.execute(
            text("""select a, b from unnest(cast(:people as int[])) a, unnest(cast(:people as int[])) b
                 where are_independent(:op, a, b)"""),
            {"op": operation.id, "people": everybody},
        ).all()
        mine = set(own)
        assert set(standing) == {"newcomer"}
    assert {each.kind for each in done} - OWN_WORK == set()
    assert [tuple(each) for each in done if not set(each.locks) <= mine] == []
    assert [tuple(each) for each in twice] == []
    assert asked == len(made) * len(commands)


def test_nobody_at_all_gets_anything(scene: Scene, count: Callable[[str, int], None]) -> None:
    for name, route in ROUTES.items():
        answer = scene.ask(NOBODY, route)
        assert answer.status_code in (401, 303), name
        assert list(scene.told(NOBODY, route, answer)) == [], name
    count(CELLS, len(ROUTES))


def test_the_canary_words_really_appear_for_those_who_may_see_them(scene: Scene) -> None:
    """Else the matrix would look for words that stand nowhere."""
    found = set()
    reader = Viewer("country_lead", "EC")
    for name in (
        "api_leads.lead_page",
        "intake.intake",
        "api_registers.all_registers",
        "api_referrals.referral",
        "api_searches.find",
    ):
        said = scene.ask(reader, ROUTES[name]).get_data(as_text=True)
        found |= {word for word in scene.canaries if word in said}

    kinds = {word.rpartition("-")[0] for word in found if word.startswith("CANARY")}
    assert kinds >= {f"CANARY-{each}" for each in ("comment-EC", "label-EC", "register-EC", "message-sent")}
    assert {str(scene.ids["ec_face"]), str(scene.ids["ec_exhibit"])} <= found
    assert not [word for word in found if "-PE" in word]


UNSAFE = sorted(name for name, route in ROUTES.items() if route.method != "GET")


def test_every_change_needs_the_pages_own_token(scene: Scene) -> None:
    asker, before = Viewer("country_lead", "EC"), scene.operation.kinds()
    for name in UNSAFE:
        answer = scene.ask(asker, ROUTES[name], csrf=False)
        assert (name, answer.status_code) == (name, 403)
        assert answer.json["error"]["facts"]["reason"] == "csrf", name
    assert scene.operation.kinds() == before


def test_every_body_refuses_a_field_that_it_does_not_know(scene: Scene) -> None:
    asker, before = Viewer("country_lead", "EC"), scene.operation.kinds()
    for name in UNSAFE:
        route = ROUTES[name]
        if route.body is None and route.method != "FORM":
            continue
        for smuggled in ("smuggled", "actor_id", "locks", "roles"):
            answer = scene.ask(asker, route, more={smuggled: "1"})
            assert (name, answer.status_code) == (name, 422)
            assert f"{smuggled}:" in str(answer.json["error"]["facts"]["faults"]), name
    assert scene.operation.kinds() == before


WORDS = {"reason", "basis", "grounds", "body", "note", "authority_reference", "reference", "legal_basis"}
WITH_WORDS = [(name, word) for name in UNSAFE for word in WORDS & set(ROUTES[name].body or ())]
MAY_SAY_NOTHING = {
    *("api_referrals.accept_referral", "api_permissions.answer_permission"),  # yes needs no reason
    *("api_drafts.keep_draft", "api_leads.assess_lead"),  # not said yet; told together with all else that is missing
}


def test_no_route_takes_a_reason_without_a_letter_or_a_digit(scene: Scene) -> None:
    """A statement, a comment, a ground or an answer neither, from whoever could give it."""
    before, asked = scene.operation.kinds(), set()
    for name, word in WITH_WORDS:
        route = ROUTES[name]
        asker = next((viewer for viewer in VIEWERS if route.sees(viewer) and route.may(viewer)), None)
        if asker is None or name in MAY_SAY_NOTHING:
            continue
        for nothing in (".", "-", "👍", "\u200b", "\u3164", "…?!"):
            answer = scene.ask(asker, route, more={word: nothing})
            # 409: its state is told first; 403: who made it is told so first.
            assert answer.status_code in {409, 422} | ({403} & set(route.sorts)), (name, nothing)
            if answer.status_code == 422:
                assert "letter or a digit" in str(answer.json["error"]["facts"]["faults"]), (name, nothing)
                asked.add(name)
    assert len(asked) > 15
    assert scene.operation.kinds() == before


def test_a_closed_operation_takes_nothing_but_what_comes_after_it(scene: Scene) -> None:
    """Whoever may do it while the operation is open is told that it has closed (409); the rest goes on."""
    scene.operation.change("update operation set state = 'closed' where id = :op", op=scene.ids["op"])
    before = scene.operation.kinds()
    try:
        for name, route in ROUTES.items():
            if route.method == "GET" or not route.about_others or not route.in_operation:
                continue
            asker = next((viewer for viewer in VIEWERS if route.sees(viewer) and route.may(viewer)), None)
            if asker is not None and route.dies:
                answer = scene.ask(asker, route)
                assert (name, answer.status_code, answer.json["error"]["code"]) == (name, 409, "closed")
    finally:
        scene.operation.change("update operation set state = 'open' where id = :op", op=scene.ids["op"])
    assert scene.operation.kinds() == before


STATES = {
    "open": {"claim": 200, "park": 200, "reopen": 409, "close": 409, "referrals": 409},
    "assessed": {"claim": 200, "park": 200, "reopen": 409, "close": 409, "referrals": 409},
    "verified": {"claim": 409, "park": 409, "reopen": 409, "close": 200, "referrals": 422},
    "rejected": {"claim": 409, "park": 409, "reopen": 409, "close": 409, "referrals": 409},
    "referred": {"claim": 409, "park": 409, "reopen": 409, "close": 200, "referrals": 422},
    "outcome": {"claim": 409, "park": 409, "reopen": 409, "close": 200, "referrals": 422},
    "closed": {"claim": 409, "park": 409, "reopen": 409, "close": 409, "referrals": 409},
    "parked": {"claim": 409, "park": 409, "reopen": 200, "close": 200, "referrals": 409},
    "withdrawn": {"claim": 409, "park": 409, "reopen": 409, "close": 409, "referrals": 409},
}
"""By a lead's stage: what a country lead gets. 422: no ground of jurisdiction was stated."""


@pytest.mark.parametrize("stage", STATES)
def test_a_leads_stage_decides_what_can_be_done(stage: str, scene: Scene) -> None:
    browser = scene.browsers[Viewer("country_lead", "EC")]
    bodies: dict[str, Any] = {"park": REASON, "reopen": REASON, "close": REASON}
    bodies["referrals"] = {
        "to_agency_id": scene.operation.agencies["CL"],
        "competence": "evidence",
    }
    for action, status in STATES[stage].items():
        lead = scene.operation.lead(stage=stage)
        answer = browser.post(f"/api/v1/leads/{lead}/{action}", bodies.get(action))
        assert (action, answer.status_code) == (action, status)
        if status == 409:
            assert scene.operation.row(_model("Lead"), lead).stage == stage


def test_ids_of_two_places_do_not_go_together(
    scene: Scene, workers_database: Database, database: Database, app: Flask
) -> None:
    """An operation's address with another one's object is refused or leads to where the object stands."""
    other = TestOperation(workers_database)
    me = scene.person(Viewer("country_lead", "EC"))
    other.change(
        "insert into membership (operation_id, user_id, role, standing) values (:op, :me, 'country_lead', 'met')",
        op=other.id,
        me=me,
    )
    foreign = other.lead()
    here, there, browser = scene.ids["op"], other.id, scene.browsers[Viewer("country_lead", "EC")]
    face = scene.ids["ec_face"]
    search = {**SEARCH, "probe_face_id": str(face)}

    statuses = {
        "referral": browser.get(f"/operations/{there}/referrals/{scene.ids['sent']}").status_code,
        "number": browser.get(f"/operations/{there}/leads/{scene.ids['number'] + 50}").status_code,
        "search": browser.post(f"/api/v1/operations/{there}/searches", search).status_code,
        "probe": browser.get(f"/operations/{there}/search?face={face}").status_code,
        "note": browser.post(f"/api/v1/leads/{foreign}/annotations", {"note": "x", "face_id": str(face)}).status_code,
        "merge": browser.post(f"/api/v1/ledger/{scene.ids['ledger']}/merge", {"into": str(foreign)}).status_code,
        "agency": browser.post(
            f"/api/v1/leads/{foreign}/referrals",
            {"to_agency_id": scene.operation.agencies["BR"], "competence": "evidence"},
        ).status_code,
        "member": browser.send("DELETE", f"/api/v1/operations/{there}/members/{scene.person(AUTHOR)}").status_code,
    }
    moved = browser.get(f"/operations/{there}/leads/{scene.ids['lead']}")

    assert statuses == {
        "referral": 404,
        "number": 404,
        "search": 404,
        "probe": 404,
        "note": 404,
        "merge": 404,
        "agency": 409,
        "member": 404,
    }
    assert (moved.status_code, moved.headers["Location"]) == (303, f"/operations/{here}/leads/{scene.ids['lead']}")
    assert other.kinds() == []
