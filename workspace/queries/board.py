"""The board: one query for the first load, the push, the gap and the reconnect.

A card is the same for everybody who holds the same keys: nothing on it depends on the person. Row-level security decides which
leads and which sides come; score and band come through the columns that the lead's state computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.rules.codes import UNRESTRICTED
from workspace.rules.leads import FACE_KINDS, OFF_BOARD

STAGE_REASON = "case when stage_reason = 'inconclusive' or locks <@ (select my_keys()) then stage_reason end as stage_reason"
"""What people wrote of a lead may speak of both sides: for who holds both keys."""

MOST_BEHIND = 500
"""Events after which a fresh snapshot is cheaper than the changes (PATTERNS 3)."""

MOST_LISTED = 100
"""Leads off the board on one page of their list."""

# A card shows one outcome: a child made safe first, then another end (the latest), then whoever came further, the child before
# the offender. It shows its last referral: one that came back and goes nowhere stands behind all newer ones.
_CARDS = text("""
with l as materialized (
  select id, operation_id, number, kind, stage, stage_since, priority, countries, age_gap_years, holder_id, lease_until, opinions,
         shown_band, bands_shown, changed_seq
  from lead where operation_id = :operation and changed_seq > :after and (:everything or stage <> all (:off))
    and (cast(:lead as uuid) is null or id = cast(:lead as uuid)))
select l.*, h.name as holder_name, ha.country as holder_country, e.sides, e.handling, r.referrals, o.outcome
from l
left join app_user h on h.id = l.holder_id
left join agency ha on ha.id = h.agency_id
left join (
  select ev.lead_id, max(x.handling_code) as handling,
         json_agg(json_build_object('side', ev.side, 'country', ev.country, 'face', ev.face_id, 'media', ev.media_item_id, 'what',
           case when ev.register_entry_id is not null then 'register' when ev.person_id is not null then 'person'
           else 'media' end)
           order by ev.side) as sides
  from lead_evidence ev left join exhibit x on x.id = ev.exhibit_id
  where ev.lead_id in (select id from l) group by ev.lead_id
) e on e.lead_id = l.id
left join (
  select lead_id, json_agg(json_build_object('number', number, 'to', to_country, 'state', state, 'due_at', due_at)
           order by state in ('declined', 'returned') and not exists (
             select 1 from referral onward where onward.previous_id = r.id and onward.state <> 'withdrawn'),
             number) as referrals
  from referral r where lead_id in (select id from l) and state <> 'withdrawn' group by lead_id
) r on r.lead_id = l.id
left join (
  select distinct on (lead_id) lead_id, stage as outcome from outcome
  where lead_id in (select id from l) and revoked_at is null
  order by lead_id, case when stage = 'V5' then 0 when stage !~ '^[VO][0-9]$' then 1 else 2 end,
    case when stage ~ '^[VO][0-9]$' then substr(stage, 2) end desc, case when stage ~ '^[VO][0-9]$' then left(stage, 1) end desc,
    recorded_at desc, id
) o on o.lead_id = l.id
order by l.priority, l.stage_since, l.number
""")


@dataclass(frozen=True)
class Board:
    """Cards up to event `seq`. `snapshot`: all of them; otherwise those that changed after event `after`."""

    after: int
    seq: int
    keys: str
    snapshot: bool
    cards: list[dict[str, Any]]
    counts: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """The answer as it goes to the client."""
        return {
            "after": self.after,
            "seq": self.seq,
            "keys": self.keys,
            "snapshot": self.snapshot,
            "cards": self.cards,
            "counts": self.counts,
        }


def board_changes(session: Session, operation_id: int, *, after: int = 0, keys: str = "") -> Board:
    """Answer what changed on the viewer's board after event `after`, or a fresh snapshot.

    A snapshot comes when the viewer's keys are not those of the client (`keys`), or when it is too far behind.

    Raises:
        NotFound: the operation does not exist for the viewer, or its terms are not accepted.
    """
    head = _head(session, operation_id)
    fresh = keys != head.keys or after <= 0 or after > head.seq or head.seq - after > MOST_BEHIND
    cards = _cards(session, operation_id, head.lease_s, after=-1 if fresh else after, everything=not fresh)
    return Board(0 if fresh else after, head.seq, head.keys, fresh, cards, _off_board(session, operation_id))


def _head(session: Session, operation_id: int) -> Any:
    """The number of the last event, what the viewer's keys open, and how long a claim is held there."""
    head = session.execute(
        text("""select c.last_seq as seq, my_keys_digest(:operation) as keys, o.lease_s
             from chain c join operation o on o.id = c.operation_id
             where c.operation_id = :operation and :operation = any (my_operations())"""),
        {"operation": operation_id},
    ).one_or_none()
    if head is None:
        raise NotFound("There is no such operation, or your country has not accepted its terms yet.")
    return head


def leads_off_board(
    session: Session, operation_id: int, stage: str, *, before: int | None = None
) -> tuple[list[dict[str, Any]], bool]:
    """Leads of a stage that has no column, highest number first, at most MOST_LISTED, and whether there are more; no score, no band.

    before: only leads with a lower number, for the next page.

    Raises:
        NotFound: the operation does not exist for the viewer, or its terms are not accepted; or the stage has a column.
    """
    _head(session, operation_id)
    if stage not in OFF_BOARD:
        raise NotFound("Leads of this stage stand on the board.")
    rows = session.execute(
        text(f"""select id, number, kind, stage, stage_since, {STAGE_REASON}, countries, opinions from lead
             where operation_id = :operation and stage = :stage and (cast(:before as int) is null or number < :before)
             order by number desc limit :most"""),  # noqa: S608 - a constant
        {"operation": operation_id, "stage": stage, "before": before, "most": MOST_LISTED + 1},
    ).mappings()
    found = [{**row, "id": str(row["id"])} for row in rows]
    return found[:MOST_LISTED], len(found) > MOST_LISTED


def lead_card(session: Session, lead_id: UUID) -> tuple[int, dict[str, Any]]:
    """The operation's id and the card of one lead, whatever its stage.

    Raises:
        NotFound: there is no such lead for the viewer.
    """
    head = session.execute(
        text("select l.operation_id, o.lease_s from lead l join operation o on o.id = l.operation_id where l.id = :lead"),
        {"lead": lead_id},
    ).one_or_none()
    if head is None:
        raise NotFound("There is no such lead.")
    return head.operation_id, _cards(session, head.operation_id, head.lease_s, everything=True, lead=lead_id)[0]


def lead_of_number(session: Session, operation_id: int, number: int) -> UUID:
    """The id of the lead that people know by this number.

    Raises:
        NotFound: there is no such lead for the viewer.
    """
    found: UUID | None = session.execute(
        text("select id from lead where operation_id = :operation and number = :number"),
        {"operation": operation_id, "number": number},
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such lead.")
    return found


def _cards(
    session: Session, operation_id: int, lease_s: int, *, after: int = -1, everything: bool, lead: UUID | None = None
) -> list[dict[str, Any]]:
    rows = session.execute(
        _CARDS, {"operation": operation_id, "after": after, "everything": everything, "off": list(OFF_BOARD), "lead": lead}
    ).mappings()
    return [_card(dict(row), lease_s) for row in rows]


def _off_board(session: Session, operation_id: int) -> dict[str, int]:
    rows = session.execute(
        text("select stage, count(*) as n from lead where operation_id = :operation and stage = any (:off) group by stage"),
        {"operation": operation_id, "off": list(OFF_BOARD)},
    ).all()
    return dict.fromkeys(OFF_BOARD, 0) | {row.stage: row.n for row in rows}


def _card(row: dict[str, Any], lease_s: int) -> dict[str, Any]:
    is_face = row["kind"] in FACE_KINDS
    withheld = is_face and row["shown_band"] is None and (row["bands_shown"] or row["stage"] != "open")
    return {
        "id": str(row["id"]),
        "number": row["number"],
        "kind": row["kind"],
        "stage": row["stage"],
        "column": "claimed" if row["stage"] == "open" and row["holder_id"] is not None else row["stage"],
        "priority": row["priority"],
        "countries": row["countries"],
        "handling": row["handling"] if row["handling"] not in (None, UNRESTRICTED) else None,
        "band": row["shown_band"],
        "score_withheld": withheld,
        "no_face_score": not is_face,
        "age_gap_years": row["age_gap_years"],
        "faces": _sides(row),
        "holder": None
        if row["holder_id"] is None
        else {"id": row["holder_id"], "name": row["holder_name"], "country": row["holder_country"]},
        "lease_until": row["lease_until"].isoformat() if row["lease_until"] else None,
        "lease_s": lease_s,
        "opinions": row["opinions"],
        "opinions_wanted": {1: "second", 2: "third"}.get(row["opinions"]) if row["stage"] == "assessed" else None,
        "waiting_since": row["stage_since"].isoformat(),
        "referrals": row["referrals"] or [],
        "outcome": row["outcome"],
        "changed_seq": row["changed_seq"],
    }


def _sides(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Both sides; one that the viewer may not open is only said to be there."""
    seen = {side["side"]: {**side, "hidden": False} for side in row["sides"] or []}
    hidden = {"country": None, "face": None, "media": None, "what": "hidden", "hidden": True}
    return [seen.get(number, {"side": number, **hidden}) for number in (1, 2)]


def bands_not_yet_noted(session: Session, operation_id: int, cards: list[dict[str, Any]]) -> list[str]:
    """Ids of the cards with a band that the viewer is shown for the first time."""
    shown = {card["id"] for card in cards if card["band"] is not None}
    if not shown:
        return []
    known = session.execute(
        text("select lead_id from sight where operation_id = :operation and user_id = my_id() and what = 'band'"),
        {"operation": operation_id},
    ).scalars()
    return sorted(shown - {str(lead_id) for lead_id in known})
