"""Which faces are likely to resemble those of a job, as the vectors in memory say: once for all jobs of a batch.

The jobs were taken before the vectors are brought up to the rows, so that each sees all that was committed before it
was wanted. What is named here is compared with the rows in the job's own write (`matching.py`). Must not decide what
makes a lead.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workers.tools import WorkerTools
from workspace.analysis.pack import Pack
from workspace.model.jobs import Taken
from workspace.model.statements import statements
from workspace.queries.thresholds import thresholds_in
from workspace.search.gallery import Gallery, Probe, gallery_of, vector_of

SQL = statements(__file__)
_LAST = text("select last_seq from chain where operation_id = :operation")
BEST_FACES = 8
"""How many of a person's best faces are compared: more faces of the same person add lookalikes, not recall."""


@dataclass
class Likely:
    """By person or register entry: the faces of registers, and those of persons, that may reach the threshold of a
    lead. pack: with the thresholds by which it was looked, and by which what is named is compared; asked: with whom;
    compared_to: the operation's last event when it was looked first."""

    pack: Pack
    compared_to: int
    entries: dict[UUID, set[UUID]] = field(default_factory=dict)
    persons: dict[UUID, set[UUID]] = field(default_factory=dict)
    asked: set[UUID] = field(default_factory=set)


def look_ahead(tools: WorkerTools, taken: Sequence[Taken]) -> None:
    """Look for all these jobs, of one kind and operation, at once; each finds in `tools` what was found."""
    likely = _look(tools, taken)
    for job in taken:
        tools.ahead[job.id] = likely


def likely_of(tools: WorkerTools, job: Taken) -> Likely:
    """What was found for a job ahead of its turn, or is found now."""
    return tools.ahead.pop(job.id, None) or _look(tools, [job])


def likely_too(session: Session, operation_id: int, persons: Collection[UUID], ahead: Likely) -> Likely:
    """The same, and also for those of these persons with whom it was not looked: they came into the medium since."""
    if missing := set(persons) - ahead.asked:
        look_with_persons(session, operation_id, missing, ahead)
    return ahead


def _look(tools: WorkerTools, taken: Sequence[Taken]) -> Likely:
    own = tools.engine.pack
    kind, operation_id = taken[0].kind, taken[0].operation_id
    subjects = {job.subject_id for job in taken}
    with tools.db.read(tools.service_id) as view:
        pack = pack_in(view.session, operation_id, own)
        likely = Likely(pack, view.session.execute(_LAST, {"operation": operation_id}).scalar_one())
        if kind == "match_entry":
            look_with_entries(view.session, operation_id, subjects, likely)
        else:
            if kind == "match_media":
                subjects = set(view.session.scalars(SQL["in_media"], {"media": sorted(subjects)}))
            look_with_persons(view.session, operation_id, subjects, likely)
    return likely


def look_with_persons(session: Session, operation_id: int, persons: Collection[UUID], likely: Likely) -> None:
    """Add what persons resemble: faces of registers, and of persons of other compartments."""
    pack = likely.pack
    asked = {"subjects": sorted(persons), "digest": pack.recogniser_sha256, "best": BEST_FACES}
    rows = session.execute(SQL["persons"], asked).all()
    subjects = [row.subject_id for row in rows]
    probes = [Probe(vector_of(row.vector), without=row.compartment_id) for row in rows]
    if probes:
        gallery = _filled(session, operation_id, pack)
        found = gallery.faces_like(session, probes, pack.lead_cosine, of_registers=True)
        _gather(likely.entries, subjects, found)
        found = gallery.faces_like(session, probes, pack.lead_cosine, of_registers=False)
        _gather(likely.persons, subjects, found)
    likely.asked |= set(persons)


def look_with_entries(session: Session, operation_id: int, entries: Collection[UUID], likely: Likely) -> None:
    """Add which faces of persons the entries of registers resemble."""
    pack = likely.pack
    rows = session.execute(SQL["entries"], {"subjects": sorted(entries), "digest": pack.recogniser_sha256}).all()
    probes = [Probe(vector_of(row.vector)) for row in rows]
    if probes:
        gallery = _filled(session, operation_id, pack)
        found = gallery.faces_like(session, probes, pack.lead_cosine, of_registers=False)
        _gather(likely.persons, [row.subject_id for row in rows], found)
    likely.asked |= set(entries)


def pack_in(session: Session, operation_id: int, pack: Pack) -> Pack:
    """The pack with the thresholds that hold in an operation."""
    agreed = thresholds_in(session, operation_id, pack.recogniser_sha256)
    return replace(pack, lead_cosine=agreed.lead, strong_cosine=agreed.strong) if agreed else pack


def _filled(session: Session, operation_id: int, pack: Pack) -> Gallery:
    gallery = gallery_of(session, operation_id, pack.recogniser_sha256)
    gallery.fill(session)
    return gallery


def _gather(into: dict[UUID, set[UUID]], subjects: Sequence[UUID], found: Sequence[set[UUID]]) -> None:
    for subject, faces in zip(subjects, found, strict=True):
        into.setdefault(subject, set()).update(faces)
