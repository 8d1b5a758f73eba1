"""Counts an exercise against its truth, out of plain rows; pure, so that a history made by hand has its figures.

Where two numbers must agree they are counted once and added, never counted twice: exist = the ways of loss + answered,
by step and by country; edition = true + false; possible = true + missed. Must not rank, and must not let an id or a
label out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from operator import itemgetter
from uuid import UUID

from workspace.exchange.debrief_edition import beside_truth
from workspace.exchange.debrief_figures import (
    DECISIONS,
    ENDS,
    FATES,
    LOST_AT,
    REASONS,
    STEPS,
    TIMES,
    CountryEnds,
    DebriefFigures,
    DebriefHeader,
    Decided,
    FalseOnes,
    LinkStep,
    definitions,
)
from workspace.exchange.debrief_history import (
    History,
    PlayedBy,
    ReferralRow,
    StatementRow,
    TrueFile,
)
from workspace.exchange.debrief_told import Link, Told
from workspace.exchange.figures import Count, TimeMeasure
from workspace.exchange.times import median_and_p90
from workspace.rules.leads import CAME_BACK
from workspace.rules.verdict import SAME


@dataclass(frozen=True)
class OwnOpinion:
    """An opinion that a person gave, and whether the two sides show the same person."""

    opinion_id: UUID
    examiner_id: int
    is_same: bool


@dataclass(frozen=True)
class End:
    """How a link ends, and why, as far as the rows say."""

    key: str
    reason: str | None = None


def debrief(history: History, header: DebriefHeader) -> tuple[DebriefFigures, list[OwnOpinion]]:
    """Count a history against its truth: the figures for all members, and each person's own opinions beside the
    truth."""
    told = Told(history)
    links = true_links(history)
    ends = [_end(told, link) for link in links]
    figures = DebriefFigures(
        header=header,
        steps=_steps(links, ends),
        countries=_countries(history, links, ends),
        false_ones=_false_ones(told),
        times=_times(told),
        edition=beside_truth(told, links, history.edition) if history.edition else None,
        injections=tuple(Count(kind, number) for kind, number in sorted(Counter(history.injections).items())),
        definitions=definitions(),
    )
    return figures, _own(told)


def true_links(history: History) -> list[Link]:
    """Every pair and entry of the truth; persons that stand in one place alone make none."""
    countries: dict[str, set[str]] = defaultdict(set)
    for file in history.files:
        countries[file.identity].add(file.country)
    pairs = [Link(who, pair) for who in sorted(countries) for pair in combinations(sorted(countries[who]), 2)]
    return pairs + [Link(entry.identity, entry=entry) for entry in history.entries if entry.identity in countries]


# Where a link ends


def _end(told: Told, link: Link) -> End:
    leads = told.links.get((link.identity, link.entry.entry_id if link.entry else link.countries), [])
    if not leads:
        return _before_a_lead(told, link)
    referrals = [referral for lead in leads for referral in told.referrals.get(lead, [])]
    sent = [referral for referral in referrals if referral.sent_at is not None]
    if any(referral.answered_at is not None for referral in sent):
        return End("answered")
    if sent:
        in_time = any(referral.due_at is None or referral.due_at > told.history.as_of for referral in sent)
        return End("no_answer", "within_clock" if in_time else "past_clock")
    if any(told.act(lead, "lead:verified") for lead in leads):
        return End("not_sent", _why_not_sent(referrals))
    claimed = [lead for lead in leads if told.act(lead, "lead:claimed")]
    return _undecided(told, claimed) if claimed else _unclaimed(told, leads)


def _before_a_lead(told: Told, link: Link) -> End:
    """A link without a lead: lost when it was read, or by the machine."""
    of_person = [face for face in told.history.faces if link.identity in told.groups[face.group_id]]
    for where in link.countries or (None,):
        if not any(where in (None, face.country) for face in of_person):
            files = [f for f in told.history.files if f.identity == link.identity and where in (None, f.country)]
            return End("not_read", _why_not_read(files))
    if link.entry is not None and link.entry.entry_id is None:
        return End("not_read", "not_taken_in")
    if link.entry is not None and not link.entry.has_face:
        return End("not_read", "face_not_found")
    has_good = all(
        any(where in (None, face.country) and not face.is_poor for face in of_person)
        for where in link.countries or (None,)
    )
    return End("not_found", "no_lead" if has_good else "poor_faces")


def _why_not_read(files: Collection[TrueFile]) -> str:
    states = {file.state for file in files}
    if "read" in states:
        return "face_not_found"
    return "files_refused" if "refused" in states else "not_taken_in"


def _unclaimed(told: Told, leads: Iterable[UUID]) -> End:
    stages = {told.leads[lead].stage for lead in leads}
    return End("not_claimed", _left_as(stages))


def _left_as(stages: Collection[str]) -> str:
    """The reason of a link none of whose leads went on: the stage of the one that was still nearest to it."""
    if "open" in stages:
        return "left_open"
    return "put_aside" if "parked" in stages else "ended"


def _undecided(told: Told, claimed: Collection[UUID]) -> End:
    """Leads that were taken and not verified: rejected only if each was."""
    waiting = [lead for lead in claimed if not told.act(lead, "lead:rejected")]
    if not waiting:
        by_third = any(len(told.opinions.get(lead, [])) > 2 for lead in claimed)
        return End("rejected", "by_third" if by_third else "by_two")
    stages = {told.leads[lead].stage for lead in waiting}
    if stages <= {"parked", "closed"}:
        return End("not_decided", _left_as(stages))
    return End("not_decided", "second_wanted" if any(told.opinions.get(lead) for lead in waiting) else "no_opinion")


def _why_not_sent(referrals: Iterable[ReferralRow]) -> str:
    drafts = [referral for referral in referrals if referral.state == "drafted"]
    if not drafts:
        return "no_draft"
    return "not_sent" if any(draft.is_approved for draft in drafts) else "not_approved"


# By step and by country


def _steps(links: Collection[Link], ends: Collection[End]) -> tuple[LinkStep, ...]:
    """Each step as what the one before it had, less what was lost at it."""
    lost = Counter(
        (LOST_AT[end.key], link.entry is not None) for link, end in zip(links, ends, strict=True) if end.key in LOST_AT
    )
    why = Counter((LOST_AT[end.key], end.reason) for end in ends if end.key in LOST_AT)
    entries = sum(link.entry is not None for link in links)
    pairs = len(links) - entries
    steps = []
    for key in STEPS:
        pairs, entries = pairs - lost[key, False], entries - lost[key, True]
        reasons = tuple(Count(reason, why[key, reason]) for reason in REASONS if why[key, reason])
        steps.append(LinkStep(key, pairs, entries, pairs + entries, lost[key, False] + lost[key, True], reasons))
    return tuple(steps)


def _countries(history: History, links: Collection[Link], ends: Collection[End]) -> tuple[CountryEnds, ...]:
    number = Counter((history.lives_in[link.identity], end.key) for link, end in zip(links, ends, strict=True))
    rows = []
    for country in sorted({where for where, _end in number}):
        mine = tuple(Count(key, number[country, key]) for key in ENDS)
        rows.append(CountryEnds(country, sum(each.number for each in mine), mine))
    return tuple(rows)


# False ones


def _false_ones(told: Told) -> FalseOnes:
    decided: Counter[tuple[str, bool]] = Counter()
    fates: Counter[str] = Counter()
    caught = untold = 0
    for lead in told.leads:
        if told.act(lead, "lead:claimed") is None:
            continue
        same, key = told.same(lead), _decision(told, lead)
        if same is None:
            untold += 1
            continue
        decided[key, same] += 1
        if not same and key == "verified":
            fates[_fate(told, lead)] += 1
        first = next(iter(told.opinions.get(lead, [])), None)
        caught += not same and key == "rejected" and first is not None and first.opinion in SAME
    rows = tuple(Decided(key, decided[key, True], decided[key, False]) for key in DECISIONS)
    return FalseOnes(rows, caught, tuple(Count(key, fates[key]) for key in FATES), untold, len(_taken_back(told)))


def _decision(told: Told, lead: UUID) -> str:
    for key in ("verified", "rejected"):
        if told.act(lead, f"lead:{key}"):
            return key
    return "not_decided"


def _fate(told: Told, lead: UUID) -> str:
    sent = [referral for referral in told.referrals.get(lead, []) if referral.sent_at is not None]
    if any(referral.state in (*CAME_BACK, "re_routed") for referral in sent):
        return "came_back"
    stated = [statement for statement in told.history.statements if statement.lead_id == lead]
    if stated and all(statement.revoked_seq is not None for statement in stated):
        return "taken_back"
    return "believed" if sent else "not_sent"


# Times


def _times(told: Told) -> tuple[TimeMeasure, ...]:
    took: dict[str, list[float]] = defaultdict(list)
    for lead in told.leads.values():
        if told.same(lead.id) is not True:
            continue
        for key, before, after, played_by in _intervals(told, lead.id, lead.created_at):
            if before is not None and after is not None and played_by == "person" and after >= before:
                took[key].append((after - before).total_seconds())
    for each in _taken_back(told):
        if each.stated_at is not None and each.revoked_at is not None and each.revoked_by == "person":
            took["stated_to_taken_back"].append((each.revoked_at - each.stated_at).total_seconds())
    return tuple(TimeMeasure(key, len(took[key]), *median_and_p90(took[key])) for key in TIMES)


def _taken_back(told: Told) -> list[StatementRow]:
    """Each statement that was taken back, once."""
    return list({each.seq: each for each in told.history.statements if each.revoked_seq is not None}.values())


def _intervals(
    told: Told, lead: UUID, created_at: datetime
) -> Iterable[tuple[str, datetime | None, datetime | None, PlayedBy | None]]:
    """From when to when each step of a lead took, and who played the second act; None where it did not happen."""
    claim, verified = told.act(lead, "lead:claimed"), told.act(lead, "lead:verified")
    first, second, *_later = (*told.opinions.get(lead, []), None, None)
    referrals = told.referrals.get(lead, [])
    sent = min(((each.sent_at, each.sent_by) for each in referrals if each.sent_at), key=itemgetter(0), default=None)
    answer = min(
        ((each.answered_at, each.answered_by) for each in referrals if each.answered_at),
        key=itemgetter(0),
        default=None,
    )
    claimed_at = claim.at if claim else None
    yield "lead_to_claim", created_at, claimed_at, claim.played_by if claim else None
    if first is not None:
        yield "claim_to_first", claimed_at, first.signed_at, first.played_by
    if first is not None and second is not None:
        yield "first_to_second", first.signed_at, second.signed_at, second.played_by
    if sent is not None:
        yield "verified_to_sent", verified.at if verified else None, *sent
    if sent is not None and answer is not None:
        yield "sent_to_answer", sent[0], *answer


def _own(told: Told) -> list[OwnOpinion]:
    """The opinions of people, not of partners, where the truth tells."""
    return [
        OwnOpinion(opinion.id, opinion.examiner_id, same)
        for opinion in told.history.opinions
        if opinion.played_by == "person" and (same := told.same(opinion.lead_id)) is not None
    ]
