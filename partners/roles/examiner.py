"""A partner who examines: claims a lead, looks at both sides, judges the features, signs with a reason, and goes on.

What it finds comes from the truth and the seeded errors alone; everything else, from the order of leads to the words,
from the seat's own random numbers. It leaves alone what a person is at.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

from partners import texts
from partners.client import Json, Refused
from partners.errors import Finding, finding, share
from partners.play import Act
from partners.series import answer_proposals, put_together
from partners.week import Seat, Week, Work
from workspace.rules.leads import CLAIMABLE, FACE_KINDS
from workspace.rules.verdict import FEATURES

CLAIM_S, LOOK_S, SIGN_S, REST_S = 30.0, 120.0, 30.0, 6600.0
"""Exercise time that a step takes; a rest follows each lead, in which a person would do other work: so an examiner
gives some four opinions in eight hours."""
SAYS_S = 60.0

SHARE_SECOND = 0.6
"""How often an examiner takes a lead that waits for a further opinion, if there is one."""
AMONG = 12
"""Of how many of the first leads in a column one is taken, so that partners seldom reach for the same."""
SHARE_FRESH, AMONG_FRESH = 0.5, 3
"""How often, of the leads that wait for a further opinion, one of the newest is taken: so whoever has signed sees
within minutes what comes of it, however many wait.
"""
LEFT_IN_A_COLUMN, LEADS_PER_LEFT = 4, 12
"""How many free leads of a column are left to whoever comes, where partners leave one thing of a kind: of a small
exercise fewer, one per so many leads, so that partners too have something to do."""
LOOKED_AT = 4
"""How many pages are opened before an examiner gives up for now."""

SHARE_REMARK, SHARE_MARK, SHARE_PARK, SHARE_HAND_OVER, SHARE_FORGET = 0.2, 0.12, 0.03, 0.03, 0.02
SHARE_ANSWER = 0.1
"""How often, of the leads that are claimed."""
MANY_JUDGED = 6


def next_act(seat: Seat, week: Week) -> Act | None:
    """Go on with the lead in hand, or claim another. Raises: Refused, Away."""
    if seat.work is None:
        seat.refresh_board()
        seat.work = _left_over(seat)
    if seat.work is None:
        return _claim_another(seat, week) or _ask_for_closed(seat)
    return _go_on(seat, week, seat.work)


# --- Taking a lead ----------------------------------------------------------------------------------------------------


def _left_over(seat: Seat) -> Work | None:
    """A lead that this seat holds and has not signed: handed to it, or left by a process that ended. Raises: Refused,
    Away."""
    signed, forgotten = seat.noted("signed"), seat.noted("forgotten")
    for card in list(seat.board.cards.values()):
        held = card["holder"] is not None and card["holder"]["id"] == seat.member.user_id
        if not held:
            forgotten.discard(card["id"])
        elif card["id"] not in signed | forgotten:
            page = _page(seat, card["id"])
            if page["my_assessment"] is None and page["claim"]["mine"]:
                return Work(card["id"], page["claim"]["token"], page)
            signed.add(card["id"])
    return None


def _claim_another(seat: Seat, week: Week) -> Act | None:
    left, signed = seat.noted("left"), seat.noted("signed")
    opened = [card for card in seat.board.cards.values() if card["stage"] == "open" and card["holder"] is None]
    may_open = len(opened) > week.keep_open * len(seat.board.cards)
    cards = [
        card
        for card in seat.board.cards.values()
        if _is_free(card)
        and card["id"] not in signed  # nobody judges a lead twice
        and _key(card) not in left
        and (may_open or card["stage"] != "open")
    ]
    free = Counter(card["stage"] for card in cards)
    most_left = week.leaves * min(LEFT_IN_A_COLUMN, max(1, len(seat.board.cards) // LEADS_PER_LEFT))
    for _ in range(LOOKED_AT):
        card = _chosen(seat, cards)
        if card is None:
            return None
        cards.remove(card)
        page = _page(seat, card["id"])
        is_left = free[card["stage"]] <= most_left and not week.has_a_persons_opinion(page)
        if page["permissions"]["claim_lead"] and not is_left and not week.is_a_persons(page):
            return Act("claim", partial(_claim, seat, page), CLAIM_S)
        # What a person has begun is asked again when the lead has changed; so is what this seat may not judge, and what
        # is left to whoever comes.
        left.add(_key(card))
    return None


def _is_free(card: Json) -> bool:
    return bool(card["is_claimable"]) and card["stage"] in CLAIMABLE and card["holder"] is None


def _key(card: Json) -> str:
    return f"{card['id']} {card['changed_seq']}"


def _chosen(seat: Seat, cards: list[Json]) -> Json | None:
    """One of the first free cards, further opinions rather than first ones."""
    ordered = sorted(cards, key=lambda card: (card["priority"], card["waiting_since"]))
    further = [card for card in ordered if card["stage"] == "assessed"]
    first = [card for card in ordered if card["stage"] == "open"]
    column = further if further and (not first or seat.random.random() < SHARE_SECOND) else first
    if column is further and seat.random.random() < SHARE_FRESH:
        newest = sorted(further, key=lambda card: str(card["waiting_since"]), reverse=True)
        return seat.random.choice(newest[:AMONG_FRESH])
    return seat.random.choice(column[:AMONG]) if column else None


def _claim(seat: Seat, page: Json) -> None:
    lead = page["id"]
    try:
        token = seat.client.post(f"/api/v1/leads/{lead}/claim")["token"]
    except Refused:
        seat.noted("left").add(_key(page))
        raise
    if seat.random.random() < SHARE_FORGET:
        seat.noted("forgotten").add(lead)  # its lease runs out, and somebody else takes it
    else:
        seat.work = Work(lead, token, page)


def _page(seat: Seat, lead: str) -> Json:
    page: Json = seat.client.get(f"/api/v1/leads/{lead}")
    return page


# --- Working on it ----------------------------------------------------------------------------------------------------


def _go_on(seat: Seat, week: Week, work: Work) -> Act:
    if not work.is_looked_at:
        return Act("look", partial(_look, seat, week, work), LOOK_S)
    drawn = seat.random.random()
    if not work.is_weighed:
        work.is_weighed = True
        for limit, act in (
            (SHARE_REMARK, Act("remark", partial(_remark, seat, work), SAYS_S)),
            (SHARE_MARK, Act("mark", partial(_mark, seat, work), SAYS_S)),
            (SHARE_PARK, Act("park", partial(_park, seat, work), SIGN_S, REST_S)),
            (SHARE_HAND_OVER, Act("hand over", partial(_hand_over, seat, week, work), SIGN_S, REST_S)),
            (SHARE_ANSWER, Act("answer proposals", partial(answer_proposals, seat, week), SAYS_S)),
        ):
            if drawn < limit:
                return act
            drawn -= limit
    return Act("sign", partial(_sign, seat, week, work), SIGN_S, REST_S)


def _look(seat: Seat, week: Week, work: Work) -> None:
    """Lift both veils, as the page does: each is recorded. The picture itself is fetched where partners are a load;
    otherwise nobody can tell, and it is a tenth of what they cost. Who has the lead open is told where somebody may
    see it: nothing of that stays, and it is an eighth of what partners cost."""
    work.is_looked_at = True
    for side in work.page["sides"]:
        medium = side["media"]["id"] if side["media"] else side["preview"]
        what, picture = ("faces", side["face"]["id"]) if side["face"] else ("items", medium)
        if picture:
            clear = _or_leave(seat, work, "POST", f"/api/v1/{what}/{picture}/view")["clear"]
            if week.in_time_lapse:
                seat.client.picture(clear)
    if week.is_watched:
        work.is_told = True
        _or_leave(seat, work, "PUT", f"/api/v1/leads/{work.lead}/presence", {"mode": "editing"})


def _sign(seat: Seat, week: Week, work: Work) -> None:
    language = seat.member.writes
    truth = week.truth.of(UUID(work.lead))
    found = finding(week.play.seed, truth.pair, work.page["opinions"] + 1, is_same=truth.is_same)
    is_sure = share(week.play.seed, *truth.pair, "sure", str(work.page["opinions"])) < 0.5
    is_of_faces = work.page["kind"] in FACE_KINDS
    features, decisive = _features(seat, found) if is_of_faces else ({}, [])
    opinion = {"same": 1 if is_sure else 2, "different": 5 if is_sure else 4, "unclear": 3}[found]
    body: Json = {
        "token": work.token,
        "opinion": opinion,
        "suitability": _suitability(work.page) if is_of_faces else [],
        "features": features,
        "reason": texts.reason(seat.random, language, found, decisive=decisive, is_of_faces=is_of_faces),
    }
    _or_leave(seat, work, "POST", f"/api/v1/leads/{work.lead}/assessments", body)
    seat.noted("signed").add(work.lead)
    _leave(seat, work)
    if found == "same":
        put_together(seat, week, work.page)


def _suitability(page: Json) -> list[str]:
    """A picture of poor quality is of limited use; it is still compared."""
    return ["limited" if side["face"]["quality_word"] == "poor" else "suitable" for side in page["sides"]]


def _features(seat: Seat, found: Finding) -> tuple[Json, list[str]]:
    """All features judged, and those that decided."""
    order = list(FEATURES)
    seat.random.shuffle(order)
    clear = order[: seat.random.randint(3, MANY_JUDGED)]
    features = dict.fromkeys(FEATURES, "unclear")
    features |= dict.fromkeys(clear, "same" if found == "same" else "different" if found == "different" else "unclear")
    if found == "different":
        features |= dict.fromkeys(clear[2:], "same")
    return features, clear[: 2 if found == "different" else 3]


def _remark(seat: Seat, work: Work) -> None:
    language = seat.member.writes
    body = texts.one_of(seat.random, language, texts.REMARKS)
    _or_leave(seat, work, "POST", f"/api/v1/leads/{work.lead}/comments", {"body": body, "language": language})


def _mark(seat: Seat, work: Work) -> None:
    """Mark a box of a face."""
    faces = [side["face"]["id"] for side in work.page["sides"] if side["face"] and not side["is_pair_only"]]
    if not faces:
        return
    left, top = seat.random.randint(25, 55), seat.random.randint(25, 60)
    body: Json = {
        "face_id": seat.random.choice(faces),
        "box": {"type": "FragmentSelector", "value": f"xywh=percent:{left},{top},18,14"},
        "note": texts.one_of(seat.random, seat.member.writes, texts.MARKS),
    }
    _or_leave(seat, work, "POST", f"/api/v1/leads/{work.lead}/annotations", body)


def _park(seat: Seat, work: Work) -> None:
    why = texts.one_of(seat.random, seat.member.writes, texts.PARK)
    _or_leave(seat, work, "POST", f"/api/v1/leads/{work.lead}/park", {"reason": why})
    _leave(seat, work)


def _hand_over(seat: Seat, week: Week, work: Work) -> None:
    """Hand the lead to another partner who may judge it; where there is none, it is kept."""
    page = _page(seat, work.lead)
    others = [each["id"] for each in page["examiners"] if week.is_partner(each["id"])]
    if others:
        body = {"token": work.token, "to": seat.random.choice(others)}
        _or_leave(seat, work, "POST", f"/api/v1/leads/{work.lead}/hand-over", body)
        _leave(seat, work)


def _or_leave(seat: Seat, work: Work, method: str, path: str, body: Json | None = None) -> Json:
    """Write; where that is refused, the lead is no longer in hand. Raises: Refused, Away."""
    try:
        return seat.client.send(method, path, body) or {}
    except Refused:
        seat.work = None
        raise


def _leave(seat: Seat, work: Work) -> None:
    seat.work = None
    if work.is_told:
        seat.client.send("DELETE", f"/api/v1/leads/{work.lead}/presence")


# --- Closed sides -----------------------------------------------------------------------------------------------------


def _ask_for_closed(seat: Seat) -> Act | None:
    """Ask for the closed side of a lead, once per lead and country."""
    asked = seat.noted("asked")
    for card in seat.board.cards.values():
        if card["stage"] == "open" and card["id"] not in asked and any(side["hidden"] for side in card["sides"]):
            asked.add(card["id"])
            page = _page(seat, card["id"])
            if page["permissions"]["ask_access"] and not page["access_requests"]:
                return Act("ask", partial(_ask, seat, card["id"]), SIGN_S, REST_S)
            return None
    return None


def _ask(seat: Seat, lead: str) -> None:
    why = texts.one_of(seat.random, seat.member.writes, texts.ASK)
    seat.client.post(f"/api/v1/leads/{lead}/access-requests", {"reason": why})
