"""An edition reproduces the nouns of the published reports from the record, the same on page, CSV, JSON and PDF."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from tests.support.pdf_text import pdf_pages
from tests.support.recount import recounted
from tests.support.referral_steps import ReferralSteps
from workspace.commands.editions import draw_up_edition, fail_edition
from workspace.commands.outcomes import merge_ledger, revoke_outcome
from workspace.commands.referrals import accept_referral, return_referral
from workspace.commands.series import add_series, confirm_country, determine_country, take_back_country
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.exchange.figures import DEFINITIONS
from workspace.exchange.printed_edition import for_public
from workspace.model import Edition, Series
from workspace.model.database import Database
from workspace.queries.editions import editions, stored_edition
from workspace.queries.record import whole_record


@dataclass(frozen=True)
class Told:
    """An operation whose every figure is known."""

    steps: ReferralSteps
    revoked: UUID


@pytest.fixture
def told(steps: ReferralSteps, operation: TestOperation, database: Database) -> Told:
    """Five leads; two verified show one child, a third another; referrals to PE, EC and CL; one outcome is taken
    back."""
    for country in ("EC", "PE", "CL"):
        steps.key(country)
    first, second = steps.verified("EC", "PE"), steps.verified("EC", "PE")
    _show_one_person(operation, first, second)
    third = steps.verified("EC", "CL")
    rejected = operation.lead("EC", "PE")
    for country, opinion in (("EC", 1), ("PE", 5), ("CL", 4)):
        steps.opinion(rejected, country, opinion)
    operation.lead("PE", "CL")
    abroad, home = steps.sent(first, "CL"), steps.sent(second, "EC")
    other = steps.sent(third, "PE", "offender")
    returned = steps.sent(third, "CL")
    for referral, country in ((abroad, "CL"), (home, "EC"), (other, "PE")):
        steps.acknowledge(referral, country)
    with database.write(operation.person("CL", "liaison")) as tx:
        accept_referral(tx, abroad)
    with database.write(operation.person("CL", "liaison")) as tx:
        return_referral(tx, returned, reason="not ours")
    _, child = steps.state(abroad, "CL", "V4", place_country="PE", age_band="7_12", sex="female")
    assert steps.state(home, "EC", "V5")[1] == child
    steps.state(home, "EC", "V5", is_depicted=False)
    steps.state(other, "PE", "O3", kind="offender", place_country="EC")
    revoked, _ = steps.state(other, "PE", "V4")
    with database.write(operation.person("PE", "liaison")) as tx:
        revoke_outcome(tx, revoked, reason="the identity was wrong")
    return Told(steps, revoked)


def _show_one_person(operation: TestOperation, first: UUID, second: UUID) -> None:
    operation.change(
        """update lead_evidence e set person_id = f.person_id from lead_evidence f
           where e.lead_id = :second and f.lead_id = :first and e.side = f.side""",
        first=first,
        second=second,
    )


def drawn(steps: ReferralSteps, database: Database, kind: str = "interim") -> UUID:
    with database.write(steps.operation.person("EC", "operation_lead")) as tx:
        edition = draw_up_edition(tx, steps.operation.id, kind=kind)
    steps.work()
    return edition


def numbers(database: Database, steps: ReferralSteps, edition: UUID) -> dict[str, int | None]:
    with database.read(steps.operation.person("EC")) as view:
        return {found.key: found.number for found in stored_edition(view.session, edition).figures.figures}


KNOWN = {
    "countries": 3,
    "exhibits": 10,
    "persons": 10,
    "leads_opened": 5,
    "leads_claimed": 4,
    "leads_assessed": 4,
    "leads_verified": 3,
    "leads_rejected": 1,
    "leads_referred": 3,
    "referrals_sent": 4,
    "referrals_domestic": 2,
    "referrals_foreign": 2,
    "referrals_acknowledged": 4,
    "referrals_accepted": 1,
    "referrals_returned": 1,
    "countries_receiving": 3,
    "victims_probable": 1,
    "victims_confirmed": 1,
    "victims_safeguarded": 1,
    "children_safeguarded": 1,
    "victims_other_end": 0,
    "offenders_probable": 1,
    "offenders_identified": 1,
    "offenders_arrested": 1,
    "offenders_charged": 0,
}


def test_an_edition_reproduces_the_nouns_of_the_published_reports(told: Told, database: Database) -> None:
    found = numbers(database, told.steps, drawn(told.steps, database))

    assert {key: found[key] for key in KNOWN} == KNOWN
    assert set(found) == set(DEFINITIONS)


def test_photos_videos_bytes_and_hours_are_counted_as_published(
    steps: ReferralSteps, operation: TestOperation, database: Database
) -> None:
    leads = [operation.lead(), operation.lead()]
    media = [_medium(operation, lead) for lead in leads]
    operation.change(
        "update media_item set kind = 'video', duration_s = 2.5 * 3600, state = 'read' where id = :id", id=media[0]
    )
    operation.change("update media_item set kind = 'photo', state = 'read' where id = :id", id=media[1])
    for place, (item, copies) in enumerate(zip(media, (2, 1), strict=True)):
        for copy in range(copies):
            _received(operation, item, f"{place}-{copy}", size_bytes=1_500_000)
    _received(operation, None, "broken", size_bytes=7)

    found = numbers(database, steps, drawn(steps, database))

    assert {key: found[key] for key in ("files_received", "files_readable", "files_refused", "photos", "videos")} == {
        "files_received": 4,
        "files_readable": 3,
        "files_refused": 1,
        "photos": 1,
        "videos": 2,
    }
    assert (found["bytes_received"], found["video_hours"]) == (4_500_007, 5)


def _medium(operation: TestOperation, lead: UUID) -> UUID:
    with operation.workers.read(operation.service_id) as view:
        found: UUID = view.session.execute(
            text("select media_item_id from lead_evidence where lead_id = :lead and side = 1"), {"lead": lead}
        ).scalar_one()
    return found


def _received(operation: TestOperation, medium: UUID | None, path: str, *, size_bytes: int) -> None:
    operation.change(
        """insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, sha256,
            refusal)
           select x.operation_id, x.compartment_id, x.id, m.id, :path, :size, m.sha256,
             case when m.id is null then 'unreadable' end
           from lead_evidence v join lead l on l.id = v.lead_id join exhibit x on x.id = v.exhibit_id
             left join media_item m on m.id = :medium
           where x.operation_id = :op order by l.number, v.side limit 1""",
        medium=medium,
        path=path,
        size=size_bytes,
        op=operation.id,
    )


def test_tables_count_by_country_age_place_day_and_examiners(told: Told, database: Database) -> None:
    edition = drawn(told.steps, database)
    with database.read(told.steps.operation.person("EC")) as view:
        figures = stored_edition(view.session, edition).figures

    matrix = figures.dissemination
    assert matrix.countries == ("CL", "EC", "PE")
    assert matrix.cells == ((1, 0, 0), (1, 1, 1), (0, 0, 0))
    assert {count.key: count.number for count in figures.ages if count.number} == {"7_12": 1}
    assert {count.key: count.number for count in figures.sexes if count.number} == {"female": 1}
    assert [(count.key, count.number) for count in figures.places] == [("EC", 1), ("PE", 1)]
    assert [(found.country, found.shown, found.confirmed, found.safeguarded) for found in figures.countries] == [
        ("CL", 0, 1, 0),
        ("EC", 1, 0, 1),
        ("PE", 1, 0, 0),
    ]
    assert [(day.sent, day.acknowledged) for day in figures.referral_days][-1] == (4, 4)
    assert figures.agreement is not None
    assert (figures.agreement.compared, figures.agreement.agreed, figures.agreement.third_opinions) == (4, 3, 1)
    assert [(use.pack_id, use.threshold, use.leads, use.rejected) for use in figures.models] == [("test", 0.43, 5, 1)]
    assert [correction.reason for correction in figures.corrections] == ["the identity was wrong"]
    times = {measure.key: measure.count for measure in figures.times}
    assert (times["lead_to_claim"], times["claim_to_verified"], times["sent_to_acknowledged"]) == (4, 3, 4)


def test_the_same_figures_stand_on_the_page_and_in_every_file(
    told: Told, database: Database, signed_in: Callable[[int], Browser]
) -> None:
    edition = drawn(told.steps, database)
    browser = signed_in(told.steps.operation.person("EC"))
    known = {key: str(number) for key, number in numbers(database, told.steps, edition).items()}

    page = browser.get(f"/operations/{told.steps.operation.id}/statistics").get_data(as_text=True)
    rows = re.findall(r'data-figure="(\w+)">\s*<th scope="row">[^<]*</th>\s*<td class="num">([\d\u202f]+)</td>', page)
    written = json.loads(browser.get(f"/api/v1/editions/{edition}.json").data)
    table = list(csv.DictReader(io.StringIO(browser.get(f"/api/v1/editions/{edition}.csv").data.decode("utf-8-sig"))))
    printed = (
        "".join(pdf_pages(browser.get(f"/api/v1/editions/{edition}.pdf").data)).replace(" ", "").replace("\u202f", "")
    )

    assert {key: number.replace("\u202f", "") for key, number in rows} == known
    assert {found["key"]: str(found["number"]) for found in written["figures"]} == known
    assert {row["key"]: row["number"] for row in table if row["table"] == "figures"} == known
    for key, number in known.items():
        label, unit, text = DEFINITIONS[key].label, DEFINITIONS[key].unit, DEFINITIONS[key].text
        assert f"{label}{number}{unit}".replace(" ", "") in printed, key
        assert text[:20].replace(" ", "") in printed
    assert "<svg" in page
    assert told.steps.operation.kinds()[-3:] == ["export:made"] * 3


def test_a_correction_has_its_reason_for_whoever_may_see_the_statement_and_none_in_public(
    told: Told, operation: TestOperation, database: Database, signed_in: Callable[[int], Browser]
) -> None:
    operation.change(
        "update outcome set revoked_at = now(), revoked_reason = 'another child' where stage = 'V5' and operation_id = "
        ":id",
        id=operation.id,
    )
    edition = drawn(told.steps, database)
    assert "another child" not in json.dumps(operation.row(Edition, edition).figures)  # what is frozen holds no words

    def files(person: int, query: str = "") -> list[bool]:
        browser, address = signed_in(person), f"/api/v1/editions/{edition}"
        page = f"/operations/{operation.id}/statistics?public={len(query) and 1}"
        paper = "".join(pdf_pages(browser.get(f"{address}.pdf{query}").data)).replace(" ", "")
        texts = [
            browser.get(url).get_data(as_text=True) for url in (page, f"{address}.json{query}", f"{address}.csv{query}")
        ]
        return [*("another child" in each for each in texts), "anotherchild" in paper]

    assert files(operation.person("EC")) == [True] * 4
    assert files(operation.person("CL", "observer")) == [False] * 4
    assert files(operation.person("EC"), "?public=1") == [False] * 4


def test_an_edition_says_at_which_event_of_the_record_it_was_counted(
    told: Told, operation: TestOperation, database: Database
) -> None:
    edition = drawn(told.steps, database)

    row: Any = operation.row(Edition, edition)
    with database.read(operation.person("EC", "observer")) as view:
        lines = list(whole_record(view.session, operation.id))
    assert lines[row.seq - 1].hash == bytes(row.log_digest)
    assert row.figures["header"]["log_digest"] == bytes(row.log_digest).hex()
    assert row.figures["header"]["seq"] == row.seq == len(lines) - 1
    assert operation.kinds()[-1] == "edition:drawn_up"


def test_an_edition_never_changes_and_the_next_prints_the_correction(
    told: Told, operation: TestOperation, database: Database
) -> None:
    first = drawn(told.steps, database)
    before = operation.row(Edition, first).figures
    operation.change("update job set state = 'waiting', attempt = 0 where subject_id = :id", id=first)
    operation.change("update outcome set revoked_at = now(), revoked_reason = 'r' where stage = 'V5' and operation_id = :id",
                 id=operation.id)  # fmt: skip
    told.steps.work()
    second = drawn(told.steps, database)

    assert operation.row(Edition, first).figures == before
    assert numbers(database, told.steps, first)["victims_safeguarded"] == 1
    later = numbers(database, told.steps, second)
    assert (later["victims_safeguarded"], later["children_safeguarded"], later["victims_confirmed"]) == (0, 0, 1)
    with pytest.raises(ProgrammingError), database.write(operation.person("EC", "operation_lead")) as tx:
        tx.session.execute(Edition.__table__.update().values(kind="closing"))  # type: ignore[attr-defined]


def test_two_entries_that_are_merged_count_once(told: Told, operation: TestOperation, database: Database) -> None:
    steps = told.steps
    lead = steps.verified("EC", "PE")
    sent = steps.sent(lead, "PE")
    steps.acknowledge(sent, "PE")
    _, other = steps.state(sent, "PE", "V4")
    assert numbers(database, steps, drawn(steps, database))["victims_confirmed"] == 2
    with database.read(operation.person("EC", "liaison")) as view:
        child = view.session.execute(
            text(
                "select ledger_id from outcome where stage = 'V5' and operation_id = :id order by recorded_at limit 1"
            ),
            {"id": operation.id},
        ).scalar_one()

    with database.write(operation.person("EC", "liaison")) as tx:
        merge_ledger(tx, other, into=child)

    assert numbers(database, steps, drawn(steps, database))["victims_confirmed"] == 1


def test_the_public_edition_hides_small_numbers_of_people_and_who_sent_to_whom(
    told: Told, database: Database, signed_in: Callable[[int], Browser]
) -> None:
    edition = drawn(told.steps, database)
    browser = signed_in(told.steps.operation.person("EC"))

    public = json.loads(browser.get(f"/api/v1/editions/{edition}.json?public=1").data)
    page = browser.get(f"/operations/{told.steps.operation.id}/statistics?public=1").get_data(as_text=True)
    paper = "".join(pdf_pages(browser.get(f"/api/v1/editions/{edition}.pdf?public=1").data))

    shown = {found["key"]: found["number"] for found in public["figures"]}
    for key in (
        "victims_probable",
        "victims_confirmed",
        "victims_safeguarded",
        "children_safeguarded",
        "offenders_arrested",
    ):
        assert shown[key] is None
        assert f'data-figure="{key}"' in page
    assert (shown["leads_opened"], shown["referrals_sent"], shown["victims_other_end"]) == (5, 4, 0)
    assert "dissemination" not in public["tables"]
    assert "matrix" not in page
    for everything in (json.dumps(public), page, paper):
        assert "the identity was wrong" not in everything
        assert "V-00" not in everything
    assert [row["key"] for row in public["tables"]["times"]["rows"]][-1] != "sent_to_safeguarded"


def test_who_may_draw_up_and_when(operation: TestOperation, database: Database, steps: ReferralSteps) -> None:
    for role in ("specialist", "liaison", "country_lead", "administrator"):
        with pytest.raises(Forbidden), database.write(operation.person("EC", role)) as tx:
            draw_up_edition(tx, operation.id, kind="interim")
    with pytest.raises(Conflict), database.write(operation.person("EC", "operation_lead")) as tx:
        draw_up_edition(tx, operation.id, kind="closing")
    operation.change("update operation set state = 'closed' where id = :id", id=operation.id)

    drawn(steps, database, "closing")
    with database.read(operation.person("EC")) as view:
        assert [(each.number, each.kind) for each in editions(view.session, operation.id)] == [(1, "closing")]


def test_one_edition_is_made_at_a_time_and_one_that_cannot_be_made_says_so(
    operation: TestOperation, database: Database, workers_database: Database, signed_in: Callable[[int], Browser]
) -> None:
    leader = operation.person("EC", "operation_lead")
    with database.write(leader) as tx:
        first = draw_up_edition(tx, operation.id, kind="interim")
    with pytest.raises(Conflict, match="Edition 1 is being made"), database.write(leader) as tx:
        draw_up_edition(tx, operation.id, kind="interim")

    with workers_database.write(operation.service_id) as tx:
        fail_edition(tx, first)
    with database.write(leader) as tx:
        draw_up_edition(tx, operation.id, kind="interim")

    browser = signed_in(leader)
    page = browser.get(f"/operations/{operation.id}/statistics?edition=1").get_data(as_text=True)
    assert "This edition could not be made" in page
    assert browser.get(f"/api/v1/editions/{first}.json").status_code == 409
    with database.read(leader) as view:
        assert [each.has_failed for each in editions(view.session, operation.id)] == [True, False]


def test_nobody_outside_the_operation_sees_an_edition(
    told: Told, operation: TestOperation, database: Database, signed_in: Callable[[int], Browser]
) -> None:
    edition = drawn(told.steps, database)
    stranger = signed_in(operation.outsider())

    assert stranger.get(f"/api/v1/editions/{edition}.csv").status_code == NotFound.http_status
    assert stranger.get(f"/operations/{operation.id}/statistics").status_code == NotFound.http_status
    with database.read(operation.person("CL", "recipient")) as view, pytest.raises(NotFound):
        stored_edition(view.session, edition)


def test_an_edition_of_an_empty_operation_has_zeros_and_the_page_says_what_is_missing(
    steps: ReferralSteps, operation: TestOperation, database: Database, signed_in: Callable[[int], Browser]
) -> None:
    browser = signed_in(operation.person("EC", "operation_lead"))
    path = f"/operations/{operation.id}/statistics"
    assert "Nobody has made an edition yet" in browser.get(path).get_data(as_text=True)

    answer = browser.post(f"/api/v1/operations/{operation.id}/editions", {"kind": "interim"})
    assert "is being made" in browser.get(path).get_data(as_text=True)
    edition = answer.get_json()["edition"]
    assert browser.get(f"/api/v1/editions/{edition}.csv").status_code == Conflict.http_status
    steps.work()

    assert "Nothing to count." in browser.get(path).get_data(as_text=True)
    assert browser.get(f"/api/v1/editions/{edition}.pdf").data.startswith(b"%PDF")
    assert browser.get(path + "?edition=7").status_code == NotFound.http_status
    assert {
        each["number"] for each in browser.get(f"/api/v1/operations/{operation.id}/editions").get_json()["editions"]
    } == {1}


def test_a_closed_operation_is_still_counted(
    steps: ReferralSteps, operation: TestOperation, database: Database
) -> None:
    operation.lead(stage="verified")
    operation.change("update operation set state = 'closed' where id = :id", id=operation.id)

    assert numbers(database, steps, drawn(steps, database, "follow_up"))["leads_opened"] == 1


def test_what_is_stated_on_a_lead_found_after_the_window_counts_in_follow_up_editions_alone(
    told: Told, operation: TestOperation, database: Database
) -> None:
    steps = told.steps
    lead = steps.verified("EC", "PE")
    sent = steps.sent(lead, "PE")
    steps.acknowledge(sent, "PE")
    first, _ = steps.state(sent, "PE", "V4", age_band="13_17")
    steps.state(sent, "PE", "V5")
    operation.change("update lead set late_until = current_date + 30 where id = :id", id=lead)
    operation.change("update operation set state = 'closed' where id = :id", id=operation.id)

    def children(kind: str) -> tuple[list[int | None], int, list[str], int]:
        edition = drawn(steps, database, kind)
        with database.read(operation.person("EC")) as view:
            figures = stored_edition(view.session, edition).figures
        found = {each.key: each.number for each in figures.figures}
        ages = {each.key: each.number for each in figures.ages}
        safe = next(each.count for each in figures.times if each.key == "sent_to_safeguarded")
        keys = ("victims_probable", "victims_confirmed", "victims_safeguarded")
        with operation.workers.read(operation.service_id) as recount:
            assert {key: found[key] for key in keys} == {
                key: recounted(recount.session, operation.id, late=kind == "follow_up")[key] for key in keys
            }
        return [found[key] for key in keys], ages["13_17"], [each.subject for each in figures.corrections], safe

    closing, later = children("closing"), children("follow_up")
    assert [after - before for before, after in zip(closing[0], later[0], strict=True)] == [1, 1, 1]
    assert (later[1] - closing[1], later[3] - closing[3], later[2]) == (1, 1, closing[2])
    with database.write(operation.person("PE", "liaison")) as tx:
        revoke_outcome(tx, first, reason="another child")
    assert children("closing")[2] == closing[2]
    assert len(children("follow_up")[2]) == len(closing[2]) + 1


def test_a_country_that_two_people_had_said_and_one_took_back_is_a_correction(
    told: Told, operation: TestOperation, database: Database
) -> None:
    people = [operation.person("EC"), operation.person("PE")]
    with database.write(people[0]) as tx:
        room = add_series(tx, operation.id, label="blue room")
        alone = determine_country(tx, room, country="BR", grounds="the stamp")
    with database.write(people[0]) as tx:
        take_back_country(tx, alone)  # counted nowhere yet
        act = determine_country(tx, room, country="PE", grounds="the plug")
    with database.write(people[1]) as tx:
        confirm_country(tx, room, country="PE")
    first = drawn(told.steps, database)
    with database.write(people[0]) as tx:
        take_back_country(tx, act)
    second = drawn(told.steps, database)

    with database.read(people[0]) as view:
        before, after = (stored_edition(view.session, each).figures for each in (first, second))
    number = operation.row(Series, room).number
    told_now = [each.subject for each in after.corrections if each not in before.corrections]
    assert told_now == [f"S-{number:04d} · PE"]
    assert {each.subject for each in for_public(after).corrections} >= {"PE"}
    operation.change(
        "update compartment set sharing = 'agency', is_common = false where id = (select compartment_id from series "
        "where id = :id)",
        id=room,
    )
    third = drawn(told.steps, database)
    with database.read(people[0]) as view:
        closed = stored_edition(view.session, third).figures
    assert "– · PE" in {each.subject for each in closed.corrections}
