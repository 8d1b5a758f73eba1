"""A partner who is a liaison: states grounds, drafts referrals of verified leads, approves those of other countries,
sends, sends on.

For its own police unit it also receives. Which country drafts comes out of the plan of the lead (casework.py), so that
two liaisons never draft the same; what a person has drafted, or has open, is left to them, but for the second signature
that it waits for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import chain
from uuid import UUID

from partners import casework, letters, texts
from partners.casework import Routing, Step
from partners.client import Json, Refused
from partners.play import Act
from partners.roles import receiver
from partners.week import Seat, Week, office
from workspace.rules.competence import OFFICES, Office
from workspace.rules.days import day_in
from workspace.rules.leads import CAME_BACK, CLAIMABLE, REFERABLE

GROUND_S, DRAFT_S, APPROVE_S, SEND_S, PERMIT_S = 60.0, 540.0, 480.0, 330.0, 120.0
"""Exercise time until a liaison does the next thing."""
LOOK_EVERY_S = 2400.0
PAGES_A_LOOK = 4
"""How many leads are opened in one look around."""


def look_every_s(week: Week) -> float:
    """How often a seat in which nothing waited looks at the board again, in seconds of true time; a time-lapse does at
    every turn."""
    return 0.0 if week.in_time_lapse else week.every_s(LOOK_EVERY_S)


def next_act(seat: Seat, week: Week) -> Act | None:
    """The next step on a referral or for a verified lead. Raises: Refused, Away."""
    if week.due("withdrawn_entry") is not None:
        seat.refresh_board()
        act = next(_withdraws_entry(seat, week), None)
        if act is not None:
            return act
    if not seat.is_time_for("referrals", look_every_s(week)):
        return None
    waits = week.waiting(seat)
    cards = seat.refresh_board()
    back = {
        f"{card['id']} {each['number']}"
        for card in cards.values()
        for each in card["referrals"]
        if each["state"] in CAME_BACK
    }
    is_wanted = receiver.goes_on(seat) or receiver.is_asked(seat, waits) or not back <= seat.noted("came back")
    found = receiver.referrals(seat, week) if is_wanted else []
    seat.notes["came back"] = back
    acts = chain(
        _permits(seat, week) if any(each["what"] == "permit" for each in waits) else (),
        _sends(seat, week, found),
        receiver.answers(seat, week, found),
        _sends_on(seat, week, found),
        _approvals(seat, week, found),
        _for_leads(seat, week),
    )
    act = receiver.next_of(acts, seat, week)
    if is_wanted:
        receiver.note_under_way(seat, week, found)
    if act is not None:
        seat.forget("referrals")
    return act


# --- Drafts -----------------------------------------------------------------------------------------------------------


def _sends(seat: Seat, week: Week, found: list[Json]) -> Iterator[Act]:
    """Send drafts of his own that are approved and built."""
    refused = seat.noted("unsent")
    for each in found:
        is_ready = (
            each["state"] == "drafted" and each["is_mine"] and each["is_approved"] and each["package_state"] == "built"
        )
        if is_ready and each["id"] not in refused:
            yield Act("send", partial(_send_it, seat, week, each), 0.0, SEND_S)


def _send_it(seat: Seat, week: Week, referral: Json) -> None:
    _or_note(seat, "unsent", referral["id"], f"/api/v1/referrals/{referral['id']}/send")
    week.sent_to[office(referral["to_country"], referral["to_kind"])] += 1


def _permits(seat: Seat, week: Week) -> Iterator[Act]:
    """Permit that material of his own country leaves: whoever asks has two examiners behind the lead."""
    asked: list[Json] = seat.client.get(f"/api/v1/operations/{week.operation_id}/permissions")
    for each in asked:
        if each["is_ours"] and each["is_open"] and each["granted"] is None:
            yield Act(
                "permit",
                partial(seat.client.post, f"/api/v1/permissions/{each['id']}/answer", {"granted": True}),
                PERMIT_S,
            )


def _approvals(seat: Seat, week: Week, found: list[Json]) -> Iterator[Act]:
    """Approve another's draft of a lead of his own country; of a lead of one country whoever is from elsewhere does."""
    passed = seat.noted("unapproved") | seat.noted("left to who comes")
    for each in found:
        card = seat.board.cards.get(each["lead_id"])
        if each["state"] != "drafted" or each["is_approved"] or each["is_ours"] or each["id"] in passed or card is None:
            continue
        if receiver.is_left(week, each, "approve"):
            continue
        if seat.member.country in card["countries"] or len(card["countries"]) == 1:
            if seat.client.get(f"/api/v1/referrals/{each['id']}")["hands_missing"]:
                continue  # until its owners have answered
            path = f"/api/v1/referrals/{each['id']}/approve"
            yield Act("approve", partial(_or_note, seat, "unapproved", each["id"], path), 0.0, APPROVE_S)


def _or_note(seat: Seat, name: str, thing: str, path: str) -> None:
    """Write; what is refused is not tried again by this seat."""
    try:
        seat.client.post(path)
    except Refused:
        seat.noted(name).add(thing)
        raise


# --- Registers --------------------------------------------------------------------------------------------------------


def _withdraws_entry(seat: Seat, week: Week) -> Iterator[Act]:
    """Take an entry of his own country's register back, where the director wants it: one with a lead that is not
    decided."""
    injection = week.due("withdrawn_entry")
    if injection is None:
        return
    for card in seat.board.cards.values():
        own = [each for each in card["sides"] if each["what"] == "register" and each["country"] == seat.member.country]
        if card["stage"] not in CLAIMABLE or not own:
            continue
        page: Json = seat.client.get(f"/api/v1/leads/{card['id']}")
        entry = next((each["register_entry"] for each in page["sides"] if each["register_entry"]), None)
        if entry is None or week.is_a_persons(page):
            continue
        why = texts.one_of(seat.random, seat.member.writes, letters.ENTRY_WITHDRAWN)
        body: Json = {"closed_as": "withdrawn", "reason": why}
        close = partial(seat.client.post, f"/api/v1/entries/{entry['id']}/close", body)
        yield Act("withdraw an entry", partial(week.do_injected, injection, close), 0.0, SEND_S)
        return


# --- Verified leads ---------------------------------------------------------------------------------------------------


def _for_leads(seat: Seat, week: Week) -> Iterator[Act]:
    """State grounds for verified leads, and draft what they want."""
    handled, opened = seat.noted("handled"), 0
    for card in sorted(seat.board.cards.values(), key=lambda card: (card["priority"], card["waiting_since"])):
        if card["stage"] not in REFERABLE or card["id"] in handled:
            continue
        plan = casework.routing(week.play.seed, week.truth.of(UUID(card["id"])), card["countries"])
        if seat.member.country not in (plan.drafts, plan.competing):
            handled.add(card["id"])
            continue
        if opened == PAGES_A_LOOK:
            return
        opened += 1
        page: Json = seat.client.get(f"/api/v1/leads/{card['id']}")
        if week.is_a_persons(page):
            continue
        acts = list(_drafts(seat, week, page, plan) if plan.drafts == seat.member.country else _compete(seat, page))
        yield from acts
        if not acts:
            handled.add(card["id"])


def _drafts(seat: Seat, week: Week, page: Json, plan: Routing) -> Iterator[Act]:
    if any(each["register_entry"] and each["register_entry"]["closed_as"] == "withdrawn" for each in page["sides"]):
        return
    kinds = {each["id"]: each["kind"] for each in page["agencies"]}
    under_way = {
        (each["competence"], kinds.get(each["to_agency"]["id"]) == "court")
        for each in page["referrals"]
        if each["state"] != "withdrawn"
    }
    for step in plan.steps:
        if (step.competence, step.office == "court") in under_way:
            continue
        to = next(_agencies(page, step), None)
        if to is not None:
            yield _draft(seat, week, page, plan, step, to)
    if receiver.is_left_of(week, UUID(page["id"]), "approve"):
        return
    tried = {each["to_agency"]["id"] for each in page["referrals"] if each["state"] != "withdrawn"}
    for step in casework.beside(plan, _still_empty(week), page["countries"]):
        to = next((agency for agency in _agencies(page, step) if agency not in tried), None)
        if to is not None:
            yield _draft(seat, week, page, plan, step, to)


def _still_empty(week: Week) -> list[str]:
    """In a prelude, the offices to which nothing is on its way; else none."""
    offices = {member.office for member in week.play.members.values()} if week.keep_open else set()
    return sorted(offices - week.drafted_to)


def _draft(seat: Seat, week: Week, page: Json, plan: Routing, step: Step, to: int) -> Act:
    """State what the referral stands on, and draft it: one sitting at one page, which is not looked for in between."""
    language = texts.language_of(seat.member.country, seat.member.role)
    body: Json = {
        "to_agency_id": to,
        "competence": step.competence,
        "urgency": plan.urgency,
        "message": texts.one_of(seat.random, language, letters.MESSAGE[step.competence]),
    }
    draft = Act("draft", partial(_draft_it, seat, week, page, body), 0.0, DRAFT_S)
    acts = [*_state_ground(seat, page, step), *_state_corroboration(seat, page), draft]
    return Act(
        ", ".join(act.name for act in acts), partial(receiver.do_all, seat, acts), 0.0, sum(act.rests_s for act in acts)
    )


def _draft_it(seat: Seat, week: Week, page: Json, body: Json) -> None:
    _post_or_leave(seat, page, "referrals", body)
    to = next(each for each in page["agencies"] if each["id"] == body["to_agency_id"])
    if not receiver.is_left_of(week, UUID(page["id"]), "approve"):
        week.drafted_to.add(office(to["country"], to["kind"]))


def _compete(seat: Seat, page: Json) -> Iterator[Act]:
    """State that the child is a national of his own country, beside what was stated before."""
    return _state_ground(seat, page, Step(seat.member.country, "protection", "protection", "nationality"))


def _state_ground(seat: Seat, page: Json, step: Step) -> Iterator[Act]:
    """State a ground that is not stated yet."""
    stated = {(each["country"], each["ground"], each["competence"]) for each in page["jurisdiction"]}
    if (step.country, step.ground, step.competence) in stated:
        return
    language = texts.language_of(seat.member.country, seat.member.role)
    body: Json = {
        "country": step.country,
        "ground": step.ground,
        "competence": step.competence,
        "basis": texts.one_of(seat.random, language, letters.BASIS[step.ground]),
    }
    yield Act("state a ground", partial(_post_or_leave, seat, page, "jurisdiction", body), 0.0, GROUND_S)


def _state_corroboration(seat: Seat, page: Json) -> Iterator[Act]:
    """State what speaks for the lead besides the face, if nobody has; once for all drafts that are made at one page."""
    if any(each["speaks"] == "for" for each in page["corroboration"]):
        return
    page["corroboration"].append({"speaks": "for"})
    type_ = seat.random.choice(list(letters.CORROBORATION))
    language = texts.language_of(seat.member.country, seat.member.role)
    made = day_in(datetime.fromisoformat(page["created_at"]), page["operation"]["time_zone"])
    body: Json = {
        "type": type_,
        "reference": texts.one_of(seat.random, language, letters.CORROBORATION[type_]),
        "dated_on": made.isoformat(),
        "speaks": "for",
    }
    yield Act("state what speaks", partial(_post_or_leave, seat, page, "corroboration", body), 0.0, GROUND_S)


def _post_or_leave(seat: Seat, page: Json, what: str, body: Json) -> None:
    """Write for a lead; one for which it is refused is left alone by this seat."""
    try:
        seat.client.post(f"/api/v1/leads/{page['id']}/{what}", body)
    except Refused:
        seat.noted("handled").add(page["id"])
        raise


def _agencies(page: Json, step: Step) -> Iterator[int]:
    """The agencies of the step's country that may receive it, the one of its office first; a court what is for a court
    alone.
    """
    able = [
        each
        for each in page["agencies"]
        if each["country"] == step.country
        and step.competence in each["competences"]
        and (each["kind"] == "court") == (step.office == "court")
    ]
    own = OFFICES[step.office].kinds[0]
    for each in sorted(able, key=lambda each: (each["kind"] != own, each["id"])):
        yield each["id"]


# --- What came back ---------------------------------------------------------------------------------------------------


def _sends_on(seat: Seat, week: Week, found: list[Json]) -> Iterator[Act]:
    """Draft the onward referral of what he sent and came back: to the right country, else to another authority
    there."""
    left = seat.noted("left")
    for each in found:
        if (
            each["state"] not in CAME_BACK
            or not each["is_mine"]
            or each["id"] in left | seat.noted("left to who comes")
            or receiver.is_left(week, each, "send on")
        ):
            continue
        page: Json = seat.client.get(f"/api/v1/leads/{each['lead_id']}")
        if week.is_a_persons(page):
            continue
        acts = list(_onward(seat, week, page, each))
        yield from acts
        if not acts:
            left.add(each["id"])


def _onward(seat: Seat, week: Week, page: Json, referral: Json) -> Iterator[Act]:
    truth = week.truth.of(UUID(page["id"]))
    country, competence = referral["to_country"], referral["competence"]
    office: Office = "protection" if competence == "protection" else "prosecution"
    if referral["to_kind"] == "court":
        office = "court"
    if not casework.is_theirs(truth, office, country):
        country = truth.lives_in or country
    step = Step(country, office, competence, casework.GROUND_OF[competence])
    tried = {
        each["to_agency"]["id"]
        for each in page["referrals"]
        if each["competence"] == competence and each["state"] != "withdrawn"
    }
    to = next((agency for agency in _agencies(page, step) if agency not in tried), None)
    if to is None:
        return
    yield from _state_ground(seat, page, step)
    why = texts.one_of(seat.random, texts.language_of(seat.member.country, seat.member.role), letters.ON_TO)
    body: Json = {"to_agency_id": to, "reason": why}
    yield Act("send on", partial(_send_on_or_leave, seat, referral["id"], body), 0.0, DRAFT_S)


def _send_on_or_leave(seat: Seat, referral: str, body: Json) -> None:
    try:
        seat.client.post(f"/api/v1/referrals/{referral}/re-route", body)
    except Refused:
        seat.noted("left").add(referral)
        raise
