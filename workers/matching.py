"""Matches what was read, and opens leads: faces with the registers and across compartments, files and cameras across
agencies.

A person is grouped inside one compartment, so that its other compartments, of the same agency too, are met by leads
alone. Copies are grouped inside a compartment as well, but that one agency's exhibits share files or a camera tells
nobody anything: there a lead needs two agencies (ADR 11).

A job looks from one side (a medium with its persons, a register entry, a person) at everything that is committed;
whichever of two sides comes later finds the other. Vectors in memory propose (`likely.py`), for all jobs of a batch at
once; the rows of what they propose are compared in the same write that opens the leads. Every score is exact and
computed over rows of one recogniser. Which pairs have a lead already is known to `open_leads` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from workers.known import alike_known, of_no_interest
from workers.likely import BEST_FACES, Likely, likely_of, likely_too
from workers.near import NearMedium, near_photos, near_videos, show_the_same, stills_of, videos_that_show
from workers.tools import Effects, WorkerTools
from workspace.analysis.near_duplicates import MIN_QUALITY
from workspace.commands.copies import Copy, Found, open_copies
from workspace.commands.devices import leads_between
from workspace.commands.known import note_alike
from workspace.commands.leads_open import Finding, Provenance, Side, may_open_leads, open_leads
from workspace.commands.lines import name_media
from workspace.commands.readings import forget_near_copies, record_near_copies
from workspace.model import Operation, jobs
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import statements
from workspace.rules.days import day_in
from workspace.rules.known import Meaning
from workspace.rules.leads import LeadKind, band, claimed_day, gap_years, is_kept, register_priority
from workspace.settings import code_version

SQL = statements(__file__)
_PLANNED_ONCE = text("set local plan_cache_mode = force_generic_plan")
"""To plan a comparison takes several times as long as to make it, and each goes along the same indexes."""
TOP = 3
"""How many entries of one register are proposed for one person (docs/field.md, Leads and opinions). Rejected ones take
no place, and those of one register none of another's: the child may be in the list of the country that came last."""
TOP_PERSONS = 5
"""Persons of other compartments that are proposed for one person at a time; rejected ones take no place."""
MEAN_COSINE = 0.30
"""Two persons of many faces have many pairs, and the best of many is easily high: their mean must agree too. The value
is that at which the tracks of a video still join (docs/models.md); among single faces the lead threshold alone
decides."""


def match_person(tools: WorkerTools, job: Taken) -> Effects:
    """Compare a person with the registers and with the persons of other compartments. Job `match_person`."""
    likely = likely_of(tools, job)
    return lambda tx: _open_all(tx, job.operation_id, _like_persons(tx, job.operation_id, [job.subject_id], likely))


def match_again(tools: WorkerTools, job: Taken) -> Effects:
    """Have compared again what may be found now and was not before. Job `match_again`, subject: a threshold that was
    changed, an entry that was closed or taken up again, a register that may be kept again, a person whose faces people
    have moved, or a lead between devices that stands no more."""

    def effects(tx: Tx) -> None:
        found = tx.session.execute(SQL["again"], {"subject": job.subject_id}).all()
        for kind in ("match_entry", "match_person", "match_media", "compare_parts"):
            jobs.want_all(tx, kind, [row.id for row in found if row.kind == kind], job.operation_id)

    return effects


def match_entry(tools: WorkerTools, job: Taken) -> Effects:
    """Find the persons that resemble a new register entry, and have each matched. Job `match_entry`."""
    likely = likely_of(tools, job)
    pack = likely.pack
    facts = {"entry": job.subject_id, "threshold": pack.lead_cosine, "digest": pack.recogniser_sha256}
    facts |= {"faces": sorted(likely.persons.get(job.subject_id, ()))}

    def effects(tx: Tx) -> None:
        persons = tx.session.scalars(SQL["persons_like_entry"], facts).all()
        jobs.want_all(tx, "match_person", persons, job.operation_id)

    return effects


def match_media(tools: WorkerTools, job: Taken) -> Effects:
    """Compare a medium, and the persons in it, with those of others and with the registers. Job `match_media`."""
    likely = likely_of(tools, job)

    def effects(tx: Tx) -> None:
        own = medium_to_match(tx.session, job.subject_id)
        if own is None or own.state != "read":
            return
        if own.has_lists:
            name_media(tx, [own.id], may_skip=False)  # a list may have come while it was received
            note_alike(tx, own.operation_id, _alike(tx.session, own))
        near, doubted = _near(tx.session, own)
        stills = _stills(tx.session, own)
        findings = _traces(tx, own)
        if own.persons:
            findings += _like_persons(tx, own.operation_id, own.persons, likely)
        forget_near_copies(tx, own.operation_id, doubted)
        _open_all(tx, own.operation_id, findings)
        record_copies(tx, own, near, stills)

    return effects


def record_copies(tx: Tx, own: Row[Any], near: Sequence[NearMedium], stills: Sequence[NearMedium] = ()) -> None:
    """Write which media of its material look like one, and open or widen the leads about its copies in the hands of
    others. Comes last in a write. own: as `medium_to_match` answers it; stills: as `_stills` finds them."""
    inside = [each for each in near if each.compartment_id == own.compartment_id]
    copies = [(each.id, each.distance, each.percent) for each in inside]
    record_near_copies(tx, own.operation_id, own.compartment_id, own.id, copies)
    others = _copies_elsewhere(tx.session, own, near)
    media = [own.id, *(each.id for each in near), *(other.side.media_item_id for other in others)]
    beside = _copies_elsewhere(tx.session, own, stills, with_same=False)
    found = [Found(others, media), Found(beside, [*media, *(each.id for each in stills)], of_stills=True)]
    side = Copy(own.agency_id, _file_side(own))
    open_copies(tx, own.operation_id, side, found, show_the_same=show_the_same)


def _alike(session: Session, own: Row[Any]) -> list[tuple[UUID, int, Meaning | None, int | None, int]]:
    """The pictures of lists of known material that a medium looks like."""
    if (own.pdq_quality or 0) < MIN_QUALITY:
        return []
    return [(own.id, *each) for each in alike_known(session, own.operation_id, _hashes(own))]


def _hashes(own: Row[Any]) -> list[bytes]:
    return [own.pdq, *own.pdq_turned, *own.pdq_inner]


def _near(session: Session, own: Row[Any]) -> tuple[list[NearMedium], list[tuple[UUID, UUID]]]:
    """The media that look like one, a photo by its picture, a video by its frames; and pairs that share
    something and are no copies."""
    if own.kind == "video":
        return near_videos(session, own.operation_id, own.id)
    if own.kind != "photo" or (own.pdq_quality or 0) < MIN_QUALITY:
        return [], []
    return near_photos(session, own.operation_id, own.id, _hashes(own)), []


def _stills(session: Session, own: Row[Any]) -> list[NearMedium]:
    """The media of other agencies of which one shows a frame of the other: videos of a photo, photos of a video."""
    if own.kind == "video":
        found = stills_of(session, own.operation_id, own.id)
    elif own.kind == "photo" and (own.pdq_quality or 0) >= MIN_QUALITY:
        found = videos_that_show(session, own.operation_id, own.id, _hashes(own))
    else:
        found = []
    return [each for each in found if each.agency_id != own.agency_id]


def _copies_elsewhere(
    session: Session, own: Row[Any], near: Sequence[NearMedium], *, with_same: bool = True
) -> list[Copy]:
    """The copies of a medium in the hands of other agencies, exact ones first. near: the media that look like it;
    with_same: its exact copies too."""
    elsewhere = [other.id for other in near if other.agency_id != own.agency_id and other.sha256 != own.sha256]
    copies = [medium_to_match(session, each) for each in elsewhere]
    same = session.execute(SQL["same_files"], {"media": own.id}).all() if with_same else []
    others: list[tuple[LeadKind, Row[Any]]] = [("same_file", other) for other in same]
    others += [("near_copy", other) for other in copies if other is not None]
    if not others:
        return []
    dull = of_no_interest(session, [own.id, *(other.id for _, other in others)])
    return [Copy(other.agency_id, _file_side(other), kind) for kind, other in others if not dull & {own.id, other.id}]


def _traces(tx: Tx, own: Row[Any]) -> list[Finding]:
    """What a medium has in common with other agencies besides its content: camera, lens, document."""
    session, findings = tx.session, list[Finding]()
    if own.camera_key is not None:
        findings += [_camera_finding(own, other) for other in session.execute(SQL["same_camera"], {"media": own.id})]
    if own.lens_key is not None:
        findings += [_lens_finding(own, other) for other in session.execute(SQL["same_lens"], {"media": own.id})]
    if own.document_key is not None:
        same = session.execute(SQL["same_document"], {"media": own.id}).all()
        dull = of_no_interest(session, [own.id, *(other.id for other in same)])
        found = [_document_finding(tx, own, other) for other in same if not dull & {own.id, other.id}]
        findings += [each for each in found if each is not None]
    return findings


def _like_persons(tx: Tx, operation_id: int, persons: Sequence[UUID], ahead: Likely) -> list[Finding]:
    """The register entries and the persons of other compartments that resemble these persons, each person's best
    first."""
    likely, pack = likely_too(tx.session, operation_id, persons, ahead), ahead.pack
    facts = {
        "persons": list(persons),
        "best": BEST_FACES,
        "threshold": pack.lead_cosine,
        "mean": MEAN_COSINE,
        "digest": pack.recogniser_sha256,
    }
    entries = compared(tx.session, "entries", facts | {"top": TOP}, likely.entries)
    others = compared(tx.session, "persons", facts | {"top": TOP_PERSONS}, likely.persons)
    findings = [_face_finding(row, _provenance(row, likely)) for row in others]
    if entries:
        today = day_in(tx.now, tx.session.get_one(Operation, operation_id).time_zone)
        findings += [_register_finding(row, _provenance(row, likely), today) for row in entries]
    return findings


def compared(
    session: Session, which: str, facts: dict[str, Any], likely: Mapping[UUID, set[UUID]]
) -> Sequence[Row[Any]]:
    """What the rows say of the faces that are likely for these persons."""
    faces = sorted(set().union(*(likely.get(person, set()) for person in facts["persons"])))
    if not faces:
        return []
    session.execute(_PLANNED_ONCE)
    return session.execute(SQL[which], facts | {"faces": faces}).all()


def _open_all(tx: Tx, operation_id: int, findings: list[Finding]) -> None:
    """Open the leads of these findings. After the window only those out of a register whose stated retention lasts are
    opened, and the job is done all the same (ADR 20)."""
    if not findings:
        return
    if not may_open_leads(tx, operation_id):
        today = day_in(tx.now, tx.session.get_one(Operation, operation_id).time_zone)
        findings = [each for each in findings if is_kept(each.standing_until, today)]
    # In the order of the pairs' random ids: numbers given in the order of scores would tell the rank of a lead whose
    # score is withheld.
    open_leads(tx, operation_id, sorted(findings, key=lambda each: each.pair))


def _register_finding(row: Row[Any], provenance: Provenance, today: date) -> Finding:
    return Finding(
        kind="register_match",
        sides=(
            _probe_side(row),
            Side(
                row.entry_compartment_id,
                row.entry_country,
                register_entry_id=row.entry_id,
                face_id=row.candidate_id,
                media_item_id=row.candidate_media_id,
            ),
        ),
        pair=(str(row.person_id), str(row.entry_id)),
        priority=register_priority(today, date_of_birth=row.date_of_birth, missing_since=row.missing_since),
        age_gap_years=gap_years(row.missing_since, claimed_day(row.captured_at)),
        provenance=provenance,
        standing_until=row.retain_until,
    )


def _face_finding(row: Row[Any], provenance: Provenance) -> Finding:
    sides = (
        _probe_side(row),
        Side(
            row.other_compartment_id,
            row.other_country,
            person_id=row.other_id,
            face_id=row.candidate_id,
            media_item_id=row.candidate_media_id,
            exhibit_id=row.candidate_exhibit_id,
        ),
    )
    return Finding(
        kind="same_face",
        sides=sides,
        pair=(str(row.person_id), str(row.other_id)),
        priority=2,
        age_gap_years=gap_years(claimed_day(row.captured_at), claimed_day(row.other_captured_at)),
        provenance=provenance,
    )


def _camera_finding(own: Row[Any], other: Row[Any]) -> Finding:
    return _trace_finding(
        "camera_serial", own, other, (f"{own.camera_key} {own.agency_id}", f"{own.camera_key} {other.agency_id}")
    )


def _lens_finding(own: Row[Any], other: Row[Any]) -> Finding:
    return _trace_finding(
        "lens_serial", own, other, (f"{own.lens_key} {own.agency_id}", f"{own.lens_key} {other.agency_id}")
    )


def _document_finding(tx: Tx, own: Row[Any], other: Row[Any]) -> Finding | None:
    """One at a time for the two exhibits: an album of which each holds another state would else give a lead for each
    picture."""
    between = leads_between(tx, "document_id", own.exhibit_id, other.exhibit_id)
    return None if between.is_barred else _trace_finding("document_id", own, other, between.pair)


def _trace_finding(kind: str, own: Row[Any], other: Row[Any], pair: tuple[str, str]) -> Finding:
    return Finding(
        kind=kind,
        sides=(_file_side(own), _file_side(other)),
        pair=pair,
        priority=3,
        age_gap_years=gap_years(claimed_day(own.captured_at), claimed_day(other.captured_at)),
    )


def _probe_side(row: Row[Any]) -> Side:
    """The side of the person that is looked from."""
    return Side(
        row.compartment_id,
        row.country,
        person_id=row.person_id,
        face_id=row.probe_id,
        media_item_id=row.probe_media_id,
        exhibit_id=row.probe_exhibit_id,
    )


def _file_side(row: Row[Any]) -> Side:
    return Side(row.compartment_id, row.country, media_item_id=row.id, exhibit_id=row.exhibit_id)


def _provenance(row: Row[Any], likely: Likely) -> Provenance:
    score, pack = float(row.score), likely.pack
    return Provenance(
        score=score,
        band=band(score, lead=pack.lead_cosine, strong=pack.strong_cosine),
        rank=row.rank,
        threshold=pack.lead_cosine,
        pack_id=pack.pack_id,
        model_digest=pack.recogniser_sha256,
        code_version=code_version(),
        compared_to=likely.compared_to,
    )


def medium_to_match(session: Session, media_id: UUID) -> Row[Any] | None:
    """A medium with its owner, its exhibit and the persons in it."""
    return session.execute(SQL["medium"], {"media": media_id}).one_or_none()
