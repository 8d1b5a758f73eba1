"""A country without a lead gets one again: its own agency and a member who has met the person, or two people of two
roles from elsewhere.

Must not decide who counts as met (vouching.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from workspace import events
from workspace.commands.guard import require_independent, require_operation
from workspace.commands.locks import hold
from workspace.commands.people import Invited
from workspace.commands.steps import insert_invitation, insert_user
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Agency, CountryLeadProposal, Membership, OperationAgency, User, Vouch
from workspace.model.database import Tx
from workspace.rules.country_leads import FROM_ELSEWHERE, are_of_two_roles
from workspace.rules.reasons import require_words, words_of
from workspace.rules.removals import LAPSES_AFTER
from workspace.rules.roles import COUNTRY_LEAD, LEAD_OF_COUNTRY, RESTORED_FROM


def propose_country_lead(
    tx: Tx, operation_id: int, *, agency_id: int, user_id: int | None = None, name: str | None = None
) -> UUID:
    """Propose who leads a country that has no lead: a member of this agency, or somebody new by name; returns the id.

    A member of that agency proposes it, or somebody of another country who leads, administers or observes. Asks
    `propose_country_lead`; records `country:lead_proposed`. It lapses after `LAPSES_AFTER`. Proposals of several people
    stand beside each other: nobody keeps a country without a lead by proposing first.

    Raises:
        Invalid: the agency takes no part, or neither or both of person and name are given.
        Conflict: the country has a lead, or the actor's proposal stands. Forbidden: the actor is of neither kind, or the person.
        NotFound: there is no such member of this agency.
    """
    require_operation(tx, "propose_country_lead", operation_id)
    if (user_id is None) == (name is None):
        raise Invalid("Say who: a member, or somebody new by name.", faults=[Fault("user_id, name", "one of the two")])
    if name is not None:
        require_words(name=name)
    hold(tx, "members", [operation_id])
    country = _country_of_agency(tx, operation_id, agency_id)
    is_own = tx.actor.agency_id == agency_id
    is_elsewhere = tx.actor.country != country and tx.actor.roles.get(operation_id) in FROM_ELSEWHERE
    if not is_own and not is_elsewhere:
        raise Forbidden(
            "The agency itself proposes it, or somebody of another country who leads, administers or observes."
        )
    if user_id == tx.actor.id:
        raise Forbidden("Nobody proposes themselves: let a colleague of your agency do it.")
    if user_id is not None:
        _require_candidate(tx, operation_id, agency_id, user_id)
    _require_none(tx, operation_id, country)
    if any(each.proposed_by == tx.actor.id for each in _standing(tx, operation_id, country)):
        raise Conflict("You have proposed somebody for this country already. Somebody else may confirm it.")
    proposal_id = uuid4()
    tx.session.execute(
        insert(CountryLeadProposal).values(
            id=proposal_id,
            operation_id=operation_id,
            country=country,
            agency_id=agency_id,
            user_id=user_id,
            name=None if name is None else words_of(name),
            proposed_by=tx.actor.id,
        )
    )
    tx.record(events.CountryLeadProposed(events.Place(operation_id), country=country, proposal=proposal_id))
    return proposal_id


def confirm_country_lead(tx: Tx, operation_id: int, country: str, *, proposal_id: UUID | None = None) -> Invited | None:
    """Confirm who leads a country that has no lead; an invitation if the person is new, who is a newcomer as others
    are.

    Whoever confirms is of another country, and independent of whoever proposed it. What the agency itself proposes is
    confirmed by somebody who has met the person; what somebody from elsewhere proposes, by another role. Asks
    `confirm_country_lead`; records `country:lead_restored`, and `member:added` of a new person.

    proposal_id: the one that the actor has read; None confirms the only one.

    Raises:
        NotFound: it does not stand. Conflict: the country has a lead, or several stand and none is named.
        Forbidden: the actor cannot be the second of the two.
    """
    require_operation(tx, "confirm_country_lead", operation_id)
    hold(tx, "members", [operation_id])
    proposal = _chosen(_standing(tx, operation_id, country), proposal_id)
    _require_none(tx, operation_id, country)
    if tx.actor.country == country:
        raise Forbidden("Somebody of another country must confirm it.", country=country)
    _require_second(tx, operation_id, proposal)
    require_independent(tx, operation_id, proposal.proposed_by)
    tx.change_one(
        update(CountryLeadProposal)
        .where(CountryLeadProposal.id == proposal.id, CountryLeadProposal.confirmed_at.is_(None))
        .values(confirmed_by=tx.actor.id, confirmed_at=func.now()),
        otherwise=Conflict("Somebody has just confirmed it."),
    )
    invited = None
    if proposal.user_id is None:
        user_id = _add_new_lead(tx, operation_id, proposal)
        invited = Invited(user_id, insert_invitation(tx, user_id))
    else:
        user_id = proposal.user_id
        _require_candidate(tx, operation_id, proposal.agency_id, user_id)
        tx.change(
            update(Membership)
            .where(Membership.operation_id == operation_id, Membership.user_id == user_id)
            .values(role=LEAD_OF_COUNTRY)
        )
    tx.record(
        events.CountryLeadRestored(events.Place(operation_id), country=country, user=user_id, proposal=proposal.id)
    )
    return invited


def _add_new_lead(tx: Tx, operation_id: int, proposal: CountryLeadProposal) -> int:
    user_id = insert_user(tx, agency_id=proposal.agency_id, name=proposal.name or "")
    tx.session.execute(
        insert(Membership).values(
            operation_id=operation_id,
            user_id=user_id,
            role=LEAD_OF_COUNTRY,
            standing="newcomer",
            invited_by=tx.actor.id,
        )
    )
    tx.record(events.MemberAdded(events.Place(operation_id), user=user_id, role=LEAD_OF_COUNTRY))
    return user_id


def _require_second(tx: Tx, operation_id: int, proposal: CountryLeadProposal) -> None:
    proposer = tx.session.execute(
        select(User.agency_id, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.operation_id == operation_id, User.id == proposal.proposed_by)
    ).one()
    if proposer.agency_id != proposal.agency_id:
        if not are_of_two_roles(proposer.role, tx.actor.roles[operation_id]):
            raise Forbidden("Two people of two roles restore another country's lead: your role is the proposer's.")
    elif proposal.user_id is not None:
        met = select(Vouch.id).where(
            Vouch.operation_id == operation_id,
            Vouch.user_id == proposal.user_id,
            Vouch.voucher_id == tx.actor.id,
            Vouch.withdrawn_at.is_(None),
        )
        if not tx.session.execute(select(met.exists())).scalar_one():
            raise Forbidden("What an agency itself proposes is confirmed by somebody who has met the person.")


def _country_of_agency(tx: Tx, operation_id: int, agency_id: int) -> str:
    country = tx.session.execute(
        select(Agency.country)
        .join(OperationAgency, OperationAgency.agency_id == Agency.id)
        .where(OperationAgency.operation_id == operation_id, Agency.id == agency_id)
    ).scalar_one_or_none()
    if country is None:
        raise Invalid("This agency takes no part in the operation.", faults=[Fault("agency_id", "has not joined")])
    return country


def _require_candidate(tx: Tx, operation_id: int, agency_id: int, user_id: int) -> None:
    found = select(Membership.user_id).join(User, User.id == Membership.user_id)
    is_here = found.where(
        Membership.operation_id == operation_id,
        Membership.user_id == user_id,
        Membership.role.in_(RESTORED_FROM),
        Membership.ends_at.is_(None) | (Membership.ends_at > func.now()),
        User.agency_id == agency_id,
        User.disabled_at.is_(None),
    )
    if not tx.session.execute(select(is_here.exists())).scalar_one():
        raise NotFound("There is no such member of this agency.")


def _require_none(tx: Tx, operation_id: int, country: str) -> None:
    """Pass if nobody leads the country: a suspended lead comes back by itself."""
    leads = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .join(Agency, Agency.id == User.agency_id)
        .where(
            Membership.operation_id == operation_id,
            Membership.role.in_(COUNTRY_LEAD),
            Membership.ends_at.is_(None) | (Membership.ends_at > func.now()),
            Agency.country == country,
            User.disabled_at.is_(None),
        )
    )
    if tx.session.execute(select(leads.exists())).scalar_one():
        raise Conflict("This country has a country lead, who brings in the others.", country=country)


def _standing(tx: Tx, operation_id: int, country: str) -> Sequence[CountryLeadProposal]:
    return tx.session.scalars(
        select(CountryLeadProposal).where(
            CountryLeadProposal.operation_id == operation_id,
            CountryLeadProposal.country == country,
            CountryLeadProposal.confirmed_at.is_(None),
            CountryLeadProposal.proposed_at > func.now() - LAPSES_AFTER,
        )
    ).all()


def _chosen(standing: Sequence[CountryLeadProposal], proposal_id: UUID | None) -> CountryLeadProposal:
    if proposal_id is None and len(standing) > 1:
        raise Conflict("Several people are proposed for this country. Load the page again, and confirm one of them.")
    for each in standing:
        if proposal_id in (None, each.id):
            return each
    raise NotFound("No proposal for this country stands: it was confirmed, or it lapsed.")
