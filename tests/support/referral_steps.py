"""What a test needs to send a lead out of the operation: examiners, an agency's key, two signatures, a worker, an
answer."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from tests.support.operation import TestOperation
from tests.support.opinions import WHOLE, look
from workers.drain import work_off
from workers.tools import WorkerTools
from workspace.commands.assessments import assess_lead, settle_assessments
from workspace.commands.claims import claim_lead
from workspace.commands.corroboration import state_corroboration
from workspace.commands.jurisdiction import state_jurisdiction
from workspace.commands.outcomes import state_outcome
from workspace.commands.packages import set_package_key
from workspace.commands.referrals import acknowledge_referral, approve_referral, draft_referral, send_referral
from workspace.exchange.referral_package import new_recipient_keypair
from workspace.model import LeadEvidence, jobs
from workspace.model.database import Database
from workspace.rules.days import day_in
from workspace.rules.statement import Statement
from workspace.store.keys import load_or_create_master, new_wrapped_key

FACE, VEIL = b"face crop", b"veiled context"


class ReferralSteps:
    """One operation's way from a lead to an outcome, with real commands; every step is one transaction of one
    person."""

    def __init__(self, operation: TestOperation, database: Database, tools: WorkerTools) -> None:
        self.operation, self.database, self.tools = operation, database, tools
        self.identities: dict[str, str] = {}
        wrapped = new_wrapped_key(load_or_create_master(tools.key_file), str(operation.id))
        operation.change("update operation set wrapped_key = :key where id = :id", key=wrapped, id=operation.id)

    def key(self, country: str) -> None:
        """Give a country's agency a key."""
        public, self.identities[country] = new_recipient_keypair()
        with self.database.write(self.operation.person(country, "liaison")) as tx:
            set_package_key(tx, self.operation.agencies[country], public_key=public)

    def opinion(self, lead: UUID, country: str, opinion: int) -> None:
        """Have an examiner claim a lead and sign an opinion that is settled at once."""
        with self.database.write(self.operation.person(country)) as tx:
            token = claim_lead(tx, lead)
        look(self.operation.workers, lead, self.operation.person(country))
        with self.database.write(self.operation.person(country)) as tx:
            assess_lead(tx, lead, token=token, opinion=opinion, reason="ears agree", **WHOLE)
        self.operation.change(
            "update assessment set signed_at = signed_at - interval '11 seconds' where operation_id = :id and "
            "settled_at is null",
            id=self.operation.id,
        )
        with self.operation.workers.write(self.operation.service_id) as tx:
            settle_assessments(tx)

    def verified(self, first: str = "EC", second: str = "PE") -> UUID:
        """A lead that two examiners verified, with pictures in the store."""
        lead = self.operation.lead(first, second)
        self.pictures(lead)
        for country in ("EC", "PE"):
            self.opinion(lead, country, 1)
        return lead

    def pictures(self, lead: UUID) -> None:
        """Put a crop and a veil for each side of a lead into the store."""
        with self.tools.db.read(self.tools.service_id) as view:
            key = self.tools.key(view.session, self.operation.id)
            rows = view.session.scalars(select(LeadEvidence).where(LeadEvidence.lead_id == lead))
            sides = [(row.side, row.face_id, row.media_item_id) for row in rows]
        for number, face_id, media_id in sides:
            face = self.tools.store.put_bytes(FACE + str(number).encode(), key=key, durable=False).address
            veil = self.tools.store.put_bytes(VEIL + str(number).encode(), key=key, durable=False).address
            self.operation.change(
                "update face set crop_address = :a, veil_address = :veil where id = :id", a=face, veil=veil, id=face_id
            )
            self.operation.change("update media_item set veil_address = :a where id = :id", a=veil, id=media_id)

    def ground(self, lead: UUID, country: str, competence: str = "protection", ground: str = "child_residence") -> None:
        """State a country's jurisdiction."""
        with self.database.write(self.operation.person("EC", "liaison")) as tx:
            state_jurisdiction(tx, lead, country=country, ground=ground, competence=competence, basis="school uniform")

    def corroborate(self, lead: UUID, by: str = "EC", **other: Any) -> UUID:
        """State something that speaks for the lead besides the face."""
        facts = {"type": "place", "reference": "the same wall paper in both", "dated_on": date(2026, 1, 5), **other}
        with self.database.write(self.operation.person(by, "liaison")) as tx:
            return state_corroboration(tx, lead, **facts)

    def draft(self, lead: UUID, to: str, competence: str = "protection", by: str = "EC") -> UUID:
        """Draft a referral, after something besides the face was stated."""
        self.corroborate(lead, by)
        with self.database.write(self.operation.person(by, "liaison")) as tx:
            return draft_referral(
                tx,
                lead,
                to_agency_id=self.operation.agencies[to],
                competence=competence,
                urgency="priority",
                message="Please look into it.",
            )

    def approve(self, referral: UUID, by: str = "PE") -> None:
        """Give the second signature."""
        with self.database.write(self.operation.person(by, "liaison")) as tx:
            approve_referral(tx, referral)

    def work(self) -> None:
        """Do every job that waits."""
        while True:
            with self.tools.db.write(self.tools.service_id) as tx:
                job = jobs.take(tx, ("build_package", "rebuild_package", "draw_up_edition", "draw_up_debrief"))
            if job is None:
                return
            work_off(self.tools, job)

    def send(self, referral: UUID, by: str = "EC") -> None:
        """Send an approved referral."""
        with self.database.write(self.operation.person(by, "liaison")) as tx:
            send_referral(tx, referral)

    def sent(self, lead: UUID, to: str, competence: str = "protection", by: str = "EC") -> UUID:
        """A referral that was sent, from ground to package."""
        self.ground(lead, to, competence)
        referral = self.draft(lead, to, competence, by)
        self.approve(referral, "PE" if by == "EC" else "EC")
        self.work()
        self.send(referral, by)
        return referral

    def acknowledge(self, referral: UUID, country: str) -> None:
        """Confirm receipt."""
        with self.database.write(self.operation.person(country, "liaison")) as tx:
            acknowledge_referral(tx, referral)

    def state(
        self, referral: UUID, country: str, stage: str, kind: str = "victim", **more: object
    ) -> tuple[UUID, UUID]:
        """State an outcome of a referral that was received, today."""
        facts: dict[str, Any] = {"stated_on": self.today(), **more}
        statement = Statement(kind=kind, stage=stage, authority_reference="court 1", **facts)
        with self.database.write(self.operation.person(country, "liaison")) as tx:
            return state_outcome(tx, referral, statement)

    def today(self) -> date:
        """The day in the operation's zone: all of its material came today."""
        return day_in(datetime.now(UTC), "America/Guayaquil")


def find_broken(
    operation: TestOperation, *leads: UUID, table: str = "assessment", key: str = "1", everything: bool = False
) -> None:
    """Have the last check of the record have found a row that these leads rest on, or all of them."""
    told = None if everything else [str(each) for each in leads]
    operation.change(
        "insert into record_check (operation_id, through, events, rows, erased, state, faults, broken) "
        "values (:id, 1, 1, 1, 0, 'broken', 1, cast(:broken as jsonb)) "
        "on conflict (operation_id) do update set broken = excluded.broken",
        id=operation.id,
        broken=json.dumps([{"table": table, "key": key, "what": "column opinion", "leads": told}]),
    )


def lay_entry(operation: TestOperation, lead: UUID, side: int, country: str, code: str = "H0") -> UUID:
    """Put an entry of a country's register on a side of a lead; returns the register."""
    register, row = uuid4(), uuid4()
    operation.change(
        """with r as (
             insert into register (id, operation_id, compartment_id, country, name, legal_source, attested_by,
             handling_code)
             values (:register, :operation, :compartment, :country, :name, 'law', :by, :code) returning id)
           insert into register_entry (id, operation_id, compartment_id, register_id, number, number_key, date_of_birth,
           place)
           select :row, :operation, :compartment, r.id, '1', '1', date '2001-02-03', 'Quito' from r""",
        register=register,
        operation=operation.id,
        compartment=operation.compartment(country),
        country=country,
        name=f"Register {secrets.token_hex(4)}",
        by=operation.person(country, "liaison"),
        code=code,
        row=row,
    )
    operation.change(
        "update lead_evidence set register_entry_id = :row, exhibit_id = null where lead_id = :lead and side = :side",
        row=row,
        lead=lead,
        side=side,
    )
    return register
