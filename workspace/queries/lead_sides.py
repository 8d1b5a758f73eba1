"""The two sides of a lead with the facts under each: face, person, register entry, medium with its device.

Row-level security decides which side comes; a side that is closed to the viewer is its country and nothing else.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST_FACES = 12
MOST_PATHS = 5

Row = dict[str, Any]


def lead_sides(session: Session, lead_id: UUID, card: Row) -> list[Row]:
    """Both sides, first side first: what stands on each, or only its country where it is closed to the viewer."""
    rows = session.execute(
        text("""
          select ev.side, ev.country, ev.face_id, ev.person_id, ev.register_entry_id, ev.media_item_id,
            f.box, f.landmarks, f.quality_word, f.eye_distance_px, f.yaw_deg, f.roll_deg, f.at_s, m.captured_at,
            p.number as person_number, p.face_count, p.age_band, s.number as series_number,
            r.number as entry_number, r.label, r.sex, r.date_of_birth, r.missing_since, r.place, r.nationality, r.details, r.is_closed,
            g.name as register_name, m.kind as media_kind, m.is_complete, m.sha256, m.camera_make, m.camera_model, m.camera_serial,
            x.id as exhibit_id, x.label as exhibit_label, x.kind as exhibit_kind, x.handling_code, x.country as exhibit_country
          from lead_evidence ev
          left join face f on f.id = ev.face_id left join media_item m on m.id = ev.media_item_id
          left join person p on p.id = ev.person_id left join series s on s.id = p.series_id
          left join register_entry r on r.id = ev.register_entry_id left join register g on g.id = r.register_id
          left join exhibit x on x.id = ev.exhibit_id
          where ev.lead_id = :lead"""),
        {"lead": lead_id},
    ).mappings()
    found = {row["side"]: _side(session, dict(row)) for row in rows}
    empty = {"hidden": True, "face": None, "person": None, "register_entry": None, "media": None}
    seen = {side["country"] for side in found.values()}
    others = [country for country in card["countries"] if country not in seen] or card["countries"]
    return [found.get(number, {"side": number, "country": others[0], **empty}) for number in (1, 2)]


def _side(session: Session, row: Row) -> Row:
    return {
        "side": row["side"],
        "country": row["country"],
        "hidden": False,
        "face": _face(row) if row["face_id"] else None,
        "person": _person(session, row) if row["person_id"] else None,
        "register_entry": _entry(row) if row["register_entry_id"] else None,
        "media": _media(session, row) if row["media_item_id"] else None,
    }


def _face(row: Row) -> Row:
    return {
        "id": str(row["face_id"]),
        "box": row["box"],
        "landmarks": row["landmarks"],
        "quality_word": row["quality_word"],
        "eye_distance_px": row["eye_distance_px"],
        "yaw_deg": row["yaw_deg"],
        "roll_deg": row["roll_deg"],
        "at_s": row["at_s"],
        "captured_at": row["captured_at"],
    }


def _person(session: Session, row: Row) -> Row:
    others = session.execute(
        text("select id from face where person_id = :person and id <> :face order by quality desc, id limit :most"),
        {"person": row["person_id"], "face": row["face_id"], "most": MOST_FACES},
    ).scalars()
    return {
        "id": str(row["person_id"]),
        "number": row["person_number"],
        "face_count": row["face_count"],
        "age_band": row["age_band"],
        "series_number": row["series_number"],
        "other_faces": [str(face) for face in others],
    }


def _entry(row: Row) -> Row:
    return {
        "number": row["entry_number"],
        "label": row["label"],
        "sex": row["sex"],
        "date_of_birth": iso(row["date_of_birth"]),
        "missing_since": iso(row["missing_since"]),
        "place": row["place"],
        "nationality": row["nationality"],
        "details": {key: str(value) for key, value in (row["details"] or {}).items()},
        "register": row["register_name"],
        "is_closed": row["is_closed"],
    }


def _media(session: Session, row: Row) -> Row:
    paths = session.execute(
        text(
            """select path, count(*) over () as n from received_file where media_item_id = :item order by received_at, path limit :most"""
        ),
        {"item": row["media_item_id"], "most": MOST_PATHS},
    ).all()
    near = session.execute(
        text("select count(*) from near_copy where media_item_id = :item or like_id = :item"), {"item": row["media_item_id"]}
    ).scalar_one()
    exhibit = None
    if row["exhibit_id"]:
        exhibit = {
            "id": str(row["exhibit_id"]),
            "label": row["exhibit_label"],
            "kind": row["exhibit_kind"],
            "handling_code": row["handling_code"],
            "custodian_country": row["exhibit_country"],
        }
    return {
        "id": str(row["media_item_id"]),
        "kind": row["media_kind"],
        "is_complete": row["is_complete"],
        "sha256": bytes(row["sha256"]).hex(),
        "camera_make": row["camera_make"],
        "camera_model": row["camera_model"],
        "camera_serial": row["camera_serial"],
        "exhibit": exhibit,
        "device_paths": [path.path for path in paths],
        "path_count": paths[0].n if paths else 0,
        "near_copies": near,
    }


def iso(value: Any) -> str | None:
    """A day or moment as text, or nothing."""
    return value.isoformat() if value is not None else None
