"""Steps that several commands share once they have asked policy. No command: only the modules of this folder may import
it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pycountry
from sqlalchemy import and_, case, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_pass
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from workspace import events
from workspace.errors import Conflict, Fault, Invalid
from workspace.model import (
    Agency,
    Closing,
    Compartment,
    Consent,
    ExhibitChange,
    Invitation,
    JurisdictionClaim,
    Lead,
    LeadReason,
    MediaItem,
    OperationAgency,
    Referral,
    Region,
)
from workspace.model.database import Tx
from workspace.rules.boxes import NO_BOX, shares_of
from workspace.rules.codes import AGENCY_KINDS
from workspace.rules.credentials import digest
from workspace.rules.jurisdiction import Authority, Stated, addressees
from workspace.rules.leads import UNDER_WAY
from workspace.rules.reasons import require_words, words_of

INVITATION_LIFE = timedelta(hours=72)
MACHINE_REASONS = ("too_slow", "crashed", "out_of_memory", "not_readable")
"""Reasons that may lie in the machine and not in the file: at another time the file may be read."""


def insert_agency(tx: Tx, *, country: str, name: str, kind: str) -> int:
    """Insert an agency for a command that has asked already; records `agency:created`."""
    require_countries([country])
    require_words(name=name)
    if kind not in AGENCY_KINDS:
        raise Invalid(
            "This kind of agency is unknown.", faults=[Fault("kind", "one of {known}", known=list(AGENCY_KINDS))]
        )
    try:
        agency_id = tx.session.scalars(
            insert(Agency).values(country=country, name=words_of(name), kind=kind).returning(Agency.id)
        ).one()
    except IntegrityError as cause:
        raise Conflict("This country has an agency of this name already.", country=country) from cause
    tx.record(events.AgencyCreated(events.INSTALLATION, agency=agency_id))
    return agency_id


def insert_user(tx: Tx, *, agency_id: int, name: str, is_house_admin: bool = False) -> int:
    """Insert an account for a command that has asked already; records `user:created`.

    The id is drawn first: the new row is not yet visible to whoever invites into another agency, so the database could
    not hand it back.
    """
    require_words(name=name)
    if tx.session.get(Agency, agency_id) is None:
        raise Invalid("This agency is unknown.", faults=[Fault("agency_id", "unknown")])
    user_id: int = tx.session.execute(text("select nextval('app_user_id_seq')")).scalar_one()
    tx.session.execute(
        text(
            "insert into app_user (id, agency_id, name, is_house_admin) overriding system value "
            "values (:id, :agency_id, :name, :is_house_admin)"
        ),
        {"id": user_id, "agency_id": agency_id, "name": words_of(name), "is_house_admin": is_house_admin},
    )
    tx.record(events.UserCreated(events.INSTALLATION, user=user_id, agency=agency_id))
    return user_id


def insert_invitation(tx: Tx, user_id: int) -> str:
    """Insert an invitation and return its secret; records `invitation:created`."""
    secret = secrets.token_urlsafe(32)
    tx.session.execute(
        insert(Invitation).values(
            id=digest(secret),
            user_id=user_id,
            created_by=tx.actor.id,
            expires_at=tx.now + INVITATION_LIFE,
            used_at=None,
        )
    )
    tx.record(events.InvitationCreated(events.INSTALLATION, user=user_id))
    return secret


def require_countries(countries: list[str]) -> None:
    """Pass if every code is a country of ISO 3166-1.

    Raises:
        Invalid: one is not; all of them are named.
    """
    unknown = [code for code in countries if pycountry.countries.get(alpha_2=code) is None or code != code.upper()]
    if unknown:
        raise Invalid(
            "These countries are unknown.",
            faults=[Fault("country", "{code} is not a code of ISO 3166-1", code=code) for code in unknown],
        )


def require_region(tx: Tx, country: str | None, region: str | None) -> None:
    """Pass if no region is named, or one of the regions of this country that the operator has imported.

    Raises:
        Invalid: it is none of them.
    """
    if region is None:
        return
    found = tx.session.get(Region, region)
    if found is None or found.country != country:
        raise Invalid(
            "This region is unknown.", faults=[Fault("region", "one of the imported regions of the country, or none")]
        )


def faults_of_place(
    medium: MediaItem | None, box: Mapping[str, Any] | None, at_s: float | None, until_s: float | None
) -> list[str]:
    """What is wrong with a box and seconds in a medium; without one nothing has a place."""
    is_wrong = box is not None and (medium is None or shares_of(box) is None)
    faults: list[str] = [Fault("box", NO_BOX)] if is_wrong else []
    if at_s is None and until_s is None:
        return faults
    lasts = medium.duration_s if medium else None
    if lasts is None:
        return [*faults, Fault("at_s", "only a video has a time")]
    until = at_s if until_s is None else until_s
    if at_s is None or until is None or not 0 <= at_s <= until <= lasts:
        return [*faults, Fault("at_s", "a time within the video, which lasts {seconds} s", seconds=int(lasts))]
    return faults


def own_compartment(tx: Tx, operation_id: int, sharing: str) -> int:
    """The compartment of the actor's agency that all countries may open, or a new one that the agency opens alone."""
    mine = {"operation_id": operation_id, "agency_id": tx.actor.agency_id}
    if sharing == "operation":
        tx.session.execute(
            insert_or_pass(Compartment)
            .values(**mine, sharing=sharing, is_common=True)
            # Written out, not as a parameter: PostgreSQL would no longer see that the condition is that of the partial
            # index.
            .on_conflict_do_nothing(index_elements=["operation_id", "agency_id"], index_where=text("is_common"))
        )
        return tx.session.execute(select(Compartment.id).filter_by(**mine, is_common=True)).scalar_one()
    return tx.session.execute(
        insert(Compartment).values(**mine, sharing=sharing).returning(Compartment.id)
    ).scalar_one()


def place_of_searcher(tx: Tx, operation_id: int) -> events.Place:
    """Where an event stands about a picture that the actor brought: seen by who sees what the actor's agency shares, as
    the number of answers may tell of what only the actor sees."""
    return events.Place(operation_id, (own_compartment(tx, operation_id, "operation"),))


def last_sharing(tx: Tx, exhibit_id: UUID) -> str | None:
    """What the owner last said of who may see the exhibit; None if nothing was said since it was received."""
    return tx.session.scalars(
        select(ExhibitChange.after)
        .where(ExhibitChange.exhibit_id == exhibit_id, ExhibitChange.what == "sharing")
        .order_by(ExhibitChange.decided_at.desc())
        .limit(1)
    ).one_or_none()


def is_being_moved(tx: Tx, exhibit_id: UUID) -> bool:
    """Whether parts of the exhibit are still on their way to its own lock."""
    return tx.session.scalars(select(Closing.before_id).where(Closing.exhibit_id == exhibit_id)).first() is not None


def have_read_again(tx: Tx, media_ids: Sequence[UUID]) -> int:
    """Set media back to waiting that only a machine's fault refused, because their content has come again, and
    archives, which then hold files at another place too; returns how many.

    Belongs to a `receive_files` of the same write, which asks. The reading itself is wanted by `want_readings`, within
    a minute: people may not change a job that exists.
    """
    return tx.change(
        update(MediaItem)
        .where(
            MediaItem.id.in_(media_ids),
            or_(
                and_(MediaItem.state == "refused", MediaItem.refusal.in_(MACHINE_REASONS)),
                and_(MediaItem.state == "read", MediaItem.kind == "archive"),
            ),
        )
        .values(state="waiting", refusal=None, read_at=None)
    )


def put_back(tx: Tx, onward: Referral) -> None:
    """Let the referral that this draft would have routed on be as before, unless another draft routes it on already:
    accepted, where its receiver was to send it on; otherwise returned."""
    if onward.previous_id is None:
        return
    other = aliased(Referral)
    live = select(other.id).where(
        other.previous_id == onward.previous_id,
        other.id != onward.id,
        other.state != "withdrawn",
        or_(other.state != "drafted", other.package_state != "failed"),
    )
    tx.change(
        update(Referral)
        .where(Referral.id == onward.previous_id, Referral.state == "re_routed", ~live.exists())
        .values(
            state=case(
                (
                    and_(
                        Referral.to_agency_id == onward.from_agency_id, Referral.from_agency_id != onward.from_agency_id
                    ),
                    "accepted",
                ),
                else_="returned",
            )
        )
    )


def announce_presence(tx: Tx, operation_id: int) -> None:
    """Wake the web processes, once this write is committed, to tell an operation's people who is looking now."""
    tx.session.execute(text("select pg_notify('concord_presence', :operation)"), {"operation": str(operation_id)})


def keep_consent(tx: Tx, operation_id: int, what: str, *, is_given: bool = True, until: datetime | None = None) -> UUID:
    """Write down, with its date, what the actor's country accepts or consents to; returns the row's id.

    what: a code of table `consent`. until: the end of the window that is accepted.
    """
    row_id = uuid4()
    tx.session.execute(
        insert(Consent).values(
            id=row_id,
            operation_id=operation_id,
            country=tx.actor.country,
            what=what,
            is_given=is_given,
            until=until,
            given_by=tx.actor.id,
        )
    )
    return row_id


def keep_reason(tx: Tx, lead: Lead, reason: str) -> UUID:
    """Write down why the actor does this to the lead; returns the row's id for the event. Holders of both keys read
    it."""
    reason_id = uuid4()  # drawn here: the row need not be visible to whoever writes it
    tx.session.execute(
        insert(LeadReason).values(
            id=reason_id,
            operation_id=lead.operation_id,
            lead_id=lead.id,
            locks=list(lead.locks),
            author_id=tx.actor.id,
            reason=reason,
        )
    )
    return reason_id


def suggested_addressee(tx: Tx, lead: Lead, agency_id: int | None, competence: str | None) -> tuple[int, str]:
    """The agency and the purpose that a lead's stated grounds name most, of those that agree with what is said already.

    Raises:
        Invalid: no stated ground names one that has no referral of it yet.
    """
    stated = select(JurisdictionClaim).where(
        JurisdictionClaim.lead_id == lead.id, JurisdictionClaim.withdrawn_at.is_(None)
    )
    claims = [Stated(each.country, each.ground, each.competence) for each in tx.session.scalars(stated)]
    joined = (
        select(Agency.id, Agency.kind, OperationAgency.jurisdictions, OperationAgency.competences)
        .join(OperationAgency, OperationAgency.agency_id == Agency.id)
        .where(OperationAgency.operation_id == lead.operation_id, Agency.package_public_key.is_not(None))
    )
    authorities = [
        Authority(each.id, each.jurisdictions, each.competences, each.kind) for each in tx.session.execute(joined)
    ]
    live = select(Referral.to_agency_id, Referral.competence).where(
        Referral.lead_id == lead.id, Referral.state.in_(UNDER_WAY), Referral.package_state != "failed"
    )
    taken = {(each.to_agency_id, each.competence) for each in tx.session.execute(live)}
    for each in addressees(claims, authorities, taken=taken, own=tx.actor.agency_id):
        if agency_id in (None, each.agency_id) and competence in (None, each.competence):
            return each.agency_id, each.competence
    raise Invalid(
        "No stated ground names an agency for this. State the ground first, or say who receives it and for what.",
        faults=[Fault("to_agency_id", "no ground is stated")],
    )
