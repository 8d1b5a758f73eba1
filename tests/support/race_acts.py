"""Which commands can meet on which thing, for `make races`: how the thing is laid out, who does what to it.

What is not about the race itself (signatures, packages, stages) is laid out as rows. A new command that decides by what
stands on a lead, referral, series, entry, member or operation gets a line here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text

from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.operation import Side, TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands import (
    access,
    assessments,
    cards,
    claims,
    clue_media,
    clues,
    consents,
    corroboration,
    country_leads,
    discussion,
    entries,
    exercise,
    exhibits,
    grades,
    held_referrals,
    housekeeping,
    jurisdiction,
    operations,
    outcomes,
    outside,
    packages,
    people,
    permissions,
    person_words,
    persons,
    persons_at_once,
    proposals,
    proposals_at_once,
    qualifications,
    referrals,
    registers,
    removals,
    retention,
    searches,
    series,
    series_joins,
    series_suggestions,
    series_words,
    series_work,
    stages,
    terms,
    threads,
    thresholds,
    vouching,
    window,
)
from workspace.commands.comments import Said
from workspace.model import ClueMedium, LeadEvidence, Operation, Person, Proposal
from workspace.model.database import Database, Tx
from workspace.rules.calibration import Calibration, ErrorRate, Point
from workspace.rules.days import day_in
from workspace.rules.grades import Category

Who = tuple[str, str, int]
WORKER: Who = ("", "service", 0)


@dataclass
class Scene:
    """One layout: an operation of its own with its people, and the things that were laid out, by name."""

    operation: TestOperation
    app: Database
    things: dict[str, Any] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def person(self, country: str, role: str = "specialist", which: int = 1) -> int:
        """A member, made at the first time."""
        found = self.operation.person(country, role, which)
        self.people[f"{country} {role} {which}"] = found
        return found

    def actor(self, act: Act) -> int:
        """Who does an act."""
        return self.operation.service_id if act.is_service else self.person(*act.who)

    def do(self, who: Who, what: Callable[[Tx], Any]) -> Any:
        """Have somebody do something for the layout."""
        with self.app.write(self.person(*who)) as tx:
            return what(tx)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.things[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True)
class Act:
    """Something that one person does."""

    name: str
    who: Who
    run: Callable[[Tx, Any], object]
    comes_again: bool = False
    """Housekeeping: it passes over what somebody holds, and looks again in a second."""

    @property
    def is_service(self) -> bool:
        """Whether the housekeeping or a worker does it."""
        return self.who == WORKER

    def __str__(self) -> str:
        return f"{self.name} ({' '.join(str(part) for part in self.who if part)})"


@dataclass(frozen=True)
class Meeting:
    """A thing as it was laid out, and every act that can meet on it."""

    name: str
    lay: Callable[[Scene], None]
    acts: tuple[Act, ...]


EC, PE, CL = ("EC", "specialist", 1), ("PE", "specialist", 1), ("CL", "specialist", 1)
EC_LEAD, PE_LEAD, CL_LEAD = ("EC", "country_lead", 1), ("PE", "country_lead", 1), ("CL", "country_lead", 1)
EC_LIAISON, PE_LIAISON, CL_LIAISON = ("EC", "liaison", 1), ("PE", "liaison", 1), ("CL", "liaison", 1)
LEADER, LEADER_2 = ("EC", "operation_lead", 1), ("EC", "operation_lead", 2)
DIRECTOR = ("EC", "director", 1)
PDF_KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


# --- Leads ------------------------------------------------------------------------------------------------------------


def _lead(scene: Scene, **values: Any) -> UUID:
    lead = scene.operation.lead(**values)
    scene.things["lead"] = lead
    for person in (EC, PE, ("EC", "specialist", 2)):
        look(scene.operation.workers, lead, scene.person(*person))
    _first_side(scene, lead)
    return lead


def _first_side(scene: Scene, lead: UUID) -> None:
    with scene.operation.workers.engine.connect() as connection:
        row = connection.execute(
            text("select exhibit_id, face_id from lead_evidence where lead_id = :lead and side = 1"), {"lead": lead}
        ).one()
    scene.things["exhibit"], scene.things["face"] = row


def _open(scene: Scene) -> None:
    lead = _lead(scene)
    scene.things["note"] = scene.do(
        EC, lambda tx: discussion.annotate_lead(tx, lead, face_id=None, box=None, note="the ear")
    )


def _held(scene: Scene) -> None:
    _open(scene)
    scene.things["token"] = scene.do(EC, lambda tx: claims.claim_lead(tx, scene.lead))


def _signed(scene: Scene) -> None:
    """Signed, with time to take it back however long the run waits."""
    _held(scene)
    scene.things["opinion"] = scene.do(EC, lambda tx: _sign(tx, scene))[0]
    _sign_at(scene, "now() + interval '1 hour'")


def _sign_at(scene: Scene, when: str) -> None:
    scene.operation.change(f"update assessment set signed_at = {when} where operation_id = :id", id=scene.operation.id)


def _settling(scene: Scene) -> None:
    """Signed eleven seconds ago: the next round of housekeeping settles it."""
    _signed(scene)
    _sign_at(scene, "now() - interval '11 seconds'")


def _lapsed(scene: Scene) -> None:
    """Held until a second ago: the next round of housekeeping ends the lease."""
    _held(scene)
    scene.operation.change("update lead set lease_until = now() - interval '1 second' where id = :id", id=scene.lead)


def _left_open(scene: Scene) -> None:
    """Held when the window ended: the next round of housekeeping takes it into custody."""
    _held(scene)
    scene.operation.change("update operation set state = 'closing' where id = :id", id=scene.operation.id)


def _sign(tx: Tx, scene: Any) -> tuple[UUID, datetime]:
    return assessments.assess_lead(tx, scene.lead, token=scene.token, opinion=1, reason="the ears agree", **WHOLE)


def _parked(scene: Scene) -> None:
    _open(scene)
    scene.operation.change("update lead set stage = 'parked' where id = :id", id=scene.lead)


def _closed_side(scene: Scene) -> None:
    scene.operation.compartment("PE")  # made first, so that the locks of all layouts stand in one order
    scene.operation.close_anew("EC")  # a layout before this one may have opened what is closed
    scene.things["lead"] = scene.operation.lead(Side("EC", "agency"), "PE")
    _first_side(scene, scene.lead)
    scene.things["grant"] = scene.do(CL, lambda tx: access.ask_access(tx, scene.lead, reason="it may be ours"))[0]


def _handling(code: str) -> Callable[[Tx, Any], object]:
    return lambda tx, s: exhibits.change_handling(tx, s.exhibit, handling_code=code, reason="the court asks")


TALK = (
    Act(
        "comment", PE_LIAISON, lambda tx, s: discussion.comment_on_lead(tx, s.lead, body="See the ear.", language="en")
    ),
    Act("set priority", PE_LIAISON, lambda tx, s: discussion.prioritise_lead(tx, s.lead, priority=3)),
    Act("mark urgent", CL_LIAISON, lambda tx, s: discussion.mark_urgent(tx, s.lead, reason="at risk now")),
)
ON_OPEN = (
    Act("claim", EC, lambda tx, s: claims.claim_lead(tx, s.lead)),
    Act("claim", PE, lambda tx, s: claims.claim_lead(tx, s.lead)),
    Act("set aside", EC_LEAD, lambda tx, s: stages.park_lead(tx, s.lead, reason="too dark")),
    Act("set aside", LEADER, lambda tx, s: stages.park_lead(tx, s.lead, reason="too dark")),
    *TALK,
    Act("remove a note", EC, lambda tx, s: discussion.remove_annotation(tx, s.note)),
    Act("change a note", EC, lambda tx, s: discussion.change_annotation(tx, s.note, version=1, box=None, note="x")),
    Act("raise the handling code", EC_LEAD, _handling("H1")),
    Act("close the exhibit", EC_LEAD, lambda tx, s: exhibits.close_exhibit(tx, s.exhibit, ground="court", reason="so")),
)
ON_HELD = (
    Act("claim", PE, lambda tx, s: claims.claim_lead(tx, s.lead)),
    Act("renew", EC, lambda tx, s: claims.renew_claim(tx, s.lead, token=s.token)),
    Act("release", EC, lambda tx, s: claims.release_lead(tx, s.lead, token=s.token)),
    Act("hand over", EC, lambda tx, s: claims.hand_over_lead(tx, s.lead, token=s.token, to=s.person(*PE))),
    Act("take over", LEADER, lambda tx, s: claims.take_over_lead(tx, s.lead, reason="asleep")),
    Act("sign", EC, _sign),
    Act("set aside", EC, lambda tx, s: stages.park_lead(tx, s.lead, reason="too dark")),
    Act("set aside", PE_LEAD, lambda tx, s: stages.park_lead(tx, s.lead, reason="too dark")),
    TALK[0],
)
END_LEASES = Act("end leases", WORKER, lambda tx, s: claims.end_leases(tx), comes_again=True)
FREE = Act("free what who left holds", WORKER, lambda tx, s: claims.free_leads(tx), comes_again=True)
TAKE = Act("take into custody", WORKER, lambda tx, s: claims.take_into_custody(tx), comes_again=True)
LET_GO = (
    Act("claim", PE, lambda tx, s: claims.claim_lead(tx, s.lead)),
    Act("renew", EC, lambda tx, s: claims.renew_claim(tx, s.lead, token=s.token)),
    Act("release", EC, lambda tx, s: claims.release_lead(tx, s.lead, token=s.token)),
    Act("take over", LEADER, lambda tx, s: claims.take_over_lead(tx, s.lead, reason="asleep")),
    Act("set aside", PE_LEAD, lambda tx, s: stages.park_lead(tx, s.lead, reason="too dark")),
)
ON_LAPSED = (*LET_GO, END_LEASES)
ON_LEFT_OPEN = (
    *LET_GO,
    TAKE,
    Act("hand over", EC, lambda tx, s: claims.hand_over_lead(tx, s.lead, token=s.token, to=s.person(*PE))),
    Act("close", LEADER, lambda tx, s: operations.change_operation_state(tx, s.operation.id, to="closed")),
)
ON_SIGNED = (
    Act("undo", EC, lambda tx, s: assessments.undo_assessment(tx, s.opinion)),
    Act("claim", PE, lambda tx, s: claims.claim_lead(tx, s.lead)),
    Act("release", EC, lambda tx, s: claims.release_lead(tx, s.lead, token=s.token)),
    Act("take over", LEADER, lambda tx, s: claims.take_over_lead(tx, s.lead, reason="asleep")),
    Act("set aside", EC, lambda tx, s: stages.park_lead(tx, s.lead, reason="too dark")),
    Act("settle", WORKER, lambda tx, s: assessments.settle_assessments(tx), comes_again=True),
    TALK[0],
)
ON_PARKED = (
    Act("reopen", EC, lambda tx, s: stages.reopen_lead(tx, s.lead, reason="a new picture")),
    Act("reopen", LEADER, lambda tx, s: stages.reopen_lead(tx, s.lead, reason="a new picture")),
    Act("close", LEADER, lambda tx, s: stages.close_lead(tx, s.lead, reason="nothing more")),
    Act("close", PE_LIAISON, lambda tx, s: stages.close_lead(tx, s.lead, reason="nothing more")),
    Act("claim", PE, lambda tx, s: claims.claim_lead(tx, s.lead)),
    *TALK,
)
ON_CLOSED_SIDE = (
    Act("ask for access", ("CL", "specialist", 2), lambda tx, s: access.ask_access(tx, s.lead, reason="ours")),
    Act("ask for access", PE, lambda tx, s: access.ask_access(tx, s.lead, reason="ours")),
    Act("ask for access", PE_LEAD, lambda tx, s: access.ask_access(tx, s.lead, reason="ours")),
    Act("grant", EC_LEAD, lambda tx, s: access.answer_access(tx, s.grant, granted=True)),
    Act("refuse", ("EC", "country_lead", 2), lambda tx, s: access.answer_access(tx, s.grant, granted=False)),
    Act("take back", EC_LEAD, lambda tx, s: access.take_back_access(tx, s.grant)),
    Act("open the exhibit", EC_LEAD, lambda tx, s: exhibits.open_exhibit(tx, s.exhibit, reason="the court opened it")),
    Act("set priority", PE_LIAISON, lambda tx, s: discussion.prioritise_lead(tx, s.lead, priority=3)),
)


# --- Referrals --------------------------------------------------------------------------------------------------------


def _verified(scene: Scene) -> None:
    lead = _lead(scene, stage="verified", opinions=2)
    scene.operation.change(
        "update agency set package_public_key = :key where id = any (:ids)",
        key=PDF_KEY,
        ids=list(scene.operation.agencies.values()),
    )
    scene.things["corroboration"] = scene.do(EC_LIAISON, lambda tx: _corroborate(tx, scene))
    for competence in ("protection", "evidence"):
        scene.things[f"ground {competence}"] = scene.do(EC_LIAISON, _ground(lead, competence))


def _corroborate(tx: Tx, scene: Any) -> UUID:
    return corroboration.state_corroboration(
        tx, scene.lead, type="place", reference="the same wallpaper in both", dated_on=date(2026, 1, 5)
    )


def _ground(lead: UUID, competence: str, country: str = "CL") -> Callable[[Tx], UUID]:
    return lambda tx: jurisdiction.state_jurisdiction(
        tx, lead, country=country, ground="child_residence", competence=competence, basis="school uniform"
    )


def _refer(tx: Tx, scene: Any, competence: str = "protection") -> UUID:
    return referrals.draft_referral(
        tx,
        scene.lead,
        to_agency_id=scene.operation.agencies["CL"],
        competence=competence,
        urgency="priority",
        message="Please look into it.",
    )


def _drafted(scene: Scene) -> None:
    _verified(scene)
    scene.things["referral"] = scene.do(EC_LIAISON, lambda tx: _refer(tx, scene))


def _needs_permission(scene: Scene) -> None:
    """Drafted by EC; PE's material bears a code, so that its country must permit it."""
    _verified(scene)
    scene.operation.change(
        "update exhibit set handling_code = 'H2' where operation_id = :id and country = 'PE'", id=scene.operation.id
    )
    scene.things["referral"] = scene.do(EC_LIAISON, lambda tx: _refer(tx, scene))
    with scene.operation.workers.engine.connect() as connection:
        scene.things["permission"] = connection.execute(
            text("select id from release_permission where referral_id = :id and owner_country = 'PE'"),
            {"id": scene.referral},
        ).scalar_one()
    scene.do(PE_LEAD, lambda tx: permissions.answer_permission(tx, scene.permission, granted=True))


def _built(scene: Scene) -> None:
    _drafted(scene)
    scene.operation.change(
        "update referral set approved_by = :by, approved_at = now(), package_state = 'built', package_code = 'H0', "
        "package_address = 'none', package_sha256 = '\\x00', manifest_sha256 = '\\x00' where id = :id",
        by=scene.person(*PE_LIAISON),
        id=scene.referral,
    )


def _held_back(scene: Scene) -> None:
    """The record of the operation does not match, and the drafting country has asked to release the referral."""
    _built(scene)
    scene.operation.change(
        "insert into record_check (operation_id, through, events, rows, erased, state, faults, broken) values (:id, 1, "
        "1, 1, 0, "
        '\'broken\', 1, \'[{"table": "membership", "key": "1", "what": "column role", "leads": null}]\') '
        "on conflict do nothing",  # a layout before this one may have found it
        id=scene.operation.id,
    )


def _asked_release(scene: Scene) -> None:
    _held_back(scene)
    scene.do(EC_LIAISON, lambda tx: held_referrals.ask_release(tx, scene.referral, reason="the child is in danger"))


def _sent(scene: Scene, state: str = "sent") -> None:
    _built(scene)
    scene.operation.change(
        "update referral set state = :state, sent_at = now() where id = :id", state=state, id=scene.referral
    )
    scene.operation.change("update lead set stage = 'referred' where id = :id", id=scene.lead)


def _accepted(scene: Scene) -> None:
    _sent(scene, "accepted")
    scene.do(PE_LIAISON, _ground(scene.lead, "protection", "PE"))


def _state(kind: str = "victim", **more: Any) -> Callable[[Tx, Any], object]:
    def run(tx: Tx, scene: Any) -> object:
        facts: dict[str, Any] = {"stage": "V4", "stated_on": day_in(tx.now, "America/Guayaquil"), **more}
        facts["early_reason"] = "known before"
        return outcomes.state_outcome(
            tx, scene.referral, outcomes.Statement(kind=kind, authority_reference="court 1", **facts)
        )

    return run


def _on(scene: Scene, run: Callable[[Tx, Any], object]) -> Callable[[Tx], Any]:
    return lambda tx: run(tx, scene)


def _stated(scene: Scene) -> None:
    """Two children who are not depicted, and one who is; a third and a fourth who are one."""
    _sent(scene, "accepted")
    sibling = _state(stage="V5", is_depicted=False)
    for name, state in (
        ("one", sibling),
        ("two", sibling),
        ("child", _state()),
        ("third", sibling),
        ("fourth", sibling),
    ):
        scene.things[f"{name} outcome"], scene.things[name] = scene.do(CL_LIAISON, _on(scene, state))
    scene.things["merged"] = scene.do(
        CL_LIAISON, lambda tx: outcomes.merge_ledger(tx, scene.things["third"], into=scene.things["fourth"])
    )


CLOSE = Act("close", LEADER, lambda tx, s: stages.close_lead(tx, s.lead, reason="nothing more"))
NO_GROUND = Act(
    "withdraw the ground",
    EC_LIAISON,
    lambda tx, s: jurisdiction.withdraw_jurisdiction(tx, s.things["ground protection"]),
)
NO_CORROBORATION = Act(
    "withdraw the corroboration",
    EC_LIAISON,
    lambda tx, s: corroboration.withdraw_corroboration(tx, s.corroboration),
)
ON_VERIFIED = (
    Act("draft", EC_LIAISON, lambda tx, s: _refer(tx, s)),
    Act("draft", PE_LIAISON, lambda tx, s: _refer(tx, s)),
    Act("draft for evidence", PE_LEAD, lambda tx, s: _refer(tx, s, "evidence")),
    Act(
        "state a ground",
        PE_LIAISON,
        lambda tx, s: jurisdiction.state_jurisdiction(
            tx, s.lead, country="PE", ground="child_residence", competence="protection", basis="the plug"
        ),
    ),
    NO_GROUND,
    NO_CORROBORATION,
    CLOSE,
    TALK[0],
)
ON_DRAFTED = (
    Act("approve", PE_LIAISON, lambda tx, s: referrals.approve_referral(tx, s.referral)),
    Act("approve", PE_LEAD, lambda tx, s: referrals.approve_referral(tx, s.referral)),
    Act("withdraw", EC_LIAISON, lambda tx, s: referrals.withdraw_referral(tx, s.referral, reason="wrong agency")),
    Act("withdraw", PE_LIAISON, lambda tx, s: referrals.withdraw_referral(tx, s.referral, reason="wrong agency")),
    Act("raise the handling code", ("EC", "country_lead", 2), _handling("H1")),
    NO_GROUND,
    NO_CORROBORATION,
    CLOSE,
)
ON_PERMISSION = (
    Act("approve", CL_LIAISON, lambda tx, s: referrals.approve_referral(tx, s.referral)),
    Act("approve", PE_LIAISON, lambda tx, s: referrals.approve_referral(tx, s.referral)),
    Act("withdraw", EC_LIAISON, lambda tx, s: referrals.withdraw_referral(tx, s.referral, reason="wrong agency")),
    Act("permit", PE_LEAD, lambda tx, s: permissions.answer_permission(tx, s.permission, granted=True)),
    Act("forbid", PE_LEAD, lambda tx, s: permissions.answer_permission(tx, s.permission, granted=False, reason="no")),
)
ON_BUILT = (
    Act("send", EC_LIAISON, lambda tx, s: referrals.send_referral(tx, s.referral)),
    Act("send", EC_LEAD, lambda tx, s: referrals.send_referral(tx, s.referral)),
    Act("withdraw", PE_LIAISON, lambda tx, s: referrals.withdraw_referral(tx, s.referral, reason="wrong agency")),
    Act("raise the handling code", EC_LEAD, _handling("H1")),
    Act("fail the package", WORKER, lambda tx, s: packages.fail_package(tx, s.referral, reason="attempts")),
    NO_GROUND,
    NO_CORROBORATION,
    CLOSE,
    TALK[0],
)
ANSWERS = (
    Act("accept", CL_LIAISON, lambda tx, s: referrals.accept_referral(tx, s.referral)),
    Act("decline", CL_LEAD, lambda tx, s: referrals.decline_referral(tx, s.referral, reason="not ours")),
    Act("return", CL_LIAISON, lambda tx, s: referrals.return_referral(tx, s.referral, reason="not ours")),
)
ON_HELD_BACK = (
    Act("ask to release", EC_LIAISON, lambda tx, s: held_referrals.ask_release(tx, s.referral, reason="in danger")),
    Act("ask to release", EC_LEAD, lambda tx, s: held_referrals.ask_release(tx, s.referral, reason="now")),
    Act("withdraw", PE_LIAISON, lambda tx, s: referrals.withdraw_referral(tx, s.referral, reason="wrong agency")),
    Act("send", EC_LIAISON, lambda tx, s: referrals.send_referral(tx, s.referral)),
)
ON_ASKED_RELEASE = (
    Act("confirm the release", PE_LIAISON, lambda tx, s: held_referrals.confirm_release(tx, s.referral)),
    Act("confirm the release", PE_LEAD, lambda tx, s: held_referrals.confirm_release(tx, s.referral)),
    Act("withdraw", EC_LIAISON, lambda tx, s: referrals.withdraw_referral(tx, s.referral, reason="wrong agency")),
    Act("send", EC_LEAD, lambda tx, s: referrals.send_referral(tx, s.referral)),
)
ON_SENT = (
    Act("acknowledge", CL_LIAISON, lambda tx, s: referrals.acknowledge_referral(tx, s.referral)),
    *ANSWERS,
    CLOSE,
    TALK[0],
)
ON_ACKNOWLEDGED = (
    *ANSWERS,
    Act("state", CL_LIAISON, _state()),
    Act("state", CL_LEAD, _state()),
    Act("state a sibling", CL_LEAD, _state(stage="V5", is_depicted=False)),
    CLOSE,
)
ON_ACCEPTED = (
    *ANSWERS,
    Act("state", CL_LIAISON, _state()),
    Act(
        "route on",
        CL_LIAISON,
        lambda tx, s: referrals.re_route_referral(
            tx, s.referral, to_agency_id=s.operation.agencies["PE"], reason="look again"
        ),
    ),
    CLOSE,
)
ON_RETURNED = (
    Act(
        "route on",
        EC_LIAISON,
        lambda tx, s: referrals.re_route_referral(
            tx, s.referral, to_agency_id=s.operation.agencies["CL"], reason="look again"
        ),
    ),
    Act(
        "route on",
        EC_LEAD,
        lambda tx, s: referrals.re_route_referral(
            tx, s.referral, to_agency_id=s.operation.agencies["CL"], reason="look again"
        ),
    ),
    Act("draft", PE_LIAISON, lambda tx, s: _refer(tx, s)),
    CLOSE,
)
ON_LEDGER = (
    Act("merge", CL_LIAISON, lambda tx, s: outcomes.merge_ledger(tx, s.one, into=s.two)),
    Act("merge the other way", CL_LEAD, lambda tx, s: outcomes.merge_ledger(tx, s.two, into=s.one)),
    Act("merge with the child", CL_LEAD, lambda tx, s: outcomes.merge_ledger(tx, s.two, into=s.child)),
    Act("mark as depicted", CL_LIAISON, lambda tx, s: outcomes.mark_depicted(tx, s.one)),
    Act("part again", CL_LEAD, lambda tx, s: outcomes.take_back_ledger_act(tx, s.things["merged"])),
    Act("part again", CL_LIAISON, lambda tx, s: outcomes.take_back_ledger_act(tx, s.things["merged"])),
    Act("take back", CL_LEAD, lambda tx, s: outcomes.revoke_outcome(tx, s.things["one outcome"], reason="an error")),
    Act(
        "take back", CL_LIAISON, lambda tx, s: outcomes.revoke_outcome(tx, s.things["child outcome"], reason="an error")
    ),
    Act("state", CL_LEAD, _state(stage="V5")),
    CLOSE,
    TALK[0],
)


# --- Series, entries
# ---------------------------------------------------------------------------------------------------


def _series(scene: Scene) -> None:
    lead = _lead(scene)
    scene.operation.lead()
    scene.things["series"] = scene.do(EC, lambda tx: series.add_series(tx, scene.operation.id, label="blue room"))
    scene.things["second"] = scene.do(EC, lambda tx: series.add_series(tx, scene.operation.id, label="red room"))
    scene.things["determined"] = scene.do(
        EC, lambda tx: series.determine_country(tx, scene.series, country="PE", grounds="the plug")
    )
    with scene.operation.workers.engine.connect() as connection:
        lock = scene.operation.compartment("EC")
        scene.things["numbers"] = list(
            connection.execute(
                select(Person.number).where(Person.compartment_id == lock).order_by(Person.number)
            ).scalars()
        )
        assert connection.execute(select(LeadEvidence.lead_id).where(LeadEvidence.lead_id == lead)).first()
    scene.things["spare"] = uuid4()
    scene.operation.change(
        "insert into face select (jsonb_populate_record(f, jsonb_build_object('id', cast(:id as text)))).* from face f "
        "join person p on p.id = f.person_id where p.operation_id = :op and p.number = :number limit 1",
        id=str(scene.spare),
        op=scene.operation.id,
        number=scene.numbers[0],
    )


def _series_in_work(scene: Scene) -> None:
    """A series that EC holds, a moment before its lease is over, and a column of the operation's own."""
    _series(scene)
    scene.things["token"] = scene.do(EC, lambda tx: series_work.claim_series(tx, scene.series))
    scene.things["column"] = scene.do(
        LEADER, lambda tx: series_words.add_series_column(tx, scene.operation.id, name="waits")
    )


def _series_joined(scene: Scene) -> None:
    """A series with two persons of one press, one that was merged into it, and one that was split off it."""
    _series(scene)
    scene.things["placing"] = scene.do(
        EC, lambda tx: series.place_together(tx, scene.series, numbers=scene.numbers)
    ).act
    third = scene.do(EC, lambda tx: series.add_series(tx, scene.operation.id, label="grey room"))
    scene.things["join"] = scene.do(EC, lambda tx: series_joins.merge_series(tx, third, into=scene.series))
    scene.things["split"] = scene.do(
        EC, lambda tx: series_joins.split_series(tx, scene.series, numbers=scene.numbers[1:2], label="a half")
    ).act


def _series_lapsed(scene: Scene) -> None:
    """A series whose lease is over; housekeeping has not come yet."""
    _series_in_work(scene)
    scene.operation.change(
        "update series set lease_until = now() - interval '1 second' where id = :id", id=scene.series
    )


def _apart(scene: Scene) -> None:
    """Two persons of one compartment of whom somebody said that they are one."""
    _series(scene)
    one, other = scene.numbers
    scene.things["word"] = scene.do(EC, lambda tx: _describe(tx, scene, one))
    scene.things["act"] = scene.do(
        EC, lambda tx: persons.merge_persons(tx, scene.operation.id, number=one, other=other)
    )


def _media_of(tx: Tx, face: UUID) -> list[UUID]:
    return list(tx.session.scalars(text("select media_item_id from face where id = :face"), {"face": face}))


def _describe(tx: Tx, scene: Any, number: int) -> UUID:
    said = person_words.SaidOfPerson(what="age_band", code="7_12", words="the teeth")
    return person_words.describe_person(tx, scene.operation.id, number, said)


def _clue(scene: Scene) -> None:
    """A clue of no medium, of which somebody said that it shows PE."""
    scene.things["lead"] = scene.do(
        EC, lambda tx: clues.open_clue(tx, scene.operation.id, what="object", claim="a plug")
    )
    scene.things["card"] = scene.do(EC, lambda tx: cards.make_card(tx, scene.lead, question="Where?"))
    scene.things["room"] = scene.do(EC, lambda tx: cards.make_card(tx, scene.lead, question="Since when?"))
    scene.do(PE, lambda tx: cards.check_card(tx, scene.room, is_right=True))
    scene.things["masking"] = scene.do(EC, lambda tx: cards.make_card(tx, scene.lead, question="Who made it?"))
    scene.operation.change("update clue_card set state = 'making' where id = :id", id=scene.masking)
    scene.things["tip"] = scene.do(CL, lambda tx: cards.answer_card(tx, scene.room, what="not_here"))
    scene.things["stated"] = scene.do(
        EC, lambda tx: clues.state_clue_result(tx, scene.lead, result="country", country="PE", grounds="the plug")
    )
    exhibit = lay_exhibit(scene.operation, "EC", "EC-1")
    scene.things |= {name: lay_medium(scene.operation, exhibit) for name in ("medium", "seen", "seen_too")}
    added = scene.do(EC, lambda tx: clue_media.add_clue_media(tx, scene.lead, [scene.seen, scene.seen_too]))
    scene.things["press"] = added.act
    with scene.operation.workers.engine.connect() as connection:
        row = select(ClueMedium.id).where(ClueMedium.media_item_id == scene.seen)
        scene.things["row"] = connection.execute(row).scalar_one()


RESULTS = b"probe,candidate,score,system,date,legal_basis,reference\nP-0001,N-1,,Other,2026-01-02,law,ref\n"


def _found(tx: Tx, scene: Scene) -> object:
    """A lead of the face that was searched with and one that the search listed."""
    return outside.open_found_lead(tx, scene.search, scene.listed, threshold=0.4, strong=0.6, code="0.1.0+abc")


def _searched(scene: Scene) -> None:
    """Two leads of EC and PE, and a search with the face of EC on the first."""
    scene.things["lead"], second = scene.operation.lead(), scene.operation.lead()
    faces = []
    with scene.operation.workers.engine.connect() as connection:
        for lead, side in ((scene.lead, 1), (second, 2)):
            on_side = select(LeadEvidence.face_id).where(LeadEvidence.lead_id == lead, LeadEvidence.side == side)
            faces.append(connection.execute(on_side).scalar_one())
    scene.things["listed"], reason = faces[1], searches.Reason("victim", "law", "case")
    scene.things["search"] = scene.do(
        EC, lambda tx: searches.record_search(tx, faces[0], reason, threshold=0.4, searched=3, found=1)
    )


ON_SEARCH = (
    Act("open the found pair", EC, _found),
    Act(
        "bring outside results",
        ("EC", "analyst", 1),
        lambda tx, s: outside.import_outside_results(tx, s.operation.id, RESULTS),
    ),
    Act(
        "bring outside results",
        ("PE", "analyst", 1),
        lambda tx, s: outside.import_outside_results(tx, s.operation.id, RESULTS),
    ),
    Act("claim", PE, lambda tx, s: claims.claim_lead(tx, s.lead)),
    TALK[0],
)

EC_2 = ("EC", "analyst", 1)
ON_CLUE = (
    Act("open another", EC, lambda tx, s: clues.open_clue(tx, s.operation.id, what="text", claim="a sign")),
    Act("open another", PE, lambda tx, s: clues.open_clue(tx, s.operation.id, what="place", claim="a door")),
    Act(
        "state the end of the trail",
        CL,
        lambda tx, s: clues.state_clue_result(tx, s.lead, result="eliminated", grounds="sold everywhere"),
    ),
    Act("confirm", PE, lambda tx, s: clues.confirm_clue_result(tx, s.lead, result="country", country="PE")),
    Act("confirm", CL, lambda tx, s: clues.confirm_clue_result(tx, s.lead, result="country", country="PE")),
    Act("make a card", PE, lambda tx, s: cards.make_card(tx, s.lead, question="Who sells it?")),
    Act("show the card", PE, lambda tx, s: cards.check_card(tx, s.card, is_right=True)),
    Act("refuse the card", CL, lambda tx, s: cards.check_card(tx, s.card, is_right=False, reason="a face")),
    Act("withdraw the card", EC, lambda tx, s: cards.withdraw_card(tx, s.card)),
    Act("withdraw the shown card", EC, lambda tx, s: cards.withdraw_card(tx, s.room)),
    Act("give a tip", PE, lambda tx, s: cards.answer_card(tx, s.room, what="tip", body="in Lima", source="seen")),
    Act("take the answer back", CL, lambda tx, s: cards.withdraw_answer(tx, s.tip)),
    Act(
        "bring the masked picture",
        WORKER,
        lambda tx, s: cards.record_masked(tx, s.masking, address="none", width=1, height=1),
    ),
    Act("fail to mask", WORKER, lambda tx, s: cards.fail_card(tx, s.masking)),
    Act("withdraw what is masked", EC, lambda tx, s: cards.withdraw_card(tx, s.masking)),
    Act("take back the result", EC, lambda tx, s: clues.take_back_clue_result(tx, s.stated)),
    Act("see it in a medium", EC, lambda tx, s: clue_media.add_clue_media(tx, s.lead, [s.medium])),
    Act("see it in a medium", EC_2, lambda tx, s: clue_media.add_clue_media(tx, s.lead, [s.medium, s.seen])),
    Act("take a medium off", EC, lambda tx, s: clue_media.take_off_clue_medium(tx, s.row)),
    Act("take off what one press added", EC_2, lambda tx, s: clue_media.take_off_clue_media(tx, s.press)),
    Act("claim", PE, lambda tx, s: claims.claim_lead(tx, s.lead)),
    TALK[0],
)

ON_SERIES = (
    Act("determine PE again", EC, lambda tx, s: series.determine_country(tx, s.series, country="PE", grounds="a sign")),
    Act("determine BR", CL, lambda tx, s: series.determine_country(tx, s.series, country="BR", grounds="a sign")),
    Act("determine PE", PE, lambda tx, s: series.determine_country(tx, s.series, country="PE", grounds="a sign")),
    Act("take back the country", EC, lambda tx, s: series.take_back_country(tx, s.determined)),
    Act("confirm", PE, lambda tx, s: series.confirm_country(tx, s.series, country="PE")),
    Act("confirm", CL, lambda tx, s: series.confirm_country(tx, s.series, country="PE")),
    Act("place a person", EC, lambda tx, s: series.place_person(tx, s.series, s.numbers[0])),
    Act("place in the second", EC_2, lambda tx, s: series.place_person(tx, s.second, s.numbers[0])),
    Act("take out", EC_2, lambda tx, s: series.withdraw_person(tx, s.series, s.numbers[0])),
    Act(
        "merge persons",
        EC,
        lambda tx, s: persons.merge_persons(tx, s.operation.id, number=s.numbers[0], other=s.numbers[1]),
    ),
    Act("unite persons", EC_2, lambda tx, s: persons_at_once.unite_persons(tx, s.operation.id, s.numbers)),
    Act(
        "keep apart",
        EC_2,
        lambda tx, s: persons.keep_apart(tx, s.operation.id, number=s.numbers[0], other=s.numbers[1]),
    ),
    Act(
        "split a face off",
        EC_2,
        lambda tx, s: persons.split_person(tx, s.operation.id, s.numbers[0], [s.spare]),
    ),
    Act("claim", PE, lambda tx, s: claims.claim_lead(tx, s.lead)),
)
ON_SERIES_IN_WORK = (
    Act("claim the series", PE, lambda tx, s: series_work.claim_series(tx, s.series)),
    Act("claim the series", CL, lambda tx, s: series_work.claim_series(tx, s.series)),
    Act("renew the series", EC, lambda tx, s: series_work.renew_series(tx, s.series, token=s.token)),
    Act("release the series", EC, lambda tx, s: series_work.release_series(tx, s.series, token=s.token)),
    Act(
        "hand the series over",
        EC,
        lambda tx, s: series_work.hand_over_series(tx, s.series, token=s.token, to=s.person(*PE)),
    ),
    Act("take the series over", LEADER, lambda tx, s: series_work.take_over_series(tx, s.series, reason="asleep")),
    Act("end the series' lease", WORKER, lambda tx, s: series_work.end_series_leases(tx), comes_again=True),
    Act("done", EC, lambda tx, s: series_work.triage_series(tx, s.series, triage="done")),
    Act("left over", PE, lambda tx, s: series_work.triage_series(tx, s.series, triage="left_over", reason="nothing")),
    Act(
        "into an own column",
        LEADER,
        lambda tx, s: series_work.triage_series(tx, s.series, triage="own", column_id=s.column),
    ),
    Act("series P1", PE, lambda tx, s: series_work.prioritise_series(tx, s.series, priority=1)),
    Act("series P3", CL, lambda tx, s: series_work.prioritise_series(tx, s.series, priority=3)),
    Act("cold", CL, lambda tx, s: series_work.date_series(tx, s.series, recency="cold")),
    Act("name the series", EC, lambda tx, s: series_words.name_series(tx, s.series, label="green room")),
    Act("refer", EC_2, lambda tx, s: series_words.reference_series(tx, s.series, external_reference="X-1")),
    Act("comment on the series", CL, lambda tx, s: series_words.comment_on_series(tx, s.series, body="a plug")),
    Act("place a person", EC, lambda tx, s: series.place_person(tx, s.series, s.numbers[0])),
)
ON_SUGGESTED = (
    Act(
        "form a series",
        EC,
        lambda tx, s: series_suggestions.form_series(tx, s.operation.id, numbers=s.numbers, label="x"),
    ),
    Act(
        "form it too",
        EC_2,
        lambda tx, s: series_suggestions.form_series(tx, s.operation.id, numbers=s.numbers, label="y"),
    ),
    Act("refuse it", EC_2, lambda tx, s: series_suggestions.refuse_suggestion(tx, s.operation.id, numbers=s.numbers)),
    Act("place a person", EC, lambda tx, s: series.place_person(tx, s.series, s.numbers[0])),
)
ON_SERIES_JOINS = (
    Act("merge the second", EC, lambda tx, s: series_joins.merge_series(tx, s.second, into=s.series)),
    Act("merge the other way", EC_2, lambda tx, s: series_joins.merge_series(tx, s.series, into=s.second)),
    Act("part the two", EC_2, lambda tx, s: series_joins.take_back_join(tx, s.join)),
    Act("take the split back", EC, lambda tx, s: series_joins.take_back_join(tx, s.split)),
    Act("split", EC, lambda tx, s: series_joins.split_series(tx, s.series, numbers=s.numbers[:1], label="new")),
    Act("take the placing back", EC_2, lambda tx, s: series.take_back_placements(tx, s.placing)),
    Act("place in the second", EC, lambda tx, s: series.place_together(tx, s.second, numbers=s.numbers)),
    Act("take out", EC_2, lambda tx, s: series.withdraw_person(tx, s.series, s.numbers[0])),
    Act("claim the series", PE, lambda tx, s: series_work.claim_series(tx, s.second)),
    Act("determine BR", CL, lambda tx, s: series.determine_country(tx, s.second, country="BR", grounds="a sign")),
)
ON_SERIES_COLUMNS = (
    Act("add a column", LEADER, lambda tx, s: series_words.add_series_column(tx, s.operation.id, name="too dark")),
    Act("add a column", LEADER_2, lambda tx, s: series_words.add_series_column(tx, s.operation.id, name="Too dark")),
    Act("remove the column", LEADER, lambda tx, s: series_words.remove_series_column(tx, s.column)),
)
ON_MERGED = (
    Act("part", EC, lambda tx, s: persons.take_back_act(tx, s.act)),
    Act("part", EC_2, lambda tx, s: persons.take_back_act(tx, s.act)),
    Act(
        "split a face off",
        EC_2,
        lambda tx, s: persons.split_person(tx, s.operation.id, s.numbers[0], [s.spare]),
    ),
    Act(
        "give a face to the other",
        EC,
        lambda tx, s: persons.move_faces(tx, s.operation.id, s.numbers[0], [s.spare], to=s.numbers[1]),
    ),
    Act(
        "give faces of chosen media to the other",
        EC_2,
        lambda tx, s: persons_at_once.give_faces(
            tx, s.operation.id, _media_of(tx, s.spare), [s.numbers[0]], to=s.numbers[1]
        ),
    ),
    Act("say the age", EC, lambda tx, s: _describe(tx, s, s.numbers[0])),
    Act("say the other's age", EC_2, lambda tx, s: _describe(tx, s, s.numbers[1])),
    Act("take the word back", EC, lambda tx, s: person_words.withdraw_word(tx, s.word)),
    Act("take the word back", EC_2, lambda tx, s: person_words.withdraw_word(tx, s.word)),
    Act("place a person", EC, lambda tx, s: series.place_person(tx, s.series, s.numbers[0])),
    Act("claim", PE, lambda tx, s: claims.claim_lead(tx, s.lead)),
    TALK[0],
)


def _register(scene: Scene) -> None:
    _lead(scene, kind="register_match")
    scene.things |= {"register": uuid4(), "entry": uuid4()}
    here = {"op": scene.operation.id, "lock": scene.operation.compartment("PE"), "register": scene.register}
    scene.operation.change(
        "insert into register (id, operation_id, compartment_id, country, name, legal_source, attested_by) "
        "values (:register, :op, :lock, 'PE', 'Missing', 'law', :who)",
        who=scene.person(*PE_LEAD),
        **here,
    )
    scene.operation.change(
        "insert into register_entry (id, operation_id, compartment_id, register_id, number, number_key, date_of_birth) "
        "values (:entry, :op, :lock, :register, 'RE-1', 're-1', date '2015-05-05')",
        entry=scene.entry,
        **here,
    )
    scene.operation.change(
        "update lead_evidence set register_entry_id = :entry, person_id = null where lead_id = :lead and side = 2",
        entry=scene.entry,
        lead=scene.lead,
    )


def _closed_entry(scene: Scene) -> None:
    _register(scene)
    scene.do(PE_LEAD, lambda tx: entries.close_entry(tx, scene.entry, closed_as="withdrawn", reason="asked"))


def _import(tx: Tx, scene: Any) -> object:
    return registers.import_register(
        tx,
        scene.operation.id,
        country="PE",
        name="Missing",
        legal_source="law",
        entries=[registers.NewEntry("RE-1", label="one"), registers.NewEntry("RE-2", label="two")],
    )


ON_ENTRY = (
    Act("close: withdrawn", PE_LEAD, lambda tx, s: entries.close_entry(tx, s.entry, closed_as="withdrawn", reason="x")),
    Act(
        "close: found",
        PE_LIAISON,
        lambda tx, s: entries.close_entry(
            tx, s.entry, closed_as="found", reason="x", found_on=datetime(2026, 1, 2, tzinfo=UTC).date(), reference="r"
        ),
    ),
    Act("reopen", PE_LEAD, lambda tx, s: entries.reopen_entry(tx, s.entry, reason="an error")),
    Act("import again", PE_LEAD, _import),
    Act(
        "state retention",
        PE_LEAD,
        lambda tx, s: retention.state_retention(tx, s.register, until=datetime(2030, 1, 1, tzinfo=UTC).date()),
    ),
    Act("claim", EC, lambda tx, s: claims.claim_lead(tx, s.lead)),
    Act("set aside", EC_LEAD, lambda tx, s: stages.park_lead(tx, s.lead, reason="too dark")),
    Act("set priority", EC_LIAISON, lambda tx, s: discussion.prioritise_lead(tx, s.lead, priority=3)),
    Act(
        "switch face comparison off",
        PE_LEAD,
        lambda tx, s: consents.change_consents(tx, s.operation.id, face_recognition=False),
    ),
)


# --- Members, the operation, accounts
# -----------------------------------------------------------------------------------


def _members(scene: Scene) -> None:
    _lead(scene)
    scene.people["outsider"] = scene.operation.outsider()
    scene.person("PE", "observer")
    for who in (LEADER, LEADER_2, ("EC", "country_lead", 1), ("EC", "country_lead", 2), EC, PE, PE_LEAD):
        scene.person(*who)
    newcomer = scene.person("CL", "specialist", 7)
    scene.operation.change("update membership set standing = 'newcomer' where user_id = :id", id=newcomer)
    scene.things["code"] = scene.do(
        ("CL", "specialist", 7), lambda tx: vouching.show_vouch_code(tx, scene.operation.id)
    )


def _gone(who: Who) -> Callable[[Tx, Any], object]:
    return lambda tx, s: removals.remove_member(tx, s.operation.id, user_id=s.person(*who))


def _vouch(tx: Tx, scene: Any) -> object:
    return vouching.vouch_for(
        tx, scene.operation.id, scene.person("CL", "specialist", 7), code=scene.code, how="in_person"
    )


def _invite(role: str, country: str) -> Callable[[Tx, Any], object]:
    return lambda tx, s: operations.invite_member(
        tx, s.operation.id, agency_id=s.operation.agencies[country], name=f"{country} new", role=role
    )


def _add(tx: Tx, scene: Any) -> None:
    operations.add_member(tx, scene.operation.id, user_id=scene.people["outsider"], role="specialist")


def _leaving(scene: Scene) -> None:
    """PE's specialist holds a lead and is proposed to be removed; a colleague of EC is suspended; CL's was met by
    PE."""
    _members(scene)
    scene.things["token"] = scene.do(PE, lambda tx: claims.claim_lead(tx, scene.lead))
    second = scene.person("EC", "specialist", 2)
    scene.do(
        EC_LEAD, lambda tx: removals.propose_removal(tx, scene.operation.id, user_id=scene.person(*PE), reason="x")
    )
    scene.do(
        LEADER,
        lambda tx: removals.suspend_member(tx, scene.operation.id, user_id=second, hours=2, reason="asleep"),
    )
    scene.operation.change("update membership set standing = 'first' where user_id = :id", id=scene.person(*PE_LEAD))
    met = scene.person("CL", "specialist", 8)
    scene.operation.change("update membership set standing = 'met' where user_id = :id", id=met)
    scene.operation.vouch(met, scene.person(*PE_LIAISON))
    scene.things["qualification"] = scene.do(EC_LEAD, lambda tx: _qualify(tx, scene, 1))


def _qualify(tx: Tx, scene: Any, which: int) -> UUID:
    return qualifications.record_qualification(
        tx,
        scene.operation.id,
        scene.person("EC", "specialist", which),
        competence="other_traces",
        title="a course",
        issuer="the academy",
        valid_from=date(2026, 1, 1),
        valid_until=date(2040, 1, 1),
    )


def _end_suspension(tx: Tx, scene: Any) -> None:
    removals.end_suspension(tx, scene.operation.id, user_id=scene.person("EC", "specialist", 2))


MET: Who = ("CL", "specialist", 8)
ON_LEAVING = (
    Act(
        "confirm the removal",
        CL_LEAD,
        lambda tx, s: removals.confirm_removal(tx, s.operation.id, user_id=s.person(*PE)),
    ),
    Act("remove PE", PE_LEAD, _gone(PE)),
    Act(
        "suspend PE",
        LEADER,
        lambda tx, s: removals.suspend_member(tx, s.operation.id, user_id=s.person(*PE), hours=2, reason="asleep"),
    ),
    Act("end the suspension", LEADER, _end_suspension),
    Act("end the suspension", LEADER_2, _end_suspension),
    Act("renew", PE, lambda tx, s: claims.renew_claim(tx, s.lead, token=s.token)),
    Act("hand over", PE, lambda tx, s: claims.hand_over_lead(tx, s.lead, token=s.token, to=s.person(*MET))),
    Act(
        "withdraw the vouch",
        PE_LIAISON,
        lambda tx, s: vouching.withdraw_vouch(tx, s.operation.id, s.person(*MET), voucher_id=s.person(*PE_LIAISON)),
    ),
    Act("comment", MET, lambda tx, s: discussion.comment_on_lead(tx, s.lead, body="x", language="en")),
    Act("record a qualification", EC_LEAD, lambda tx, s: _qualify(tx, s, 1)),
    Act(
        "end the qualification",
        ("EC", "country_lead", 2),
        lambda tx, s: qualifications.end_qualification(tx, s.operation.id, s.qualification),
    ),
    Act("end suspensions", WORKER, lambda tx, s: removals.end_suspensions(tx), comes_again=True),
    FREE,
)


def _unled(scene: Scene) -> None:
    """CL has a liaison officer and no lead; the operation lead proposes its specialist."""
    for who in (CL, CL_LIAISON, LEADER, PE_LEAD):
        scene.person(*who)
    scene.do(LEADER, lambda tx: _propose_lead(tx, scene))


def _propose_lead(tx: Tx, scene: Any) -> UUID:
    return country_leads.propose_country_lead(
        tx, scene.operation.id, agency_id=scene.operation.agencies["CL"], user_id=scene.person(*CL)
    )


def _confirm_lead(tx: Tx, scene: Any) -> object:
    return country_leads.confirm_country_lead(tx, scene.operation.id, "CL")


ON_UNLED = (
    Act("confirm the lead", PE_LEAD, _confirm_lead),
    Act("confirm the lead", ("PE", "country_lead", 2), _confirm_lead),
    Act("propose again", CL_LIAISON, _propose_lead),
    Act("invite", LEADER, _invite("country_lead", "CL")),
    Act(
        "propose to remove the candidate",
        LEADER_2,
        lambda tx, s: removals.propose_removal(tx, s.operation.id, user_id=s.person(*CL), reason="asleep"),
    ),
)


def _proposed(scene: Scene) -> None:
    """A weaker rule waits for the yes of the other countries; CL joined after EC and PE had accepted."""
    for who in (LEADER, EC_LEAD, PE_LEAD, CL_LEAD, PE):
        scene.person(*who)
    scene.operation.change(
        "update operation set second_from_other_country = true where id = :id", id=scene.operation.id
    )
    scene.operation.change(
        "update participation set joined_version = accepted_version + 1 where operation_id = :id and country = 'CL'",
        id=scene.operation.id,
    )
    (scene.things["proposal"],) = scene.do(
        LEADER,
        lambda tx: operations.change_operation_settings(
            tx, scene.operation.id, second_from_other_country=False, reason="too few countries"
        ),
    )


def _answer(is_yes: bool) -> Callable[[Tx, Any], object]:
    reason = None if is_yes else "not now"
    return lambda tx, s: terms.answer_proposal(tx, s.operation.id, s.proposal, is_yes=is_yes, reason=reason)


ON_PROPOSED = (
    Act("yes", PE_LEAD, _answer(True)),
    Act("no", ("PE", "country_lead", 2), _answer(False)),
    Act("yes", CL_LEAD, _answer(True)),
    Act(
        "take the proposal back",
        LEADER,
        lambda tx, s: terms.withdraw_proposal(tx, s.operation.id, s.proposal),
    ),
    Act("lapse", WORKER, lambda tx, s: terms.lapse_proposals(tx), comes_again=True),
    Act(
        "propose again",
        LEADER_2,
        lambda tx, s: operations.change_operation_settings(
            tx, s.operation.id, second_from_other_country=False, reason="too few countries"
        ),
    ),
    Act("open to CL", EC_LEAD, lambda tx, s: terms.open_to_country(tx, s.operation.id, "CL", is_open=True)),
    Act(
        "close to CL",
        ("EC", "country_lead", 2),
        lambda tx, s: terms.open_to_country(tx, s.operation.id, "CL", is_open=False),
    ),
    Act("accept the terms", PE_LEAD, lambda tx, s: terms.accept_terms(tx, s.operation.id)),
)


ON_MEMBERS = (
    Act("remove the other leader", LEADER, _gone(LEADER_2)),
    Act("remove the first leader", LEADER_2, _gone(LEADER)),
    Act("remove the other country lead", EC_LEAD, _gone(("EC", "country_lead", 2))),
    Act("remove the first country lead", ("EC", "country_lead", 2), _gone(EC_LEAD)),
    Act("remove a specialist", EC_LEAD, _gone(EC)),
    Act("remove a specialist", LEADER, _gone(EC)),
    Act(
        "suspend a specialist",
        LEADER,
        lambda tx, s: removals.suspend_member(tx, s.operation.id, user_id=s.person(*EC), hours=2, reason="asleep"),
    ),
    Act(
        "propose to remove PE",
        EC_LEAD,
        lambda tx, s: removals.propose_removal(tx, s.operation.id, user_id=s.person(*PE), reason="asleep"),
    ),
    Act("claim", EC, lambda tx, s: claims.claim_lead(tx, s.lead)),
    Act(
        "comment",
        ("EC", "country_lead", 2),
        lambda tx, s: discussion.comment_on_lead(tx, s.lead, body="x", language="en"),
    ),
    Act("add somebody", EC_LEAD, _add),
    Act("add somebody", LEADER, _add),
    Act("invite", EC_LEAD, _invite("analyst", "EC")),
    Act("vouch", PE, _vouch),
    Act("vouch", EC_LEAD, _vouch),
)


def _first_people(scene: Scene) -> None:
    """CL has nobody yet: whoever is first brings in the others."""
    scene.person(*LEADER)
    scene.person(*LEADER_2)


ON_FIRST_PEOPLE = (
    Act("invite the first", LEADER, _invite("country_lead", "CL")),
    Act("invite the first", LEADER_2, _invite("country_lead", "CL")),
    Act("invite a recipient", LEADER_2, _invite("recipient", "CL")),
)


def _running(scene: Scene) -> None:
    _lead(scene)
    scene.operation.change(
        "insert into exercise (operation_id, seed, scenario) values (:id, 1, 'x')", id=scene.operation.id
    )
    scene.person(*DIRECTOR)
    scene.operation.change(
        "update participation set accepted_at = null, accepted_until = null where operation_id = :id and country = "
        "'CL'",
        id=scene.operation.id,
    )


_MOVES = count()


def _move(days: int) -> Callable[[Tx, Any], object]:
    """Each time to another end: two that begin in one microsecond would mean the same one."""
    return lambda tx, s: window.move_window(
        tx, s.operation.id, closes_at=tx.now + timedelta(days=days, seconds=next(_MOVES)), reason="more to do"
    )


ON_OPERATION = (
    Act("close", LEADER, lambda tx, s: operations.change_operation_state(tx, s.operation.id, to="closing")),
    Act("close", LEADER_2, lambda tx, s: operations.change_operation_state(tx, s.operation.id, to="closing")),
    Act(
        "change settings",
        LEADER,
        lambda tx, s: operations.change_operation_settings(tx, s.operation.id, shows_band=False, lease_s=300),
    ),
    Act(
        "change settings",
        LEADER_2,
        lambda tx, s: operations.change_operation_settings(tx, s.operation.id, shows_band=False, lease_s=600),
    ),
    Act("move the window", LEADER_2, _move(9)),
    Act("move the window", LEADER, _move(2)),
    Act("close windows", WORKER, lambda tx, s: housekeeping.close_windows(tx), comes_again=True),
    Act(
        "accept the window",
        PE_LEAD,
        lambda tx, s: window.accept_window(
            tx, s.operation.id, until=tx.session.get_one(Operation, s.operation.id).closes_at
        ),
    ),
    Act("accept the terms", CL_LEAD, lambda tx, s: terms.accept_terms(tx, s.operation.id)),
    Act("accept the terms", ("CL", "country_lead", 2), lambda tx, s: terms.accept_terms(tx, s.operation.id)),
    Act("change consents", PE_LEAD, lambda tx, s: consents.change_consents(tx, s.operation.id, face_recognition=False)),
    Act(
        "change consents",
        ("PE", "country_lead", 2),
        lambda tx, s: consents.change_consents(tx, s.operation.id, face_recognition=False),
    ),
    Act("claim", EC, lambda tx, s: claims.claim_lead(tx, s.lead)),
    Act("comment", PE_LIAISON, lambda tx, s: discussion.comment_on_lead(tx, s.lead, body="x", language="en")),
    Act("add a series", EC, lambda tx, s: series.add_series(tx, s.operation.id, label="blue room")),
    Act("add a series", PE, lambda tx, s: series.add_series(tx, s.operation.id, label="red room")),
    Act("reveal", DIRECTOR, lambda tx, s: exercise.reveal_truth(tx, s.operation.id, reason="the end")),
    Act("begin again", ("EC", "director", 2), lambda tx, s: exercise.restart_exercise(tx, s.operation.id)),
    Act(
        "pass a seat",
        DIRECTOR,
        lambda tx, s: exercise.pass_seat(tx, s.operation.id, user_id=s.person(*EC), to="partner"),
    ),
    Act("take the seat", EC, lambda tx, s: exercise.take_seat(tx, s.operation.id)),
    Act("step", DIRECTOR, lambda tx, s: exercise.step_exercise(tx, s.operation.id)),
)
ADMIN, ADMIN_2 = ("EC", "administrator", 1), ("EC", "administrator", 2)


def _accounts(scene: Scene) -> None:
    """Two administrators of the installation and somebody."""
    for who in (ADMIN, ADMIN_2):
        scene.operation.change("update app_user set is_house_admin = true where id = :id", id=scene.person(*who))
    scene.people["outsider"] = scene.operation.outsider()


ON_ACCOUNT = (
    Act("disable the other", ADMIN, lambda tx, s: people.disable_user(tx, s.person(*ADMIN_2))),
    Act("disable the first", ADMIN_2, lambda tx, s: people.disable_user(tx, s.person(*ADMIN))),
    Act("disable somebody", ADMIN, lambda tx, s: people.disable_user(tx, s.people["outsider"])),
    Act("disable somebody", ADMIN_2, lambda tx, s: people.disable_user(tx, s.people["outsider"])),
    Act("enable somebody", ADMIN, lambda tx, s: people.enable_user(tx, s.people["outsider"])),
    Act("enable somebody", ADMIN_2, lambda tx, s: people.enable_user(tx, s.people["outsider"])),
    Act("invite somebody", ADMIN, lambda tx, s: people.invite_user(tx, s.people["outsider"])),
    Act("invite somebody", ADMIN_2, lambda tx, s: people.invite_user(tx, s.people["outsider"])),
    Act("add somebody", EC_LEAD, _add),
)

# --- Material: what people say of it ----------------------------------------------------------------------------------

TABLE = (Category(0, "none"), Category(1, "one"), Category(2, "two"))


def _bring(*categories: Category) -> Callable[[Tx, Any], object]:
    return lambda tx, s: grades.bring_grade_table(tx, s.operation.id, name="a table", categories=categories)


def _grade(number: int, country: str = "EC") -> Callable[[Tx, Any], Any]:
    return lambda tx, s: grades.grade_media(tx, s.operation.id, [s.medium], country=country, number=number)


def _wanted(scene: Any, number: int = 2) -> proposals.Wanted:
    return proposals.Wanted(kind="grade", item=scene.medium, value=str(number), words="as it looks")


def _propose(number: int = 2) -> Callable[[Tx, Any], Any]:
    return lambda tx, s: proposals.propose_change(tx, s.operation.id, _wanted(s, number))


def _press(tx: Tx, scene: Any, number: int) -> proposals_at_once.ProposedAtOnce:
    media = [scene.medium, scene.things["other medium"]]
    return proposals_at_once.propose_for_media(tx, scene.operation.id, media, _wanted(scene, number))


def _answer_all(*, accept: bool, turned: bool = False) -> Callable[[Tx, Any], Any]:
    def run(tx: Tx, scene: Any) -> Any:
        chosen = scene.waiting[::-1] if turned else scene.waiting
        reason = "" if accept else "it is not"
        return proposals_at_once.answer_changes(tx, scene.operation.id, chosen, accept=accept, reason=reason)

    return run


def _medium(scene: Scene) -> None:
    """A medium of EC, placed by hand in a series; EC's table, a grade by it, and another one that CL proposes."""
    scene.things["exhibit"] = lay_exhibit(scene.operation, "EC", "EC-1")
    scene.things["medium"] = lay_medium(scene.operation, scene.exhibit)
    scene.do(EC_LEAD, lambda tx: _bring(*TABLE)(tx, scene))
    scene.things["graded"] = scene.do(EC, lambda tx: _grade(1)(tx, scene)).act
    scene.things["proposal"] = scene.do(CL, lambda tx: _propose()(tx, scene))
    scene.things["other medium"] = lay_medium(scene.operation, scene.exhibit)
    pressed = scene.do(CL, lambda tx: _press(tx, scene, 1))
    scene.things["press"] = pressed.act
    with scene.operation.workers.engine.connect() as rows:
        here = select(Proposal.id).where(Proposal.operation_id == scene.operation.id).order_by(Proposal.ordinal)
        scene.things["waiting"] = list(rows.scalars(here))
    scene.things["series"] = scene.do(EC, lambda tx: series.add_series(tx, scene.operation.id, label="blue room"))
    scene.do(EC, lambda tx: series.place_together(tx, scene.series, media=[scene.medium]))
    for who in (EC_2, PE, PE_2, LEADER, LEADER_2):
        scene.person(*who)


PE_2 = ("PE", "specialist", 2)
ON_MEDIUM = (
    Act("bring a table without 2", EC_LEAD, _bring(*TABLE[:2])),
    Act("bring a table without 0", ("EC", "country_lead", 2), _bring(*TABLE[1:])),
    Act("grade 2", EC_2, _grade(2)),
    Act("take the grade back", EC, lambda tx, s: grades.take_back_grades(tx, s.graded)),
    Act("ask for two votes", LEADER, lambda tx, s: grades.raise_grade_votes(tx, s.operation.id, 2)),
    Act("ask for three votes", LEADER_2, lambda tx, s: grades.raise_grade_votes(tx, s.operation.id, 3)),
    Act("propose grade 2", PE, _propose()),
    Act("propose grade 2", PE_2, _propose()),
    Act("accept", EC, lambda tx, s: proposals.accept_change(tx, s.proposal)),
    Act("decline", EC_2, lambda tx, s: proposals.decline_change(tx, s.proposal, reason="it is not")),
    Act("withdraw", CL, lambda tx, s: proposals.withdraw_change(tx, s.proposal)),
    Act("propose of both", PE, lambda tx, s: _press(tx, s, 1)),
    Act("accept all", EC, _answer_all(accept=True)),
    Act("accept all from the end", EC_2, _answer_all(accept=True, turned=True)),
    Act("decline all from the end", EC_2, _answer_all(accept=False, turned=True)),
    Act("withdraw the press", CL, lambda tx, s: proposals_at_once.withdraw_changes(tx, s.press)),
    Act("take it out", EC, lambda tx, s: series.withdraw_medium(tx, s.series, s.medium)),
    Act("take it out", EC_2, lambda tx, s: series.withdraw_medium(tx, s.series, s.medium)),
    Act("close the exhibit", EC_LEAD, lambda tx, s: exhibits.close_exhibit(tx, s.exhibit, ground="court", reason="so")),
)


def _say(scene: Scene, body: str, thread: UUID | None = None) -> UUID:
    return scene.do(PE, lambda tx: _comment(tx, scene, body, thread))  # type: ignore[no-any-return]


def _comment(tx: Tx, scene: Any, body: str, thread: UUID | None) -> UUID:
    return threads.comment_on_medium(tx, scene.medium, Said(body, "en", thread))


def _thread(scene: Scene) -> None:
    """A thread about a medium, and one that is resolved."""
    scene.things["medium"] = lay_medium(scene.operation, lay_exhibit(scene.operation, "EC", "EC-1"))
    scene.things["comment"], scene.things["resolved"] = _say(scene, "a plug"), _say(scene, "a door")
    scene.do(CL, lambda tx: threads.resolve_thread(tx, scene.resolved))
    scene.person(*EC)


ON_THREAD = (
    Act("edit", PE, lambda tx, s: threads.edit_comment(tx, s.comment, version=1, body="type J", language="en")),
    Act(
        "edit in another tab", PE, lambda tx, s: threads.edit_comment(tx, s.comment, version=1, body="L", language="en")
    ),
    Act("answer", CL, lambda tx, s: _comment(tx, s, "where?", s.comment)),
    Act("resolve", EC, lambda tx, s: threads.resolve_thread(tx, s.comment)),
    Act("resolve", CL, lambda tx, s: threads.resolve_thread(tx, s.comment)),
    Act("reopen", EC, lambda tx, s: threads.reopen_thread(tx, s.resolved)),
    Act("reopen", PE, lambda tx, s: threads.reopen_thread(tx, s.resolved)),
)
MEASURED = ErrorRate(1, 100, 0.0, 0.1)


def _calibration(day: int) -> Calibration:
    return Calibration(
        made_on=date(2026, 1, day), made_by="tests", pack_id="tests", recogniser_sha256="a" * 64,
        detector_sha256="b" * 64, photographs=100, left_out={}, people=None, measured="pairs", not_measured="all else",
        lead=Point(0.4, MEASURED, MEASURED), strong=Point(0.6, MEASURED, MEASURED),
    )  # fmt: skip


def _propose_threshold(day: int) -> Callable[[Tx, Any], Any]:
    return lambda tx, s: thresholds.propose_threshold(tx, s.operation.id, _calibration(day), reason="measured")


def _threshold(scene: Scene) -> None:
    """EC proposed a calibration."""
    scene.things["threshold"] = scene.do(EC_LEAD, lambda tx: _propose_threshold(1)(tx, scene))
    for who in (PE_LEAD, CL_LEAD):
        scene.person(*who)


ON_THRESHOLD = (
    Act("propose it again", EC_LEAD, _propose_threshold(1)),
    Act("propose another", PE_LEAD, _propose_threshold(2)),
    Act("confirm", PE_LEAD, lambda tx, s: thresholds.confirm_threshold(tx, s.operation.id, s.threshold)),
    Act("confirm", CL_LEAD, lambda tx, s: thresholds.confirm_threshold(tx, s.operation.id, s.threshold)),
)


MEETINGS = (
    Meeting("an open lead", _open, ON_OPEN),
    Meeting("a held lead", _held, ON_HELD),
    Meeting("a lead whose lease is over", _lapsed, ON_LAPSED),
    Meeting("a lead held at the end of the window", _left_open, ON_LEFT_OPEN),
    Meeting("a signed lead", _signed, ON_SIGNED),
    Meeting("a lead about to settle", _settling, ON_SIGNED),
    Meeting("a parked lead", _parked, ON_PARKED),
    Meeting("a closed side", _closed_side, ON_CLOSED_SIDE),
    Meeting("a verified lead", _verified, ON_VERIFIED),
    Meeting("a drafted referral", _drafted, ON_DRAFTED),
    Meeting("a referral that needs a permission", _needs_permission, ON_PERMISSION),
    Meeting("a built referral", _built, ON_BUILT),
    Meeting("a referral that the record holds back", _held_back, ON_HELD_BACK),
    Meeting("a referral whose release is asked", _asked_release, ON_ASKED_RELEASE),
    Meeting("a sent referral", _sent, ON_SENT),
    Meeting("a received referral", lambda scene: _sent(scene, "acknowledged"), ON_ACKNOWLEDGED),
    Meeting("an accepted referral", _accepted, ON_ACCEPTED),
    Meeting("a returned referral", lambda scene: _sent(scene, "returned"), ON_RETURNED),
    Meeting("the ledger", _stated, ON_LEDGER),
    Meeting("a series", _series, ON_SERIES),
    Meeting("a series in work", _series_in_work, ON_SERIES_IN_WORK),
    Meeting("a series whose lease is over", _series_lapsed, ON_SERIES_IN_WORK[:7]),
    Meeting("suggested series", _series, ON_SUGGESTED),
    Meeting("joined series", _series_joined, ON_SERIES_JOINS),
    Meeting("columns of series", _series_in_work, ON_SERIES_COLUMNS),
    Meeting("a clue", _clue, ON_CLUE),
    Meeting("a search", _searched, ON_SEARCH),
    Meeting("a merged person", _apart, ON_MERGED),
    Meeting("an entry", _register, ON_ENTRY),
    Meeting("a closed entry", _closed_entry, ON_ENTRY),
    Meeting("a medium", _medium, ON_MEDIUM),
    Meeting("a thread", _thread, ON_THREAD),
    Meeting("a threshold", _threshold, ON_THRESHOLD),
    Meeting("members", _members, ON_MEMBERS),
    Meeting("somebody who leaves", _leaving, ON_LEAVING),
    Meeting("a country without a lead", _unled, ON_UNLED),
    Meeting("a proposal of the terms", _proposed, ON_PROPOSED),
    Meeting("the first people", _first_people, ON_FIRST_PEOPLE),
    Meeting("the operation", _running, ON_OPERATION),
    Meeting("accounts", _accounts, ON_ACCOUNT),
)
"""Everything that is laid out, with what can meet on it."""
