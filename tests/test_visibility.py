"""Row-level security says the same as the rule in plain Python, whatever the countries, roles, grants and material are.

The rule stands here a second time, written for people; the database's stands in migrations/. A random small world is
put into the tables, everybody looks at every table at once, and both answers are compared row by row.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from tests.support.operation import TestOperation
from workspace.model.database import Database

COUNTRIES = ("EC", "PE", "CL")
KEY_HOLDERS = ("operation_lead", "country_lead", "specialist", "liaison", "analyst")
ROLES = (*KEY_HOLDERS, "observer", "administrator", "recipient")
AGENCIES = (0, 1, 2, 3)
"""By number; the first two are of the same country."""
COUNTRY_OF = {0: "EC", 1: "EC", 2: "PE", 3: "CL"}
TIMES = ("past", "future")


@dataclass(frozen=True)
class Grant:
    compartment: int
    agency: int
    lead: int
    granted: bool | None
    scope: str | None
    until: str
    ended: bool

    @property
    def holds(self) -> bool:
        return self.granted is True and self.until == "future" and not self.ended


@dataclass(frozen=True)
class Member:
    agency: int
    role: str | None
    ends: str | None
    disabled: bool
    standing: str

    @property
    def belongs(self) -> bool:
        return self.role is not None and not self.disabled and self.ends != "past"


@dataclass(frozen=True)
class LeadRow:
    sides: tuple[int, ...]
    referred_to: int
    referral: str
    outcome_by: int
    entry_by: int
    revealed: bool
    examiner: int
    comment_side: int
    watcher: int


@dataclass(frozen=True)
class World:
    accepted: dict[str, bool]
    late: str | None
    """The country that joined after the others had accepted, if any."""
    opened: dict[str, bool | None]
    """By owner: what it answered to the late one."""
    window_ended: dict[str, bool]
    """By country: whether the end that it accepted has passed; the operation's window goes on."""
    members: tuple[Member, ...]
    compartments: tuple[tuple[int, str], ...]
    grants: tuple[Grant, ...]
    leads: tuple[LeadRow, ...]

    # --- The rule -----------------------------------------------------------------------------------------------------

    def takes_part(self, me: Member) -> bool:
        """A member of a country that accepted the terms; a recipient only gets referrals."""
        return me.belongs and self.accepted[COUNTRY_OF[me.agency]] and me.role != "recipient"

    def keys(self, me: Member) -> set[int]:
        """The compartments that somebody may open."""
        if not self.takes_part(me) or me.role not in KEY_HOLDERS:
            return set()
        granted = {
            grant.compartment
            for grant in self.grants
            if grant.agency == me.agency and grant.holds and grant.scope == "exhibit"
        }
        return {
            number
            for number, (owner, sharing) in enumerate(self.compartments)
            if owner == me.agency
            or (
                me.standing != "newcomer"
                and (number in granted or (sharing == "operation" and self.shares_with(me, owner)))
            )
        }

    def pairs(self, me: Member) -> set[tuple[int, int]]:
        """The leads, each with a compartment, of which somebody may look at the picture alone."""
        keys = self.keys(me)
        return {
            (grant.lead, grant.compartment)
            for grant in self.grants
            if grant.agency == me.agency
            and grant.holds
            and grant.scope == "pair"
            and me.standing != "newcomer"
            and grant.compartment not in keys
            and grant.compartment in self.leads[grant.lead].sides
            and keys & set(self.leads[grant.lead].sides)
            and not self.closed(me) & set(self.leads[grant.lead].sides)
        }

    def looks_at_all(self, me: Member, row: Row) -> bool:
        """Whether all sides of the row's lead are open, some perhaps by their picture alone."""
        return set(row.locks) <= self.keys(me) | {side for lead, side in self.pairs(me) if lead == row.lead}

    def shares_with(self, me: Member, owner: int) -> bool:
        """Whether what an agency shares is open to this person's country: up to the end that the owner's accepted."""
        country = COUNTRY_OF[owner]
        mine = COUNTRY_OF[me.agency]
        return country == mine or (
            self.accepted[country] and not self.window_ended[country] and self.opens_to(country, mine)
        )

    def opens_to(self, owner: str, country: str) -> bool:
        """Whether an owner has opened to a country: to whoever stood in the terms that it accepted, or by an answer."""
        return country != self.late or owner == country or bool(self.opened[owner])

    def closed(self, me: Member) -> set[int]:
        """The compartments that do not exist for somebody: of owners who have not opened, if nothing was granted."""
        if not me.belongs:
            return set()
        granted = {
            grant.compartment
            for grant in self.grants
            if grant.agency == me.agency and grant.holds and grant.scope == "exhibit"
        }
        return {
            number
            for number, (owner, _) in enumerate(self.compartments)
            if not self.opens_to(COUNTRY_OF[owner], COUNTRY_OF[me.agency]) and number not in granted
        }

    def is_partial(self, me: Member) -> bool:
        """Whether a country that accepted has not opened to this person's."""
        mine = COUNTRY_OF[me.agency]
        return any(each != mine and self.accepted[each] and not self.opens_to(each, mine) for each in COUNTRIES)

    def audits(self, me: Member) -> bool:
        return me.belongs and me.role == "observer" and me.standing != "newcomer" and not self.is_partial(me)

    def sees(self, me: Member, number: int, row: Row) -> bool:
        """Whether this person may see this row."""
        hidden = bool(self.closed(me) & set(row.locks))
        opens = bool(self.keys(me) & set(row.locks)) and not hidden
        of_agency = not me.disabled and row.agency == me.agency
        match row.table:
            case "lead" | "comment" | "presence" | "jurisdiction_claim" | "corroboration":
                return opens
            case (
                "lead_evidence"
                | "lead_told"
                | "face"
                | "exhibit"
                | "media_item"
                | "person"
                | "near_copy"
                | "annotation"
                | "release_permission"
            ):
                return opens
            case "media_view":  # who looked is for the owner, and for oneself
                mine = self.compartments[row.locks[0]][0] == me.agency
                return (self.takes_part(me) and row.user == number) or (opens and mine)
            case "assessment":
                return opens and (row.user == number or (row.revealed and self.looks_at_all(me, row)))
            case "lead_reason":  # what may speak of both sides
                return opens and (row.user == number or self.looks_at_all(me, row))
            case "event":
                return ((self.takes_part(me) and (not row.locks or opens)) or self.audits(me)) and not hidden
            case "referral" | "referral_picture":
                reaches = of_agency and me.belongs and me.standing != "newcomer"
                return opens or (reaches and row.state not in ("drafted", "withdrawn"))
            case "outcome":
                return opens or of_agency
            case "ledger_entry":  # with the statement that is about it, whoever opened it
                return opens or of_agency or (not me.disabled and row.stated_by == me.agency)
            case "access_grant":
                return of_agency or (self.takes_part(me) and self.compartments[row.locks[0]][0] == me.agency)
            case "session" | "api_token":
                return row.user == number
            case "draft":
                return row.user == number and me.belongs
            case "edition":
                return self.takes_part(me) and not self.is_partial(me)
            case "operation" | "participation":
                return me.belongs
        raise AssertionError(row.table)


@dataclass
class Row:
    """A row that was put into the tables: what the rule needs to know of it."""

    table: str
    key: str
    locks: tuple[int, ...] = ()
    user: int = -1
    agency: int = -1
    stated_by: int = -1
    state: str = ""
    revealed: bool = False
    lead: int = -1


# --- A world ----------------------------------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn) -> World:
    compartments = tuple(
        draw(st.lists(st.tuples(st.sampled_from(AGENCIES), st.just("agency")), min_size=2, max_size=4))
        + draw(st.lists(st.tuples(st.sampled_from(AGENCIES), st.just("operation")), max_size=2, unique=True))
    )
    some = st.integers(0, len(compartments) - 1)
    member = st.builds(
        Member,
        agency=st.sampled_from(AGENCIES),
        role=st.sampled_from((*KEY_HOLDERS, *KEY_HOLDERS, *ROLES, None)),
        ends=st.sampled_from((None, None, None, *TIMES)),
        disabled=st.sampled_from((False, False, False, True)),
        standing=st.sampled_from(("first", "met", "met", "newcomer")),
    )
    members = tuple(draw(st.lists(member, min_size=4, max_size=8)))
    people = st.integers(0, len(members) - 1)
    lead = st.builds(
        LeadRow,
        sides=st.lists(some, min_size=1, max_size=2, unique=True).map(tuple),
        referred_to=st.sampled_from(AGENCIES),
        referral=st.sampled_from(("drafted", "withdrawn", "sent", "accepted", "returned")),
        outcome_by=st.sampled_from(AGENCIES),
        entry_by=st.sampled_from(AGENCIES),
        revealed=st.booleans(),
        examiner=people,
        comment_side=st.integers(0, 1),
        watcher=people,
    )
    leads = tuple(draw(st.lists(lead, min_size=1, max_size=3)))

    def grants(place: int) -> st.SearchStrategy[Grant]:
        """Of this lead: mostly of one of its sides."""
        answers = ((True, "exhibit"), (True, "pair"), (True, "pair"), (False, None), (None, None))
        return st.builds(
            lambda compartment, answer, **rest: Grant(
                compartment, lead=place, granted=answer[0], scope=answer[1], **rest
            ),
            st.sampled_from((*leads[place].sides * 2, *range(len(compartments)))),
            st.sampled_from(answers),
            agency=st.sampled_from(AGENCIES),
            until=st.sampled_from(("past", "future", "future")),
            ended=st.sampled_from((False, False, True)),
        )

    return World(
        accepted={country: draw(st.sampled_from((True, True, False))) for country in COUNTRIES},
        late=draw(st.sampled_from((None, None, *COUNTRIES))),
        opened={country: draw(st.sampled_from((None, False, True))) for country in COUNTRIES},
        window_ended={country: draw(st.sampled_from((False, False, True))) for country in COUNTRIES},
        members=members,
        compartments=compartments,
        # An agency has one request for a compartment that waits, for each lead.
        grants=tuple(
            draw(
                st.lists(
                    st.integers(0, len(leads) - 1).flatmap(grants),
                    min_size=2,
                    max_size=8,
                    unique_by=lambda one: (one.agency, one.compartment, one.lead) if one.granted is None else object(),
                )
            )
        ),
        leads=leads,
    )


def moment(word: str | None) -> datetime | None:
    far = timedelta(hours=1)
    return None if word is None else datetime.now(UTC) + (far if word == "future" else -far)


@dataclass
class Laid:
    """A world in the tables."""

    operation: int
    agencies: dict[int, int] = field(default_factory=dict)
    users: dict[int, int] = field(default_factory=dict)
    compartments: dict[int, int] = field(default_factory=dict)
    leads: list[UUID] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


class Layer:
    """Puts a world into the tables, in one transaction."""

    def __init__(self, connection: Connection, operation: TestOperation, world: World) -> None:
        self.connection, self.world, self.laid = connection, world, Laid(operation.id)

    def insert(self, table: str, values: dict[str, Any], *, key: str = "id") -> Any:
        columns = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        return self.connection.execute(
            text(f"insert into {table} ({columns}) values ({places}) returning {key}"), values
        ).scalar_one()

    def row(self, table: str, values: dict[str, Any], *, key: str = "id", **facts: Any) -> Any:
        found = self.insert(table, values, key=key)
        self.laid.rows.append(Row(table, str(found), **facts))
        return found

    def lay(self) -> Laid:
        laid, world, op = self.laid, self.world, self.laid.operation
        mark = secrets.token_hex(4)
        for number, country in COUNTRY_OF.items():
            laid.agencies[number] = self.insert(
                "agency", {"country": country, "name": f"{mark}-{number}", "kind": "police"}
            )
        laid.rows.append(Row("operation", str(op)))
        for country, accepted in world.accepted.items():
            until = datetime.now(UTC) + timedelta(days=-1 if world.window_ended[country] else 9)
            values = {
                "operation_id": op,
                "country": country,
                "accepted_at": datetime.now(UTC) if accepted else None,
                "accepted_until": until if accepted else None,
                "joined_version": 2 if country == world.late else 1,
            }
            self.row("participation", values, key="country")
        for number, member in enumerate(world.members):
            self._person(number, member)
        for owner, is_open in world.opened.items():
            if world.late not in (None, owner) and is_open is not None:
                values = {"operation_id": op, "owner": owner, "country": world.late, "is_open": is_open}
                self.insert("opening", {**values, "answered_by": laid.users[0]}, key="owner")
        for number, (owner, sharing) in enumerate(world.compartments):
            values = {"operation_id": op, "agency_id": laid.agencies[owner], "sharing": sharing}
            laid.compartments[number] = self.insert("compartment", values)
        laid.leads = [uuid4() for _ in world.leads]
        for grant in world.grants:
            self._grant(grant)
        self.row("edition", {"operation_id": op, "number": 1, "kind": "interim", "drawn_up_by": laid.users[0]})
        material = {number: self._material(number) for number in laid.compartments}
        for number, lead in enumerate(world.leads):
            self._lead(number, lead, material)
        self._event(())
        self._event((-1,))
        return laid

    def _person(self, number: int, member: Member) -> None:
        laid, now = self.laid, datetime.now(UTC)
        user = self.insert(
            "app_user",
            {
                "agency_id": laid.agencies[member.agency],
                "name": f"{COUNTRY_OF[member.agency]} · person {number}",
                "disabled_at": now if member.disabled else None,
            },
        )
        laid.users[number] = user
        if member.role is not None:
            self.insert(
                "membership",
                {
                    "operation_id": laid.operation,
                    "user_id": user,
                    "role": member.role,
                    "ends_at": moment(member.ends),
                    "standing": member.standing,
                },
                key="user_id",
            )
        later = now + timedelta(hours=1)
        session = {"id": secrets.token_bytes(32), "user_id": user, "how": "passkey", "expires_at": later}
        self.row("session", session, key="encode(id, 'hex')", user=number)
        token = {"id": secrets.token_bytes(32), "user_id": user, "label": "t", "scopes": ["read"], "expires_at": later}
        self.row("api_token", token, key="encode(id, 'hex')", user=number)

    def _grant(self, grant: Grant) -> None:
        laid, now = self.laid, datetime.now(UTC)
        values = {
            "operation_id": laid.operation,
            "compartment_id": laid.compartments[grant.compartment],
            "agency_id": laid.agencies[grant.agency],
            "lead_id": laid.leads[grant.lead],
            "reason": "tests",
            "asked_by": laid.users[0],
            "granted": grant.granted,
            "scope": grant.scope,
            "answered_at": now if grant.granted is not None else None,
            "until": moment(grant.until),
            "ended_at": now if grant.ended else None,
        }
        self.row("access_grant", values, locks=(grant.compartment,), agency=grant.agency)

    def _material(self, number: int) -> dict[str, UUID]:
        """A device with two pictures, a face and a person."""
        base = {"operation_id": self.laid.operation, "compartment_id": self.laid.compartments[number]}
        here: dict[str, Any] = {"locks": (number,)}
        exhibit = self.row(
            "exhibit",
            {
                **base,
                "country": COUNTRY_OF[self.world.compartments[number][0]],
                "label": secrets.token_hex(4),
                "kind": "phone",
                "case_reference": "case",
                "custodian": "office",
                "was_prepared": True,
            },
            **here,
        )
        items = [self._item(base, here) for _ in range(2)]
        near = {**base, "media_item_id": items[0], "like_id": items[1], "distance": 4}
        self.row("near_copy", near, key="media_item_id", **here)
        person = self.row("person", {**base, "number": 1000 + number}, **here)
        face = self.row(
            "face",
            {
                **base,
                "media_item_id": items[0],
                "person_id": person,
                "box": [0, 0, 1, 1],
                "landmarks": [0.0] * 10,
                "frame_width": 1,
                "frame_height": 1,
                "detection_score": 1,
                "quality": 1,
                "quality_word": "good",
                "eye_distance_px": 1,
                "yaw_deg": 0,
                "roll_deg": 0,
                "sharpness": 1,
                "embedding": "[1,0]",
                "pack_id": "test",
                "model_digest": "0",
                "dimension": 2,
                "crop_address": "none",
                "veil_address": "none",
            },
            **here,
        )
        viewed = {**base, "user_id": self.laid.users[0], "face_id": face}
        self.row("media_view", viewed, **here, user=0)
        return {"exhibit": exhibit, "item": items[0], "person": person, "face": face}

    def _item(self, base: dict[str, Any], here: dict[str, Any]) -> UUID:
        content = secrets.token_bytes(32)
        values = {
            **base,
            "sha256": content,
            "md5": content[:16],
            "sha1": content[:20],
            "size_bytes": 1,
            "address": "none",
            "media_type": "image/png",
            "kind": "photo",
        }
        found: UUID = self.row("media_item", values, **here)
        return found

    def _lead(self, number: int, lead: LeadRow, material: dict[int, dict[str, UUID]]) -> None:
        laid, op = self.laid, self.laid.operation
        locks = [laid.compartments[side] for side in lead.sides]
        lead_id = self.row(
            "lead",
            {
                "id": laid.leads[number],
                "operation_id": op,
                "number": number + 1,
                "kind": "same_face",
                "pair_key": hashlib.sha256(secrets.token_bytes(8)).digest(),
                "locks": locks,
                "countries": sorted({COUNTRY_OF[self.world.compartments[side][0]] for side in lead.sides}),
            },
            locks=lead.sides,
        )
        base = {"operation_id": op, "lead_id": lead_id}
        for place, side in enumerate(lead.sides, start=1):
            evidence = {
                **base,
                "compartment_id": laid.compartments[side],
                "side": place,
                "country": "EC",
                "face_id": material[side]["face"],
            }
            self.row("lead_evidence", evidence, locks=(side,))
            told = {**base, "compartment_id": laid.compartments[side], "seq": 1}
            self.row("lead_told", told, key=KEYS["lead_told"], locks=(side,))
            note = {**base, "compartment_id": laid.compartments[side], "note": "n", "author_id": laid.users[0]}
            self.row("annotation", note, locks=(side,))
        self._said(number, lead, base, locks)
        self._sent(number, lead, base, locks)
        self._event(lead.sides, lead_id)

    def _said(self, number: int, lead: LeadRow, base: dict[str, Any], locks: list[int]) -> None:
        laid, examiner = self.laid, lead.examiner
        side = lead.sides[min(lead.comment_side, len(lead.sides) - 1)]
        comment = {
            **base,
            "locks": [laid.compartments[side]],
            "author_id": laid.users[0],
            "body": "b",
            "language": "en",
        }
        self.row("comment", comment, locks=(side,))
        opinion = {
            **base,
            "locks": locks,
            "examiner_id": laid.users[examiner],
            "agency_id": laid.agencies[self.world.members[examiner].agency],
            "country": "EC",
            "claim_token": 1,
            "opinion": 1,
            "reason": "r",
            "is_revealed": lead.revealed,
        }
        self.row("assessment", opinion, locks=lead.sides, user=examiner, revealed=lead.revealed, lead=number)
        reason = {**base, "locks": locks, "author_id": laid.users[examiner], "reason": "r"}
        self.row("lead_reason", reason, locks=lead.sides, user=examiner, lead=number)
        draft = {"version": uuid4(), "user_id": laid.users[examiner], "operation_id": base["operation_id"]}
        draft |= {"subject": "s", "form": "f", "sealed": b"s"}
        self.row("draft", draft, key="version", user=examiner)
        presence = {**base, "user_id": laid.users[lead.watcher], "locks": locks, "mode": "viewing"}
        self.row("presence", presence, key="lead_id", locks=lead.sides)
        ground = {
            **base,
            "locks": locks,
            "country": "EC",
            "ground": "nationality",
            "competence": "evidence",
            "basis": "b",
            "stated_by": laid.users[0],
        }
        self.row("jurisdiction_claim", ground, locks=lead.sides)
        besides = {**base, "locks": locks, "type": "place", "reference": "r", "dated_on": "2026-01-01", "speaks": "for"}
        self.row("corroboration", {**besides, "stated_by": laid.users[0]}, locks=lead.sides)

    def _sent(self, number: int, lead: LeadRow, base: dict[str, Any], locks: list[int]) -> None:
        laid = self.laid
        referral = {
            **base,
            "number": number + 1,
            "locks": locks,
            "from_agency_id": laid.agencies[0],
            "to_agency_id": laid.agencies[lead.referred_to],
            "from_country": "EC",
            "to_country": COUNTRY_OF[lead.referred_to],
            "competence": "evidence",
            "corroboration": "[]",
            "state": lead.referral,
            "drafted_by": laid.users[0],
        }
        sent = self.row("referral", referral, locks=lead.sides, agency=lead.referred_to, state=lead.referral)
        asked = {
            "operation_id": laid.operation,
            "referral_id": sent,
            "owner_country": COUNTRY_OF[self.world.compartments[lead.sides[0]][0]],
            "locks": [laid.compartments[lead.sides[0]]],
            "exhibits": [],
            "entries": [],
            "from_agency_id": laid.agencies[0],
            "to_agency_id": laid.agencies[lead.referred_to],
            "asked_by": laid.users[0],
        }
        self.row("release_permission", asked, locks=lead.sides[:1])  # of the first side's owner alone
        picture = {"referral_id": sent, "operation_id": laid.operation, "name": "face-1.webp", "address": "a"}
        self.row(
            "referral_picture",
            picture,
            key="referral_id",
            locks=lead.sides,
            agency=lead.referred_to,
            state=lead.referral,
        )
        by = {"locks": lead.sides, "agency": lead.outcome_by}
        agency = laid.agencies[lead.outcome_by]
        entry = {"operation_id": laid.operation, "number": number + 1, "kind": "victim", "locks": locks}
        entry["agency_id"] = laid.agencies[lead.entry_by]
        ledger = self.row("ledger_entry", entry, locks=lead.sides, agency=lead.entry_by, stated_by=lead.outcome_by)
        outcome = {
            **base,
            "ledger_id": ledger,
            "locks": locks,
            "stage": "V1",
            "stated_by_agency_id": agency,
            "authority_reference": "ref",
            "stated_on": "2026-01-01",
            "recorded_by": laid.users[0],
        }
        self.row("outcome", outcome, **by)

    def _event(self, sides: tuple[int, ...], lead_id: UUID | None = None) -> None:
        """Recorded by the function that records everything, as somebody of no interest here."""
        laid = self.laid
        locks = [laid.compartments.get(side, side) for side in sides]
        self.connection.execute(text("select set_config('app.user_id', :id, true)"), {"id": str(laid.users[0])})
        seq = self.connection.execute(
            text(
                "select append_events(:op, jsonb_build_array(jsonb_build_object('kind', 'test:made', "
                "'lead_id', cast(:lead as text), 'locks', cast(:locks as jsonb), 'payload', '{}'::jsonb)))"
            ),
            {"op": laid.operation, "lead": str(lead_id) if lead_id else None, "locks": str(locks)},
        ).scalar_one()
        laid.rows.append(Row("event", str(seq), locks=sides))


# --- What everybody sees ----------------------------------------------------------------------------------------------

KEYS = {
    "operation": "id::text",
    "participation": "country",
    "near_copy": "media_item_id::text",
    "draft": "version::text",
    "lead_told": "lead_id || ' ' || compartment_id",
    "presence": "lead_id::text",
    "referral_picture": "referral_id::text",
    "event": "seq::text",
    "session": "encode(id, 'hex')",
    "api_token": "encode(id, 'hex')",
}
TABLES = (
    *(
        "operation",
        "participation",
        "lead",
        "lead_evidence",
        "lead_told",
        "face",
        "exhibit",
        "media_item",
        "person",
        "near_copy",
    ),
    *(
        "comment",
        "assessment",
        "event",
        "referral",
        "release_permission",
        "referral_picture",
        "outcome",
        "ledger_entry",
        "access_grant",
        "media_view",
        "annotation",
    ),
    *("draft", "session", "api_token", "edition", "jurisdiction_claim", "corroboration", "presence", "lead_reason"),
)
_OWN = {"operation": "id = :op", "draft": "true", "session": "true", "api_token": "true"}
LOOK = text(
    " union all ".join(
        f"select '{table}' as name, {KEYS.get(table, 'id::text')} as key from {table} where "
        f"{_OWN.get(table, 'operation_id = :op')}"
        for table in TABLES
    )
)


def seen(database: Database, user: int, operation: int) -> Iterator[tuple[str, str]]:
    """Every row of every table that the database shows this person."""
    with database.engine.connect() as connection:
        connection.execute(text("select act_as(:id)"), {"id": user})
        for row in connection.execute(LOOK, {"op": operation}):
            yield row.name, row.key
        connection.rollback()


# Not shrunk: a world is small as it is, and every step of shrinking fills the tables again.
@settings(
    max_examples=60,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds())
def test_the_database_shows_everybody_exactly_what_the_rule_says(
    world: World, workers_database: Database, database: Database
) -> None:
    operation = TestOperation(workers_database, countries=())
    with operation.owner.begin() as connection:
        laid = Layer(connection, operation, world).lay()

    for number, me in enumerate(world.members):
        shown = sorted(seen(database, laid.users[number], laid.operation))
        allowed = sorted((row.table, row.key) for row in laid.rows if world.sees(me, number, row))
        assert shown == allowed, (number, me)
        _pairs_agree(world, me, database, laid, laid.users[number])
    _groups_agree(database, laid)


def _pairs_agree(world: World, me: Member, database: Database, laid: Laid, user: int) -> None:
    """The one way to what is open by its picture alone: these sides, and of each one picture and no id beside it."""
    pairs = world.pairs(me)
    with database.read(user) as view:
        sides = view.session.execute(
            text(
                "select s.lead_id, s.compartment_id, coalesce(s.person_id, s.register_entry_id, s.media_item_id, "
                "s.exhibit_id) as beside, "
                "exists (select 1 from pair_picture(s.face_id, null)) as has_picture from open_side s "
                "where s.operation_id = :op and s.is_pair_only"
            ),
            {"op": laid.operation},
        ).all()
    expected = {(laid.leads[lead], laid.compartments[side], None, True) for lead, side in pairs}
    assert len(sides) == len(pairs)
    assert {tuple(side) for side in sides} == expected


def _groups_agree(database: Database, laid: Laid) -> None:
    """The live board answers people in groups: two stand in one only if they open the same, and nobody who may not
    enter."""
    people = list(laid.users.values())
    with database.read(None) as view:
        grouped = {
            row.user_id: row.digest
            for row in view.session.execute(
                text("select user_id, digest from keys_digests(:op, :people)"), {"op": laid.operation, "people": people}
            )
        }
    alone = {}
    for person in people:
        with database.read(person) as view:
            row = view.session.execute(
                text("select my_keys_digest(:op) as digest, :op = any (my_operations()) as may"), {"op": laid.operation}
            ).one()
        if row.may:
            alone[person] = row.digest
    assert grouped == alone


def test_a_grant_opens_and_its_end_closes_without_touching_a_row(operation: TestOperation, database: Database) -> None:
    """Keys are computed at each look: the clock alone ends a grant."""
    from tests.support.operation import Side

    lead, me = operation.lead(Side("EC", "agency"), Side("EC", "agency")), operation.person("PE")
    grant = {
        "op": operation.id,
        "lock": operation.compartment("EC", "agency"),
        "agency": operation.agencies["PE"],
        "who": me,
        "lead": lead,
    }
    found: list[bool] = []

    def look() -> None:
        found.append(("lead", str(lead)) in set(seen(database, me, operation.id)))

    look()
    operation.change(
        "insert into access_grant (operation_id, compartment_id, agency_id, lead_id, reason, asked_by, granted, scope, "
        "until) "
        "values (:op, :lock, :agency, :lead, 'r', :who, true, 'exhibit', now() + interval '1 hour')",
        **grant,
    )
    look()
    operation.change("update access_grant set until = now() where operation_id = :op", op=operation.id)
    look()

    assert found == [False, True, False]
