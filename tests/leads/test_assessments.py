"""Opinions: blind, undoable for ten seconds, settled by housekeeping, decided by two who agree."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from tests.support.operation import Side, TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands.assessments import assess_lead, settle_assessments, undo_assessment
from workspace.commands.claims import claim_lead
from workspace.commands.removals import remove_member
from workspace.commands.stages import close_lead, park_lead
from workspace.commands.vouching import withdraw_vouch
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.model import Assessment, Lead
from workspace.model.database import Database
from workspace.queries.board import board_changes
from workspace.queries.lead_opinions import lead_score
from workspace.queries.lead_page import lead_page
from workspace.rules.verdict import FEATURES, verdict


def sign(operation: TestOperation, database: Database, lead: UUID, person: int, opinion: int) -> UUID:
    look(operation.workers, lead, person)
    with database.write(person) as tx:
        token = claim_lead(tx, lead)
    with database.write(person) as tx:
        signed, _ = assess_lead(tx, lead, token=token, opinion=opinion, reason="ears agree", **WHOLE)
    return signed


def settle(operation: TestOperation) -> None:
    operation.change(
        "update assessment set signed_at = signed_at - interval '11 seconds' "
        "where operation_id = :id and settled_at is null",
        id=operation.id,
    )
    with operation.workers.write(operation.service_id) as tx:
        settle_assessments(tx)


def test_one_opinion_asks_for_a_second_and_two_that_agree_verify(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()

    sign(operation, database, lead, operation.person("EC"), 2)
    assert operation.row(Lead, lead).stage == "open"
    settle(operation)
    assert (operation.row(Lead, lead).stage, operation.row(Lead, lead).holder_id) == ("assessed", None)
    sign(operation, database, lead, operation.person("PE"), 1)
    settle(operation)

    assert operation.row(Lead, lead).stage == "verified"
    assert operation.kinds() == [
        "lead:claimed",
        "assessment:signed",
        "assessment:settled",
        "lead:claimed",
        "assessment:signed",
        "assessment:settled",
        "lead:verified",
    ]


def test_two_that_differ_want_a_third_who_decides(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()

    for person, opinion in ((operation.person("EC"), 1), (operation.person("PE"), 5), (operation.person("CL"), 4)):
        sign(operation, database, lead, person, opinion)
        settle(operation)

    assert operation.row(Lead, lead).stage == "rejected"


def test_a_rejected_lead_takes_no_further_claim(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()
    for country in ("EC", "PE"):
        sign(operation, database, lead, operation.person(country), 5)
        settle(operation)

    with pytest.raises(Conflict), database.write(operation.person("CL")) as tx:
        claim_lead(tx, lead)

    assert operation.row(Lead, lead).stage == "rejected"


def test_an_opinion_is_undone_within_ten_seconds_and_not_after(operation: TestOperation, database: Database) -> None:
    lead, person = operation.lead(), operation.person("EC")
    first = sign(operation, database, lead, person, 1)

    with database.write(person) as tx:
        undo_assessment(tx, first)
    with database.write(person) as tx:
        token = tx.session.scalars(select(Lead.claim_token).where(Lead.id == lead)).one()
        second, _ = assess_lead(tx, lead, token=token, opinion=4, reason="looked again", **WHOLE)
    operation.change("update assessment set signed_at = signed_at - interval '11 seconds' where id = :id", id=second)
    with pytest.raises(Conflict), database.write(person) as tx:
        undo_assessment(tx, second)

    assert operation.row(Assessment, first).undone_at is not None
    assert operation.row(Assessment, second).undone_at is None


def test_nobody_reads_anothers_opinion_before_the_lead_is_decided(operation: TestOperation, database: Database) -> None:
    lead, first, second = operation.lead(), operation.person("EC"), operation.person("PE")
    sign(operation, database, lead, first, 1)
    settle(operation)

    with database.read(second) as view:
        assert view.session.scalars(select(Assessment.id).where(Assessment.lead_id == lead)).all() == []
        assert lead_page(view.session, lead, view.me).assessments == []
    sign(operation, database, lead, second, 1)
    settle(operation)

    with database.read(second) as view:
        page = lead_page(view.session, lead, view.me)
    assert [found.examiner.country for found in page.assessments] == ["EC", "PE"]


def test_a_flagged_opinion_says_so_on_the_decided_lead_to_whoever_reads_it(
    operation: TestOperation, database: Database
) -> None:
    lead, first, second = operation.lead(), operation.person("EC"), operation.person("PE")
    for person in (first, second):
        sign(operation, database, lead, person, 1)
        settle(operation)
    with database.write(operation.person("PE", "country_lead")) as tx:
        remove_member(tx, operation.id, user_id=second, compromised=True)

    for reader in (first, operation.person("CL", "liaison")):
        with database.read(reader) as view:
            page = lead_page(view.session, lead, view.me)
        assert [each.doubted_at is not None for each in page.assessments] == [False, True]
        assert page.stage == "verified"


def test_a_withdrawn_vouch_flags_the_opinions_of_who_depended_on_it_and_undoes_none(
    operation: TestOperation, database: Database
) -> None:
    lead, first, second = operation.lead(), operation.person("EC"), operation.person("PE")
    voucher = operation.person("CL", "liaison")
    operation.change("update membership set standing = 'met' where user_id = :user", user=second)
    operation.vouch(second, voucher)
    for person in (first, second):
        sign(operation, database, lead, person, 1)
        settle(operation)

    with database.write(voucher) as tx:
        withdraw_vouch(tx, operation.id, second, voucher_id=voucher)

    for reader in (first, voucher):
        with database.read(reader) as view:
            page = lead_page(view.session, lead, view.me)
        assert [(each.doubt, each.doubted_at is not None) for each in page.assessments] == [
            (None, False),
            ("unvouched", True),
        ]
        assert page.stage == "verified"
    assert operation.kinds()[-3:] == ["vouch:withdrawn", "standing:changed", "assessment:unvouched"]


def test_the_second_opinion_comes_from_another_country(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()
    sign(operation, database, lead, operation.person("EC"), 1)
    settle(operation)

    with pytest.raises(Forbidden):
        sign(operation, database, lead, operation.person("EC", "specialist", 2), 1)

    assert operation.kinds().count("assessment:signed") == 1


def test_who_cannot_see_both_sides_gives_no_opinion(operation: TestOperation, database: Database) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE"))

    with pytest.raises(Forbidden):
        sign(operation, database, lead, operation.person("PE"), 1)

    assert "assessment:signed" not in operation.kinds()


def test_a_lost_claim_signs_nothing(operation: TestOperation, database: Database) -> None:
    lead, person = operation.lead(), operation.person("EC")
    with database.write(person) as tx:
        token = claim_lead(tx, lead)
    operation.change("update lead set lease_until = now() - interval '1 second' where id = :id", id=lead)

    with pytest.raises(Conflict), database.write(person) as tx:
        assess_lead(tx, lead, token=token, opinion=1, reason="same", **WHOLE)

    assert operation.kinds() == ["lead:claimed"]


def refused(database: Database, lead: UUID, person: int, token: int, **values: Any) -> list[str]:
    """The fields that a refusal of this opinion names; a whole one where nothing else is given."""
    body = {"opinion": 1, "reason": "ears agree", **WHOLE, **values}
    with pytest.raises(Invalid) as refusal, database.write(person) as tx:
        assess_lead(tx, lead, token=token, **body)
    return [fault.where for fault in refusal.value.facts["faults"]]


def test_an_opinion_is_refused_with_everything_that_it_lacks(operation: TestOperation, database: Database) -> None:
    lead, person = operation.lead(), operation.person("EC")
    with database.write(person) as tx:
        token = claim_lead(tx, lead)

    assert refused(database, lead, person, token) == ["sides", "sides"]
    look(operation.workers, lead, person)
    assert refused(database, lead, person, token, suitability=[]) == ["suitability"]
    assert refused(database, lead, person, token, suitability=["suitable"]) == ["suitability"]
    assert refused(database, lead, person, token, suitability=["unsuitable", "suitable"]) == ["opinion"]
    assert refused(database, lead, person, token, features={}) == ["features"] * len(FEATURES)
    assert refused(database, lead, person, token, features={**WHOLE["features"], "aura": "same"}) == ["features"]
    assert refused(database, lead, person, token, reason=" \u200b") == ["reason"]
    assert refused(database, lead, person, token, opinion=9, reason="") == ["opinion", "reason"]
    assert operation.kinds() == ["lead:claimed"]


def test_what_cannot_be_seen_is_an_answer(operation: TestOperation, database: Database) -> None:
    lead, person = operation.lead(), operation.person("EC")
    look(operation.workers, lead, person)
    with database.write(person) as tx:
        token = claim_lead(tx, lead)

    with database.write(person) as tx:
        signed, _ = assess_lead(
            tx,
            lead,
            token=token,
            opinion=3,
            suitability=["unsuitable", "limited"],
            features=dict.fromkeys(FEATURES, "unclear"),
            reason="Both are too dark.",
        )

    assert operation.row(Assessment, signed).suitability == ["unsuitable", "limited"]


def test_another_persons_looking_is_not_mine_and_mine_counts_from_before_the_claim(
    operation: TestOperation, database: Database
) -> None:
    lead, person = operation.lead(), operation.person("EC")
    look(operation.workers, lead, operation.person("PE"))
    with database.write(person) as tx:
        token = claim_lead(tx, lead)

    assert refused(database, lead, person, token) == ["sides", "sides"]
    look(operation.workers, lead, person)
    operation.change("update media_view set viewed_at = now() - interval '2 days' where user_id = :id", id=person)
    with database.write(person) as tx:
        assess_lead(tx, lead, token=token, opinion=1, reason="ears agree", **WHOLE)


def test_a_lead_without_faces_wants_both_sides_looked_at_and_a_statement_alone(
    operation: TestOperation, database: Database
) -> None:
    lead, person = operation.lead(kind="same_file"), operation.person("EC")
    with database.write(person) as tx:
        token = claim_lead(tx, lead)

    assert refused(database, lead, person, token, suitability=[], features={}) == ["sides", "sides"]
    look(operation.workers, lead, person)
    assert set(refused(database, lead, person, token)) == {"suitability", "features"}
    with database.write(person) as tx:
        assess_lead(tx, lead, token=token, opinion=1, reason="The same file on two devices.")


def test_the_score_is_withheld_from_claim_to_verdict_and_shown_to_whoever_has_settled(
    operation: TestOperation, database: Database
) -> None:
    lead, first, second = operation.lead(), operation.person("EC"), operation.person("PE")

    def seen(person: int) -> tuple[str | None, bool]:
        with database.read(person) as view:
            card = next(card for card in board_changes(view.session, operation.id).cards if card.id == lead)
            return card.band, lead_score(view.session, lead) is not None

    assert seen(second) == ("strong", False)
    sign(operation, database, lead, first, 1)
    assert (seen(first), seen(second)) == ((None, False), (None, False))
    settle(operation)
    assert (seen(first), seen(second)) == ((None, True), (None, False))
    sign(operation, database, lead, second, 1)
    assert seen(second) == (None, False)
    settle(operation)
    assert (seen(first), seen(second)) == (("strong", True), ("strong", True))


def test_no_query_of_a_person_can_read_the_hidden_columns(operation: TestOperation, database: Database) -> None:
    operation.lead()

    for column in ("score", "band", "rank"):
        with pytest.raises(ProgrammingError, match="permission denied"), database.read(operation.person()) as view:
            view.session.execute(text(f"select {column} from lead"))


OPINIONS = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["EC", "PE", "CL"])), min_size=1, max_size=3)


@given(OPINIONS, st.booleans())
def test_a_verdict_needs_two_who_agree_of_two_countries_where_asked_and_never_a_fourth_opinion(
    opinions: list[tuple[int, str]], two_countries: bool
) -> None:
    same, different = [c for o, c in opinions if o <= 2], [c for o, c in opinions if o >= 4]

    def agree(countries: list[str]) -> bool:
        return len(countries) >= 2 and (len(set(countries)) >= 2 or not two_countries)

    found = verdict(opinions, two_countries=two_countries)

    assert (found == "verified") == agree(same)
    assert (found == "rejected") == agree(different)
    assert not (len(opinions) == 3 and found == "further")


def test_closing_a_lead_that_nobody_has_judged_shows_no_score(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()
    with database.write(operation.person()) as tx:
        park_lead(tx, lead, reason="for the trick")
    with database.write(operation.person("EC", "country_lead")) as tx:
        close_lead(tx, lead, reason="for the trick")

    row = operation.row(Lead, lead)
    assert (row.stage, row.shown_band) == ("closed", None)
    with database.read(operation.person()) as view:
        assert lead_score(view.session, lead) is None


def test_others_opinions_are_read_only_by_whoever_holds_both_keys(operation: TestOperation, database: Database) -> None:
    lead = operation.lead("EC", Side("PE", "agency"))
    for person in (operation.person("PE"), operation.person("PE", "analyst")):
        operation.change(
            """insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, claim_token,
                opinion, reason,
               settled_at, is_revealed) select :op, id, locks, :who, :agency, 'PE', 1, 1, 'the scar in our picture',
               now(), true
               from lead where id = :lead""",
            op=operation.id,
            who=person,
            agency=operation.agencies["PE"],
            lead=lead,
        )

    def read(viewer: int) -> int:
        with database.read(viewer) as view:
            return len(view.session.scalars(select(Assessment).where(Assessment.lead_id == lead)).all())

    assert (read(operation.person("PE", "liaison")), read(operation.person("EC"))) == (2, 0)
