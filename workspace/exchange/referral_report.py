"""Lays out the report of a referral for people: the same facts as its manifest, in the order an investigator reads
them.

Pictures are named with their hashes and lie beside the report; none is printed, so that nothing distressing meets a
reader who opened a PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from workspace.exchange.pdf import Cell, Document, Table, Words
from workspace.exchange.referral_facts import Opinion, Provenance, ReferralFacts, Release, Side, SourceMedium
from workspace.exchange.words import Translate, label, moment, said
from workspace.rules.codes import Doubt
from workspace.rules.leads import FACE_KINDS

NOT_STATED = "—"


def referral_document(
    facts: ReferralFacts, digests: Mapping[str, str], *, translate: Translate, language: str
) -> Document:
    """The document of a referral; `digests` are the SHA-256 of the files that lie beside it, by name."""
    _ = translate
    scale = "opinion" if facts.provenance.kind in FACE_KINDS else "opinion_without_face"
    return Document(
        title=_("Referral {referral}").format(referral=facts.referral),
        language=language,
        operation=facts.operation,
        is_exercise=facts.is_exercise,
        tlp=facts.tlp,
        handling_code=facts.handling_code,
        footer=f"{facts.referral} · {said(facts.prepared_by, _)} · {moment(facts.prepared_at)}",
        chip=label("urgency", facts.urgency, _),
        meta=(
            f"{facts.from_agency} ({facts.from_country}) → {facts.to_agency} ({facts.to_country})",
            _("Lead {lead}").format(lead=facts.lead),
            label("competence", facts.competence, _),
        ),
        blocks=(
            Words(_("What is asked"), (facts.message or NOT_STATED,)),
            _referral(facts, _),
            *([_release(facts.release, _)] if facts.release else []),
            _comparison(facts.provenance, digests, _),
            _provenance(facts.provenance, _),
            *(_opinion(number, opinion, scale, _) for number, opinion in enumerate(facts.opinions, start=1)),
            _corroboration(facts, _),
            _grounds(facts, _),
            *(_source(source, _) for source in facts.sources),
            _files(digests, _),
            *(
                [Words(_("What limits this lead"), tuple(said(caveat, _) for caveat in facts.caveats))]
                if facts.caveats
                else []
            ),
        ),
    )


def _facts_table(title: str, rows: Iterable[tuple[str, object]], *, aside: str = "", note: str = "") -> Table:
    cells = tuple((Cell(name, "quiet"), _value(value)) for name, value in rows)
    return Table(title, aside, (), cells, "ss", (0.28, 0.72), note=note)


def _value(value: object) -> Cell:
    if isinstance(value, Cell):
        return value
    return Cell(NOT_STATED if value is None or value == "" else str(value))


def _referral(facts: ReferralFacts, _: Translate) -> Table:
    return _facts_table(
        _("Referral"),
        [
            (_("Operation"), facts.operation),
            (_("Purpose"), facts.purpose),
            (_("Legal basis"), facts.legal_basis),
            (_("Handling"), f"TLP:{facts.tlp} · {facts.handling_code}"),
            (_("Urgency"), label("urgency", facts.urgency, _)),
            (_("Time to answer"), _time_to_answer(facts.answer_within_h, _)),
            (_("Prepared by"), f"{said(facts.prepared_by, _)}, {moment(facts.prepared_at)}"),
            (_("Approved by"), facts.approved_by and said(facts.approved_by, _)),
            (_("Earlier referrals of this lead"), "; ".join(said(each, _) for each in facts.previous_referrals)),
        ],
    )


def _release(release: Release, _: Translate) -> Table:
    return _facts_table(
        _("Released while the record did not match"),
        [
            (_("Reason"), release.reason),
            (_("Asked by"), said(release.asked_by, _)),
            (_("Confirmed by"), f"{said(release.confirmed_by, _)}, {moment(release.confirmed_at)}"),
        ],
        note=_("Rows that this referral rests on did not match the record of the operation. Ask the sender which."),
    )


def _time_to_answer(hours: int, _: Translate) -> str:
    if hours % 24:
        return _("{hours} h from sending").format(hours=hours)
    return _("{days} days from sending").format(days=hours // 24)


def _comparison(provenance: Provenance, digests: Mapping[str, str], _: Translate) -> Table:
    rows: list[tuple[str, str, str]] = [
        (_("What"), provenance.probe.label, provenance.candidate.label),
        (_("Country"), provenance.probe.country, provenance.candidate.country),
        (_("Source medium"), provenance.probe.source or NOT_STATED, provenance.candidate.source or NOT_STATED),
        (_("Picture in this package"), _picture(provenance.probe), _picture(provenance.candidate)),
        (_("Second of the video"), _number(provenance.probe.frame_s), _number(provenance.candidate.frame_s)),
        (_("Face box, pixels"), _box(provenance.probe), _box(provenance.candidate)),
        (_("Quality"), _quality(provenance.probe, _), _quality(provenance.candidate, _)),
        (_("Age band"), _age(provenance.probe, _), _age(provenance.candidate, _)),
    ]
    names = list(dict.fromkeys(name for side in (provenance.probe, provenance.candidate) for name, _text in side.facts))
    rows += [(said(name, _), _fact(provenance.probe, name, _), _fact(provenance.candidate, name, _)) for name in names]
    return Table(
        _("Comparison"),
        label("lead_kind", provenance.kind, _),
        ("", _("Probe"), _("Candidate")),
        tuple((Cell(name, "quiet"), Cell(probe), Cell(candidate)) for name, probe, candidate in rows),
        "sss",
        (0.2, 0.4, 0.4),
    )


def _picture(side: Side) -> str:
    return f"images/{side.image}" if side.image else NOT_STATED


def _number(value: float | int | None) -> str:
    return NOT_STATED if value is None else f"{value:g}"


def _box(side: Side) -> str:
    return NOT_STATED if side.box is None else " · ".join(f"{edge:.0f}" for edge in side.box)


def _quality(side: Side, _: Translate) -> str:
    return label("quality", side.quality, _) if side.quality else NOT_STATED


def _fact(side: Side, name: str, _: Translate) -> str:
    return said(dict(side.facts).get(name, NOT_STATED), _)


def _age(side: Side, _: Translate) -> str:
    return label("age_band", side.age_band, _) if side.age_band else NOT_STATED


def _provenance(provenance: Provenance, _: Translate) -> Table:
    score = None
    if provenance.score is not None:
        score = _("{score} at a threshold of {threshold}, rank {rank}").format(
            score=f"{provenance.score:.3f}", threshold=_number(provenance.threshold), rank=_number(provenance.rank)
        )
    return _facts_table(
        _("How the lead came about"),
        [
            (_("Similarity"), score),
            (_("Searched in"), provenance.gallery),
            (_("Age gap, years"), _number(provenance.age_gap_years)),
            (_("Face pack"), provenance.pack_id),
            (_("Recogniser SHA-256"), Cell(provenance.recogniser_sha256 or NOT_STATED, "mono")),
            (_("Embedding"), provenance.embedding_dimension and f"{provenance.embedding_dimension}-d"),
            (_("Software"), provenance.software_version),
            (_("Found at"), moment(provenance.produced_at)),
        ],
        note=_("A similarity is a search aid. It is no probability, and the engine is not validated on children."),
    )


def _opinion(number: int, opinion: Opinion, scale: str, _: Translate) -> Table:
    rows: list[tuple[str, object]] = [
        (_("Opinion"), Cell(label(scale, opinion.level, _), "strong")),
        *([(_("Flagged"), _doubt(opinion.doubt, opinion.doubted_at, _))] if opinion.doubted_at else []),
        (_("Reason"), opinion.reason),
        *(
            (_("Picture {number}").format(number=number), label("suitability", answer, _))
            for number, answer in enumerate(opinion.suitability, start=1)
        ),
        *((label("feature", feature, _), label("judgement", answer, _)) for feature, answer in opinion.features),
        (_("Signed"), moment(opinion.signed_at)),
    ]
    title = _("Opinion {number}").format(number=number)
    return _facts_table(title, rows, aside=f"{said(opinion.examiner, _)} · {opinion.agency} ({opinion.country})")


def _doubt(why: Doubt | None, since: datetime, _: Translate) -> Cell:
    told = (
        _("A vouch was withdrawn on which the examiner depended: noted {time}")
        if why == "unvouched"
        else _("Others used the account that signed this opinion: noted {time}")
    )
    return Cell(told.format(time=moment(since)), "strong")


def _corroboration(facts: ReferralFacts, _: Translate) -> Table:
    return Table(
        _("Besides the face"),
        "",
        (_("Type"), _("Reference"), _("Date"), _("Speaks")),
        tuple(
            (
                Cell(label("corroboration", each.type, _), "strong"),
                Cell(each.reference),
                Cell(each.dated_on.isoformat()),
                Cell(label("speaks", each.speaks, _)),
            )
            for each in facts.corroboration
        ),
        "ssss",
        (0.26, 0.44, 0.15, 0.15),
    )


def _grounds(facts: ReferralFacts, _: Translate) -> Table:
    return Table(
        _("Jurisdiction"),
        "",
        (_("Country"), _("Ground"), _("For"), _("Basis")),
        tuple(
            (
                Cell(ground.country, "strong"),
                Cell(label("ground", ground.ground, _)),
                Cell(label("competence", ground.competence, _)),
                Cell(ground.basis),
            )
            for ground in facts.grounds
        ),
        "ssss",
        (0.1, 0.22, 0.26, 0.42),
    )


def _source(source: SourceMedium, _: Translate) -> Table:
    return _facts_table(
        _("Source medium {label}").format(label=source.label),
        [
            ("SHA-256", Cell(source.sha256, "mono")),
            ("SHA-1", Cell(source.sha1, "mono")),
            ("MD5", Cell(source.md5, "mono")),
            (_("Size, bytes"), f"{source.size_bytes} · {source.media_type}"),
            (
                _("Exhibit"),
                f"{source.exhibit} · {label('exhibit_kind', source.exhibit_kind, _)} · {source.exhibit_country}",
            ),
            (_("Case reference"), source.case_reference),
            (_("Seized by"), source.seized_by),
            *((_("Path on the device"), path) for path in source.device_paths),
            *([(_("Further paths on the device"), str(source.further_paths))] if source.further_paths else []),
        ],
        aside=source.handling_code,
    )


def _files(digests: Mapping[str, str], _: Translate) -> Table:
    return Table(
        _("Files beside this report"),
        _("manifest.json lists this report too"),
        (_("Name"), "SHA-256"),
        tuple((Cell(name), Cell(digest, "mono")) for name, digest in digests.items()),
        "ss",
        (0.3, 0.7),
    )
