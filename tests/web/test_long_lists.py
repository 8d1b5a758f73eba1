"""Lists that grow with an operation: a page shows the first of them, says how many there are, and shows the rest if
asked."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from workspace.queries.referrals import MOST
from workspace.web.pages.intake import MOST_SERIES

SignedIn = Callable[[int], Browser]


def test_referrals_and_series_are_shown_in_parts(operation: TestOperation, signed_in: SignedIn) -> None:
    _lay_out(operation)
    liaison = signed_in(operation.person("EC", "liaison"))
    referrals, intake = f"/operations/{operation.id}/referrals", f"/operations/{operation.id}/intake"

    first, rest = liaison.get(referrals).text, liaison.get(f"{referrals}?all=outbox").text

    assert f"{MOST} of {MOST + 5}" in first
    assert "?all=outbox" in first
    assert "?all=inbox" not in first, "a short list is whole"
    assert first.count("/leads/") < rest.count("/leads/")
    assert f"{MOST} of" not in rest
    assert f'<span class="push">{MOST + 5}</span>' in first

    series, whole = liaison.get(intake).text, liaison.get(f"{intake}?all=series").text

    assert f"{MOST_SERIES} of {MOST_SERIES + 2}" in series
    assert f"series {MOST_SERIES + 2}<" in series, "the newest first"
    assert "series 1<" not in series
    assert "series 1<" in whole
    assert len(liaison.get(f"/api/v1{referrals}").get_json()["referrals"]) == MOST + 6, "the API has all"


def test_the_ledger_is_shown_in_part(operation: TestOperation, signed_in: SignedIn) -> None:
    page, liaison = f"/operations/{operation.id}/referrals", signed_in(operation.person("EC", "liaison"))
    operation.change(
        "insert into ledger_entry (operation_id, number, kind, locks, agency_id) "
        "select :op, n, 'victim', array[cast(:lock as int)], :agency from generate_series(1, :all) n",
        op=operation.id,
        lock=operation.compartment("EC"),
        agency=operation.agencies["EC"],
        all=MOST + 1,
    )

    first, rest = liaison.get(page).text, liaison.get(f"{page}?all=ledger").text

    assert f"{MOST} of {MOST + 1}" in first
    assert f"{MOST} of {MOST + 1}" not in rest
    assert rest.count("<bdi>V-") == first.count("<bdi>V-") + 1


def _lay_out(operation: TestOperation) -> None:
    """Five referrals of EC more than a page shows and one that it received; two series more."""
    facts = {
        "op": operation.id,
        "lead": operation.lead(),
        "ec": operation.agencies["EC"],
        "pe": operation.agencies["PE"],
        "who": operation.person("PE", "liaison"),
        "lock": operation.compartment("EC"),
        "most": MOST,
        "series": MOST_SERIES + 2,
    }
    with operation.owner.begin() as rows:
        rows.execute(
            text(
                "insert into referral (operation_id, number, lead_id, locks, from_agency_id, to_agency_id, "
                "from_country, to_country, "
                "competence, message, state, drafted_by) select :op, n, :lead, l.locks, case when n = 1 then :pe else "
                ":ec end, "
                "case when n = 1 then :ec else :pe end, 'EC', 'PE', 'protection', '', 'declined', :who "
                "from lead l, generate_series(1, :most + 6) n where l.id = :lead"
            ),
            facts,
        )
        rows.execute(
            text(
                "insert into series (operation_id, compartment_id, number, label, was_prepared) "
                "select :op, :lock, n, 'series ' || n, true from generate_series(1, :series) n"
            ),
            facts,
        )
