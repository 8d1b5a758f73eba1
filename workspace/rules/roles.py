"""The roles of an operation: which there are, what they stand for, and who gives which to whom.

The same sets stand in SQL where the database decides what people see (`my_keys`, `why_not_judge` …):
tests/test_rules.py compares them.
"""

from __future__ import annotations

from dataclasses import dataclass

from workspace.errors import Forbidden
from workspace.rules.actor import Actor

ROLES = (
    "operation_lead",
    "country_lead",
    "specialist",
    "analyst",
    "liaison",
    "recipient",
    "observer",
    "administrator",
    "director",
)
"""The roles that a person can have in an operation, in the order in which lists show them."""

HOST_ROLE = "administrator"
"""The role of whoever makes an operation."""

SERVICE_ROLE = "service"
"""The role of a service user in every operation. Nobody gives it."""

OPERATION_LEAD = frozenset({"operation_lead"})
LEAD_OF_COUNTRY = "country_lead"
COUNTRY_LEAD = frozenset({LEAD_OF_COUNTRY})
ADMINISTRATOR = frozenset({"administrator"})
OBSERVER = frozenset({"observer"})
DIRECTOR = frozenset({"director"})
"""Who directs an exercise; there is none in a real operation."""
SERVICE = frozenset({SERVICE_ROLE})
LEADERS = frozenset({"operation_lead", "country_lead"})

KEY_HOLDERS = frozenset({"operation_lead", "country_lead", "specialist", "liaison", "analyst"})
"""Who may open material: their agency's, what countries share, and what was granted."""
KEYLESS = OBSERVER | ADMINISTRATOR | DIRECTOR
"""Members for whom nobody's material opens."""
RESTORED_FROM = (KEY_HOLDERS | {"recipient"}) - OPERATION_LEAD
"""From which roles somebody becomes the lead of a country that has none."""
MEMBERS = KEY_HOLDERS | KEYLESS
"""Who belongs to the operation as a whole. A recipient does not: he sees what is referred to his agency."""
EXAMINERS = frozenset({"country_lead", "specialist", "analyst"})
"""Who compares the two sides of a lead and signs an opinion."""
DISSEMINATORS = frozenset({"country_lead", "liaison"})
"""Who refers what was verified to an authority."""
RECEIVERS = frozenset({"recipient"})
"""Who sees what is referred to the own agency, and nothing else."""
AUTHORITIES = DISSEMINATORS | RECEIVERS
"""Who answers a referral for an agency and states what came of it."""
EXHIBIT_RECEIVERS = frozenset({"country_lead", "analyst", "specialist"})
REGISTER_IMPORTERS = frozenset({"country_lead", "analyst"})

GRANTABLE: dict[str, frozenset[str]] = {
    "administrator": frozenset(ROLES),
    "operation_lead": frozenset(ROLES) - ADMINISTRATOR - DIRECTOR,
    "country_lead": frozenset({"country_lead", "specialist", "liaison", "analyst", "recipient"}),
}
"""Which roles a role may give and take: nobody gives more than it holds. A country lead does so in its own agency (see
FIRST_PEOPLE)."""

FIRST_PEOPLE = frozenset({"country_lead", "recipient"})
"""Who is brought in from outside an agency, as the first person, who answers for it and brings in the others."""


@dataclass(frozen=True)
class Destination:
    """The agency in which a role would be given. `has_people`, `country_has_people`: in this operation, somebody who is
    not keyless, members who were removed included, disabled accounts not."""

    agency_id: int
    country: str
    has_people: bool
    country_has_people: bool


def grantable_by(role: str) -> tuple[str, ...]:
    """The roles that a role may give, as lists show them."""
    return tuple(each for each in ROLES if each in GRANTABLE.get(role, ()))


def require_may_give(actor: Actor, operation_id: int, role: str, to: Destination) -> None:
    """Pass if the actor may give the role to somebody of this agency: keys to another agency's material are not his to
    give.

    Of another agency he brings in its first person alone, who brings in the others; and observers, who hold no key.
    Where the country has people here already, its country lead brings in that of its further agencies: the rule of two
    countries counts a country's examiners, whatever their agency.

    Raises:
        Forbidden: the actor's role may not give this role, or not in this agency.
    """
    is_first_person = role in FIRST_PEOPLE
    is_own_country = to.country == actor.country
    if not (is_own_country and is_first_person and actor.roles.get(operation_id) in COUNTRY_LEAD):
        require_may_take(actor, operation_id, role, agency_id=to.agency_id)
    if actor.is_service or to.agency_id == actor.agency_id or role in KEYLESS:
        return
    if not is_first_person:
        raise Forbidden("In another agency you may bring in its country lead or its first recipient only.", role=role)
    if to.has_people:
        raise Forbidden("This agency has people in this operation already. They bring in the others.", role=role)
    if role in COUNTRY_LEAD and not is_own_country and to.country_has_people:
        raise Forbidden(
            "This country has people in this operation already. Its country lead brings in the first person of "
            "its other agencies.",
            role=role,
        )


def require_may_take(actor: Actor, operation_id: int, role: str, *, agency_id: int) -> None:
    """Pass if the actor may take the role from somebody of this agency.

    Raises:
        Forbidden: the actor's role may not give or take this role, or only in its own agency.
    """
    own_role = "administrator" if actor.is_service else actor.roles.get(operation_id, "")
    if role not in GRANTABLE.get(own_role, ()):
        raise Forbidden("Your role does not allow you to give or take away this role.", role=role)
    if own_role in COUNTRY_LEAD and agency_id != actor.agency_id:
        raise Forbidden("You may change members of your own agency only.")


def may_end_claim(actor: Actor, operation_id: int, *, holder_agency_id: int | None) -> bool:
    """Whether a claim is one that the actor may end, if policy lets him end claims: a country lead may end those of its
    own agency."""
    return actor.roles.get(operation_id) not in COUNTRY_LEAD or holder_agency_id == actor.agency_id
