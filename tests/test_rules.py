"""The rules in Python and the rules in SQL say the same: asked of the database's own catalogue, so that later
migrations count too."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection, Set
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from workspace.rules import (
    cards,
    clocks,
    codes,
    competence,
    corroboration,
    credentials,
    days,
    exercise,
    exhibit_cases,
    films,
    grades,
    half_uploads,
    jurisdiction,
    known,
    leads,
    limits,
    proposals,
    qualifications,
    register_imports,
    roles,
    states,
    terms,
    tiles,
    verification,
    vouching,
)
from workspace.rules.comparison import comparison_key, search_key
from workspace.rules.roles import ROLES, SERVICE_ROLE

ROLES_OF_FUNCTIONS: dict[str, Set[str]] = {
    "my_operations": roles.MEMBERS | roles.SERVICE,
    "my_keys": roles.KEY_HOLDERS,
    "my_audits": roles.OBSERVER,
    "my_directions": roles.DIRECTOR,
    "my_leaderships": roles.OPERATION_LEAD,
    "my_administrations": set(roles.GRANTABLE),
    "why_not_judge": roles.EXAMINERS,
    "keeps_qualifications": roles.LEADERS,
    "reached_agencies": roles.AUTHORITIES,
    "exports_record": roles.LEADERS,
    "watches_installation": roles.LEADERS | roles.OBSERVER,
    "installation_heads": roles.LEADERS | roles.OBSERVER,
    "left_behind": roles.COUNTRY_LEAD,
    "erase_words": roles.COUNTRY_LEAD,
    "keeps_alone": roles.OPERATION_LEAD | roles.ADMINISTRATOR,
    "settle_standings": roles.ADMINISTRATOR,
    "bind_member": roles.COUNTRY_LEAD,
}
"""By function of the database: for whose membership it answers."""


def named_roles(source: str) -> set[str]:
    """The roles that pass the comparison `role in (…)`, `role = …` or `role <> …` of a function's source."""
    found = re.search(r"\brole\s*(in|=|<>)\s*(\([^)]*\)|'[^']*')", source)
    assert found is not None
    named = set(re.findall(r"'([^']*)'", found[2]))
    return named if found[1] in ("in", "=") else {*ROLES, SERVICE_ROLE} - named


def checked_codes(connection: Connection) -> dict[str, set[str]]:
    """By `table.column`: the codes that a CHECK of the database accepts."""
    rows = connection.execute(
        text("""select c.relname as name, pg_get_constraintdef(k.oid) as definition from pg_constraint k
             join pg_class c on c.oid = k.conrelid where k.contype = 'c' and c.relnamespace = 'public'::regnamespace""")
    )
    codes: dict[str, set[str]] = {}
    for row in rows:
        if column := re.match(r"CHECK \(\((\w+) = ANY \(ARRAY\[(.*)\]\)\)\)$", row.definition):
            values = set(re.findall(r"'([^']*)'", column[2]))
            if values:  # the two sides of a lead are numbers, no codes
                codes[f"{row.name}.{column[1]}"] = values
    return codes


def test_every_function_of_the_database_means_the_roles_that_the_rules_mean(connection: Connection) -> None:
    rows = connection.execute(
        text(r"""select proname, prosrc from pg_proc
             where pronamespace = 'public'::regnamespace and prosrc ~ '\yrole\s*(in|=|<>)\s*[(''].*'""")
    )

    assert {row.proname: named_roles(row.prosrc) for row in rows} == ROLES_OF_FUNCTIONS


CODES_OF_COLUMNS: dict[str, Collection[str]] = {
    "agency.kind": (*codes.AGENCY_KINDS, codes.SERVICE_AGENCY),
    "app_user.language": codes.LANGUAGES,
    "app_user.theme": codes.THEMES,
    "operation.handling_code": codes.HANDLING_CODES,
    "operation.tlp": codes.TLP,
    "lead.holder_left": leads.HOLDER_LEFT,
    "compartment.sharing": codes.SHARINGS,
    "access_grant.scope": codes.ACCESS_SCOPES,
    "membership.standing": get_args(vouching.MemberStanding),
    "vouch.how": vouching.HOW,
    "qualification.competence": qualifications.COMPETENCES,
    "consent.what": codes.CONSENTS,
    "terms_change.what": terms.CHANGES,
    "terms_proposal.what": terms.CHANGES,
    "terms_change.setting": terms.RULES,
    "terms_proposal.setting": terms.RULES,
    "terms_proposal.ended_as": terms.PROPOSAL_ENDS,
    "entry_end.what": codes.ENTRY_STEPS,
    "register_entry.closed_as": codes.ENTRY_ENDS,
    "exhibit_change.what": codes.EXHIBIT_CHANGED,
    "exhibit_change.ground": codes.CLOSING_GROUNDS,
    "exhibit.kind": codes.EXHIBIT_KINDS,
    "exhibit.handling_code": codes.HANDLING_CODES,
    "register.handling_code": codes.HANDLING_CODES,
    "referral.package_code": codes.HANDLING_CODES,
    "register_entry.sex": codes.SEXES,
    "person.age_band": codes.AGE_BANDS,
    "presence.mode": codes.PRESENCE_MODES,
    "face_search.purpose": codes.SEARCH_PURPOSES,
    "ledger_entry.kind": codes.LEDGER_KINDS,
    "ledger_entry.age_band": codes.AGE_BANDS,
    "ledger_entry.sex": codes.SEXES,
    "ledger_act.what": codes.LEDGER_ACTS,
    "series_act.what": codes.SERIES_ACTS,
    "media_item.clock": clocks.CLOCKS,
    "series.triage": codes.SERIES_TRIAGES,
    "series.recency": codes.SERIES_RECENCIES,
    "series_word.what": codes.SERIES_WORDS,
    "series_word.played_by": exercise.PLAYED_BY,
    "series_refusal.played_by": exercise.PLAYED_BY,
    "series_join.what": codes.SERIES_JOINS,
    "series_join.played_by": exercise.PLAYED_BY,
    "series_placement.played_by": exercise.PLAYED_BY,
    "medium_placement.played_by": exercise.PLAYED_BY,
    "clue.what": codes.CLUE_WHATS,
    "person_word.what": codes.PERSON_WORDS,
    "clue.result": codes.CLUE_RESULTS,
    "person_word.played_by": exercise.PLAYED_BY,
    "clue.played_by": exercise.PLAYED_BY,
    "clue_medium.played_by": exercise.PLAYED_BY,
    "clue_act.what": codes.CLUE_ACTS,
    "outside_result.played_by": exercise.PLAYED_BY,
    "clue_card.what": codes.CLUE_WHATS,
    "clue_card.state": cards.CARD_STATES,
    "clue_card.handling_code": codes.HANDLING_CODES,
    "clue_card.result": codes.CLUE_RESULTS,
    "clue_card.played_by": exercise.PLAYED_BY,
    "card_answer.what": cards.CARD_ANSWERS,
    "card_answer.played_by": exercise.PLAYED_BY,
    "clue_act.result": codes.CLUE_RESULTS,
    "outcome.age_band": codes.AGE_BANDS,
    "outcome.sex": codes.SEXES,
    "outcome.stage": codes.OUTCOME_STAGES,
    "operation.state": states.STATES,
    "membership.role": (*ROLES, SERVICE_ROLE),
    "lead.kind": leads.KINDS,
    "lead.stage": leads.STAGES,
    "lead.band": leads.BANDS,
    "jurisdiction_claim.ground": jurisdiction.GROUNDS,
    "jurisdiction_claim.competence": jurisdiction.COMPETENCES,
    "corroboration.type": corroboration.CORROBORATION_TYPES,
    "corroboration.speaks": corroboration.SPEAKS,
    "referral.competence": jurisdiction.COMPETENCES,
    "referral.urgency": get_args(jurisdiction.Urgency),
    "referral.state": codes.REFERRAL_STATES,
    "referral.package_state": codes.PACKAGE_STATES,
    "record_check.state": get_args(verification.CheckState),
    "media_item.kind": get_args(codes.MediaKind),
    "face.quality_word": get_args(codes.Quality),
    "probe.purpose": codes.SEARCH_PURPOSES,
    "probe.state": get_args(codes.ProbeState),
    "probe.played_by": exercise.PLAYED_BY,
    "probe_face.quality_word": get_args(codes.Quality),
    "media_item.best_quality": get_args(codes.Quality),
    "proposal.kind": proposals.PROPOSAL_KINDS,
    "proposal.answer": proposals.PROPOSAL_ANSWERS,
    "proposal.played_by": exercise.PLAYED_BY,
    "grade_table.shipped": grades.SHIPPED,
    "grade_table.played_by": exercise.PLAYED_BY,
    "media_grade.played_by": exercise.PLAYED_BY,
    "face_act.what": codes.FACE_ACTS,
    "face_act.state": codes.DRAWN_STATES,
    "face_act.played_by": exercise.PLAYED_BY,
    "thread_act.what": codes.THREAD_ACTS,
    "thread_act.played_by": exercise.PLAYED_BY,
    "comment_version.played_by": exercise.PLAYED_BY,
    "media_mark.mark": codes.MEDIA_MARKS,
    "media_mark.played_by": exercise.PLAYED_BY,
    "picture_tiles.state": tiles.TILES_STATES,
    "video_copy.state": films.FILM_STATES,
    "video_still.state": films.FILM_STATES,
    "video_still.played_by": exercise.PLAYED_BY,
    "video_range.played_by": exercise.PLAYED_BY,
    "edition.kind": states.EDITION_KINDS,
    "half_upload.state": get_args(half_uploads.UploadState),
    "half_upload.packed": get_args(half_uploads.PackedWhat),
    "half_upload.failure": get_args(half_uploads.UploadFailure),
    "half_upload.played_by": exercise.PLAYED_BY,
    "register_import.state": get_args(register_imports.ImportState),
    "register_import.what": get_args(register_imports.ImportWhat),
    "register_import.meaning": known.MEANINGS,
    "register_import.scheme": exhibit_cases.CASE_SCHEMES,
    "exhibit_case.scheme": exhibit_cases.CASE_SCHEMES,
    "exhibit_case.played_by": exercise.PLAYED_BY,
    "known_list.meaning": known.MEANINGS,
    "known_category.meaning": known.MEANINGS,
    "known_category.played_by": exercise.PLAYED_BY,
    "known_table.played_by": exercise.PLAYED_BY,
    "known_hash.meaning": known.MEANINGS,
    "known_media.meaning": known.MEANINGS,
    "register_import.played_by": exercise.PLAYED_BY,
    "session.played_by": exercise.PLAYED_BY,
    "event.played_by": exercise.PLAYED_BY,
    "assessment.played_by": exercise.PLAYED_BY,
    "erasure.played_by": exercise.PLAYED_BY,
    "difference.played_by": exercise.PLAYED_BY,
    "threshold.played_by": exercise.PLAYED_BY,
    "threshold.confirmed_played_by": exercise.PLAYED_BY,
    "difference.confirmed_played_by": exercise.PLAYED_BY,
    "exercise_seat.played_by": exercise.PLAYED_BY,
    "comment.played_by": exercise.PLAYED_BY,
    "annotation.played_by": exercise.PLAYED_BY,
    "jurisdiction_claim.played_by": exercise.PLAYED_BY,
    "corroboration.played_by": exercise.PLAYED_BY,
    "access_grant.played_by": exercise.PLAYED_BY,
    "release_permission.played_by": exercise.PLAYED_BY,
    "referral.played_by": exercise.PLAYED_BY,
    "referral.approved_played_by": exercise.PLAYED_BY,
    "referral_release.played_by": exercise.PLAYED_BY,
    "referral_release.confirmed_played_by": exercise.PLAYED_BY,
    "face_search.played_by": exercise.PLAYED_BY,
    "exercise_injection.kind": exercise.INJECTIONS,
}
"""By `table.column`: the codes that the rules know."""


@pytest.mark.parametrize("column", sorted(CODES_OF_COLUMNS))
def test_the_database_accepts_exactly_the_codes_that_the_rules_know(connection: Connection, column: str) -> None:
    assert checked_codes(connection)[column] == set(CODES_OF_COLUMNS[column])


WITHOUT_A_RULE = {
    "challenge.purpose": "written and read by commands/identity.py alone",
    "session.how": "written by the routes that sign in",
    "media_item.state": "the queue of readings",
    "person.category": "nobody sets it yet",
    "sight.what": "written and read by commands/shown.py alone",
    "job.state": "the queue of model/jobs.py",
}
"""Columns of codes that stand elsewhere in one place, or in none."""


def test_every_column_of_codes_has_its_rule_or_a_reason(connection: Connection) -> None:
    assert set(checked_codes(connection)) == set(CODES_OF_COLUMNS) | set(WITHOUT_A_RULE)


def test_a_socket_holds_a_session_for_as_long_as_a_request_does(connection: Connection) -> None:
    rows = connection.execute(text("select prosrc from pg_proc where proname = 'live_sessions'"))

    minutes = int(credentials.SESSION_IDLE.total_seconds() / 60)
    assert f"interval '{minutes} minutes'" in rows.scalar_one()


def test_the_database_accepts_the_same_leases(connection: Connection) -> None:
    rows = connection.execute(
        text("""select pg_get_constraintdef(oid) from pg_constraint
             where conrelid = 'operation'::regclass and contype = 'c' and conname like '%lease_s%'""")
    )

    assert re.findall(r"\d+", rows.scalar_one()) == [
        str(limits.MOST_LEASE_S),
        str(limits.LEAST_LEASE_S),
        str(limits.LEAST_EXERCISE_LEASE_S),
    ]


def test_the_database_lets_the_same_roles_be_given(connection: Connection) -> None:
    every = [*ROLES, SERVICE_ROLE]
    rows = connection.execute(
        text(
            "select own, given from unnest(cast(:roles as text[])) own, unnest(cast(:roles as text[])) given where "
            "may_give(own, given)"
        ),
        {"roles": every},
    )

    assert {(row.own, row.given) for row in rows} == {
        (own, given) for own, may in roles.GRANTABLE.items() for given in may
    }


def test_no_role_belongs_to_the_keyless_and_to_the_key_holders() -> None:
    assert set(ROLES) == roles.MEMBERS | {"recipient"}
    assert not roles.KEY_HOLDERS & roles.KEYLESS
    assert roles.EXAMINERS | roles.DISSEMINATORS <= roles.KEY_HOLDERS


def test_nobody_gives_a_role_that_opens_more_than_the_own_one() -> None:
    assert roles.GRANTABLE["operation_lead"] < roles.GRANTABLE["administrator"]
    assert roles.GRANTABLE["country_lead"] < roles.GRANTABLE["operation_lead"]
    assert set().union(*roles.GRANTABLE.values()) == set(ROLES)


@pytest.mark.parametrize(("late_s", "state"), [(-1, "open"), (0, "closing"), (1, "closing")])
def test_an_open_operation_whose_window_is_over_is_closing(late_s: int, state: str) -> None:
    end = datetime(2026, 6, 5, tzinfo=UTC)
    now = end + timedelta(seconds=late_s)

    assert states.state_now("open", closes_at=end, now=now) == state
    assert states.state_now("prepared", closes_at=end, now=now) == "prepared"


@pytest.mark.parametrize(
    ("score", "word"), [(0.2, "weak"), (0.4299, "weak"), (0.43, "moderate"), (0.4999, "moderate"), (0.5, "strong")]
)
def test_the_band_follows_the_thresholds_of_the_recogniser(score: float, word: str) -> None:
    assert leads.band(score, lead=0.43, strong=0.5) == word


def test_years_are_whole_and_have_no_direction() -> None:
    assert leads.whole_years(date(2020, 6, 2), date(2026, 6, 1)) == 5
    assert leads.whole_years(date(2026, 6, 2), date(2020, 6, 2)) == 6
    assert leads.gap_years(None, date(2020, 6, 2)) is None


@pytest.mark.parametrize(
    ("claim", "day"), [("2024-05-06T10:00:00", date(2024, 5, 6)), ("0000:00:00", None), (None, None)]
)
def test_a_picture_claims_a_day_or_none(claim: str | None, day: date | None) -> None:
    assert leads.claimed_day(claim) == day


def test_a_day_is_the_one_of_the_operations_time_zone() -> None:
    late = datetime(2026, 6, 5, 3, 30, tzinfo=UTC)

    assert days.day_in(late, "America/Guayaquil") == date(2026, 6, 4)
    assert days.day_in(late, "Pacific/Auckland") == date(2026, 6, 5)


@pytest.mark.parametrize(
    ("opens", "closes", "now", "found"),
    [
        ("2026-06-05T18:00-05:00", "2026-06-12T18:00-05:00", "2026-06-07T12:00-05:00", (3, 8)),
        ("2026-06-05T00:00-05:00", "2026-06-10T00:00-05:00", "2026-06-05T00:00-05:00", (1, 5)),
        ("2026-06-05T00:00-05:00", "2026-06-10T00:00-05:00", "2026-06-09T23:59-05:00", (5, 5)),
        ("2026-06-05T00:00-05:00", "2026-06-10T00:00-05:00", "2026-06-06T23:30+00:00", (2, 5)),
    ],
)
def test_days_of_a_window_are_days_of_the_calendar(opens: str, closes: str, now: str, found: tuple[int, int]) -> None:
    window = {"opens_at": datetime.fromisoformat(opens), "closes_at": datetime.fromisoformat(closes)}

    assert days.day_of_window(datetime.fromisoformat(now), **window, zone="America/Lima") == days.WindowDay(*found)


def test_a_clock_that_is_put_back_adds_no_day_to_a_window() -> None:
    zone = ZoneInfo("Europe/Madrid")
    window = {"opens_at": datetime(2026, 10, 1, tzinfo=zone), "closes_at": datetime(2026, 12, 1, tzinfo=zone)}

    assert days.day_of_window(datetime(2026, 11, 1, 12, tzinfo=zone), **window, zone="Europe/Madrid") == days.WindowDay(
        32, 61
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("EX-100200", "ex\u2011100200"),
        ("EX-100200", "\uff25\uff38\u2212100200"),
        ("Straße 1", "STRASSE\u00a0 1 "),
        ("Jose\u0301", "jos\u00e9"),
        ("R-1", "\u200bR\u00ad-1\ufeff"),
        ("a b", "a\t\nb"),
        ("R-2031", "R-\u0662\u0660\u0663\u0661"),  # Arabic-Indic
        ("R-2031", "R\u2011\u06f2\u06f0\u06f3\u06f1"),  # extended Arabic-Indic
        ("R-2031", "r-\u0968\u0966\u0969\u0967"),  # Devanagari
    ],
)
def test_two_writings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert comparison_key(one) == comparison_key(other)


def test_different_names_have_different_keys() -> None:
    assert len({comparison_key(name) for name in ("R-1", "R1", "R 1", "R-01", "Ñ-1", "N-1")}) == 6


@given(st.text(st.characters(categories=["Nd", "L"])))
def test_every_decimal_digit_is_compared_and_found_as_its_number(text: str) -> None:
    plain = "".join(str(unicodedata.decimal(char, char)) for char in text)

    assert comparison_key(text) == comparison_key(plain)
    assert search_key(text) == search_key(plain)
    assert not any(char.isdecimal() and not char.isascii() for char in search_key(text))


@given(st.text())
def test_a_key_is_its_own_key_and_nothing_invisible(text: str) -> None:
    key = comparison_key(text)

    assert comparison_key(key) == key
    assert not any(unicodedata.category(char) in ("Cf", "Cc") for char in key)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_text_is_found_by_every_part_however_it_is_composed(before: str, after: str) -> None:
    whole = search_key(f"{before}Ni\u00f1o S\u00f8ren Per\u00fa{after}")

    assert search_key(whole) == whole
    for part in ("nino", "nin\u0303o", "NI\u00d1O", "soren", "peru\u0301"):
        assert search_key(part) in whole
    assert search_key(unicodedata.normalize("NFD", before)) == search_key(unicodedata.normalize("NFC", before))


@given(st.text(string.ascii_letters + string.digits + string.punctuation + " "))
def test_a_key_asks_neither_for_case_nor_for_width(text: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else "\u3000" for char in text)

    assert comparison_key(text) == comparison_key(text.swapcase()) == comparison_key(wide)


def test_every_outcome_has_an_office_that_may_state_it_and_a_sentence_that_says_which() -> None:
    stated = {(kind, stage) for kind, stages in competence.STAGES_OF_KIND.items() for stage in stages}

    assert set(competence.COMPETENT) == stated
    assert {stage for _, stage in stated} == set(codes.OUTCOME_STAGES)
    assert set(competence.STAGES_OF_KIND) == set(codes.LEDGER_KINDS)
    assert set(competence.WHO_MAY) == set(competence.COMPETENT.values())
    assert {office for offices in competence.COMPETENT.values() for office in offices} == set(competence.OFFICES)
    for authority in competence.OFFICES.values():
        assert set(authority.kinds) <= set(codes.AGENCY_KINDS)
        assert set(authority.competences) <= set(jurisdiction.COMPETENCES)


@given(
    st.sampled_from((*codes.AGENCY_KINDS, codes.SERVICE_AGENCY)),
    st.sets(st.sampled_from(jurisdiction.COMPETENCES)),
)
def test_an_agency_states_what_its_kind_and_the_terms_make_it_competent_for(kind: str, terms: set[str]) -> None:
    may = competence.stages_of(kind, terms)
    on_offenders = bool(terms & {"offender", "evidence"})

    assert ("V5" in may.get("victim", ())) == (kind in ("police", "child_protection") and "protection" in terms)
    assert ("O3" in may.get("offender", ())) == (kind == "police" and on_offenders)
    assert ("O4" in may.get("offender", ())) == (kind == "prosecution" and on_offenders)
    assert ("O5" in may.get("offender", ())) == (kind == "court" and on_offenders)
    assert competence.stages_of(kind, ()) == {}


GROUNDS = st.builds(
    jurisdiction.Stated,
    st.sampled_from(["EC", "PE"]),
    st.sampled_from(jurisdiction.GROUNDS),
    st.sampled_from(jurisdiction.COMPETENCES),
)
AGENCIES = st.lists(
    st.builds(
        jurisdiction.Authority,
        st.integers(1, 9),
        st.sampled_from([("EC",), ("PE",)]),
        st.sets(st.sampled_from(jurisdiction.COMPETENCES)).map(tuple),
        st.sampled_from(codes.AGENCY_KINDS),
    ),
    unique_by=lambda agency: agency.agency_id,
)


@given(st.lists(GROUNDS), AGENCIES, st.integers(1, 9))
def test_a_lead_can_be_referred_to_whom_a_ground_names_and_nobody_twice(
    stated: list[jurisdiction.Stated], authorities: list[jurisdiction.Authority], own: int
) -> None:
    offered = jurisdiction.addressees(stated, authorities, taken=(), own=own)

    by_hand = {
        (authority.agency_id, competence)
        for authority in authorities
        for competence in jurisdiction.COMPETENCES
        if jurisdiction.grounds_for(authority, competence, stated)
    }
    assert {(each.agency_id, each.competence) for each in offered} == by_hand
    assert len(offered) == len(by_hand)
    if offered:
        first = (offered[0].agency_id, offered[0].competence)
        left = jurisdiction.addressees(stated, authorities, taken={first}, own=own)
        assert left == offered[1:]


def test_the_childs_own_authority_comes_before_whoever_is_competent_for_everything() -> None:
    stated = [
        jurisdiction.Stated("EC", "offence_place", "offender"),
        jurisdiction.Stated("PE", "child_residence", "protection"),
    ]
    everything = tuple(jurisdiction.COMPETENCES)
    agencies = [
        jurisdiction.Authority(1, ("EC",), everything, "police"),
        jurisdiction.Authority(2, ("PE",), everything, "police"),
        jurisdiction.Authority(3, ("PE",), ("protection",), "child_protection"),
    ]

    offered = jurisdiction.addressees(stated, agencies, taken=(), own=1)

    assert [(each.agency_id, each.competence) for each in offered] == [
        (3, "protection"),
        (2, "protection"),
        (1, "offender"),
    ]
