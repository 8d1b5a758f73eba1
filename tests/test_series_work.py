"""Work on series: the lease of a lead, columns of triage, names and numbers, comments; and what the pages tell of
it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.support.operation import TestOperation
from workspace.commands import series, series_words, series_work
from workspace.errors import Closed, Conflict, Forbidden, Held, Invalid, NotFound
from workspace.model import Event, Series, SeriesWord
from workspace.model.database import Database
from workspace.queries.series_board import SeriesFilter, series_board
from workspace.queries.series_page import SeriesPage, series_page

Do = Callable[..., Any]


@pytest.fixture
def blue(operation: TestOperation, database: Database) -> UUID:
    """A series of EC that every country may see."""
    with database.write(operation.person("EC", "analyst")) as tx:
        return series.add_series(tx, operation.id, label="Blue room", external_reference="ICSE-31")


@pytest.fixture
def do(database: Database) -> Do:
    """Have a person do something in a write of its own."""

    def carry_out(person: int, act: Callable[..., Any], *given: Any, **values: Any) -> Any:
        with database.write(person) as tx:
            return act(tx, *given, **values)

    return carry_out


def columns(database: Database, operation: TestOperation, viewer: int, **narrowed: Any) -> dict[str, list[int]]:
    """The numbers of the series in each column that has some."""
    with database.read(viewer) as view:
        found = series_board(view.session, operation.id, SeriesFilter(**narrowed))
    return {each.name or each.key: [card.number for card in each.series] for each in found if each.series}


def page(database: Database, operation: TestOperation, viewer: int, number: int = 1) -> SeriesPage:
    with database.read(viewer) as view:
        return series_page(view.session, operation.id, number)


def test_a_series_is_held_like_a_lead_and_stands_in_work_while_it_is(
    operation: TestOperation, database: Database, blue: UUID, do: Do
) -> None:
    me, other, third = operation.person("EC"), operation.person("PE"), operation.person("CL", "analyst")

    token = do(me, series_work.claim_series, blue)
    with pytest.raises(Held) as held:
        do(other, series_work.claim_series, blue)
    with pytest.raises(Held):
        do(other, series_work.triage_series, blue, triage="done")
    assert (held.value.holder_id, held.value.facts["country"]) == (me, "EC")
    assert columns(database, operation, other) == {"in_work": [1]}
    assert columns(database, operation, me, mine=True) == {"in_work": [1]}
    assert columns(database, operation, other, mine=True) == {}

    do(me, series_work.renew_series, blue, token=token)
    handed = do(me, series_work.hand_over_series, blue, token=token, to=other)
    for act in (series_work.renew_series, series_work.release_series):
        with pytest.raises(Conflict):
            do(me, act, blue, token=token)
    with pytest.raises(Forbidden):
        do(operation.person("CL", "country_lead"), series_work.take_over_series, blue, reason="asleep")
    do(operation.person("EC", "operation_lead"), series_work.take_over_series, blue, reason="asleep")
    with pytest.raises(Conflict):
        do(other, series_work.release_series, blue, token=handed)
    again = do(third, series_work.claim_series, blue)
    do(third, series_work.release_series, blue, token=again)

    assert columns(database, operation, other) == {"to_do": [1]}
    assert [token, handed, again] == [1, 2, 4]
    assert operation.kinds()[1:] == [
        "series:claimed", "series:claim_lost", "series:renewed", "series:handed_over", "series:taken_over",
        "series:claimed", "series:released",
    ]  # fmt: skip


def test_a_series_is_handed_to_examiners_for_whom_it_opens(
    operation: TestOperation, database: Database, do: Do
) -> None:
    me = operation.person("EC")
    closed = do(me, series.add_series, operation.id, label="Closed", sharing="agency")
    token = do(me, series_work.claim_series, closed)

    for to in (operation.person("PE"), operation.person("EC", "liaison"), operation.outsider()):
        with pytest.raises(Invalid):
            do(me, series_work.hand_over_series, closed, token=token, to=to)
    do(me, series_work.hand_over_series, closed, token=token, to=operation.person("EC", which=2))
    for act, values in (
        (series_work.claim_series, {}),
        (series_work.triage_series, {"triage": "done"}),
        (series_words.comment_on_series, {"body": "x"}),
    ):
        with pytest.raises(NotFound):
            do(operation.person("PE"), act, closed, **values)


def test_a_claim_ends_with_its_lease_and_with_its_holders_part(
    operation: TestOperation, workers_database: Database, blue: UUID, do: Do
) -> None:
    def housekeeping() -> int:
        with workers_database.write(operation.service_id) as tx:
            return series_work.end_series_leases(tx)

    for change in (
        "update series set lease_until = now() - interval '1 second' where id = :id",
        "update membership set ends_at = now() where user_id = (select holder_id from series where id = :id)",
    ):
        do(operation.person("PE"), series_work.claim_series, blue)
        housekeeping()
        assert operation.row(Series, blue).holder_id is not None
        operation.change(change, id=blue)
        assert housekeeping() >= 1
        assert operation.row(Series, blue).holder_id is None
    assert operation.kinds()[-1] == "series:lease_ended"


def test_series_are_put_into_columns_by_the_order_of_their_priority(
    operation: TestOperation, database: Database, blue: UUID, do: Do
) -> None:
    me, lead = operation.person("PE"), operation.person("EC", "operation_lead")
    red = do(lead, series.add_series, operation.id, label="Red room")
    do(me, series_work.prioritise_series, red, priority=1)
    do(me, series_work.prioritise_series, red, priority=1)
    do(me, series_work.date_series, red, recency="cold")
    assert columns(database, operation, me) == {"to_do": [2, 1]}
    assert columns(database, operation, me, recency="cold") == {"to_do": [2]}
    assert columns(database, operation, me, owner="PE") == {}

    with pytest.raises(Invalid):
        do(me, series_work.triage_series, blue, triage="left_over", reason=" ")
    do(me, series_work.triage_series, blue, triage="left_over", reason="nobody reads the language")
    with pytest.raises(Conflict):
        do(me, series_work.triage_series, blue, triage="left_over", reason="again")
    with pytest.raises(Forbidden):
        do(me, series_words.add_series_column, operation.id, name="Waits")
    own = do(lead, series_words.add_series_column, operation.id, name="Waits for a translator")
    with pytest.raises(Conflict):
        do(lead, series_words.add_series_column, operation.id, name="waits  for a TRANSLATOR")
    do(lead, series_work.triage_series, red, triage="own", column_id=own)
    assert columns(database, operation, me) == {"left_over": [1], "Waits for a translator": [2]}

    do(me, series_work.claim_series, red)
    do(me, series_work.claim_series, blue)
    assert columns(database, operation, me) == {"in_work": [2, 1]}
    do(me, series_work.triage_series, blue, triage="done")
    do(lead, series_words.remove_series_column, own)
    operation.change("update series set lease_until = now() where id = :id", id=red)
    assert columns(database, operation, me) == {"to_do": [2], "done": [1]}
    with pytest.raises(NotFound):
        do(me, series_work.triage_series, blue, triage="own", column_id=own)
    said = page(database, operation, me)
    assert [(word.what, word.words) for word in said.words] == [("left_over", "nobody reads the language")]
    assert [event.payload.get("triage") for event in said.events][:3] == ["done", None, "left_over"]


def test_its_agency_names_it_and_the_record_keeps_what_it_was_called(
    operation: TestOperation, database: Database, blue: UUID, do: Do
) -> None:
    me = operation.person("EC", "analyst")
    other = do(operation.person("PE"), series.add_series, operation.id, label="Other", external_reference="icse‑31")

    with pytest.raises(Forbidden):
        do(operation.person("PE"), series_words.name_series, blue, label="Mine")
    with pytest.raises(Conflict):
        do(me, series_words.reference_series, blue, external_reference="icse-31")
    word = do(me, series_words.name_series, blue, label=" Green room ")
    assert page(database, operation, me).same_reference == [2]
    do(me, series_words.reference_series, blue, external_reference="")
    do(operation.person("PE"), series_words.comment_on_series, blue, body="The socket is Peruvian.")

    found = page(database, operation, operation.person("CL"))
    assert (found.label, found.external_reference, found.same_reference) == ("Green room", None, [])
    assert [(each.what, each.before, each.words) for each in found.words] == [
        ("comment", "", "The socket is Peruvian."),
        ("reference", "ICSE-31", ""),
        ("name", "Blue room", "Green room"),
    ]
    with operation.workers.read(operation.service_id) as view:
        event = view.session.scalars(
            select(Event).where(Event.kind == "series:named", Event.operation_id == operation.id)
        ).one()
        assert event.payload == {"series": str(blue), "word": str(word)}
        assert view.session.get_one(SeriesWord, word).said_by == me
    assert operation.row(Series, other).label == "Other"


def test_whoever_may_not_work_on_series_does_not(operation: TestOperation, blue: UUID, do: Do) -> None:
    liaison = operation.person("EC", "liaison")
    before = operation.kinds()

    for act, values in (
        (series_work.claim_series, {}),
        (series_work.triage_series, {"triage": "done"}),
        (series_work.prioritise_series, {"priority": 1}),
        (series_work.date_series, {"recency": "cold"}),
        (series_words.name_series, {"label": "x"}),
    ):
        with pytest.raises(Forbidden):
            do(liaison, act, blue, **values)
    operation.change("update operation set state = 'closed' where id = :id", id=operation.id)
    for act, values in ((series_work.claim_series, {}), (series_work.triage_series, {"triage": "done"})):
        with pytest.raises(Closed):
            do(operation.person("EC"), act, blue, **values)
    assert operation.kinds() == before
