"""A partner who leads the operation: decides between competing grounds, hurries what is stuck, opens again what was set
aside.

It also has editions of the statistics drawn up while the week runs, and takes the operation to its end when the time
has come.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

from partners import letters, texts
from partners.client import Json
from partners.play import Act
from partners.roles import receiver
from partners.week import Seat, Week
from workspace.rules.exercise import JOINING, LEAST_WINDOW_LEFT_S, WINDOW_LEFT_S
from workspace.rules.jurisdiction import COMPETENCES
from workspace.rules.leads import REFERABLE

LOOK_EVERY_S = 1800.0
"""Exercise time after which an operation in which nothing waited is looked at again."""
DECIDE_S, DRAW_UP_S = 420.0, 360.0
FIRST_EDITION, SECOND_EDITION = 3, 8
"""How many leads are verified, or further, when the first and the second interim edition are drawn up."""
RESTS_S = 600.0
"""Exercise time for which the board must stand still before an edition tells of fewer leads."""
EDITION_EVERY_S = 8 * 3600.0
"""Exercise time between two further interim editions."""
SHARE_REOPENED = 0.5
PAGES_A_LOOK = 1
PAGES_A_LOOK_IN_LAPSE = 3
RAISED = 2
"""The priority that a lead is given whose examiners disagree: before all that nobody has asked about, behind what is
urgent."""
UNDER_WAY = ("drafted", "sent", "acknowledged")
QUIET_S = 3.0
"""An operation that is to end is closed once nothing has happened for so long, in true time,"""
MOST_WAITING_S = 8.0
"""or after so long whatever happens."""


def next_act(seat: Seat, week: Week) -> Act | None:
    """The next thing to decide. Raises: Refused, Away."""
    if week.play.state != "open":
        return _end(seat, week)
    if week.is_ending and _is_quiet(seat, week):
        return _to(seat, week, "closing")
    is_wanted = week.due("window_moved", "country_joins") is not None
    if not seat.is_time_for("operation", week.every_s(LOOK_EVERY_S)) and not is_wanted:
        return None
    seat.refresh_board()
    act = (
        _move_window(seat, week)
        or _let_join(seat, week)
        or _draw_up(seat, week)
        or _hurry(seat, week)
        or _arbitrate(seat, week)
        or _open_again(seat, week)
    )
    if act is not None:
        seat.forget("operation")
    return act


# --- Editions ---------------------------------------------------------------------------------------------------------


def _draw_up(seat: Seat, week: Week) -> Act | None:
    """An interim edition early, one later, and then one every eight hours of the exercise."""
    stages = Counter(card["stage"] for card in seat.board.cards.values())
    reached = sum(stages[stage] for stage in REFERABLE)
    if not reached:
        return None
    drawn = _drawn(seat, week)
    if drawn < 2:
        is_due = reached >= (FIRST_EDITION, SECOND_EDITION)[drawn] or _has_come_to_rest(seat, week, stages)
    elif is_due := not week.in_time_lapse and seat.is_time_for("edition", EDITION_EVERY_S / week.pace):
        is_due = "edition" in seat.noted("begun")
        seat.noted("begun").add("edition")
    if not is_due:
        return None
    seat.noted("told").add(str(sorted(stages.items())))
    return _edition(seat, week, "interim")


def _drawn(seat: Seat, week: Week) -> int:
    """How many editions there are; two are enough to know, since none goes away."""
    known = seat.noted("editions")
    if len(known) < 2:
        known |= {each["id"] for each in _editions(seat, week)}
    return len(known)


def _has_come_to_rest(seat: Seat, week: Week, stages: Counter[str]) -> bool:
    """Whether the board is another one than at the last edition, and has not changed for a while: a small exercise
    never reaches what a larger one is told by."""
    board, seen = str(sorted(stages.items())), seat.noted("board")
    if board not in seen:
        seen.clear()
        seen.add(board)
        seat.looked_at["board"] = time.monotonic()
    seat.has_put_off = True
    return board not in seat.noted("told") and time.monotonic() - seat.looked_at["board"] > RESTS_S / week.pace


def _editions(seat: Seat, week: Week) -> list[Json]:
    found: list[Json] = seat.client.get(f"/api/v1/operations/{week.operation_id}/editions")["editions"]
    return found


def _edition(seat: Seat, week: Week, kind: str) -> Act:
    path = f"/api/v1/operations/{week.operation_id}/editions"
    return Act(f"{kind} edition", partial(seat.client.post, path, {"kind": kind}), 0.0, DRAW_UP_S)


# --- The window -------------------------------------------------------------------------------------------------------


def _move_window(seat: Seat, week: Week) -> Act | None:
    """Have the end come near, where the director wants it; an end that is nearer stays."""
    injection = week.due("window_moved")
    if injection is None:
        return None
    path = f"/api/v1/operations/{week.operation_id}/window"
    left = timedelta(seconds=max(WINDOW_LEFT_S / week.pace, LEAST_WINDOW_LEFT_S))
    closes_at = datetime.now(UTC) + left
    if datetime.fromisoformat(seat.client.get(path)["closes_at"]) <= closes_at:
        return Act("leave the window", partial(week.do_injected, injection, lambda: None), 0.0)
    why = texts.one_of(seat.random, texts.language_of(seat.member.country, seat.member.role), letters.WINDOW_MOVED)
    body: Json = {"closes_at": closes_at.isoformat(), "reason": why}
    return Act(
        "move the window", partial(week.do_injected, injection, partial(seat.client.post, path, body)), 0.0, DECIDE_S
    )


def _let_join(seat: Seat, week: Week) -> Act | None:
    """Bring in the country that asks to join, with its first agency; nothing is left to do where all take part."""
    injection = week.due("country_joins")
    if injection is None:
        return None
    path = f"/api/v1/operations/{week.operation_id}"
    here = {each["country"] for each in seat.client.get(path)["countries"]}
    country = next((each for each in JOINING if each not in here), None)
    if country is None:
        return Act("let nobody join", partial(week.do_injected, injection, lambda: None), 0.0)
    body: Json = {
        "country": country,
        "name": f"{country} unit {week.operation_id}",
        "jurisdictions": [country],
        "competences": list(COMPETENCES),
        "reason": texts.one_of(seat.random, texts.language_of(seat.member.country, seat.member.role), letters.JOINS),
    }
    join = partial(seat.client.post, f"{path}/agencies", body)
    return Act("let a country join", partial(week.do_injected, injection, join), 0.0, DECIDE_S)


# --- Decisions --------------------------------------------------------------------------------------------------------


def _hurry(seat: Seat, week: Week) -> Act | None:
    """Put first what two examiners disagree about: a third opinion decides it."""
    for card in seat.board.cards.values():
        if card["opinions_wanted"] == "third" and card["priority"] > RAISED and _is_new(seat, "hurried", card["id"]):
            page: Json = seat.client.get(f"/api/v1/leads/{card['id']}")
            if not week.is_a_persons(page):
                path = f"/api/v1/leads/{card['id']}/priority"
                return Act("hurry", partial(seat.client.post, path, {"priority": RAISED}), 0.0, DECIDE_S)
    return None


def _arbitrate(seat: Seat, week: Week) -> Act | None:
    """Say which country's ground comes first, once per lead, where two have stated one for the same."""
    opened, most = 0, PAGES_A_LOOK_IN_LAPSE if week.in_time_lapse else PAGES_A_LOOK
    for card in seat.board.cards.values():
        if card["stage"] not in REFERABLE or opened == most:
            continue
        # Grounds are stated where a referral is drafted.
        read = f"{card['id']} {card['stage']} {len(card['referrals'])}"
        if card["id"] in seat.noted("arbitrated") or read in seat.noted("read"):
            continue
        seat.noted("read").add(read)
        opened += 1
        page: Json = seat.client.get(f"/api/v1/leads/{card['id']}")
        if _competes(page) and not week.is_a_persons(page) and _is_new(seat, "arbitrated", card["id"]):
            language = texts.language_of(seat.member.country, seat.member.role)
            body: Json = {"body": texts.one_of(seat.random, language, letters.ARBITRATED), "language": language}
            return Act(
                "arbitrate", partial(seat.client.post, f"/api/v1/leads/{card['id']}/comments", body), 0.0, DECIDE_S
            )
    return None


def _competes(page: Json) -> bool:
    countries: dict[str, set[str]] = {}
    for each in page["jurisdiction"]:
        countries.setdefault(each["competence"], set()).add(each["country"])
    return any(len(found) > 1 for found in countries.values())


def _open_again(seat: Seat, week: Week) -> Act | None:
    """Open again some of what was set aside, each once; asked for only where another number is set aside now."""
    parked = f"parked {seat.board.counts.get('parked', 0)}"
    if parked in seat.noted("set aside"):
        return None
    found = seat.client.get(f"/api/v1/operations/{week.operation_id}/leads?stage=parked")["leads"]
    for lead in found:
        if _is_new(seat, "weighed", lead["id"]) and seat.random.random() < SHARE_REOPENED:
            page: Json = seat.client.get(f"/api/v1/leads/{lead['id']}")
            if page["permissions"]["reopen_lead"] and not week.is_a_persons(page):
                why = texts.one_of(
                    seat.random, texts.language_of(seat.member.country, seat.member.role), letters.REOPENED
                )
                path = f"/api/v1/leads/{lead['id']}/reopen"
                return Act("open again", partial(seat.client.post, path, {"reason": why}), 0.0, DECIDE_S)
    seat.notes["set aside"] = {parked}
    return None


def _is_new(seat: Seat, name: str, thing: str) -> bool:
    """Whether the seat has not had this before; from now on it has."""
    if thing in seat.noted(name):
        return False
    seat.noted(name).add(thing)
    return True


# --- The end ----------------------------------------------------------------------------------------------------------


def _end(seat: Seat, week: Week) -> Act | None:
    """The closing edition, and, where the week is to end, closed once it is there."""
    closing = [each for each in _editions(seat, week) if each["kind"] == "closing"]
    if not closing:
        return _edition(seat, week, "closing")
    return _to(seat, week, "closed") if week.is_ending and all(each["as_of"] for each in closing) else None


def _to(seat: Seat, week: Week, state: str) -> Act:
    return Act(state, partial(_change_state, seat, week, state), 0.0)


def _change_state(seat: Seat, week: Week, state: str) -> None:
    seat.client.post(f"/api/v1/operations/{week.operation_id}/state", {"state": state})
    week.look()


def _is_quiet(seat: Seat, week: Week) -> bool:
    """Whether no referral is on its way and nothing has happened for a while; what takes too long is not waited for."""
    now = time.monotonic()
    asked = seat.looked_at.setdefault("asked to end", now)
    before = seat.board.seq
    seat.refresh_board()
    if seat.board.seq != before:
        seat.looked_at["last event"] = now
    is_still = now - seat.looked_at.setdefault("last event", now) > QUIET_S
    is_on_its_way = any(each["state"] in UNDER_WAY for each in receiver.referrals(seat, week))
    return (is_still and not is_on_its_way) or now - asked > MOST_WAITING_S
