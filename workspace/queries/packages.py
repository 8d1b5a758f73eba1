"""What the package of a referral is made of: its facts, and where its few pictures lie. Read with the workers' role.

A side that is closed to the referring agency stays out: its country is named, nothing else of it is. People stand in
the facts as a country and a role. Must not open a picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import Text
from workspace.exchange.referral_facts import (
    Corroboration,
    JurisdictionGround,
    Opinion,
    Provenance,
    ReferralFacts,
    Release,
    Side,
    SourceMedium,
)
from workspace.model.statements import statements
from workspace.rules.codes import UNRESTRICTED
from workspace.rules.exercise import PlayedBy
from workspace.rules.jurisdiction import ANSWER_WITHIN
from workspace.rules.leads import FACE_KINDS
from workspace.rules.numbers import lead_number, person_number, referral_number
from workspace.vocabulary import label

SQL = statements(__file__)

_LIMITS = Text("Investigative lead, not an identification: a similarity opens a lead, people decide.")
_CHILDREN = Text(
    "The face engine is not validated on children; errors rise under 3 years and with age gaps over 3 years."
)
_VALIDITY = Text("Check with the country that holds the material that it is still valid before acting on it.")


@dataclass(frozen=True)
class PackageMaterial:
    """All that a package is built from; its report speaks the `language` that the drafter chose, else English.

    `pictures` maps a name in the package to an address in the media store; `veiled` to that of its veiled form.
    """

    referral_id: UUID
    operation_id: int
    is_wanted: bool
    recipient_public_key: str | None
    language: str
    facts: ReferralFacts
    pictures: Mapping[str, str]
    veiled: Mapping[str, str]


@dataclass(frozen=True)
class _Part:
    """One side with its sources and pictures."""

    side: Side
    source: SourceMedium | None
    pictures: Mapping[str, str]
    veiled: Mapping[str, str]
    handling_code: str | None
    dimension: int | None
    gallery: str
    closed_country: str | None = None


def package_material(session: Session, referral_id: UUID) -> PackageMaterial | None:
    """The material of a referral's package; None if there is no such referral."""
    row = session.execute(SQL["referral"], {"id": referral_id}).mappings().one_or_none()
    if row is None:
        return None
    asked = {"lead": row["lead_id"], "agency": row["from_agency_id"], "referral": referral_id}
    sides = [dict(side) for side in session.execute(SQL["sides"], asked).mappings()]
    parts = [_part(side) for side in sides]
    pictures = {name: address for part in parts for name, address in part.pictures.items()}
    return PackageMaterial(
        referral_id=referral_id,
        operation_id=row["operation_id"],
        is_wanted=row["state"] == "drafted" and row["package_state"] == "waiting",
        recipient_public_key=row["package_public_key"],
        language=row["drafter_language"],
        facts=_facts(session, dict(row), sides, parts),
        pictures=pictures,
        veiled={name: address for part in parts for name, address in part.veiled.items()},
    )


def _facts(session: Session, row: dict[str, Any], sides: list[dict[str, Any]], parts: list[_Part]) -> ReferralFacts:
    sources = {part.source.label: part.source for part in parts if part.source}
    return ReferralFacts(
        operation=row["code_name"],
        purpose=row["purpose"],
        legal_basis=row["legal_basis"],
        is_exercise=row["is_exercise"],
        handling_code=max([row["handling_code"], *(part.handling_code or UNRESTRICTED for part in parts)]),
        tlp=row["tlp"],
        referral=referral_number(row["number"]),
        lead=lead_number(row["lead_number"]),
        competence=row["competence"],
        urgency=row["urgency"],
        from_agency=row["from_agency"],
        from_country=row["from_country"],
        to_agency=row["to_agency"],
        to_country=row["to_country"],
        message=row["message"],
        corroboration=tuple(
            Corroboration(each["type"], each["reference"], date.fromisoformat(each["dated_on"]), each["speaks"])
            for each in row["corroboration"]
        ),
        prepared_by=_who(row["drafter_country"], row["drafter_role"], row["drafter_played_by"]),
        approved_by=_who(row["approver_country"], row["approver_role"], row["approver_played_by"])
        if row["approver_country"]
        else None,
        prepared_at=row["approved_at"] or row["drafted_at"],
        answer_within_h=int(ANSWER_WITHIN[row["urgency"]].total_seconds() // 3600),
        previous_referrals=_previous(session, row),
        provenance=_provenance(row, parts),
        opinions=_opinions(session, row["lead_id"], whole=not any(part.closed_country for part in parts)),
        grounds=_grounds(session, row["lead_id"]),
        sources=tuple(sources.values()),
        caveats=_caveats(row, sides, parts),
        release=_release(row),
    )


def _release(row: dict[str, Any]) -> Release | None:
    if row["released_at"] is None:
        return None
    return Release(
        reason=row["release_reason"],
        asked_by=_who(row["asker_country"], row["asker_role"], row["asker_played_by"]),
        confirmed_by=_who(row["confirmer_country"], row["confirmer_role"], row["confirmer_played_by"]),
        confirmed_at=row["released_at"],
    )


def _who(country: str, role: str | None, played_by: PlayedBy) -> str:
    """A country and a role, and where an exercise's partner plays the seat, that too."""
    named = Text(label("role", role or "none"))
    if played_by == "partner":
        return Text("{country} · {role} (exercise partner)", country=country, role=named)
    return Text("{country} · {role}", country=country, role=named)


def _provenance(row: dict[str, Any], parts: list[_Part]) -> Provenance:
    probe, candidate = parts[0], parts[-1]
    return Provenance(
        kind=row["kind"],
        probe=probe.side,
        candidate=candidate.side,
        produced_at=row["lead_created_at"],
        rank=row["rank"],
        score=row["score"],
        threshold=row["threshold"],
        age_gap_years=row["age_gap_years"],
        gallery=candidate.gallery,
        pack_id=row["pack_id"],
        recogniser_sha256=row["model_digest"],
        software_version=row["code_version"],
        embedding_dimension=next((part.dimension for part in parts if part.dimension), None),
    )


def _caveats(row: dict[str, Any], sides: list[dict[str, Any]], parts: list[_Part]) -> tuple[str, ...]:
    codes = sorted({part.handling_code for part in parts if part.handling_code and part.handling_code != UNRESTRICTED})
    caveats = [_LIMITS, *([_CHILDREN] if row["kind"] in FACE_KINDS else []), _VALIDITY]
    caveats += [Text("Handling codes apply to the material: {codes}.", codes=codes)] if codes else []
    caveats += [
        Text(
            "The entry {number} of the register {register} is closed: {how}.",
            number=each["entry_number"],
            register=each["register"],
            how=Text(label("entry_step", each["closed_as"])),
        )
        for each in sides
        if each["is_open"] and each["closed_as"]
    ]
    if "comparison_off" in row["basis_ended"]:
        caveats.append(Text("Since this lead was verified a country has ended the comparison of its faces."))
    caveats += [
        Text("One side is closed material of {country}; ask that country for it.", country=part.closed_country)
        for part in parts
        if part.closed_country
    ]
    return tuple(caveats)


def _part(row: dict[str, Any]) -> _Part:
    number, country = row["side"], row["country"]
    if not row["is_open"]:
        closed = Side(label=f"{number}", country=country)
        return _Part(closed, None, {}, {}, None, None, country, closed_country=country)
    face, context = f"face-{number}.webp", f"context-{number}.webp"
    pictures = {
        name: row[column] for name, column in ((face, "crop_address"), (context, "veil_address")) if row[column]
    }
    source = _source(row) if row["exhibit"] else None
    is_register = row["entry_number"] is not None
    side = Side(
        label=f"{row['register']} {row['entry_number']}" if is_register else _label(row),
        country=country,
        image=next((name for name in (face, context) if name in pictures), None),
        source=source.label if source else None,
        frame_s=row["at_s"],
        box=(row["box"][0], row["box"][1], row["box"][2], row["box"][3]) if row["box"] else None,
        quality=row["quality_word"],
        age_band=row["age_band"],
        facts=_side_facts(row),
    )
    gallery = row["register"] if is_register else country
    return _Part(side, source, pictures, _veiled(row, face, context), row["handling_code"], row["dimension"], gallery)


def _veiled(row: dict[str, Any], face: str, context: str) -> dict[str, str]:
    named = {face: row["face_veil_address"], context: row["veil_address"]}
    return {name: address for name, address in named.items() if address}


def _label(row: dict[str, Any]) -> str:
    return person_number(row["person_number"]) if row["person_number"] else f"{row['exhibit'] or row['country']}"


def _side_facts(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    named = (
        (Text("Number in the register"), row["entry_number"]),
        (Text("Sex"), Text(label("sex", row["sex"])) if row["entry_number"] else None),
        (Text("Date of birth"), row["date_of_birth"]),
        (Text("Missing since"), row["missing_since"]),
        (Text("Last known place"), row["place"]),
        (Text("Nationality"), row["nationality"]),
        (Text("Portrait SHA-256"), bytes(row["sha256"]).hex() if row["entry_number"] and row["sha256"] else None),
        (Text("Camera"), " ".join(filter(None, (row["camera_make"], row["camera_model"], row["camera_serial"])))),
        (Text("Taken, as the file states"), _stated_time(row)),
        *(() if row["entry_number"] else _medium_facts(row)),
    )
    return tuple((name, value if isinstance(value, Text) else str(value)) for name, value in named if value)


def _medium_facts(row: dict[str, Any]) -> Iterator[tuple[Text, str | None]]:
    """What else the file of an exhibit states, and what was not looked at in it. A portrait's place stays at home."""
    if row["clock_claim"]:
        yield Text("A time that cannot be true, as the file states"), row["clock_claim"]
    if row["clock"] not in (None, "plausible", "missing"):
        yield Text("Clock"), Text(label("file_clock", row["clock"]))
    yield Text("Lens"), row["lens_model"]
    yield Text("Serial number of the lens"), row["lens_serial"]
    yield Text("Document id"), row["document"]
    yield Text("Software"), row["software"]
    if row["latitude"] is not None:
        yield Text("Place, as the file states"), f"{row['latitude']:.6f}, {row['longitude']:.6f}"
    for code in row["unseen"] or ():
        yield Text("Read in part; not looked at"), Text(label("unseen", code))


def _stated_time(row: dict[str, Any]) -> str | None:
    """The capture time with the decimals of its second."""
    time, decimals = row["captured_at"], row["captured_subseconds"]
    return f"{time[:19]}.{decimals}{time[19:]}" if time and decimals else time


def _source(row: dict[str, Any]) -> SourceMedium:
    sha256 = bytes(row["sha256"]).hex()
    return SourceMedium(
        label=f"{row['exhibit']} {sha256[:12]}",
        sha256=sha256,
        md5=bytes(row["md5"]).hex(),
        sha1=bytes(row["sha1"]).hex(),
        size_bytes=row["size_bytes"],
        media_type=row["media_type"],
        handling_code=row["handling_code"],
        exhibit=row["exhibit"],
        exhibit_kind=row["exhibit_kind"],
        exhibit_country=row["country"],
        case_reference=row["case_reference"],
        seized_by=row["custodian"],
        device_paths=tuple(row["paths"]),
        further_paths=row["path_count"] - len(row["paths"]),
    )


def _previous(session: Session, row: dict[str, Any]) -> tuple[str, ...]:
    rows = session.execute(
        text("""select number, to_country, state, reason from referral
             where lead_id = :lead and id <> :id and sent_at is not null order by number"""),
        {"lead": row["lead_id"], "id": row["id"]},
    )
    return tuple(
        _earlier(referral_number(each.number), each.to_country, Text(label("referral_state", each.state)), each.reason)
        for each in rows
    )


def _earlier(number: str, country: str, state: Text, reason: str | None) -> Text:
    if reason is None:
        return Text("{referral} {country} {state}", referral=number, country=country, state=state)
    return Text("{referral} {country} {state}: {reason}", referral=number, country=country, state=state, reason=reason)


def _opinions(session: Session, lead_id: UUID, *, whole: bool) -> tuple[Opinion, ...]:
    """Settled opinions. Not whole: a side is closed to the sender, and what an examiner writes of it does not leave."""
    rows = session.execute(SQL["opinions"], {"lead": lead_id})
    return tuple(
        Opinion(
            examiner=_who(row.country, row.role, row.played_by),
            agency=row.agency,
            country=row.country,
            level=row.opinion,
            reason=row.reason if whole else "",
            signed_at=row.signed_at,
            suitability=tuple(row.suitability) if whole else (),
            features=tuple(sorted(row.features.items())) if whole else (),
            doubted_at=row.doubted_at,
            doubt=row.doubt,
        )
        for row in rows
    )


def _grounds(session: Session, lead_id: UUID) -> tuple[JurisdictionGround, ...]:
    rows = session.execute(
        text("""select country, ground, competence, basis from jurisdiction_claim
             where lead_id = :lead and withdrawn_at is null order by stated_at, id"""),
        {"lead": lead_id},
    )
    return tuple(JurisdictionGround(row.country, row.ground, row.competence, row.basis) for row in rows)
