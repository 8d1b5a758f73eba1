"""Makes rows for tests: an operation, its people, its leads. Rows only: what a test is about goes through the
commands."""

from __future__ import annotations

import hashlib
import os
import secrets
from copy import copy
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from tests.support.owner import owner_of
from workspace.model import (
    Compartment,
    Event,
    Lead,
    User,
)
from workspace.model.database import Database
from workspace.rules.comparison import comparison_key, search_key
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


_MAKE = text("""
with service as (
  insert into agency (country, name, kind) values ('XX', 'service ' || :mark, 'service') returning id),
service_user as (
  insert into app_user (agency_id, name, is_service) select id, 'service', true from service returning id),
made as (
  insert into operation (code_name, purpose, legal_basis, time_zone, opens_at, closes_at, state, is_exercise, terms,
    wrapped_key)
  values ('Test ' || :mark, 'testing', 'a test', 'America/Guayaquil', now() - interval '1 day',
    now() + interval '4 days', :state, true, 'Test terms.', 'none') returning id, closes_at),
agencies as (
  insert into agency (country, name, kind) select country, 'Unit ' || country || ' ' || :mark, 'police'
  from unnest(cast(:countries as text[])) with ordinality given (country, place) order by place returning id, country),
parts as (
  insert into participation (operation_id, country, accepted_at, accepted_until)
  select made.id, country, now(), closes_at from made, agencies),
joined as (
  insert into operation_agency (operation_id, agency_id, jurisdictions, competences)
  select made.id, agencies.id, array[country], '{protection,offender,evidence}' from made, agencies)
select made.id, service_user.id as service, (select json_object_agg(country, id order by id) from agencies) as agencies
from made, service_user""")
"""One statement for all of it: most tests begin with it."""
_START_CHAIN = text("select start_chain(:id)")
_PERSON = text("""
with someone as (insert into app_user (agency_id, name) values (:agency, :name) returning id),
member as (
  insert into membership (operation_id, user_id, role, standing) select :op, id, :role, 'first' from someone),
trained as (
  insert into qualification (operation_id, user_id, competence, title, issuer, valid_from, valid_until, recorded_by)
  select :op, id, 'facial_comparison', 'Facial comparison', 'tests', current_date - 100, current_date + 1000, :service
  from someone where :examines)
select id from someone""")
_SIDE = text("""
with exhibit as (
  insert into exhibit (operation_id, compartment_id, country, label, label_key, find_key, kind, case_reference,
    custodian, was_prepared)
  values (:op, :lock, :country, :label, :label_key, :find_key, 'phone', 'case', 'custodian', true) returning id),
medium as (
  insert into media_item (operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, media_type, kind, state,
    face_count)
  values (:op, :lock, :sha256, :md5, :sha1, 1, 'none', 'image/jpeg', 'photo', 'read', 1) returning id),
someone as (
  insert into person (operation_id, compartment_id, number, face_count)
  values (:op, :lock, next_number(:op, 'person'), 1) returning id),
found as (
  insert into face (operation_id, compartment_id, media_item_id, person_id, box, landmarks, frame_width, frame_height,
    detection_score, quality, quality_word, eye_distance_px, yaw_deg, roll_deg, sharpness, embedding, pack_id,
    model_digest, dimension, crop_address, veil_address)
  select :op, :lock, medium.id, someone.id, '{0,0,10,10}', array_fill(0.0, array[10]), 100, 100, 0.9, 0.9, 'good', 60,
    0, 0, 1, cast(array[1.0] || array_fill(0.0, array[127]) as halfvec), 'test', repeat('0', 64), 128, 'none', 'none'
  from medium, someone returning id)
insert into lead_evidence (operation_id, compartment_id, lead_id, side, country, face_id, person_id, media_item_id,
  exhibit_id)
select :op, :lock, :lead, :side, :country, found.id, someone.id, medium.id, exhibit.id
from exhibit, medium, someone, found""")


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
        self._people: dict[tuple[str, str, int], int] = {}
        self._compartments: dict[tuple[str, str], int] = {}
        with self.owner.begin() as rows:
            made = rows.execute(_MAKE, {"mark": self.mark, "state": state, "countries": list(countries)}).one()
            rows.execute(_START_CHAIN, {"id": made.id})
        self.id: int = made.id
        self.service_id: int = made.service
        self.agencies: dict[str, int] = made.agencies

    def again(self) -> TestOperation:
        """The same operation, which remembers whom and what it made until now apart from this one."""
        other = copy(self)
        other._people, other._compartments = dict(self._people), dict(self._compartments)
        return other

    def person(self, country: str = "EC", role: str = "specialist", which: int = 1) -> int:
        """The id of a member of the operation; asked again with the same country, role and number, the same one."""
        key = (country, role, which)
        if key not in self._people:
            facts = {"op": self.id, "agency": self.agencies[country], "name": f"{country} · {role} {which}"}
            more = {"role": role, "examines": role in EXAMINERS, "service": self.service_id}
            with self.owner.begin() as rows:
                self._people[key] = rows.execute(_PERSON, facts | more).scalar_one()
        return self._people[key]

    def meet(self, user_id: int) -> None:
        """Let an invited member count as met, for tests that are not about vouching."""
        self.change("update membership set standing = 'first' where user_id = :id", id=user_id)

    def vouch(self, user_id: int, voucher_id: int) -> None:
        """Let somebody have met a member in person, whose standing stays as it is."""
        self.change(
            "insert into vouch (operation_id, user_id, voucher_id, how) values (:op, :user, :by, 'in_person')",
            op=self.id,
            user=user_id,
            by=voucher_id,
        )

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
        digest = secrets.token_bytes(32)
        facts = {"op": self.id, "lock": lock, "lead": lead_id, "side": index, "country": side.country}
        of_the_medium = {"sha256": digest, "md5": digest[:16], "sha1": digest[:20]}
        label = f"{side.country}-D-{secrets.token_hex(3)}"
        keys = {"label_key": comparison_key(label), "find_key": f"{search_key(label)}\n{search_key('case')}"}
        session.execute(_SIDE, facts | of_the_medium | keys | {"label": label})

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
        with self.owner.begin() as rows:
            rows.execute(text(sql), values)
