"""An operation in which children can be stated, and one transaction in which a whole history is played and undone.

Leads, persons and received referrals are rows; what is stated, said and taken back goes through the commands. A history
costs no commit, so that hundreds of them take seconds; its events are numbered and chained as ever.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from tests.support.operation import TestOperation
from tests.support.servers import Servers
from workspace.host.engines import APP, WORKER
from workspace.model import database
from workspace.model.database import Tx
from workspace.rules.days import day_in

SIDES: dict[str, tuple[tuple[str, str], ...]] = {
    "L0": (("EC", "P"), ("PE", "Q")),
    "L1": (("EC", "P"), ("CL", "R")),
    "L2": (("PE", "Q"), ("CL", "S")),
    "L3": (("EC", "T"), ("CL", "entry")),
    "L4": (("PE", "U"), ("CL", "entry")),
    "L5": (("EC", ""), ("CL", "")),
}
"""By lead: country and person of each side. L0 shares P with L1 and Q with L2; L3 and L4 share an entry of a register;
L5 is about a file and shows no face."""
IN_SERIES = {"P": "blue", "T": "red"}
RECEIVERS = ("EC", "CL")


@dataclass(frozen=True)
class LedgerWorld:
    """The operation, its leads, its persons by letter with their numbers, its series, and a referral of each lead that
    each of RECEIVERS has received."""

    operation: TestOperation
    leads: dict[str, UUID]
    persons: dict[str, int]
    series: dict[str, UUID]
    referrals: dict[tuple[str, str], UUID]

    def today(self) -> Any:
        """The day in the operation's zone."""
        return day_in(datetime.now(UTC), "America/Guayaquil")


def make_world(operation: TestOperation) -> LedgerWorld:
    """Make the rows, and everybody who acts in a history."""
    leads = {
        name: operation.lead(
            *(country for country, _ in sides), stage="referred", kind="same_file" if name == "L5" else "same_face"
        )
        for name, sides in SIDES.items()
    }
    series = {name: uuid4() for name in ("blue", "red")}
    referrals = {(lead, to): uuid4() for lead in leads for to in RECEIVERS}
    with Session(operation.owner) as session:
        persons = _share_persons(session, operation, leads, series)
        for (lead, to), referral in referrals.items():
            session.execute(
                _REFERRAL,
                {
                    "id": referral,
                    "op": operation.id,
                    "lead": leads[lead],
                    "from": operation.agencies["PE"],
                    "to": operation.agencies[to],
                    "country": to,
                    "who": operation.person("PE", "liaison"),
                },
            )
        session.commit()
    for country in ("EC", "PE", "CL"):
        operation.person(country, "analyst")
        operation.person(country, "liaison")
    return LedgerWorld(operation, leads, persons, series, referrals)


_REFERRAL = text(
    "insert into referral (id, operation_id, number, lead_id, locks, from_agency_id, to_agency_id, from_country, "
    "to_country, "
    "competence, corroboration, message, state, sent_at, acknowledged_at, due_at, drafted_by) "
    "select :id, :op, next_number(:op, 'referral'), id, locks, :from, :to, 'PE', :country, 'protection', '[]', '', "
    "'accepted', "
    "now() - interval '1 hour', now(), now() + interval '1 day', :who from lead where id = :lead"
)


def _share_persons(
    session: Session, operation: TestOperation, leads: dict[str, UUID], series: dict[str, UUID]
) -> dict[str, int]:
    """Give each side the person of its letter; answers the persons' numbers."""
    here = {"op": operation.id}
    for name, country in (("blue", "EC"), ("red", "EC")):
        session.execute(
            text(
                "insert into series (id, operation_id, compartment_id, number, label, was_prepared) "
                "values (:id, :op, :lock, next_number(:op, 'series'), :name, false)"
            ),
            {**here, "id": series[name], "lock": operation.compartment(country), "name": name},
        )
    register, entry = uuid4(), uuid4()
    known = {**here, "register": register, "entry": entry, "lock": operation.compartment("CL")}
    session.execute(
        text(
            "insert into register (id, operation_id, compartment_id, country, name, legal_source, attested_by) "
            "values (:register, :op, :lock, 'CL', 'Missing', 'law', :who)"
        ),
        {**known, "who": operation.person("CL", "country_lead")},
    )
    session.execute(
        text(
            "insert into register_entry (id, operation_id, compartment_id, register_id, number, number_key) "
            "values (:entry, :op, :lock, :register, 'RE-1', 're-1')"
        ),
        known,
    )
    first: dict[str, UUID] = {}
    for name, sides in SIDES.items():
        for side, (_, letter) in enumerate(sides, start=1):
            at = {"lead": leads[name], "side": side}
            own = session.execute(
                text("select person_id from lead_evidence where lead_id = :lead and side = :side"), at
            ).scalar_one()
            person = None if letter in ("", "entry") else first.setdefault(letter, own)
            session.execute(
                text(
                    "update lead_evidence set person_id = :person, register_entry_id = :entry where lead_id = :lead "
                    "and side = :side"
                ),
                {**at, "person": person, "entry": entry if letter == "entry" else None},
            )
            session.execute(
                text(
                    "update face f set person_id = v.person_id from lead_evidence v "
                    "where v.face_id = f.id and v.person_id is not null and v.lead_id = :lead and v.side = :side"
                ),
                at,
            )
    for letter, name in IN_SERIES.items():
        session.execute(
            text("update person set series_id = :series where id = :id"), {"series": series[name], "id": first[letter]}
        )
    rows = session.execute(text("select id, number from person where operation_id = :op"), here)
    numbers = {row.id: row.number for row in rows}
    return {letter: numbers[person] for letter, person in first.items()}


@dataclass
class Played:
    """One transaction: commands of people, and reading as the workers do. Whoever opened it undoes it."""

    connection: Connection
    world: LedgerWorld
    refused: list[str] = field(default_factory=list)

    @contextmanager
    def write(self, country: str, role: str = "liaison") -> Iterator[Tx]:
        """A write of a person, as `Database.write`, up to the commit."""
        with self.connection.begin_nested(), self._session(APP) as session:
            actor = self.world.operation.person(country, role)
            facts = database._act_as(session, actor, None, False)
            assert facts is not None
            tx = Tx(session, *facts)
            yield tx
            session.flush()
            rows = [database._row(event) for event in tx.events]
            driver = session.connection().connection.driver_connection
            assert driver is not None
            told = json.dumps(rows, default=database._json_value)
            driver.execute(database._APPEND, (self.world.operation.id, told, *database._again(None)))

    def read(self, reader: Callable[[Session], Any], country: str | None = None) -> Any:
        """What a query answers to the workers, or to a liaison officer of a country."""
        with self._session(APP if country else WORKER) as session:
            if country:
                database._act_as(session, self.world.operation.person(country, "liaison"), None, False)
            return reader(session)

    @contextmanager
    def _session(self, role: str) -> Iterator[Session]:
        self.connection.execute(text(f"set local role {role}"))
        with Session(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
            session.flush()
            session.commit()


def superuser(servers: Servers) -> Engine:
    """An engine that may take on the role of people and of workers in one transaction."""
    name = make_url(servers.urls[APP]).database
    return create_engine(
        make_url(servers.admin_url).set(database=name), connect_args={"options": "-c timezone=UTC"}, pool_size=1
    )


@contextmanager
def played(engine: Engine, world: LedgerWorld) -> Iterator[Played]:
    """Play something; nothing of it stays."""
    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            yield Played(connection, world)
        finally:
            transaction.rollback()
