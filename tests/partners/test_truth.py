"""Whom a face shows, by the truth of its files; and what is true of a lead, read by the workers' role."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from partners.truth import Truth, whose_face
from tests.support.operation import TestOperation
from workspace.commands.exercise import begin_exercise, write_truth
from workspace.model.database import Database

PEOPLE = st.frozensets(st.sampled_from(["P-01", "P-02", "P-03", "P-04"]), max_size=3)


def test_a_face_alone_in_its_picture_is_who_is_shown_there() -> None:
    assert whose_face({"P-01"}, []) == "P-01"


def test_a_face_in_a_group_is_whom_the_persons_other_pictures_share() -> None:
    assert whose_face({"P-01", "P-02"}, [{"P-02"}, {"P-02", "P-01"}]) == "P-02"
    assert whose_face({"P-01", "P-02"}, [{"P-01", "P-02"}]) is None
    assert whose_face({"P-01", "P-02"}, [{"P-03"}]) is None
    assert whose_face(set(), [{"P-01"}]) is None


@given(PEOPLE, st.lists(PEOPLE, max_size=5))
def test_it_is_one_of_those_in_the_picture_or_nobody(here: frozenset[str], elsewhere: list[frozenset[str]]) -> None:
    assert whose_face(here, elsewhere) in here | {None}
    assert whose_face(here, elsewhere) == whose_face(here, elsewhere[::-1])


def test_a_lead_is_true_if_its_two_files_show_one_person(
    operation: TestOperation, database: Database, workers_database: Database
) -> None:
    same, other, unknown = operation.lead("EC", "PE"), operation.lead("EC", "PE"), operation.lead("EC", "PE")
    operation.change(
        """insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, sha256)
           select m.operation_id, m.compartment_id, e.exhibit_id, m.id, 'DCIM/1.jpg', 1, m.sha256
           from lead_evidence e join media_item m on m.id = e.media_item_id where m.operation_id = :id""",
        id=operation.id,
    )
    with workers_database.write(operation.service_id) as tx:
        begin_exercise(tx, operation.id, seed=1, scenario="lantern", partners=[])
        files = {
            lead: tx.session.execute(
                text("""select x.label, f.path from lead_evidence e join received_file f on f.media_item_id =
                    e.media_item_id
                     join exhibit x on x.id = f.exhibit_id where e.lead_id = :lead order by e.side"""),
                {"lead": lead},
            ).all()
            for lead in (same, other)
        }
        shown = [
            (*file, who)
            for lead, people in ((same, ("P-01", "P-01")), (other, ("P-01", "P-02")))
            for file, who in zip(files[lead], people, strict=True)
        ]
        write_truth(tx, operation.id, lives_in={"P-01": "EC", "P-02": "PE"}, shown=shown, entries={})

    truth = Truth(workers_database, operation.service_id)

    assert [truth.same(lead) for lead in (same, other, unknown)] == [True, False, None]
    assert truth.of(same).pair == truth.of(same).pair
    assert truth.of(same).pair[0].endswith("·P-01")
    assert [truth.of(lead).lives_in for lead in (same, unknown)] == ["EC", None]


def test_what_files_share_is_true_because_it_was_computed(operation: TestOperation, workers_database: Database) -> None:
    lead = operation.lead("EC", "PE", kind="same_file")

    assert Truth(workers_database, operation.service_id).same(lead) is True
