"""How an operation stands, from the rows that the viewer may see; every figure says what it counts.

Nothing here shows a score or a band, and nobody is ranked: countries stand in the order of their codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST_STUCK = 12
MOST_CLOCKS = 8
PATIENCE_S = 3600
"""How long a lead may wait for its next person before it counts as stuck."""


@dataclass(frozen=True)
class CountryRow:
    """A country's part. Leads count once for each country whose material meets in them, so columns don't add up to all leads."""

    country: str
    exhibits: int
    exhibits_done: int
    open: int
    claimed: int
    assessed: int
    verified: int
    referred: int
    waits: int
    oldest: datetime | None


@dataclass(frozen=True)
class StuckRow:
    """A lead that waits, for what, since when; `why` is a code of `word('stuck', …)`."""

    lead_id: str
    lead_number: int
    stage: str
    why: str
    referral: int | None
    country: str | None
    since: datetime


@dataclass(frozen=True)
class ClockRow:
    """A time that runs out; `what` is a code of `word('clock', …)`."""

    what: str
    number: int | None
    country: str | None
    at: datetime


@dataclass(frozen=True)
class Overview:
    """All figures of the overview, of one snapshot. `seq`: the last event; `median_s`: first to second signature, in seconds."""

    seq: int
    leads: int
    countries: list[CountryRow]
    stuck: list[StuckRow]
    clocks: list[ClockRow]
    series: Mapping[str, int]
    agreement: Mapping[str, int]
    median_s: float | None
    work: Mapping[str, int]


def overview(session: Session, operation_id: int) -> Overview:
    """Compute the overview of an operation as the viewer sees it."""
    here: dict[str, Any] = {"op": operation_id}
    totals = session.execute(text(_TOTALS), here).one()
    series = session.execute(text(_SERIES), here).mappings().one()
    agreement = session.execute(text(_AGREEMENT), here).mappings().one()
    work = session.execute(text(_WORK), here).mappings().one()
    return Overview(
        seq=totals.seq,
        leads=totals.leads,
        countries=[CountryRow(*row) for row in session.execute(text(_COUNTRIES), here)],
        stuck=[StuckRow(*row) for row in session.execute(text(_STUCK), here | {"patience": PATIENCE_S, "most": MOST_STUCK})],
        clocks=[ClockRow(*row) for row in session.execute(text(_CLOCKS), here | {"most": MOST_CLOCKS})],
        series=dict(series),
        agreement=dict(agreement),
        median_s=session.execute(text(_MEDIAN), here).scalar_one_or_none(),
        work=dict(work),
    )


_TOTALS = """
  select (select last_seq from chain where operation_id = :op) as seq, (select count(*) from lead where operation_id = :op) as leads"""

_COUNTRIES = """
  with part as (select p.country from participation p where p.operation_id = :op),
  exhibits as (select country, count(*) as all_of_them, count(intake_ended_at) as done
               from exhibit where operation_id = :op group by country),
  leads as (select c.country,
              count(*) filter (where l.stage = 'open' and (l.holder_id is null or l.lease_until <= now())) as open,
              count(*) filter (where l.stage in ('open', 'assessed') and l.lease_until > now()) as claimed,
              count(*) filter (where l.stage = 'assessed' and (l.holder_id is null or l.lease_until <= now())) as assessed,
              count(*) filter (where l.stage = 'verified') as verified,
              count(*) filter (where l.stage in ('referred', 'outcome')) as referred
            from lead l cross join lateral unnest(l.countries) as c(country) where l.operation_id = :op group by c.country),
  waits as (select to_country as country, count(*) as waits, min(sent_at) as oldest
            from referral where operation_id = :op and state = 'sent' group by to_country)
  select part.country, coalesce(e.all_of_them, 0), coalesce(e.done, 0), coalesce(l.open, 0), coalesce(l.claimed, 0),
    coalesce(l.assessed, 0), coalesce(l.verified, 0), coalesce(l.referred, 0), coalesce(w.waits, 0), w.oldest
  from part left join exhibits e using (country) left join leads l using (country) left join waits w using (country)
  order by part.country"""

_STUCK = """
  select * from (
    select l.id::text as lead_id, l.number, l.stage, 'answered_no' as why, r.number as referral, r.to_country, r.answered_at as since
    from referral r join lead l on l.id = r.lead_id
    where r.operation_id = :op and r.state in ('declined', 'returned')
    union all
    select l.id::text, l.number, l.stage, 'not_acknowledged', r.number, r.to_country, r.sent_at
    from referral r join lead l on l.id = r.lead_id
    where r.operation_id = :op and r.state = 'sent' and r.due_at < now()
    union all
    select l.id::text, l.number, l.stage, 'access_asked', null, a.country, g.asked_at
    from access_grant g join lead l on l.id = g.lead_id join agency a on a.id = g.agency_id
    where g.operation_id = :op and g.answered_at is null and l.stage not in ('rejected', 'closed')
    union all
    select l.id::text, l.number, l.stage, case l.opinions when 1 then 'needs_second' else 'needs_third' end, null, null, l.stage_since
    from lead l
    where l.operation_id = :op and l.stage = 'assessed' and (l.holder_id is null or l.lease_until <= now())
      and l.stage_since < now() - make_interval(secs => :patience)
    union all
    select l.id::text, l.number, l.stage, 'needs_referral', null, null, l.stage_since
    from lead l
    where l.operation_id = :op and l.stage = 'verified' and l.stage_since < now() - make_interval(secs => :patience)
      and not exists (select 1 from referral r where r.lead_id = l.id and r.state <> 'withdrawn')
  ) stuck order by since, lead_id limit :most"""

_CLOCKS = """
  select * from (
    select 'referral_due' as what, r.number, r.to_country as country, r.due_at as at
    from referral r where r.operation_id = :op and r.state in ('sent', 'acknowledged') and r.due_at is not null
    union all
    select 'access_ends', null, a.country, g.until from access_grant g join agency a on a.id = g.agency_id
    where g.operation_id = :op and g.granted and g.ended_at is null and g.until > now()
    union all
    select 'window_closes', null, null, o.closes_at from operation o where o.id = :op and o.closes_at > now()
  ) clocks order by at limit :most"""

_SERIES = """
  select count(*) as all, count(*) filter (where was_prepared) as prepared, count(*) filter (where not was_prepared) as added,
    count(confirmed_at) as country_determined,
    count(*) filter (where exists (select 1 from person p join lead_evidence e on e.person_id = p.id
                                   where p.series_id = s.id)) as with_lead
  from series s where operation_id = :op"""

_AGREEMENT = """
  -- Leads with two settled opinions or more. Two that agree decide; any other two want a third, given or not.
  select count(*) filter (where opinions = 2 and is_decided) as agreed,
    count(*) filter (where opinions > 2 or not is_decided) as third, count(*) filter (where stage = 'rejected') as rejected
  from (select stage, opinions, stage not in ('open', 'assessed', 'parked') as is_decided
        from lead where operation_id = :op and opinions > 1) judged"""

_MEDIAN = """
  select percentile_cont(0.5) within group (order by extract(epoch from second_at - first_at)) from (
    select (array_agg(signed_at order by signed_at))[1] as first_at, (array_agg(signed_at order by signed_at))[2] as second_at
    from assessment where operation_id = :op and is_revealed and undone_at is null group by lead_id having count(*) > 1) pairs"""

_WORK = """
  select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'read') as read,
    count(*) filter (where state = 'refused') as refused, count(*) as items
  from media_item where operation_id = :op"""
