"""The list of persons and the page of one: what stands there for whom, and that what is said there comes about."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.http_client import Browser
from tests.support.operation import Side, TestOperation
from workspace.model.database import Database
from workspace.queries.person_list import PersonFilter, person_list
from workspace.queries.person_page import MOST_SIGHTS, person_page


class Seen:
    """A person of EC with a lead and further faces, one of an exhibit that EC keeps for itself, and one of PE."""

    def __init__(self, operation: TestOperation) -> None:
        self.operation = operation
        self.lead = operation.lead()
        closed = operation.lead(Side("EC", "agency"))
        self.person, self.number = self.side(self.lead, "EC")
        _, self.foreign = self.side(self.lead, "PE")
        _, self.closed = self.side(closed, "EC")
        self.exhibit = self.one(
            "select exhibit_id from lead_evidence where lead_id = :l and country = 'EC'", l=self.lead
        )
        self.add_faces(MOST_SIGHTS + 4, "2021-03-04T05:06:07")
        self.undated = self.add_faces(1, None)

    def one(self, sql: str, **values: object) -> UUID:
        with self.operation.workers.engine.connect() as rows:
            found: UUID = rows.execute(text(sql), values).scalar_one()
        return found

    def side(self, lead: UUID, country: str) -> tuple[UUID, int]:
        with self.operation.workers.engine.connect() as rows:
            row = rows.execute(
                text(
                    "select p.id, p.number from lead_evidence v join person p on p.id = v.person_id "
                    "where v.lead_id = :lead and v.country = :country"
                ),
                {"lead": lead, "country": country},
            ).one()
        return row.id, row.number

    def add_faces(self, count: int, captured_at: str | None) -> UUID:
        """Faces of the person in one picture with a date, which came with the exhibit; answers the last one."""
        with self.operation.owner.begin() as rows:
            media = rows.execute(
                text(
                    "insert into media_item (operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, "
                    "media_type, "
                    "kind, state, captured_at) select m.operation_id, m.compartment_id, "
                    "sha256(gen_random_uuid()::text::bytea), "
                    "m.md5, m.sha1, 1, 'none', m.media_type, 'photo', 'read', :at from face f "
                    "join media_item m on m.id = f.media_item_id where f.person_id = :p limit 1 returning id"
                ),
                {"p": self.person, "at": captured_at},
            ).scalar_one()
            rows.execute(
                text(
                    "insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, "
                    "size_bytes) "
                    "select operation_id, compartment_id, :exhibit, id, id::text, 1 from media_item where id = :media"
                ),
                {"exhibit": self.exhibit, "media": media},
            )
            faces = rows.execute(
                text(
                    "insert into face select (jsonb_populate_record(f, jsonb_build_object('id', md5(n::text || "
                    ":media)::uuid, "
                    "'media_item_id', cast(:media as text)))).* from face f, generate_series(1, :count) n "
                    "where f.id = (select face_id from lead_evidence where lead_id = :l and country = 'EC') returning id"
                ),
                {"l": self.lead, "media": str(media), "count": count},
            ).scalars()
            last: UUID = list(faces)[-1]
            rows.execute(text("select refresh_person(:p)"), {"p": self.person})
        return last


@pytest.fixture
def seen(operation: TestOperation) -> Seen:
    return Seen(operation)


def test_a_person_is_shown_with_every_sight_by_time_and_device_in_pages(seen: Seen, database: Database) -> None:
    with database.read(seen.operation.person("EC")) as view:
        first = person_page(view.session, seen.operation.id, seen.number)
        rest = person_page(view.session, seen.operation.id, seen.number, after=first.sights[-1].face_id)
        undated = person_page(view.session, seen.operation.id, seen.number, year="")

    assert (first.face_count, len(first.sights), first.more) == (MOST_SIGHTS + 6, MOST_SIGHTS, True)
    assert (len(rest.sights), rest.more) == (6, False)
    shown = [each.face_id for each in (*first.sights, *rest.sights)]
    assert len(set(shown)) == MOST_SIGHTS + 6
    assert [each.captured_at for each in rest.sights][-2:] == [None, None]  # those without a date come last
    assert seen.undated in {each.face_id for each in undated.sights}
    assert [(each.year, each.number) for each in first.seen_on] == [("", 1), ("2021", MOST_SIGHTS + 4)]
    assert [each.id for each in first.leads] == [seen.lead]
    assert first.is_own


def test_the_list_goes_by_what_is_known_and_shows_nothing_that_is_closed(seen: Seen, database: Database) -> None:
    def listed(viewer: str, **wanted: object) -> list[int]:
        with database.read(seen.operation.person(viewer)) as view:
            found = person_list(view.session, seen.operation.id, PersonFilter(**wanted))  # type: ignore[arg-type]
        return [each.number for each in found.persons]

    assert listed("EC")[0] == seen.number  # the most faces first
    assert {seen.number, seen.foreign, seen.closed} <= set(listed("EC"))
    assert seen.closed not in listed("CL")
    assert listed("EC", faces=2) == [seen.number]
    assert listed("EC", exhibit=seen.exhibit) == [seen.number]
    assert seen.number not in listed("EC", country="PE")
    assert listed("EC", decided=True) == []
    seen.operation.change("update lead set stage = 'verified' where id = :lead", lead=seen.lead)
    assert set(listed("EC", decided=True)) == {seen.number, seen.foreign}
    assert listed("EC", in_lead=False) == []


def test_a_face_is_taken_out_on_the_page_and_its_number_leads_back_when_that_is_undone(
    seen: Seen, signed_in: Callable[[int], Browser]
) -> None:
    base = f"/operations/{seen.operation.id}/persons"
    browser, other = signed_in(seen.operation.person("EC")), signed_in(seen.operation.person("PE"))
    page = browser.get(f"{base}/{seen.number}").get_data(as_text=True)
    assert "Take the chosen faces out" in page
    assert "Take the chosen faces out" not in other.get(f"{base}/{seen.number}").get_data(as_text=True)
    assert browser.get(base).status_code == 200
    assert other.get(f"{base}/{seen.closed}").status_code == 404
    assert browser.get(f"/persons/{seen.person}").location.endswith(f"{base}/{seen.number}")

    split = browser.post(f"/api/v1{base}/split", {"number": seen.number, "faces": [str(seen.undated)]}).get_json()
    new = f"{base}/{split['number']}"
    assert f"face-{seen.undated}" in browser.get(new).get_data(as_text=True)
    assert browser.send("DELETE", f"/api/v1/persons/acts/{split['act']}").status_code == 200
    assert browser.get(new).location.endswith(f"{base}/{seen.number}")
