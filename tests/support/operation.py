"""Makes rows for tests: an operation, its people, its leads. Rows only: what a test is about goes through the
commands."""

from __future__ import annotations

import hashlib
import os
import secrets
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from tests.support.owner import owner_of
from workspace.model import (
    Agency,
    Compartment,
    Event,
    Exhibit,
    Face,
    Lead,
    LeadEvidence,
    MediaItem,
    Membership,
    Operation,
    OperationAgency,
    Participation,
    Person,
    Qualification,
    User,
)
from workspace.model.database import Database
from workspace.rules.roles import EXAMINERS

_numbers = count(1)
COUNTRIES = ("EC", "PE", "CL")


_COPY = text("""
with source as (select * from lead where id = :lead),
numbers as (select n, gen_random_uuid() as id from generate_series(1, :times) n),
made as (
  insert into lead (id, operation_id, number, kind, pair_key, locks, countries, stage, stage_since, priority, opinions,
  holder_id, lease_until,
    score, band, bands_shown, rank, threshold, pack_id, model_digest, changed_seq)
  select numbers.id, operation_id, number + n, kind, sha256(numbers.id::text::bytea), locks, countries,
    (array['open', 'open', 'open', 'open', 'open', 'open', 'assessed', 'verified', 'referred', 'outcome'])[1 + n % 10],
    now() - n * interval '1 second', 1 + n % 3, case when n % 10 >= 6 then 1 else 0 end, holder_id, lease_until,
    score, band, bands_shown, rank, threshold, pack_id, model_digest, changed_seq
  from source, numbers)
insert into lead_evidence (operation_id, lead_id, compartment_id, side, country, face_id, media_item_id, exhibit_id)
select e.operation_id, numbers.id, e.compartment_id, e.side, e.country, e.face_id, e.media_item_id, e.exhibit_id
from numbers, lead_evidence e where e.lead_id = :lead""")


@dataclass(frozen=True)
class Side:
    """One side of a lead in a test."""

    country: str
    sharing: str = "operation"


class TestOperation:
    """One operation with its countries; `people` are made on demand and remembered by (country, role, which)."""

    __test__ = False  # the name is no test class for pytest

    def __init__(self, workers: Database, *, countries: tuple[str, ...] = COUNTRIES, state: str = "open") -> None:
        self.workers = workers
        self.owner = owner_of(workers)
        self.mark = f"{os.getpid()}-{next(_numbers)}-{secrets.token_hex(2)}"
        self.agencies: dict[str, int] = {}
        self._people: dict[tuple[str, str, int], int] = {}
        self._compartments: dict[tuple[str, str], int] = {}
        with Session(self.owner) as session:
            service = session.scalars(
                insert(Agency).values(country="XX", name=f"service {self.mark}", kind="service").returning(Agency.id)
            ).one()
            self.service_id = session.scalars(
                insert(User).values(agency_id=service, name="service", is_service=True).returning(User.id)
            ).one()
            now = datetime.now(UTC)
            self.id = session.scalars(
                insert(Operation)
                .values(
                    code_name=f"Test {self.mark}",
                    purpose="testing",
                    legal_basis="a test",
                    time_zone="America/Guayaquil",
                    opens_at=now - timedelta(days=1),
                    closes_at=now + timedelta(days=4),
                    state=state,
                    is_exercise=True,
                    terms="Test terms.",
                    wrapped_key=b"none",
                )
                .returning(Operation.id)
            ).one()
            session.execute(text("select start_chain(:id)"), {"id": self.id})
            for country in countries:
                self.agencies[country] = session.scalars(
                    insert(Agency)
                    .values(country=country, name=f"Unit {country} {self.mark}", kind="police")
                    .returning(Agency.id)
                ).one()
                session.add(
                    Participation(
                        operation_id=self.id, country=country, accepted_at=now, accepted_until=now + timedelta(days=4)
                    )
                )
                session.add(
                    OperationAgency(
                        operation_id=self.id,
                        agency_id=self.agencies[country],
                        jurisdictions=[country],
                        competences=["protection", "offender", "evidence"],
                    )
                )
            session.commit()

    def again(self) -> TestOperation:
        """The same operation, which remembers whom and what it made until now apart from this one."""
        other = copy(self)
        other._people, other._compartments = dict(self._people), dict(self._compartments)
        return other

    def person(self, country: str = "EC", role: str = "specialist", which: int = 1) -> int:
        """The id of a member of the operation; asked again with the same country, role and number, the same one."""
        key = (country, role, which)
        if key not in self._people:
            with Session(self.owner) as session:
                user_id = session.scalars(
                    insert(User)
                    .values(agency_id=self.agencies[country], name=f"{country} · {role} {which}")
                    .returning(User.id)
                ).one()
                session.add(Membership(operation_id=self.id, user_id=user_id, role=role, standing="first"))
                session.flush()
                if role in EXAMINERS:
                    session.add(self._qualification(user_id))
                session.commit()
            self._people[key] = user_id
        return self._people[key]

    def _qualification(self, user_id: int) -> Qualification:
        return Qualification(
            operation_id=self.id,
            user_id=user_id,
            competence="facial_comparison",
            title="Facial comparison",
            issuer="tests",
            valid_from=date.today() - timedelta(days=100),
            valid_until=date.today() + timedelta(days=1000),
            recorded_by=self.service_id,
        )

    def meet(self, user_id: int) -> None:
        """Let an invited member count as met, for tests that are not about vouching."""
        self.change("update membership set standing = 'first' where user_id = :id", id=user_id)

    def outsider(self, country: str = "EC") -> int:
        """The id of somebody of the agency who is not a member of the operation."""
        with Session(self.owner) as session:
            user_id = session.scalars(
                insert(User).values(agency_id=self.agencies[country], name=f"{country} · outside").returning(User.id)
            ).one()
            session.commit()
        return user_id

    def compartment(self, country: str, sharing: str = "operation") -> int:
        """The id of an agency's compartment."""
        key = (country, sharing)
        if key not in self._compartments:
            mine = {
                "operation_id": self.id,
                "agency_id": self.agencies[country],
                "sharing": sharing,
                "is_common": sharing == "operation",
            }
            with Session(self.owner) as session:
                shared = (
                    session.scalars(select(Compartment.id).filter_by(**mine)).one_or_none()
                    if sharing == "operation"
                    else None
                )
                made = shared or session.scalars(insert(Compartment).values(**mine).returning(Compartment.id)).one()
                self._compartments[key] = made
                session.commit()
        return self._compartments[key]

    def close_anew(self, country: str) -> None:
        """Let what is made from now on as closed lie behind another lock."""
        self._compartments.pop((country, "agency"), None)

    def grant(self, country: str, to: str, *, lead: UUID | None = None) -> None:
        """Open a country's closed material to another for an hour: the picture on a lead, or all of it."""
        self.change(
            "insert into access_grant (operation_id, compartment_id, agency_id, lead_id, reason, "
            "asked_by, answered_by, answered_at, granted, scope, until) "
            "values (:operation, :compartment, :agency, cast(:lead as uuid), 'why', "
            ":person, :person, now(), true, :scope, now() + interval '1 hour')",
            operation=self.id,
            compartment=self.compartment(country, "agency"),
            agency=self.agencies[to],
            lead=lead,
            scope="exhibit" if lead is None else "pair",
            person=self.person(to),
        )

    def copy_lead(self, lead: UUID, times: int) -> None:
        """Many leads for little: rows like those of a lead, six of ten of them open, the others further on.

        They show no person: leads of one person would be one stack."""
        with Session(self.owner) as session:
            session.execute(text("select set_config('app.user_id', :id, true)"), {"id": str(self.service_id)})
            session.execute(_COPY, {"lead": lead, "times": times})
            session.execute(
                text("select next_number(:op, 'lead') from generate_series(1, :times)"), {"op": self.id, "times": times}
            )
            session.commit()

    def lead(self, first: Side | str = "EC", second: Side | str = "PE", **values: Any) -> UUID:
        """The id of a new lead between two sides, with a face, a person, a medium and an exhibit on each."""
        sides = [side if isinstance(side, Side) else Side(side) for side in (first, second)]
        locks = [self.compartment(side.country, side.sharing) for side in sides]
        with Session(self.owner) as session:
            session.execute(text("select set_config('app.user_id', :id, true)"), {"id": str(self.service_id)})
            lead_id = uuid4()
            number = session.execute(text("select next_number(:op, 'lead')"), {"op": self.id}).scalar_one()
            facts: dict[str, Any] = {
                "kind": "same_face",
                "score": 0.61,
                "band": "strong",
                "rank": 1,
                "threshold": 0.43,
                "pack_id": "test",
                "model_digest": "0" * 64,
                **values,
            }
            facts.setdefault("side_count", {"clue": 1, "outside_result": 1}.get(facts["kind"], 2))
            session.execute(
                insert(Lead).values(
                    id=lead_id,
                    operation_id=self.id,
                    number=number,
                    pair_key=hashlib.sha256(lead_id.bytes).digest(),
                    locks=sorted(set(locks)),
                    countries=sorted({side.country for side in sides}),
                    **facts,
                )
            )
            for index, (side, lock) in enumerate(zip(sides, locks, strict=True), start=1):
                self._evidence(session, lead_id, index, side, lock)
            session.commit()
        return lead_id

    def _evidence(self, session: Session, lead_id: UUID, index: int, side: Side, lock: int) -> None:
        base = {"operation_id": self.id, "compartment_id": lock}
        exhibit = Exhibit(
            **base,
            id=uuid4(),
            country=side.country,
            label=f"{side.country}-D-{secrets.token_hex(3)}",
            kind="phone",
            case_reference="case",
            custodian="custodian",
            was_prepared=True,
        )
        digest = secrets.token_bytes(32)
        media = MediaItem(
            **base,
            id=uuid4(),
            sha256=digest,
            md5=digest[:16],
            sha1=digest[:20],
            size_bytes=1,
            address="none",
            media_type="image/jpeg",
            kind="photo",
            state="read",
            face_count=1,
        )
        number = session.execute(text("select next_number(:op, 'person')"), {"op": self.id}).scalar_one()
        person = Person(**base, id=uuid4(), number=number, face_count=1)
        session.add_all([exhibit, media, person])
        session.flush()
        face = Face(
            **base,
            id=uuid4(),
            media_item_id=media.id,
            person_id=person.id,
            box=[0, 0, 10, 10],
            landmarks=[0.0] * 10,
            frame_width=100,
            frame_height=100,
            detection_score=0.9,
            quality=0.9,
            quality_word="good",
            eye_distance_px=60,
            yaw_deg=0,
            roll_deg=0,
            sharpness=1,
            embedding=[1.0] + [0.0] * 127,
            pack_id="test",
            model_digest="0" * 64,
            dimension=128,
            crop_address="none",
            veil_address="none",
        )
        session.add(face)
        session.flush()
        session.add(
            LeadEvidence(
                **base,
                lead_id=lead_id,
                side=index,
                country=side.country,
                face_id=face.id,
                person_id=person.id,
                media_item_id=media.id,
                exhibit_id=exhibit.id,
            )
        )

    def let_faces_follow(self) -> None:
        """Give each face of a lead's side the person of that side, where a test has made several sides one person's."""
        self.change(
            "update face f set person_id = v.person_id from lead_evidence v "
            "where v.face_id = f.id and v.person_id is not null and v.operation_id = :op",
            op=self.id,
        )

    def row(self, table: type[Any], row_id: UUID | int) -> Any:
        """A row as the workers see it."""
        with Session(self.workers.engine, expire_on_commit=False) as session:
            return session.get(table, row_id)

    def kinds(self, after: int = 0) -> list[str]:
        """The kinds of events of the operation, in order."""
        with Session(self.workers.engine) as session:
            return list(
                session.scalars(
                    select(Event.kind).where(Event.operation_id == self.id, Event.seq > after).order_by(Event.seq)
                )
            )

    def bind(self) -> None:
        """Have the record hold every governed row as it stands, as a migration does; one event says so."""
        with Session(self.owner) as session:
            session.execute(text("select seal_all(name, :op) from governed"), {"op": self.id})
            session.execute(text("select bind_all()"))
            session.commit()

    def change(self, sql: str, **values: Any) -> None:
        """Move stored times and states for a test; never used for what the test is about."""
        with Session(self.owner) as session:
            session.execute(text(sql), values)
            session.commit()
