"""The figures of an edition as plain values, and the one definition of each: what is counted, of what, from what.

The nouns, stages and rules of counting stand with their sources in docs/field.md (Stages, Counting). Queries fill
`EditionFigures`; statistics_report writes it. A figure whose definition is not here cannot be printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from workspace.errors import Invalid
from workspace.rules.codes import AGE_BANDS
from workspace.vocabulary import N_


@dataclass(frozen=True)
class Definition:
    """What a figure is called, its unit, and the sentence that says what is counted (English sources)."""

    label: str
    unit: str
    text: str


_SERIES, _VICTIMS, _OFFENDERS = N_("series"), N_("victims"), N_("offenders")
_FILES, _LEADS, _REFERRALS = N_("files"), N_("leads"), N_("referrals")
_CLUES = N_("clues")

DEFINITIONS: Mapping[str, Definition] = {
    # Taking part
    "countries": Definition(
        N_("Countries"), N_("countries"), N_("Countries that accepted the terms of the operation.")
    ),
    "agencies": Definition(N_("Agencies"), N_("agencies"), N_("Agencies with at least one member who acted.")),
    "experts": Definition(N_("Experts"), N_("people"), N_("People who signed in and acted during the window.")),
    # Material
    "exhibits": Definition(N_("Exhibits"), N_("exhibits"), N_("Seized devices and stores whose files were taken in.")),
    "files_received": Definition(
        N_("Received"), _FILES, N_("Every file of every exhibit, readable or not; the same file on two devices is two.")
    ),
    "bytes_received": Definition(
        N_("Size of what was received"), N_("bytes"),
        N_("Size of every received file; the same file on two devices counts twice. 1 GB is a thousand million bytes."),
    ),
    "files_refused": Definition(
        N_("Refused, with a reason"), _FILES, N_("Received files that could not be read; each keeps its reason.")
    ),
    "files_readable": Definition(
        N_("Readable"), _FILES, N_("Received less refused, and less what still waits to be read.")
    ),
    "photos": Definition(
        N_("Photos"), _FILES, N_("Readable files that are photos; with the videos they make all readable.")
    ),
    "videos": Definition(
        N_("Videos"), _FILES, N_("Readable files that are videos; with the photos they make all readable.")
    ),
    "video_hours": Definition(
        N_("Hours of video"), N_("hours"),
        N_("Playing time of the readable videos, in whole hours; the same video on two devices counts twice."),
    ),
    "files_distinct": Definition(
        N_("Distinct"), _FILES, N_("Readable files after exact copies (SHA-256) were counted once.")
    ),
    "files_distinct_seen": Definition(
        N_("Distinct to the eye"), _FILES, N_("Distinct files after near copies of another file were counted once.")
    ),
    "files_known": Definition(
        N_("Known elsewhere"), _FILES, N_("Distinct files that another country, which agreed to the count, also holds.")
    ),
    "faces": Definition(N_("Faces"), N_("faces"), N_("Faces found in photos, and one face per track in videos.")),
    "persons": Definition(
        N_("Persons"), N_("persons"), N_("Unnamed clusters of faces inside one country's material; not victims.")
    ),
    # Series
    "series_prepared": Definition(N_("Series prepared"), _SERIES, N_("Series formed before the operation opened.")),
    "series_added": Definition(N_("Series added"), _SERIES, N_("Series formed while the operation was open.")),
    "series_all": Definition(N_("Series, all"), _SERIES, N_("Series prepared and added.")),
    "series_worked": Definition(
        N_("Series worked"), _SERIES,
        N_("Series, prepared or added, that somebody claimed or put aside, or with a lead that was claimed.")
    ),
    "series_left": Definition(
        N_("Series not worked"), _SERIES, N_("Series, prepared or added, that nobody worked before the close.")
    ),
    "series_country": Definition(
        N_("Country determined"), _SERIES,
        N_("A likely country of offence, on stated grounds, confirmed by a second reviewer (V1)."),
    ),
    "series_region": Definition(
        N_("Region determined"), _SERIES,
        N_("Of these, series whose region inside the country a second reviewer confirmed too."),
    ),
    "series_information": Definition(
        N_("With information"), _SERIES, N_("A referral with corroborated identification information was made (V2).")
    ),
    "series_probable": Definition(
        N_("A probable victim"), _SERIES, N_("At least one victim of the series is probable (V3).")
    ),
    "series_confirmed": Definition(
        N_("A confirmed victim"), _SERIES, N_("At least one victim of the series is confirmed (V4).")
    ),
    # Victims: stages that were reached at least once and not revoked (docs/field.md, Counting 3)
    "victims_probable": Definition(
        N_("Probable"), _VICTIMS,
        N_("A competent authority states an identity hypothesis (V3), or has confirmed it since."),
    ),
    "victims_confirmed": Definition(
        N_("Confirmed"), _VICTIMS,
        N_("A competent authority has stated who it is, with reference and date (V4)."),
    ),
    "victims_safeguarded": Definition(
        N_("Safeguarded, depicted"), _VICTIMS,
        N_("An authority states that the depicted child is safe (V5). Not a part of «Confirmed»."),
    ),
    "children_safeguarded": Definition(
        N_("Safeguarded, not depicted"), N_("children"),
        N_("Siblings and others made safe. Never added to the line above."),
    ),
    "victims_other_end": Definition(
        N_("Other ends"), _VICTIMS,
        N_("Already identified elsewhere, already safe, adult now, deceased, not a victim, or a trail eliminated."),
    ),
    # Offenders
    "offenders_probable": Definition(N_("Probable"), _OFFENDERS, N_("An identity hypothesis is stated (O1), or more.")),
    "offenders_identified": Definition(
        N_("Identified"), _OFFENDERS,
        N_("A competent authority has stated who it is, with reference and date (O2), or more."),
    ),
    "offenders_arrested": Definition(N_("Arrested"), _OFFENDERS, N_("Stated by police (O3).")),
    "offenders_charged": Definition(N_("Charged"), _OFFENDERS, N_("Stated by a prosecution service (O4).")),
    "offenders_convicted": Definition(N_("Convicted"), _OFFENDERS, N_("Stated by a court (O5).")),
    # Leads and referrals
    "leads_opened": Definition(N_("Opened"), _LEADS, N_("Pairs and clues that came on the board, each once.")),
    "leads_claimed": Definition(N_("Claimed"), _LEADS, N_("Opened leads that somebody held at least once.")),
    "leads_assessed": Definition(N_("Assessed"), _LEADS, N_("Leads with at least one signed opinion.")),
    "leads_verified": Definition(N_("Verified"), _LEADS, N_("Leads that two examiners supported.")),
    "leads_rejected": Definition(
        N_("Rejected"), _LEADS, N_("Leads that two examiners did not support; nobody takes them up again.")
    ),
    "leads_parked": Definition(N_("Set aside"), _LEADS, N_("Leads set aside with a reason.")),
    "leads_referred": Definition(
        N_("Referred"), _LEADS, N_("Leads with at least one referral that was sent; three referrals are one lead.")
    ),
    # Clues
    "clues_opened": Definition(N_("Opened"), _CLUES, N_("Leads that a person opened by what was noticed.")),
    "clues_country": Definition(
        N_("Identified to a country"), _CLUES, N_("Clues of which two people say which country they show.")
    ),
    "clues_region": Definition(
        N_("Identified to a region"), _CLUES,
        N_("Of these, clues of which two people also say which region of the country they show."),
    ),
    "clues_eliminated": Definition(
        N_("Trail eliminated"), _CLUES, N_("Clues of which two people say that they lead nowhere: a result too.")
    ),
    "referrals_sent": Definition(
        N_("Referrals sent"), _REFERRALS, N_("One lead sent to three countries is one lead and three referrals.")
    ),
    "referrals_domestic": Definition(
        N_("Domestic"), _REFERRALS, N_("Sent to an agency of the country that holds the material.")
    ),
    "referrals_foreign": Definition(
        N_("Foreign"), _REFERRALS, N_("Sent to an agency of another country than the one that holds the material.")
    ),
    "referrals_acknowledged": Definition(
        N_("Referrals acknowledged"), _REFERRALS, N_("Receipt stated by the receiving agency.")
    ),
    "referrals_accepted": Definition(N_("Accepted"), _REFERRALS, N_("The receiving agency took over its part.")),
    "referrals_returned": Definition(
        N_("Returned or declined"), _REFERRALS, N_("Sent back with a reason; a new referral of the lead counts anew.")
    ),
    "countries_receiving": Definition(
        N_("Countries that received"), N_("countries"), N_("Countries to which at least one referral was sent.")
    ),
}  # fmt: skip

_FIRST_OF_GROUP: Mapping[str, str] = {
    "countries": N_("Taking part"),
    "exhibits": N_("Material"),
    "series_prepared": N_("Series"),
    "victims_probable": N_("Victims and children"),
    "offenders_probable": N_("Offenders"),
    "leads_opened": N_("Leads"),
    "clues_opened": N_("Clues"),
    "referrals_sent": N_("Referrals"),
}


def group_of(key: str) -> str:
    """The heading under which a figure is printed (English source): that of the last group that begins before it."""
    keys = list(DEFINITIONS)
    begun = [first for first in _FIRST_OF_GROUP if keys.index(first) <= keys.index(key)]
    return _FIRST_OF_GROUP[begun[-1]]


TIMES: Mapping[str, str] = {
    "intake_to_lead": N_("Intake to lead"),
    "lead_to_claim": N_("Lead to claim"),
    "claim_to_verified": N_("Claim to verified"),
    "verified_to_sent": N_("Verified to sent"),
    "sent_to_acknowledged": N_("Sent to acknowledged"),
    "sent_to_safeguarded": N_("Sent to safeguarded"),
}
AGES_COUNTED = (*AGE_BANDS, "not_stated")


@dataclass(frozen=True)
class Header:
    """What the edition is: of which operation, as of when, at which event of the record.

    `log_digest` is the SHA-256 (hex) of the chain's last row; all times are aware. `audience` is internal or public.
    settled_differences: rows that differ from the record and that two people have settled.
    """

    operation: str
    is_exercise: bool
    handling_code: str
    tlp: str
    opens_at: datetime
    closes_at: datetime
    as_of: datetime
    seq: int
    log_digest: str
    edition: int
    kind: str
    audience: str
    countries: tuple[str, ...]
    drawn_up_by: str
    suppression_threshold: int
    settled_differences: int = 0


@dataclass(frozen=True)
class Figure:
    """One number with its definition; `suppressed` withholds it from print."""

    key: str
    number: int | None
    label: str
    unit: str
    definition: str
    suppressed: bool = False


def figure(key: str, number: int | None, *, suppressed: bool = False) -> Figure:
    """The figure of this key, with the definition that stands in DEFINITIONS."""
    if key not in DEFINITIONS:
        raise Invalid("{key} is not a figure that is defined.", key=key, faults=[key])
    definition = DEFINITIONS[key]
    return Figure(key, number, definition.label, definition.unit, definition.text, suppressed)


@dataclass(frozen=True)
class MaterialStep:
    """A step of the material: what was taken off (None at the first) and what is left, in files."""

    key: str
    taken_off: int | None
    left: int


@dataclass(frozen=True)
class Dissemination:
    """Referrals from country to country; `cells[i][j]` went from `countries[i]` to `countries[j]`."""

    countries: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class DayCount:
    """Referrals by the end of a day, cumulative."""

    day: date
    sent: int
    acknowledged: int


@dataclass(frozen=True)
class Count:
    """A count of one class (an age band, a country)."""

    key: str
    number: int


@dataclass(frozen=True)
class CountryCount:
    """What a country had to do with it; a victim counts for each country, so no column adds up to a figure
    (docs/field.md, Counting 4).

    `shown`: probable victims whom its material shows; `determined`: series whose likely country of offence it is,
    confirmed by a second reviewer; `confirmed` and `safeguarded`: depicted victims of whom its authorities stated it.
    """

    country: str
    shown: int
    determined: int
    confirmed: int
    safeguarded: int


@dataclass(frozen=True)
class GradeCount:
    """How many distinct contents of a country's material have this grade, which stands in the country's own table."""

    country: str
    number: int
    label: str
    files: int


@dataclass(frozen=True)
class TimeMeasure:
    """How long a step took: the number measured, median and 90th percentile in seconds; None where none was."""

    key: str
    count: int
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True)
class Agreement:
    """How examiners agreed: leads with two opinions, of these alike and different, and those a third decided."""

    compared: int
    agreed: int
    disagreed: int
    third_opinions: int


@dataclass(frozen=True)
class ModelUse:
    """A face pack as it was used: its hash, its threshold, the leads it raised and those of them examiners rejected."""

    pack_id: str
    recogniser_sha256: str
    threshold: float
    leads: int
    rejected: int


@dataclass(frozen=True)
class Correction:
    """A stage that was revoked, or a likely country of a series that two people had said and one took back. reason: a
    dash in what is stored, since it is free text; whoever may see the statement `outcome` reads it there."""

    at: datetime
    subject: str
    reason: str
    outcome: UUID | None = None


@dataclass(frozen=True)
class EditionFigures:
    """Everything an edition prints. Funnels hold figure keys with numbers, the first being the whole.

    `ages` are probable victims by AGES_COUNTED in that order, `sexes` the same by SEXES, `places` stated offence places
    by country code and `countries` in alphabetical order: an order that does not depend on the numbers is part of the
    suppression rule, as that of `grades` (country, number of the category) is. Editions of earlier programs have
    neither `sexes` nor `countries` nor `grades`.
    """

    header: Header
    figures: tuple[Figure, ...]
    material: tuple[MaterialStep, ...]
    series_funnel: tuple[Count, ...]
    lead_funnel: tuple[Count, ...]
    dissemination: Dissemination
    referral_days: tuple[DayCount, ...]
    ages: tuple[Count, ...]
    places: tuple[Count, ...]
    times: tuple[TimeMeasure, ...]
    agreement: Agreement | None
    models: tuple[ModelUse, ...]
    corrections: tuple[Correction, ...]
    sexes: tuple[Count, ...] = ()
    countries: tuple[CountryCount, ...] = ()
    grades: tuple[GradeCount, ...] = ()
