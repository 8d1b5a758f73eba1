"""A partner who leads a country: accepts a longer window, answers proposals to change the terms, opens to a country
that joins, grants and refuses access to its closed material, ends claims that nobody works on, and examines."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial

from partners import texts
from partners.client import Json
from partners.play import Act
from partners.roles import examiner
from partners.week import Seat, Week

DECIDE_S = 60.0
SHARE_GRANTED = 0.75
SHARE_PAIR = 0.6
"""Of what is granted: the two pictures alone."""
GRANTED_HOURS = 48
LOOK_EVERY_S = 2400.0
"""Exercise time after which it is looked again whether somebody asks."""
AGREE_EVERY_S = 3600.0
"""The same of what concerns the whole operation: its window and its terms, which seldom change."""
FORGOTTEN_S = 3600.0
"""Exercise time after which a claim of his own country counts as forgotten."""


def next_act(seat: Seat, week: Week) -> Act | None:
    """Answer who asks, free what is forgotten, else examine. Raises: Refused, Away."""
    if seat.work is None and seat.is_time_for("who asks", week.every_s(LOOK_EVERY_S)):
        act = _decide_for_country(seat, week) or _answer(seat, week) or _free(seat, week)
        if act is not None:
            return act
    return examiner.next_act(seat, week)


def _decide_for_country(seat: Seat, week: Week) -> Act | None:
    """Accept a longer window, or answer what would change the terms; after an answer it is looked for another one."""
    if not seat.is_time_for("terms", week.every_s(AGREE_EVERY_S, of_people=True)):
        return None
    act = _accept_window(seat, week) or _agree(seat, week)
    if act is not None:
        seat.forget("terms")
    return act


def _accept_window(seat: Seat, week: Week) -> Act | None:
    """Accept a longer window for his country: without it the others would lose what it shares."""
    path = f"/api/v1/operations/{week.operation_id}/window"
    window: Json = seat.client.get(path)
    is_asked = any(each["is_asked"] and each["country"] == seat.member.country for each in window["countries"])
    if not is_asked or week.play.state != "open":
        return None
    body: Json = {"until": window["closes_at"]}
    return Act("accept the window", partial(seat.client.post, f"{path}/accept", body), DECIDE_S)


def _agree(seat: Seat, week: Week) -> Act | None:
    """Answer the first proposal that waits for his country: no weaker rule, but more agencies; else open to a country
    that joined."""
    path = f"/api/v1/operations/{week.operation_id}"
    terms: Json = seat.client.get(f"{path}/terms/versions")
    mine = seat.member.country
    for proposal in terms["proposals"]:
        if proposal["ended_as"] is None and _is_asked(proposal["answers"], "country", "is_yes", mine):
            body: Json = {"is_yes": proposal["what"] == "agency"}
            if not body["is_yes"]:
                body["reason"] = texts.one_of(seat.random, seat.member.writes, texts.OBJECT)
            answer = f"{path}/terms/proposals/{proposal['id']}/answer"
            return Act("answer a proposal", partial(seat.client.post, answer, body), DECIDE_S)
    for joining in terms["joining"]:
        if _is_asked(joining["owners"], "owner", "is_open", mine):
            body = {"country": joining["country"], "is_open": True}
            return Act("open to a country", partial(seat.client.post, f"{path}/openings", body), DECIDE_S)
    return None


def _is_asked(answers: list[Json], who: str, said: str, country: str) -> bool:
    return any(each[who] == country and each[said] is None for each in answers)


def _answer(seat: Seat, week: Week) -> Act | None:
    """Answer the first request for closed material of his agency."""
    left = seat.noted("left to who comes")
    for lead in dict.fromkeys(each["lead_id"] for each in week.waiting(seat) if each["what"] == "access"):
        if lead is None or lead in left:
            continue  # None: there is none to which he holds a key
        page: Json = seat.client.get(f"/api/v1/leads/{lead}")
        for request in page["access_requests"]:
            if request["may_answer"] and len(left) < week.leaves and week.is_partner(request["asked_by"]["id"]):
                left.add(lead)
            elif request["may_answer"] and lead not in left:
                return Act("answer", partial(_decide, seat, request["id"]), DECIDE_S)
    return None


def _decide(seat: Seat, request: str) -> None:
    granted = seat.random.random() < SHARE_GRANTED
    scope = "pair" if seat.random.random() < SHARE_PAIR else "exhibit"
    body: Json = {"granted": granted, "scope": scope, "hours": GRANTED_HOURS}
    seat.client.post(f"/api/v1/access-requests/{request}/answer", body)
    seat.forget("who asks")  # there may be another one


def _free(seat: Seat, week: Week) -> Act | None:
    """End a claim of his own country's partners that has been held for long."""
    for card in seat.refresh_board().values():
        holder = card["holder"]
        if holder is None or holder["country"] != seat.member.country or not week.is_partner(holder["id"]):
            continue
        left_s = datetime.fromisoformat(card["lease_until"]).timestamp() - time.time()
        if card["lease_s"] - left_s < FORGOTTEN_S / week.pace or holder["id"] == seat.member.user_id:
            continue
        page: Json = seat.client.get(f"/api/v1/leads/{card['id']}")
        if page["permissions"]["take_over_lead"]:
            return Act("take over", partial(_take_over, seat, card["id"]), DECIDE_S)
    return None


def _take_over(seat: Seat, lead: str) -> None:
    why = texts.one_of(seat.random, seat.member.writes, texts.TAKE_OVER)
    seat.client.post(f"/api/v1/leads/{lead}/take-over", {"reason": why})
