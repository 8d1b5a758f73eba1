"""A partner who receives for an authority: acknowledges, takes on or sends back, and states what came of it.

What it states follows the competence of its office: a child protection agency the confirmed and the safeguarded child,
police whoever was identified and arrested, a prosecution service the charge, a court the sentence. Now and then it
states something of another case and takes it back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from uuid import UUID

from partners import casework, letters, texts
from partners.client import Json, Refused
from partners.play import Act
from partners.truth import LeadTruth
from partners.week import Seat, Week
from workspace.rules.competence import Office
from workspace.rules.exercise import InjectionKind
from workspace.rules.leads import CAME_BACK

LOG = logging.getLogger("partners")

AT_ONCE = 8
LOOK_EVERY_S = 2400.0
"""Exercise time after which an inbox in which nothing waited is looked at again, unless a partner has sent something
there."""
RECEIVE_S, DECIDE_S, STATE_S = 60.0, 300.0, 600.0
WRONG_STANDS_S = 1800.0
"""Exercise time for which a wrong statement stands before its authority takes it back: time to find it. A time-lapse
leaves it out."""

STEPS_THAT_WAIT = ("approve", "send", "answer")
"""What of a referral can wait for somebody."""
INJECTED: tuple[InjectionKind, ...] = ("returned_referral", "wrong_statement")
"""What the director can have a receiver do."""
UNDER_WAY = ("sent", "acknowledged", "accepted")
STEPS = {"sent": "acknowledge", "acknowledged": "answer"}
"""By state of a referral: what its receiver does next; on an accepted one a statement is made."""


def next_act(seat: Seat, week: Week) -> Act | None:
    """The next step on what this seat's agency has received. Raises: Refused, Away."""
    sent = f"sent {week.sent_to[seat.member.office]}"
    is_news = sent not in seat.noted("seen") or week.due(*INJECTED) is not None
    # What partners send is told in this process; what people send can be seen in the inbox alone.
    every_s = week.every_s(LOOK_EVERY_S, of_people=not goes_on(seat))
    if not seat.is_time_for("referrals", every_s) and not is_news:
        return None
    seat.noted("seen").add(sent)
    if not goes_on(seat) and not is_asked(seat, week.waiting(seat)):
        return None
    found = referrals(seat, week)
    act = next_of(answers(seat, week, found), seat, week)
    note_under_way(seat, week, found)
    if act is not None:
        seat.forget("referrals")
    return act


def next_of(acts: Iterator[Act], seat: Seat, week: Week) -> Act | None:
    """The first of these; in a time-lapse, which has no time to look around after each, several as one."""
    taken = list(islice(acts, AT_ONCE if week.in_time_lapse else 1))
    if len(taken) < 2:
        return next(iter(taken), None)
    return Act(", ".join(act.name for act in taken), partial(do_all, seat, taken), 0.0)


def do_all(seat: Seat, acts: list[Act]) -> None:
    """Do one after the other; a refusal ends one of them."""
    for act in acts:
        try:
            act.do()
        except Refused as refusal:
            LOG.info("%s was refused: %s", seat.member.name, refusal)


def goes_on(seat: Seat) -> bool:
    """Whether a referral may want something of this seat though nobody asks: before the first look at them, and while
    one is under way on which the seat goes on by itself."""
    return "under way" not in seat.notes or bool(seat.noted("under way"))


def is_asked(seat: Seat, waits: list[Json]) -> bool:
    """Whether a referral waits for this seat that it does not leave to whoever comes. waits: what waits for the
    seat."""
    asked = {each["referral_id"] for each in waits if each["what"] in STEPS_THAT_WAIT}
    return not asked <= seat.noted("left to who comes")


def note_under_way(seat: Seat, week: Week, found: list[Json]) -> None:
    """Keep in mind on which referrals the seat goes on by itself: what it received and has not said all of, and what it
    sent and came back."""
    over = seat.noted("done") | seat.noted("left") | seat.noted("left to who comes")
    seat.notes["under way"] = {
        each["id"]
        for each in found
        if each["id"] not in over
        and (
            (
                each["is_received"]
                and each["state"] in UNDER_WAY
                and not is_left(week, each, STEPS.get(each["state"], "state"))
            )
            or (each["is_mine"] and each["state"] in CAME_BACK and not is_left(week, each, "send on"))
        )
    }


def referrals(seat: Seat, week: Week) -> list[Json]:
    """The referrals that the seat may see; notes which it leaves to whoever comes. Raises: Refused, Away."""
    found: list[Json] = seat.client.get(f"/api/v1/operations/{week.operation_id}/referrals")["referrals"]
    partners = [each for each in found if each["drafted_played_by"] == "partner"]
    waits = [each for each in partners if each["is_received"] and each["state"] == "sent"]
    back = [each for each in partners if each["is_mine"] and each["state"] in CAME_BACK]
    drafts = [
        each for each in partners if each["state"] == "drafted" and not each["is_approved"] and not each["is_ours"]
    ]
    seat.notes["left to who comes"] = (
        week.left(waits, "sent_at") | week.left(back, "answered_at") | week.left(drafts, "drafted_at")
    )
    return found


def answers(seat: Seat, week: Week, found: list[Json]) -> Iterator[Act]:
    """The steps that these want of their receiver. Raises: Refused, Away."""
    over = seat.noted("done") | seat.noted("left to who comes")
    for referral in found:
        state = referral["state"]
        if not referral["is_received"] or referral["id"] in over or is_left(week, referral, STEPS.get(state, "state")):
            continue
        if state == "sent":
            yield Act("acknowledge", partial(_write, seat, referral, "acknowledge"), 0.0, RECEIVE_S)
        elif state == "acknowledged":
            yield _decide(seat, week, referral)
        elif state == "accepted":
            yield from _state(seat, week, referral)


def is_left(week: Week, referral: Json, step: str) -> bool:
    """Whether this step is left to those who come: in a prelude some are, so that something waits for everybody."""
    return is_left_of(week, UUID(referral["lead_id"]), step)


def is_left_of(week: Week, lead: UUID, step: str) -> bool:
    """The same of all referrals of a lead."""
    return week.keep_open > 0 and casework.is_left(week.play.seed, week.truth.of(lead), step)


def office_of(referral: Json) -> Office:
    """As what its receiver answers a referral: by its purpose, and by what kind of agency it is."""
    if referral["competence"] == "protection":
        return "protection"
    own: dict[str, Office] = {"prosecution": "prosecution", "court": "court"}
    return own.get(referral["to_kind"], "police")


def _decide(seat: Seat, week: Week, referral: Json) -> Act:
    truth, office = week.truth.of(UUID(referral["lead_id"])), office_of(referral)
    language = texts.language_of(seat.member.country, seat.member.role)
    injection = week.due("returned_referral")
    if injection is not None:
        why = texts.one_of(seat.random, language, letters.NOT_OUR_OFFICE)
        return Act(
            "return",
            partial(week.do_injected, injection, partial(_write, seat, referral, "return", reason=why)),
            0.0,
            DECIDE_S,
        )
    if not casework.is_theirs(truth, office, seat.member.country):
        why = texts.one_of(seat.random, language, letters.NOT_OURS)
        return Act("return", partial(_write, seat, referral, "return", reason=why), 0.0, DECIDE_S)
    why = texts.one_of(seat.random, language, letters.ACCEPTED)
    return Act("accept", partial(_write, seat, referral, "accept", reason=why), 0.0, DECIDE_S)


def _state(seat: Seat, week: Week, referral: Json) -> Iterator[Act]:
    """The statements that an accepted referral still wants, or the end of a wrong one; none once all is said."""
    truth, office = week.truth.of(UUID(referral["lead_id"])), office_of(referral)
    seed, country = week.play.seed, seat.member.country
    page: Json = seat.client.get(f"/api/v1/referrals/{referral['id']}")
    own = [each for each in page["outcomes"] if each["is_ours"]]
    wrong = casework.reference(seed, truth, office, country, of_another_case=True)
    filed = [each for each in own if each["authority_reference"] == wrong]
    standing = next((each for each in filed if each["revoked_at"] is None), None)
    if standing is not None:
        yield from _take_back(seat, week, standing)
        return
    injection = week.due("wrong_statement")
    if not filed and (injection is not None or casework.states_something_wrong(seed, truth, office)):
        state = partial(_write_outcome, seat, week, page, casework.wrong_stage(office), wrong)
        yield Act("state wrongly", partial(week.do_injected, injection, state), 0.0, STATE_S)
        return
    stated = {each["stage"] for each in own if each["revoked_at"] is None}
    may_state = {stage for each in page["statable"] for stage in each["stages"]}
    missing = [stage for stage in casework.outcomes(seed, truth, office) if stage in may_state - stated]
    for stage in missing:
        reference = casework.reference(seed, truth, office, country)
        yield Act("state", partial(_write_outcome, seat, week, page, stage, reference), 0.0, STATE_S)
    if not missing:
        seat.noted("done").add(referral["id"])


def _take_back(seat: Seat, week: Week, outcome: Json) -> Iterator[Act]:
    age = datetime.now(UTC) - datetime.fromisoformat(outcome["recorded_at"])
    if age < timedelta(seconds=WRONG_STANDS_S / week.pace) and not week.in_time_lapse:
        return
    why = texts.one_of(seat.random, texts.language_of(seat.member.country, seat.member.role), letters.TAKEN_BACK)
    yield Act(
        "take back",
        partial(seat.client.post, f"/api/v1/outcomes/{outcome['id']}/revoke", {"reason": why}),
        0.0,
        DECIDE_S,
    )


def _write_outcome(seat: Seat, week: Week, referral: Json, stage: str, reference: str) -> None:
    truth: LeadTruth = week.truth.of(UUID(referral["lead_id"]))
    day = datetime.now(UTC).date() - timedelta(days=casework.days_ago(week.play.seed, truth, stage))
    earliest = date.fromisoformat(referral["earliest_on"]) if referral["earliest_on"] else day
    body: Json = {
        "kind": "victim" if referral["competence"] == "protection" else "offender",
        "stage": stage,
        "authority_reference": reference,
        "stated_on": max(day, earliest).isoformat(),
        "is_another": False,
    }
    if referral["competence"] == "protection" and stage != "trail_eliminated":
        body["place_country"] = seat.member.country
    seat.client.post(f"/api/v1/referrals/{referral['id']}/outcomes", body)


def _write(seat: Seat, referral: Json, step: str, **body: str) -> None:
    seat.client.post(f"/api/v1/referrals/{referral['id']}/{step}", dict(body))
