"""The board: one query answers the first load, the push, the gap and the reconnect.

A card is the same for everybody who holds the same keys: nothing on it depends on the person. Row-level security
decides which leads and which sides come; score and band come through the columns that the lead's state computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import rows_as, statements
from workspace.queries.colleagues import Colleague, colleague
from workspace.rules.codes import STANDING_STAGES, UNRESTRICTED, ClueWhat, Handling, ReferralState
from workspace.rules.leads import (
    CLAIMABLE,
    FACE_KINDS,
    OFF_BOARD,
    Band,
    BasisEnd,
    Column,
    HolderLeft,
    LeadKind,
    LeadStage,
    side_numbers,
)

SQL = statements(__file__)

MOST_BEHIND = 500
"""From so many events on a fresh snapshot is cheaper than the changes (docs/field.md, Screens)."""

PART = 500
"""How many cards one part of the rest of a board holds: an answer of some 70 KB compressed, and some 100 ms of work."""

MOST_LISTED = 100
"""How many leads off the board stand on one page of their list."""


@dataclass(frozen=True)
class CardSide:
    """One side of a lead on a card. Of one that is `hidden`, to which the viewer has no key, it is only said that it is
    there; of one that is open by its picture alone, not whether a person or an entry stands there."""

    side: int
    country: str | None
    face: UUID | None
    media: UUID | None
    what: Literal["person", "register", "media", "hidden"]
    hidden: bool


@dataclass(frozen=True)
class CardClue:
    """What a person noticed, and the beginning of what the person says of it."""

    what: ClueWhat
    claim: str


@dataclass(frozen=True)
class CardReferral:
    """A referral on a card. to: the country."""

    number: int
    to: str
    state: ReferralState
    due_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """What was stated of the child that a lead shows. lead: the number of the lead on which it was stated; null where
    the viewer doesn't see that one."""

    stage: str
    lead: int | None
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class LeadSummary:
    """A lead in short: the same for everybody who holds the same keys.

    handling: the strictest code of the copies that the viewer may see and of the operation; null if it is H0. band:
    null while it is withheld, or for a kind without faces. custody: the country that keeps the lead since the window
    ended, or since its holder left. holder_left: why it lost its holder; null once somebody claims it. late_until: the
    last day of work on a lead that was found after the window. basis_ended: what the lead stood on and has lost.
    standing: null where nothing ends «at risk now»; while it stands, the priority is 2 or 3, unless somebody marked the
    lead as urgent since. opinions: settled ones. lease_s: how long a claim is held, in seconds. changed_seq: the last
    event about it.
    """

    id: UUID
    number: int
    kind: LeadKind
    stage: LeadStage
    column: Column
    priority: Literal[1, 2, 3]
    countries: list[str]
    handling: Handling | None
    band: Band | None
    score_withheld: bool
    no_face_score: bool
    age_gap_years: int | None
    holder: Colleague | None
    lease_until: datetime | None
    lease_s: int
    custody: str | None
    holder_left: HolderLeft | None
    late_until: date | None
    basis_ended: list[BasisEnd]
    standing: Standing | None
    opinions: int
    opinions_wanted: Literal["second", "third"] | None
    waiting_since: datetime
    outcome: str | None
    changed_seq: int


@dataclass(frozen=True, kw_only=True)
class Card(LeadSummary):
    """A lead on the board. about: codes of the entries of registers (e:) and of the persons (p:) that the viewer may
    see on it; leads with a code in common are about one. sides: all of them, the hidden ones too. clue: null for
    another kind. referrals: without
    withdrawn ones; the one that counts now is last.

    is_claimable: an examiner who holds these keys can claim it once nobody holds it: its stage wants an opinion, no
    side is hidden, and the window is open. After the window: a lead in custody or found since, and examiners of
    claimable_by alone, its country or those of its sides; null while everybody may.
    """

    clue: CardClue | None
    is_claimable: bool
    claimable_by: list[str] | None
    about: list[str]
    sides: list[CardSide]
    referrals: list[CardReferral]


@dataclass(frozen=True)
class CardOfOperation:
    """A card, and in which operation its lead is."""

    operation_id: int
    card: Card


@dataclass(frozen=True)
class Board:
    """Cards up to event `seq`, and how many leads each stage without a column has.

    snapshot: all cards; otherwise those that changed after event `after`. keys: a digest of what the viewer's keys
    open. columns: of a snapshot that holds only the first cards of each column, how many leads stand in each; else
    null.
    """

    after: int
    seq: int
    keys: str
    snapshot: bool
    cards: list[Card]
    counts: dict[str, int]
    columns: dict[str, int] | None = None


@dataclass(frozen=True)
class BoardPart:
    """Cards of the board as they stood at event `seq`, by number. above: the number after which the next part begins;
    null if this is the last. keys: as of a board."""

    seq: int
    keys: str
    cards: list[Card]
    above: int | None


@dataclass(frozen=True)
class LeadOffBoard:
    """A lead of a stage without a column. stage_reason: a code, or what a person wrote for who may read that row."""

    id: UUID
    number: int
    kind: LeadKind
    stage: LeadStage
    stage_since: datetime
    stage_reason: str | None
    countries: list[str]
    opinions: int


@dataclass(frozen=True)
class LeadsOffBoard:
    """One page of the leads of a stage, highest number first; `more`: there are further ones."""

    leads: list[LeadOffBoard]
    more: bool


def board_changes(
    session: Session, operation_id: int, *, after: int = 0, keys: str = "", first: int | None = None
) -> Board:
    """Answer what changed on the viewer's board after event `after`, or a fresh snapshot.

    A snapshot comes when the viewer's keys are not those of the client (`keys`), or when it is too far behind. first:
    how many cards of each column a snapshot holds at most; `board_part` has the rest.

    Raises:
        NotFound: the operation does not exist for the viewer, or its terms are not accepted.
    """
    head = _head(session, operation_id)
    fresh = keys != head.keys or after <= 0 or after > head.seq or head.seq - after > MOST_BEHIND
    leads, columns = _first(session, operation_id, first) if fresh and first is not None else (None, None)
    cards = _cards(session, operation_id, head, after=-1 if fresh else after, everything=not fresh, leads=leads)
    return Board(0 if fresh else after, head.seq, head.keys, fresh, cards, _off_board(session, operation_id), columns)


def _first(session: Session, operation_id: int, most: int) -> tuple[list[UUID] | None, dict[str, int] | None]:
    """The leads that stand first in each column, and how many stand there; twice None if these are all."""
    here = {"operation": operation_id, "off": list(OFF_BOARD), "most": most, "standing": list(STANDING_STAGES)}
    rows = session.execute(SQL["first"], here).all()
    columns = {row.board_column: row.of for row in rows}
    return ([row.id for row in rows], columns) if sum(columns.values()) > len(rows) else (None, None)


def board_part(session: Session, operation_id: int, *, above: int) -> BoardPart:
    """The cards of the leads above a number, at most PART: the rest of a board, piece by piece.

    Whoever holds newer ones keeps them: a card says by `changed_seq` how new it is, and the part up to which event it
    knows of leads that left the board.

    Raises:
        NotFound: the operation does not exist for the viewer, or its terms are not accepted.
    """
    head = _head(session, operation_id)
    rows = session.execute(
        SQL["part"], {"operation": operation_id, "off": list(OFF_BOARD), "above": above, "most": PART}
    ).all()
    cards = _cards(session, operation_id, head, everything=False, leads=[row.id for row in rows])
    return BoardPart(head.seq, head.keys, cards, rows[-1].number if len(rows) == PART else None)


def _head(session: Session, operation_id: int) -> Row[Any]:
    """The number of the last event, what the viewer's keys open, how long a claim is held there, and whether the window
    is open."""
    head = session.execute(SQL["head"], {"operation": operation_id}).one_or_none()
    if head is None:
        raise NotFound("There is no such operation, or your country has not accepted its terms yet.")
    return head


def leads_off_board(session: Session, operation_id: int, stage: str, *, before: int | None = None) -> LeadsOffBoard:
    """Leads of a stage that has no column, at most MOST_LISTED; no score, no band.

    before: only leads with a lower number, for the next page.

    Raises:
        NotFound: the operation does not exist for the viewer, or its terms are not accepted; or the stage has a column.
    """
    _head(session, operation_id)
    if stage not in OFF_BOARD:
        raise NotFound("Leads of this stage stand on the board.")
    rows = session.execute(
        SQL["off_board"], {"operation": operation_id, "stage": stage, "before": before, "one_more": MOST_LISTED + 1}
    )
    leads = rows_as(LeadOffBoard, rows)
    return LeadsOffBoard(leads[:MOST_LISTED], len(leads) > MOST_LISTED)


def lead_card(session: Session, lead_id: UUID) -> CardOfOperation:
    """The card of one lead, whatever its stage.

    Raises:
        NotFound: there is no such lead for the viewer.
    """
    head = session.execute(
        text(
            "select l.operation_id, o.lease_s, o.state = 'open' and o.closes_at > now() as is_open "
            "from lead l join operation o on o.id = l.operation_id where l.id = :lead"
        ),
        {"lead": lead_id},
    ).one_or_none()
    if head is None:
        raise NotFound("There is no such lead.")
    (card,) = _cards(session, head.operation_id, head, everything=True, leads=[lead_id])
    return CardOfOperation(head.operation_id, card)


def lead_of_number(session: Session, operation_id: int, number: int) -> UUID:
    """The id of the lead that people know by this number.

    Raises:
        NotFound: there is no such lead for the viewer.
    """
    lead_id: UUID | None = session.execute(
        text("select id from lead where operation_id = :operation and number = :number"),
        {"operation": operation_id, "number": number},
    ).scalar_one_or_none()
    if lead_id is None:
        raise NotFound("There is no such lead.")
    return lead_id


def _cards(
    session: Session,
    operation_id: int,
    head: Row[Any],
    *,
    after: int = -1,
    everything: bool,
    leads: list[UUID] | None = None,
) -> list[Card]:
    here = {"after": after, "everything": everything, "leads": leads, "standing": list(STANDING_STAGES)}
    rows = session.execute(SQL["cards"], {"operation": operation_id, "off": list(OFF_BOARD), **here})
    return [_card(row, head) for row in rows]


def _off_board(session: Session, operation_id: int) -> dict[str, int]:
    rows = session.execute(
        text(
            "select stage, count(*) as n from lead where operation_id = :operation and stage = any (:off) "
            "group by stage"
        ),
        {"operation": operation_id, "off": list(OFF_BOARD)},
    ).all()
    return dict.fromkeys(OFF_BOARD, 0) | {row.stage: row.n for row in rows}


def _card(row: Row[Any], head: Row[Any]) -> Card:
    is_face, sides = row.kind in FACE_KINDS, _sides(row.sides or [], row.side_count)
    return Card(
        id=row.id,
        number=row.number,
        kind=row.kind,
        stage=row.stage,
        column="claimed" if row.stage == "open" and row.holder_id is not None else row.stage,
        priority=row.priority,
        countries=row.countries,
        handling=row.handling if row.handling != UNRESTRICTED else None,
        band=row.shown_band,
        score_withheld=is_face and row.shown_band is None and (row.bands_shown or row.stage != "open"),
        no_face_score=not is_face,
        age_gap_years=row.age_gap_years,
        is_claimable=(
            row.stage in CLAIMABLE
            and (head.is_open or row.custody is not None or row.late_until is not None)
            and not any(side.hidden for side in sides)
        ),
        claimable_by=_claimable_by(row, head),
        sides=sides,
        clue=CardClue(row.clue_what, row.clue_claim) if row.clue_what else None,
        holder=colleague(row.holder_id, row.holder_name, row.holder_country, row.holder_played_by),
        lease_until=row.lease_until,
        lease_s=head.lease_s,
        custody=row.custody,
        holder_left=row.holder_left,
        late_until=row.late_until,
        basis_ended=row.basis_ended,
        standing=Standing(row.standing, row.standing_lead, row.is_own_standing) if row.standing else None,
        about=row.about or [],
        opinions=row.opinions,
        opinions_wanted=_wanted(row.opinions) if row.stage == "assessed" else None,
        waiting_since=row.stage_since,
        referrals=[_referral(**each) for each in row.referrals or []],
        outcome=row.outcome,
        changed_seq=row.changed_seq,
    )


def _claimable_by(row: Row[Any], head: Row[Any]) -> list[str] | None:
    """The countries that go on with the lead after the window (`goes_on`); None while everybody may."""
    if head.is_open and row.late_until is None:
        return None
    keeper = [row.custody] if row.custody and row.late_until is None else []
    return sorted({*row.countries, *keeper})


def _wanted(opinions: int) -> Literal["second", "third"] | None:
    return "second" if opinions == 1 else "third" if opinions == 2 else None


def _referral(number: int, to: str, state: ReferralState, due_at: str | None) -> CardReferral:
    return CardReferral(number, to, state, datetime.fromisoformat(due_at) if due_at else None)


def _sides(seen: list[dict[str, Any]], of: int) -> list[CardSide]:
    """Every side of a lead; one that the viewer may not open is only said to be there."""
    sides = {side["side"]: _side(**side) for side in seen}
    return [sides.get(number) or CardSide(number, None, None, None, "hidden", True) for number in side_numbers(of)]


def _side(
    side: int, country: str, face: str | None, media: str | None, what: Literal["person", "register", "media"]
) -> CardSide:
    return CardSide(side, country, UUID(face) if face else None, UUID(media) if media else None, what, False)


def bands_not_yet_noted(session: Session, operation_id: int, leads: Sequence[LeadSummary]) -> list[UUID]:
    """Ids of the leads whose band the viewer is shown for the first time."""
    shown = {lead.id for lead in leads if lead.band is not None}
    if not shown:
        return []
    known = session.execute(
        text("select lead_id from sight where operation_id = :operation and user_id = my_id() and what = 'band'"),
        {"operation": operation_id},
    ).scalars()
    return sorted(shown - set(known))
