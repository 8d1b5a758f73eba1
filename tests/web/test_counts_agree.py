"""One function a figure: overview, intake report and edition say the same of the same material."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from workspace.model.database import Database
from workspace.queries.figures import counts
from workspace.queries.intake import intake_report
from workspace.queries.overview import overview

SignedIn = Callable[[int], Browser]


def receive(operation: TestOperation, place: int, *, media: bool, copies: int = 1) -> None:
    """Files of the exhibit on the first side of a lead at this place: read ones, or one that was refused."""
    for copy in range(copies):
        operation.change(
            """insert into received_file (operation_id, compartment_id, exhibit_id, path, size_bytes, sha256,
                media_item_id, refusal)
               select v.operation_id, v.compartment_id, v.exhibit_id, :path, 10, case when :media then m.sha256 else
               :sha end,
                 case when :media then m.id end, case when :media then null else 'not_a_picture' end
               from lead_evidence v join media_item m on m.id = v.media_item_id join lead l on l.id = v.lead_id
               where v.operation_id = :op and v.side = 1 order by l.number limit 1 offset :place""",
            op=operation.id,
            place=place,
            path=f"{place}-{copy}-{media}",
            media=media,
            sha=hashlib.sha256(f"{place}{copy}".encode()).digest(),
        )


def test_three_pages_say_the_same_of_what_one_person_sees_whole(operation: TestOperation, database: Database) -> None:
    for _ in range(2):
        operation.lead("EC", "EC")
    operation.change("update media_item set state = 'read', kind = 'photo' where operation_id = :op", op=operation.id)
    for place in range(2):
        receive(operation, place, media=True, copies=place + 1)
    receive(operation, 0, media=False)

    with database.read(operation.person("EC", "operation_lead")) as view:
        page, report = overview(view.session, operation.id).material, intake_report(view.session, operation.id)
    with operation.workers.read(operation.service_id) as view:
        edition = counts(view.session, operation.id)

    assert (page.counts, page.distinct, page.faces) == (report.counts, report.distinct, report.faces)
    told = (page.counts.received, page.counts.readable, page.counts.refused, page.faces)
    assert told == tuple(edition[key] for key in ("files_received", "files_readable", "files_refused", "faces"))
    assert told[:3] == (4, 3, 1)


def test_what_is_stuck_is_counted_and_not_the_length_of_a_list(
    operation: TestOperation, database: Database, signed_in: SignedIn
) -> None:
    lead = operation.lead("EC", "PE", stage="assessed", opinions=1)
    operation.copy_lead(lead, 20)
    operation.change(
        """update lead set stage = 'assessed', opinions = 1, holder_id = null, lease_until = null,
             stage_since = now() - interval '2 hours' where operation_id = :op""",
        op=operation.id,
    )

    with database.read(operation.person("EC")) as view:
        found = overview(view.session, operation.id)
    assert (len(found.stuck), found.stuck_leads, found.leads) == (12, found.leads, found.leads)
    assert found.leads > 12
    page = signed_in(operation.person("EC")).get(f"/operations/{operation.id}").text
    assert f"{found.leads} of {found.leads} leads" in page
    assert "At most 12 stand here" in page


def test_an_observer_reads_that_the_role_opens_nothing(operation: TestOperation, signed_in: SignedIn) -> None:
    operation.lead("EC", "PE", stage="assessed", opinions=1)
    page = signed_in(operation.person("EC", "observer")).get(f"/operations/{operation.id}").text
    assert "Your role opens no leads" in page
    assert "Nothing waits longer" not in page
