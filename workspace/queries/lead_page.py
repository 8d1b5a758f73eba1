"""Everything on the page of one lead, from one snapshot. The shape is frontend/src/lead/types.ts.

Row-level security decides which sides, comments, notes, opinions and events come. Score and band come through the columns the
lead's state computes, or through the examiner's own settled opinion; nothing here may add another way.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.queries.board import STAGE_REASON, lead_card
from workspace.queries.lead_sides import iso, lead_sides
from workspace.queries.presence import who_is_looking
from workspace.rules.leads import OTHER_KINDS
from workspace.rules.states import state_now
from workspace.rules.verdict import UNDO_S

MOST_HISTORY = 200

Row = dict[str, Any]


def lead_page(session: Session, lead_id: UUID, viewer_id: int) -> Row:
    """All that the viewer may know of a lead.

    Raises:
        NotFound: there is no such lead for the viewer.
    """
    operation_id, card = lead_card(session, lead_id)
    page: Row = {**card, **_head(session, operation_id, lead_id, viewer_id)}
    page["sides"] = lead_sides(session, lead_id, card)
    page["assessments"] = _revealed(session, lead_id, viewer_id)
    page["score"] = lead_score(session, lead_id)
    page["evidence"] = _evidence(session, operation_id, lead_id)
    page["comments"] = _comments(session, lead_id)
    page["annotations"] = _annotations(session, lead_id, viewer_id)
    page["jurisdiction"] = _jurisdiction(session, lead_id, viewer_id)
    page["referrals"] = _referrals(session, lead_id)
    page["access_requests"] = _access(session, lead_id)
    page["history"] = lead_history(session, lead_id)
    page["presence"] = who_is_looking(session, operation_id).get(str(lead_id), [])
    page["agencies"] = _agencies(session, operation_id)
    page["examiners"] = _examiners(session, operation_id, lead_id, viewer_id) if page["claim"]["mine"] else []
    return page


def lead_score(session: Session, lead_id: UUID) -> Row | None:
    """The score as far as the viewer may see it now: the lead is decided, or his own opinion is settled."""
    row = (
        session.execute(
            text("""
          select shown_score as score, shown_band as band, null::int as rank, threshold, pack_id, model_digest
          from lead where id = :lead and shown_score is not null
          union all select score, band, rank, threshold, pack_id, model_digest from score_after_my_opinion(:lead) where score is not null
          order by rank nulls last limit 1"""),
            {"lead": lead_id},
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    shown = session.execute(
        text("select shown_at from sight where lead_id = :lead and user_id = my_id() and what = 'score'"), {"lead": lead_id}
    ).scalar_one_or_none()
    return {**row, "shown_at": shown.isoformat() if shown else None}


def lead_history(session: Session, lead_id: UUID) -> list[Row]:
    """The lead's events that the viewer's keys show, newest first; `whom`: to whom it was handed, or whose claim ended.

    Raises:
        NotFound: there is no such lead for the viewer; an observer reads events in the record.
    """
    if session.execute(text("select 1 from lead where id = :lead"), {"lead": lead_id}).one_or_none() is None:
        raise NotFound("There is no such lead.")
    return [
        {
            "seq": row.seq,
            "at": row.at.isoformat(),
            "kind": row.kind,
            "actor": _colleague(row),
            "payload": row.payload,
            "whom": row.whom,
            "reason": row.reason,
        }
        for row in session.execute(
            text("""select e.seq, e.at, e.kind, e.payload, u.id as user_id, u.name, a.country, w.name as whom,
                        event_reason(e.kind, e.payload) as reason
                 from event e left join app_user u on u.id = e.actor_id left join agency a on a.id = u.agency_id
                 left join app_user w on w.id = event_whom(e.kind, e.payload)
                 where e.lead_id = :lead order by e.seq desc limit :most"""),
            {"lead": lead_id, "most": MOST_HISTORY},
        )
    ]


def _head(session: Session, operation_id: int, lead_id: UUID, viewer_id: int) -> Row:
    row = session.execute(
        text(f"""select l.holder_id, l.holder_agency_id, l.claim_token, l.lease_until, l.lease_until > now() as alive,
                    l.created_at, {STAGE_REASON},
                    l.pack_id, l.model_digest, l.threshold, o.code_name, o.time_zone, o.state, o.closes_at, now() as now,
                    o.tlp, o.second_from_other_country,
                    c.last_seq, my_keys_digest(:operation) as keys
             from lead l join operation o on o.id = l.operation_id join chain c on c.operation_id = o.id where l.id = :lead"""),  # noqa: S608 - a constant
        {"operation": operation_id, "lead": lead_id},
    ).one()
    mine = row.holder_id == viewer_id and bool(row.alive)
    my_opinion, undo_until = _my_assessment(session, lead_id, viewer_id)
    draft = session.execute(
        text("select body, saved_at from draft where lead_id = :lead and user_id = :user"), {"lead": lead_id, "user": viewer_id}
    ).one_or_none()
    return {
        "seq": row.last_seq,
        "keys": row.keys,
        "operation": {
            "id": operation_id,
            "code_name": row.code_name,
            "time_zone": row.time_zone,
            "state": state_now(row.state, closes_at=row.closes_at, now=row.now),
            "tlp": row.tlp,
        },
        "created_at": row.created_at.isoformat(),
        "stage_reason": row.stage_reason,
        "second_from_other_country": row.second_from_other_country,
        "claim": {
            "mine": mine,
            "token": row.claim_token if mine else None,
            "lease_until": iso(row.lease_until),
            "agency": row.holder_agency_id,
        },
        **_next_opinion(session, lead_id),
        "my_assessment": my_opinion,
        "undo_until": undo_until,
        "draft": {"body": draft.body, "saved_at": draft.saved_at.isoformat()} if draft else None,
        "provenance": {"pack_id": row.pack_id, "model_digest": row.model_digest, "threshold": row.threshold}
        if row.pack_id
        else None,
    }


def _next_opinion(session: Session, lead_id: UUID) -> Row:
    """Whether the viewer may give the next opinion, and whether one can still be taken back: both without whose and what."""
    row = session.execute(
        text("select why_not_judge(:lead, my_id()) is null as may_judge, opinion_is_unsettled(:lead) as unsettled"),
        {"lead": lead_id},
    ).one()
    return dict(row._mapping)


def _my_assessment(session: Session, lead_id: UUID, viewer_id: int) -> tuple[Row | None, str | None]:
    row = session.execute(
        text("""select id, opinion, features, reason, signed_at, settled_at from assessment
             where lead_id = :lead and examiner_id = :user and undone_at is null"""),
        {"lead": lead_id, "user": viewer_id},
    ).one_or_none()
    if row is None:
        return None, None
    until = None if row.settled_at else (row.signed_at + timedelta(seconds=UNDO_S)).isoformat()
    return {**_opinion(row), "settled_at": iso(row.settled_at)}, until


def _revealed(session: Session, lead_id: UUID, viewer_id: int) -> list[Row]:
    rows = session.execute(
        text("""select s.id, s.opinion, s.features, s.reason, s.signed_at, u.id as user_id, u.name, s.country
             from assessment s join app_user u on u.id = s.examiner_id
             where s.lead_id = :lead and s.is_revealed and s.undone_at is null order by s.signed_at"""),
        {"lead": lead_id},
    )
    return [{**_opinion(row), "examiner": _colleague(row)} for row in rows]


def _opinion(row: Any) -> Row:
    return {
        "id": str(row.id),
        "opinion": row.opinion,
        "features": row.features,
        "reason": row.reason,
        "signed_at": row.signed_at.isoformat(),
    }


def _evidence(session: Session, operation_id: int, lead_id: UUID) -> list[Row]:
    """Other leads between the same persons' media or the same two countries' devices: what speaks besides the face."""
    rows = session.execute(
        text("""
          select distinct l.id, l.number, l.kind, l.countries from lead_evidence mine
          join lead_evidence other on other.lead_id <> mine.lead_id
            and (other.person_id = mine.person_id or other.media_item_id = mine.media_item_id or other.exhibit_id = mine.exhibit_id)
          join lead l on l.id = other.lead_id
          where mine.lead_id = :lead and l.operation_id = :operation and l.kind = any (:kinds)
          order by l.number limit 10"""),
        {"lead": lead_id, "operation": operation_id, "kinds": list(OTHER_KINDS)},
    )
    return [
        {
            "kind": row.kind,
            "countries": row.countries,
            "bearing": "supports" if row.kind == "camera_serial" else "neutral",
            "lead": {"id": str(row.id), "number": row.number},
        }
        for row in rows
    ]


def _comments(session: Session, lead_id: UUID) -> list[Row]:
    rows = session.execute(
        text("""select c.id, c.body, c.language, c.created_at, u.id as user_id, u.name, a.country
             from comment c join app_user u on u.id = c.author_id join agency a on a.id = u.agency_id
             where c.lead_id = :lead order by c.created_at"""),
        {"lead": lead_id},
    )
    return [
        {
            "id": str(row.id),
            "author": _colleague(row),
            "body": row.body,
            "language": row.language,
            "created_at": row.created_at.isoformat(),
        }
        for row in rows
    ]


def _annotations(session: Session, lead_id: UUID, viewer_id: int) -> list[Row]:
    rows = session.execute(
        text("""select n.id, coalesce(ev.side, 1) as side, n.face_id, n.region, n.note, n.version, n.changed_at,
                    u.id as user_id, u.name, a.country
             from annotation n join app_user u on u.id = n.author_id join agency a on a.id = u.agency_id
             left join lateral (select e.side from lead_evidence e where e.lead_id = n.lead_id and e.compartment_id = n.compartment_id
               order by (e.face_id = n.face_id) desc nulls last, e.side limit 1) ev on true
             where n.lead_id = :lead and n.removed_at is null order by n.created_at"""),
        {"lead": lead_id},
    )
    return [
        {
            "id": str(row.id),
            "side": row.side,
            "face_id": str(row.face_id) if row.face_id else None,
            "region": row.region,
            "note": row.note,
            "author": _colleague(row),
            "version": row.version,
            "changed_at": row.changed_at.isoformat(),
            "mine": row.user_id == viewer_id,
        }
        for row in rows
    ]


def _jurisdiction(session: Session, lead_id: UUID, viewer_id: int) -> list[Row]:
    rows = session.execute(
        text("""select j.id, j.country as claimed, j.ground, j.competence, j.basis, j.stated_at, u.id as user_id, u.name, a.country
             from jurisdiction_claim j join app_user u on u.id = j.stated_by join agency a on a.id = u.agency_id
             where j.lead_id = :lead and j.withdrawn_at is null order by j.stated_at"""),
        {"lead": lead_id},
    )
    return [
        {
            "id": str(row.id),
            "country": row.claimed,
            "ground": row.ground,
            "competence": row.competence,
            "basis": row.basis,
            "stated_by": _colleague(row),
            "stated_at": row.stated_at.isoformat(),
            "may_withdraw": row.user_id == viewer_id,
        }
        for row in rows
    ]


def _referrals(session: Session, lead_id: UUID) -> list[Row]:
    rows = session.execute(
        text("""select r.*, t.name as to_name, t.country as to_agency_country,
                    d.id as user_id, d.name, da.country, p.id as approver_id, p.name as approver_name, pa.country as approver_country
             from referral r join agency t on t.id = r.to_agency_id join app_user d on d.id = r.drafted_by
             join agency da on da.id = d.agency_id
             left join app_user p on p.id = r.approved_by left join agency pa on pa.id = p.agency_id
             where r.lead_id = :lead order by r.number"""),
        {"lead": lead_id},
    ).mappings()
    return [_referral(dict(row)) for row in rows]


def _referral(row: Row) -> Row:
    approver = None
    if row["approver_id"]:
        approver = {"id": row["approver_id"], "name": row["approver_name"], "country": row["approver_country"]}
    return {
        "id": str(row["id"]),
        "number": row["number"],
        "from_country": row["from_country"],
        "to_agency": {"id": row["to_agency_id"], "name": row["to_name"], "country": row["to_agency_country"]},
        "to": row["to_country"],
        **{name: row[name] for name in ("competence", "urgency", "state", "corroboration", "message", "reason", "package_state")},
        "drafted_by": {"id": row["user_id"], "name": row["name"], "country": row["country"]},
        "drafted_at": iso(row["drafted_at"]),
        "approved_by": approver,
        "sent_at": iso(row["sent_at"]),
        "due_at": iso(row["due_at"]),
        "is_onward": row["previous_id"] is not None,
    }


def _access(session: Session, lead_id: UUID) -> list[Row]:
    rows = session.execute(
        text("""select g.id, g.agency_id, t.name as agency_name, t.country as agency_country, u.id as user_id, u.name, a.country,
                    g.asked_at, g.reason, g.granted, g.until, g.answered_at is not null as is_answered,
                    c.agency_id = my_agency() as is_for_own_material,
                    g.granted and (g.ended_at is not null or g.until <= now()) as is_over,
                    g.granted and g.ended_at is null and g.until > now() as is_running
             from access_grant g join agency t on t.id = g.agency_id join app_user u on u.id = g.asked_by
             join agency a on a.id = u.agency_id join compartment c on c.id = g.compartment_id
             where g.lead_id = :lead order by g.asked_at"""),
        {"lead": lead_id},
    )
    return [
        {
            "id": str(row.id),
            "agency": {"id": row.agency_id, "name": row.agency_name, "country": row.agency_country},
            "asked_by": _colleague(row),
            "asked_at": row.asked_at.isoformat(),
            "reason": row.reason,
            "granted": row.granted,
            "until": iso(row.until),
            "is_over": bool(row.is_over),
            "is_for_own_material": row.is_for_own_material,
            "is_answered": row.is_answered,
            "is_running": bool(row.is_running),
        }
        for row in rows
    ]


def _agencies(session: Session, operation_id: int) -> list[Row]:
    rows = session.execute(
        text("""select a.id, a.name, a.country, o.competences from operation_agency o join agency a on a.id = o.agency_id
             where o.operation_id = :operation order by a.country, a.name"""),
        {"operation": operation_id},
    )
    return [dict(row._mapping) for row in rows]


def _examiners(session: Session, operation_id: int, lead_id: UUID, viewer_id: int) -> list[Row]:
    """To whom the viewer, who holds the lead, may hand it: the rule is the command's own."""
    rows = session.execute(
        text("""select u.id as user_id, u.name, a.country from membership m join app_user u on u.id = m.user_id
             join agency a on a.id = u.agency_id
             where m.operation_id = :operation and u.id <> :viewer and why_not_judge(:lead, u.id) is null
             order by a.country, u.name"""),
        {"operation": operation_id, "viewer": viewer_id, "lead": lead_id},
    )
    return [_colleague(row) for row in rows]


def _colleague(row: Any) -> Row:
    return {"id": row.user_id, "name": row.name, "country": row.country}
