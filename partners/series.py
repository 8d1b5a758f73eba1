"""What a partner who examines does with series: who was found to be the same child as in a series belongs into it.

Only on the way of other work, so that a partner who has nothing to do asks nothing: after an opinion «the same» a person
of the own material is placed, and another agency's is proposed to its owner; now and then the proposals that wait for
the own agency are answered, of which what partners proposed first is left to whoever comes.
"""

from __future__ import annotations

from dataclasses import dataclass

from partners import texts
from partners.client import Json
from partners.week import Seat, Week

SHARE_ACCEPTED = 0.8
"""How often an owner accepts that a person stands in a series."""


@dataclass(frozen=True)
class Belongs:
    """A person who belongs into a series by what was found. is_own: of the seat's agency."""

    person: int
    series: int
    is_own: bool


def belonging(page: Json, agency_country: str) -> Belongs | None:
    """Who belongs into the series of the other side, if the sides are one person; None where both are in one, none is,
    or a side is closed. page: of the lead."""
    sides = [side for side in page["sides"] if side["person"] and not side["is_pair_only"]]
    placed = [side for side in sides if side["person"]["series_number"] is not None]
    without = [side for side in sides if side["person"]["series_number"] is None]
    if len(placed) != 1 or len(without) != 1:
        return None
    person, series = without[0]["person"]["number"], placed[0]["person"]["series_number"]
    return Belongs(person, series, without[0]["country"] == agency_country)


def put_together(seat: Seat, week: Week, page: Json) -> None:
    """Place the person of a lead that the seat found to be one, or propose it to the owner. Raises: Refused, Away."""
    found = belonging(page, seat.member.country)
    if found is None:
        return
    operation = f"/api/v1/operations/{week.operation_id}"
    ids = {line["number"]: line["id"] for line in seat.client.get(f"{operation}/series")}
    series = ids.get(found.series)
    if series is None:
        return
    if found.is_own:
        seat.client.post(f"/api/v1/series/{series}/persons", {"number": found.person})
        return
    words = texts.one_of(seat.random, seat.member.writes, texts.SAME_SERIES)
    body: Json = {"kind": "series", "person": found.person, "series": series, "words": words}
    seat.client.post(f"{operation}/proposals", body)


def answer_proposals(seat: Seat, week: Week) -> None:
    """Answer what was proposed to the seat's agency for one series, together. Raises: Refused, Away."""
    operation = f"/api/v1/operations/{week.operation_id}"
    rows = seat.client.get(f"{operation}/proposals")["rows"]
    waiting = [each for each in rows if each["answer"] is None and each["is_ours"] and each["kind"] == "series"]
    partners = [each for each in waiting if week.is_partner(each["by"]["id"])]
    left = week.left(partners, "proposed_at")
    waiting = [each for each in waiting if each["id"] not in left]
    if not waiting:
        return
    together = [each["id"] for each in waiting if each["series"] == waiting[0]["series"]]
    accept = seat.random.random() < SHARE_ACCEPTED
    body: Json = {"proposals": together, "accept": accept}
    if not accept:
        body["reason"] = texts.one_of(seat.random, seat.member.writes, texts.ANOTHER_SERIES)
    seat.client.post(f"{operation}/proposals/answers", body)
