"""The debrief of histories made by hand: where true links are lost, what was false, how long it took, and the edition
beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.histories import HEADER, Told, after
from workspace.exchange.debrief import debrief
from workspace.exchange.debrief_figures import ENDS, FATES, LOST_AT, REASONS, STEPS, DebriefFigures
from workspace.exchange.debrief_history import EditionRow, GroupedFace, MergeRow


def ends(figures: DebriefFigures) -> dict[str, int]:
    """How many links end in each way, over all countries, less the zeros."""
    total = {key: sum(row.ends[place].number for row in figures.countries) for place, key in enumerate(ENDS)}
    return {key: number for key, number in total.items() if number}


def reasons(figures: DebriefFigures) -> dict[str, int]:
    return {each.key: each.number for step in figures.steps for each in step.reasons}


def test_a_person_in_three_countries_and_a_register_is_three_pairs_and_an_entry() -> None:
    told = Told()
    told.person("A", "PE", "EC", "PE", "CL")
    told.person("B", "CL", "CL")
    told.entry("A")
    told.entry("nobody who is shown")

    figures = told.figures()

    assert (figures.steps[0].pairs, figures.steps[0].entries, figures.existing) == (3, 1, 4)
    assert [(row.country, row.exist) for row in figures.countries] == [("PE", 4)]


def nothing(_told: Told, _lead: UUID) -> None:
    """The lead stays as it was made."""


def claimed(told: Told, lead: UUID) -> None:
    told.act(lead, "claimed")


def with_one_opinion(told: Told, lead: UUID) -> None:
    told.act(lead, "claimed")
    told.opinion(lead, 1)


@pytest.mark.parametrize(
    ("stage", "what", "end", "reason"),
    [
        ("open", nothing, "not_claimed", "left_open"),
        ("parked", nothing, "not_claimed", "put_aside"),
        ("closed", nothing, "not_claimed", "ended"),
        ("open", claimed, "not_decided", "no_opinion"),
        ("assessed", with_one_opinion, "not_decided", "second_wanted"),
        ("parked", with_one_opinion, "not_decided", "put_aside"),
        ("closed", with_one_opinion, "not_decided", "ended"),
    ],
)
def test_a_lead_that_was_not_decided_says_why(
    stage: str, what: Callable[[Told, UUID], None], end: str, reason: str
) -> None:
    told = Told()
    lead = told.lead(*told.person("A", "PE", "EC", "PE"), stage=stage)
    what(told, lead)

    assert (ends(told.figures()), reasons(told.figures())) == ({end: 1}, {reason: 1})


@pytest.mark.parametrize(("opinions", "reason"), [((5, 4), "by_two"), ((1, 5, 4), "by_third")])
def test_a_true_lead_that_was_rejected_says_by_whom(opinions: tuple[int, ...], reason: str) -> None:
    told = Told()
    told.rejected(*told.person("A", "PE", "EC", "PE"), *opinions)

    assert (ends(told.figures()), reasons(told.figures())) == ({"rejected": 1}, {reason: 1})


@pytest.mark.parametrize(
    ("state", "values", "end", "reason"),
    [
        ("withdrawn", {"sent_at": None}, "not_sent", "no_draft"),
        ("drafted", {"sent_at": None, "is_approved": False}, "not_sent", "not_approved"),
        ("drafted", {"sent_at": None}, "not_sent", "not_sent"),
        ("sent", {"due_at": after(900)}, "no_answer", "within_clock"),
        ("acknowledged", {"due_at": after(100)}, "no_answer", "past_clock"),
        ("accepted", {"answered_at": after(90)}, "answered", None),
        ("returned", {"answered_at": after(90)}, "answered", None),
    ],
)
def test_a_verified_lead_says_how_far_its_referral_came(
    state: str, values: dict[str, object], end: str, reason: str | None
) -> None:
    told = Told()
    told.referral(told.verified(*told.person("A", "PE", "EC", "PE")), state, **values)

    assert (ends(told.figures()), reasons(told.figures())) == ({end: 1}, {reason: 1} if reason else {})


def test_what_was_not_read_says_why() -> None:
    told = Told()
    for place, state in enumerate(("refused", "not_taken_in", "read")):
        told.person(f"A{place}", "EC", "EC")
        told.file(f"A{place}", "PE", state)  # type: ignore[arg-type]
    told.person("B", "EC", "EC")
    told.entry("B", has_face=False)

    figures = told.figures()

    assert ends(figures) == {"not_read": 4}
    assert reasons(figures) == {"files_refused": 1, "not_taken_in": 1, "face_not_found": 2}
    assert [(step.pairs, step.entries) for step in figures.steps[:2]] == [(3, 1), (0, 0)]


def test_what_the_machine_did_not_find_says_whether_only_poor_faces_were_there() -> None:
    told = Told()
    told.person("A", "EC", "EC", "PE")
    told.person("B", "EC", "EC")
    told.group("B", "PE", is_poor=True)

    assert ends(told.figures()) == {"not_found": 2}
    assert reasons(told.figures()) == {"poor_faces": 1, "no_lead": 1}


def test_a_link_is_counted_by_the_lead_that_came_furthest() -> None:
    told = Told()
    one, other = told.person("A", "PE", "EC", "PE")
    told.lead(one, other)
    told.rejected(one, told.group("A", "PE"), 5, 5)
    told.verified(told.group("A", "EC"), other)

    assert ends(told.figures()) == {"not_sent": 1}


def test_a_link_is_rejected_only_if_each_lead_that_was_taken_is() -> None:
    told = Told()
    one, other = told.person("A", "PE", "EC", "PE")
    told.rejected(one, other, 5, 5)
    told.act(told.lead(one, told.group("A", "PE")), "claimed")

    assert ends(told.figures()) == {"not_decided": 1}


def test_an_entry_is_found_in_any_countrys_material() -> None:
    told = Told()
    (group,) = told.person("A", "PE", "EC")
    told.referral(told.verified(group, told.entry("A")), "accepted", answered_at=after(90))

    figures = told.figures()

    assert [(step.pairs, step.entries, step.lost) for step in figures.steps] == [(0, 1, 0)] * len(STEPS)


def test_decisions_stand_beside_the_truth() -> None:
    told = Told()
    first, second = told.person("A", "EC", "EC", "PE")
    other, third = told.person("B", "PE", "PE", "CL")
    told.verified(first, second)
    told.rejected(other, third, 4, 4)
    told.rejected(first, other, 1, 5, 5)
    told.rejected(first, third, 5, 5)
    told.rejected(first, told.group("B", "CL"), 4, 5)
    told.act(told.lead(second, third), "claimed")
    told.lead(second, other)  # nobody took it

    found = told.figures().false_ones

    assert [(each.key, each.true, each.false) for each in found.decided] == [
        ("verified", 1, 0),
        ("rejected", 1, 3),
        ("not_decided", 0, 1),
    ]
    assert (found.caught, found.untold) == (1, 0)


def test_a_false_lead_that_was_verified_has_one_fate() -> None:
    told = Told()
    groups = [
        told.person(label, "EC", country)[0] for label, country in (("A", "EC"), ("B", "PE"), ("C", "CL"), ("D", "PE"))
    ]
    first = groups[0]
    told.verified(first, groups[1])
    told.referral(told.verified(first, groups[2]), "returned", answered_at=after(90))
    lead = told.verified(first, groups[3])
    told.referral(lead, "accepted", answered_at=after(90))
    told.stated(lead, "V3", revoked_seq=9)
    told.referral(told.verified(groups[1], groups[2]), "accepted", answered_at=after(90))

    fates = {each.key: each.number for each in told.figures().false_ones.fates}

    assert fates == {"came_back": 1, "taken_back": 1, "not_sent": 1, "believed": 1}


def test_what_the_truth_cannot_tell_is_in_no_other_number() -> None:
    told = Told()
    (group,) = told.person("A", "EC", "EC")
    both = told.file("A", "PE")
    told.files.append(replace(told.files[-1], identity="B"))
    told.lives_in["B"] = "PE"
    unclear, unknown = uuid4(), uuid4()
    told.faces += [GroupedFace(unclear, both, "PE", False), GroupedFace(unknown, uuid4(), "PE", False)]
    told.verified(group, unclear)
    lead = told.verified(group, unknown)
    told.opinion(lead, 1, by="person")

    figures, own = debrief(told.history(), HEADER)

    assert (figures.false_ones.untold, own) == (2, [])
    assert sum(each.true + each.false for each in figures.false_ones.decided) == 0
    assert ends(figures) == {"not_sent": 1}  # the link of A counts with the lead that may show it


def test_times_are_measured_only_where_a_person_did_the_second_act() -> None:
    told = Told()
    one, other = told.person("A", "EC", "EC", "PE")
    for place, minutes in enumerate((10, 20, 40)):
        lead = told.lead(one, told.group("A", "PE"), at=0)
        told.act(lead, "claimed", at=minutes, by="person")
        told.opinion(lead, 1, at=minutes + 5, by="person" if place else "partner")
        told.opinion(lead, 1, at=minutes + 7, by="person")
        told.act(lead, "verified", at=minutes + 8)
        told.referral(
            lead,
            "accepted",
            sent_at=after(minutes + 18),
            sent_by="person",
            answered_at=after(minutes + 19),
            answered_by="partner",
        )
    told.act(told.lead(one, other, at=0), "claimed", at=500)  # by a partner
    (stranger,) = told.person("B", "PE", "PE")
    told.act(told.lead(one, stranger, at=0), "claimed", at=600, by="person")  # false

    found = {each.key: (each.count, each.median_s, each.p90_s) for each in told.figures().times}

    assert found == {
        "lead_to_claim": (3, 20 * 60, 36 * 60),
        "claim_to_first": (2, 5 * 60, 5 * 60),
        "first_to_second": (3, 2 * 60, 2 * 60),
        "verified_to_sent": (3, 10 * 60, 10 * 60),
        "sent_to_answer": (0, None, None),
        "stated_to_taken_back": (0, None, None),
    }


def test_a_statement_that_was_taken_back_counts_once_and_its_time_if_a_person_found_it() -> None:
    told = Told()
    lead = told.verified(*told.person("A", "EC", "EC", "PE"))
    facts = {"revoked_seq": 9, "stated_at": after(10), "revoked_at": after(32)}
    told.stated(lead, "V3", seq=5, revoked_by="person", **facts)
    told.stated(lead, "O3", seq=5, revoked_by="person", kind="offender", **facts)  # of the same statement
    told.stated(lead, "V4", seq=6, revoked_by="partner", **facts)
    told.stated(lead, "V5", seq=7)

    figures = told.figures()

    found = next(each for each in figures.times if each.key == "stated_to_taken_back")
    assert (found.count, found.median_s) == (1, 22 * 60)
    assert figures.false_ones.taken_back == 2


def test_the_edition_stands_beside_the_truth() -> None:
    told = Told()
    one, other = told.person("A", "EC", "EC", "PE")
    two, stranger = told.person("B", "PE", "EC", "PE")
    told.person("C", "PE", "EC", "PE")
    true, false = told.verified(one, other), told.verified(one, stranger)
    again = told.verified(two, stranger)
    told.stated(true, "V4")
    told.stated(true, "V3")  # counted as somebody else
    told.stated(false, "V3")
    told.stated(again, "V3", seq=11)  # after the edition
    told.stated(again, "V5", revoked_seq=8)  # taken back before it
    told.stated(false, "V5", revoked_seq=12)  # taken back after it
    told.stated(true, "O3", kind="offender")
    told.stated(true, "O3", kind="offender")
    numbers = {"victims_probable": 3, "victims_confirmed": 1, "victims_safeguarded": 1, "offenders_arrested": 2}

    found = told.figures(edition=EditionRow(2, "closing", 10, numbers)).edition

    assert found is not None
    assert (found.number, found.kind) == (2, "closing")
    assert [(line.key, line.edition, line.true, line.false, line.missed, line.possible) for line in found.lines] == [
        ("victims_probable", 3, 1, 2, 2, 3),
        ("victims_confirmed", 1, 1, 0, None, None),
        ("victims_safeguarded", 1, 0, 1, None, None),
        ("offenders_arrested", 2, 2, 0, None, None),
    ]
    places = [(row.country, row.possible, row.probable, row.missed, row.confirmed) for row in found.countries]
    assert places == [("EC", 1, 1, 0, 1), ("PE", 2, 0, 2, 0)]


@pytest.mark.parametrize(("merged_at", "number", "true", "false"), [(7, 1, 0, 1), (12, 2, 2, 0)])
def test_entries_that_were_merged_count_as_one_from_then_on(merged_at: int, number: int, true: int, false: int) -> None:
    told = Told()
    first = told.stated(told.verified(*told.person("A", "EC", "EC", "PE")), "V3")
    second = told.stated(told.verified(*told.person("B", "EC", "EC", "PE")), "V3")
    edition = EditionRow(1, "closing", 10, {"victims_probable": number})

    found = told.figures(edition=edition, merges=(MergeRow(second, first, merged_at),)).edition

    assert found is not None
    assert (found.lines[0].true, found.lines[0].false) == (true, false)


def test_a_false_lead_takes_no_link_further() -> None:
    told = Told()
    one, _other = told.person("A", "EC", "EC", "PE")
    (stranger,) = told.person("B", "PE", "PE")
    told.referral(told.verified(one, stranger), "accepted", answered_at=after(90))

    assert ends(told.figures()) == {"not_found": 1}


def test_only_a_persons_opinions_stand_beside_the_truth() -> None:
    told = Told()
    one, other = told.person("A", "EC", "EC", "PE")
    (stranger,) = told.person("B", "PE", "PE")
    mine = told.opinion(told.lead(one, other), 5, by="person", examiner=7)
    told.opinion(told.lead(one, other), 5, by="partner", examiner=7)
    wrong = told.opinion(told.lead(one, stranger), 1, by="person", examiner=8)

    _figures, own = debrief(told.history(), HEADER)

    assert {(each.opinion_id, each.examiner_id, each.is_same) for each in own} == {(mine, 7, True), (wrong, 8, False)}


def test_of_several_people_in_a_file_the_one_is_meant_whom_the_group_shows_elsewhere() -> None:
    told = Told()
    (group,) = told.person("A", "EC", "EC")
    (other,) = told.person("B", "EC", "EC")
    both = told.file("A", "PE")
    told.files.append(replace(told.files[-1], identity="B"))
    alone = told.file("A", "PE")
    mixed = uuid4()
    told.faces += [GroupedFace(mixed, both, "PE", False), GroupedFace(mixed, alone, "PE", False)]
    told.verified(group, mixed)
    told.verified(other, mixed)

    found = told.figures().false_ones

    assert (found.decided[0].true, found.decided[0].false, found.untold) == (1, 1, 0)


# Whatever happened, the sums add up

COUNTRIES = ("CL", "EC", "PE")


@st.composite
def histories(draw: st.DrawFn) -> Told:
    """Some people in some countries, some entries, and leads between any two of them with anything that may have
    happened."""
    told = Told()
    groups: list[UUID] = []
    for place in range(draw(st.integers(0, 4))):
        countries = draw(st.lists(st.sampled_from(COUNTRIES), max_size=4))
        groups += told.person(f"P{place}", draw(st.sampled_from(COUNTRIES)), *countries)
        for country in draw(st.lists(st.sampled_from(COUNTRIES), max_size=2)):
            told.file(f"P{place}", country, draw(st.sampled_from(("read", "refused", "not_taken_in"))))
        if draw(st.booleans()):
            groups.append(told.entry(f"P{place}", has_face=draw(st.booleans())))
    for _ in range(draw(st.integers(0, 8)) if len(groups) > 1 else 0):
        one, other = draw(st.permutations(groups))[:2]
        lead = told.lead(
            one, other, stage=draw(st.sampled_from(("open", "assessed", "parked", "closed", "verified", "rejected")))
        )
        for kind in draw(st.sets(st.sampled_from(("claimed", "verified", "rejected")))):
            told.act(lead, kind, at=draw(st.integers(10, 50)), by=draw(st.sampled_from(("person", "partner"))))
        for opinion in draw(st.lists(st.integers(1, 5), max_size=3)):
            told.opinion(lead, opinion, by=draw(st.sampled_from(("person", "partner"))))
        for _referral in range(draw(st.integers(0, 2))):
            sent, answered = draw(st.sampled_from(((None, None), (after(60), None), (after(60), after(70)))))
            state = draw(st.sampled_from(("drafted", "sent", "accepted", "returned")))
            told.referral(lead, state, sent_at=sent, answered_at=answered, sent_by="person", answered_by="person")
        if draw(st.booleans()):
            told.stated(lead, draw(st.sampled_from(("V3", "V4", "V5"))), seq=draw(st.integers(1, 20)))
    return told


@given(told=histories(), number=st.integers(0, 9))
def test_the_sums_add_up_whatever_happened(told: Told, number: int) -> None:
    figures = told.figures(edition=EditionRow(1, "closing", 10, {"victims_probable": number}))

    lost = [step.lost for step in figures.steps]
    assert lost[0] == 0
    assert figures.existing == sum(lost) + figures.answered == sum(row.exist for row in figures.countries)
    for before, step in zip(figures.steps, figures.steps[1:], strict=False):
        assert step.both == step.pairs + step.entries == before.both - step.lost
        assert min(step.pairs, step.entries, step.lost) >= 0
        assert sum(each.number for each in step.reasons) == step.lost
        at_step = {key for key, where in LOST_AT.items() if where == step.key}
        assert sum(each.number for row in figures.countries for each in row.ends if each.key in at_step) == step.lost
    assert all(row.exist == sum(each.number for each in row.ends) for row in figures.countries)
    assert [row.country for row in figures.countries] == sorted(row.country for row in figures.countries)
    verified = next(each for each in figures.false_ones.decided if each.key == "verified")
    assert sum(each.number for each in figures.false_ones.fates) == verified.false
    assert figures.edition is not None
    for line in figures.edition.lines:
        assert line.edition == line.true + line.false
        assert line.possible is not None
        assert line.missed is not None
        assert line.possible == line.true + line.missed
        assert min(line.true, line.false, line.missed) >= 0


@given(told=histories())
def test_no_id_and_no_label_of_a_person_leaves(told: Told) -> None:
    said = repr(asdict(told.figures()))

    assert not any(repr(who) in said for who in told.lives_in)
    assert not any(str(lead.id) in said for lead in told.leads)


def test_every_way_to_lose_a_link_has_its_step_and_its_words() -> None:
    assert set(LOST_AT) == set(ENDS) - {"answered"}
    assert set(LOST_AT.values()) <= set(STEPS)
    assert REASONS
    assert FATES
