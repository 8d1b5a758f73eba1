"""Threads of comments on leads and media: answers, whom they call, every wording, and their end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from tests.support.operation import Side, TestOperation
from workspace.commands.comments import Calls, Said
from workspace.commands.discussion import (
    SeenThere,
    annotate_medium,
    change_annotation,
    comment_on_lead,
    export_annotations,
    remove_annotation,
)
from workspace.commands.erasing import erase_words
from workspace.commands.threads import (
    comment_on_medium,
    edit_comment,
    read_mention,
    reopen_thread,
    resolve_thread,
)
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from workspace.exchange.web_annotations import annotation_page
from workspace.model import CommentVersion, Event, LeadEvidence, Mention
from workspace.model.database import Database, Tx
from workspace.queries.find_words import find_words
from workspace.queries.lead_notes import medium_annotations
from workspace.queries.said import said_of
from workspace.queries.threads import Comment, lead_comments, medium_comments, readers
from workspace.queries.verification import verify_operation
from workspace.queries.waiting import what_waits_for_me


def medium_of(operation: TestOperation, lead: UUID, side: int) -> UUID:
    with Session(operation.owner) as session:
        found = session.scalars(
            select(LeadEvidence.media_item_id).where(LeadEvidence.lead_id == lead, LeadEvidence.side == side)
        ).one()
    assert found is not None
    return found


def say(database: Database, person: int, medium: UUID, body: str, **more: object) -> UUID:
    with database.write(person) as tx:
        return comment_on_medium(tx, medium, Said(body, "en", **more))  # type: ignore[arg-type]


def read_of(database: Database, person: int, medium: UUID) -> list[Comment]:
    with database.read(person) as view:
        return medium_comments(view.session, medium)


def calls_waiting(operation: TestOperation, database: Database, person: int) -> list[UUID | None]:
    with database.read(person) as view:
        waits = what_waits_for_me(view.session, operation.id, [])
    return [each.comment_id for each in waits if each.what == "mention"]


def test_a_thread_is_answered_edited_resolved_and_taken_up_again(operation: TestOperation, database: Database) -> None:
    medium, another = medium_of(operation, operation.lead(), 1), medium_of(operation, operation.lead(), 1)
    me, other = operation.person("EC"), operation.person("PE")
    operation.bind()
    root = say(database, me, medium, "a plug of type N")
    answer = say(database, other, medium, "also sold here", thread=root)
    deeper = say(database, me, medium, "where?", thread=answer)

    with database.write(me) as tx:
        assert edit_comment(tx, root, version=1, body="a plug of type J", language="en") == 2
    with database.write(other) as tx:
        resolve_thread(tx, root)

    first, second, third = read_of(database, other, medium)
    assert [each.thread for each in (first, second, third)] == [None, root, root]
    assert (first.body, first.version, [each.body for each in first.earlier]) == (
        "a plug of type J",
        2,
        ["a plug of type N"],
    )
    assert first.resolved is not None
    assert first.resolved.by.id == other
    assert (third.id, third.mine, read_of(database, me, medium)[2].mine) == (deeper, False, True)
    with database.read(other) as view:
        assert [hit.medium_id for hit in find_words(view.session, operation.id, "type J").hits] == [medium]
        assert find_words(view.session, operation.id, "type N").hits == []

    refusals: tuple[tuple[type[Exception], Callable[[Tx], object]], ...] = (
        (Conflict, lambda tx: resolve_thread(tx, root)),
        (NotFound, lambda tx: resolve_thread(tx, answer)),
        (NotFound, lambda tx: edit_comment(tx, root, version=2, body="x", language="en")),
    )
    for refused, act in refusals:
        with pytest.raises(refused), database.write(other) as tx:
            act(tx)
    with pytest.raises(Conflict, match="meanwhile"), database.write(me) as tx:
        edit_comment(tx, root, version=1, body="x", language="en")
    with pytest.raises(Invalid, match="empty"), database.write(me) as tx:
        edit_comment(tx, root, version=2, body=" \u200b", language="en")
    with pytest.raises(NotFound):
        say(database, me, another, "elsewhere", thread=root)
    with database.write(me) as tx:
        reopen_thread(tx, root)
    assert read_of(database, me, medium)[0].resolved is None
    assert operation.kinds()[1:] == [*["comment:added"] * 3, "comment:changed", "thread:resolved", "thread:reopened"]
    with operation.workers.read(operation.service_id) as view:
        assert verify_operation(view.session, operation.id).broken == []
        payload = view.session.scalars(
            select(Event.payload).filter_by(operation_id=operation.id, kind="comment:changed")
        ).one()
        assert set(payload) == {"comment", "edit", "media"}


def test_a_comment_calls_only_who_can_read_it_and_waits_until_it_is_read(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE", "operation"))
    closed, me = medium_of(operation, lead, 1), operation.person("EC")
    near, far = operation.person("EC", "liaison"), operation.person("PE")
    operation.person("CL", "observer")

    with database.read(me) as view:
        assert {each.id for each in readers(view.session, "medium", closed).people} == {near}
        assert far not in {each.id for each in readers(view.session, "lead", lead).people}
    with database.read(far) as view:
        assert {each.id for each in readers(view.session, "lead", lead).people} == {me, near}
        with pytest.raises(NotFound):
            readers(view.session, "medium", closed)
    for calls in (Calls(people=[far]), Calls(countries=["PE"]), Calls(roles=["observer"]), Calls(people=[2**30])):
        with pytest.raises(Invalid, match="cannot see"):
            say(database, me, closed, "look", calls=calls)

    called = say(database, me, closed, "look", calls=Calls(people=[me], countries=["EC"]))
    assert calls_waiting(operation, database, near) == [called]
    assert calls_waiting(operation, database, me) == calls_waiting(operation, database, far) == []
    [seen] = read_of(database, near, closed)
    assert (seen.calls_me, [(each.name, each.is_group) for each in seen.called]) == (True, [("EC", True)])
    with pytest.raises(NotFound), database.write(far) as tx:
        read_mention(tx, called)
    for _ in range(2):
        with database.write(near) as tx:
            read_mention(tx, called)
    assert calls_waiting(operation, database, near) == []
    assert operation.kinds() == ["comment:added"]

    # On the lead the words of the closed side are for who opens that side.
    with database.write(me) as tx:
        comment_on_lead(tx, lead, body="our side", language="en", calls=Calls(people=[near]))
    with database.read(far) as view:
        assert lead_comments(view.session, lead) == []
    with database.read(near) as view:
        [waits] = what_waits_for_me(view.session, operation.id, [])
        assert (waits.lead_id, waits.medium_id, waits.from_country) == (lead, None, "EC")


def test_erasing_a_comment_takes_every_wording(operation: TestOperation, database: Database) -> None:
    medium, me = medium_of(operation, operation.lead(), 1), operation.person("EC")
    chief = operation.person("EC", "country_lead")
    operation.bind()
    comment = say(database, me, medium, "Hortensia lives here")
    with database.write(me) as tx:
        edit_comment(tx, comment, version=1, body="Hortensia lived here", language="en")
    with Session(operation.owner) as session:
        seq = session.scalars(
            select(Event.seq).where(Event.operation_id == operation.id, Event.kind == "comment:changed")
        ).one()

    with database.write(chief) as tx:
        erase_words(tx, operation.id, seq, legal_basis="court order 7")

    [left] = read_of(database, me, medium)
    assert [left.body, *(each.body for each in left.earlier)] == ["[…]"] * 2
    with Session(operation.owner) as session:
        assert session.scalars(select(CommentVersion.find_key).where(CommentVersion.comment_id == comment)).all() == [
            ""
        ]
    with operation.workers.read(operation.service_id) as view:
        found = verify_operation(view.session, operation.id)
    assert (found.erased, found.broken) == (2, [])
    with pytest.raises(Conflict, match="erased"), database.write(me) as tx:
        edit_comment(tx, comment, version=2, body="again", language="en")
    with pytest.raises(Conflict, match="already"), database.write(chief) as tx:
        erase_words(tx, operation.id, seq, legal_basis="court order 7")


def test_nobody_speaks_past_the_commands(operation: TestOperation, database: Database) -> None:
    """Whoever writes past a command speaks for himself, of what he opens, in its compartment."""
    lead = operation.lead(Side("EC", "agency"), Side("PE", "operation"))
    closed, opened = medium_of(operation, lead, 1), medium_of(operation, lead, 2)
    me, other = operation.person("EC"), operation.person("PE")
    mine = say(database, other, opened, "a stair")
    with Session(operation.owner) as session:
        locks = session.execute(text("select locks from comment where id = :id"), {"id": mine}).scalar_one()
    values = {"op": operation.id, "mine": mine, "me": me, "other": other, "locks": locks, "medium": opened}
    values |= {"closed": closed}
    for statement in (
        "insert into comment (operation_id, media_item_id, locks, author_id, body, language) "
        "values (:op, :medium, :locks, :other, 'x', 'en')",
        "insert into comment (operation_id, media_item_id, locks, author_id, body, language) "
        "values (:op, :closed, :locks, :me, 'x', 'en')",
        "insert into annotation (operation_id, media_item_id, compartment_id, author_id, note) "
        "values (:op, :medium, (cast(:locks as int[]))[1], :other, 'x')",
        "insert into comment_version (operation_id, comment_id, locks, number, body, language, author_id) "
        "values (:op, :mine, :locks, 2, 'x', 'en', :me)",
        "insert into thread_act (operation_id, comment_id, locks, what, said_by) values (:op, :mine, :locks, "
        "'resolved', :other)",
        "insert into mention (operation_id, comment_id, locks, user_id) values (:op, :mine, :locks, :me)",
    ):
        with (
            pytest.raises((Unavailable, Forbidden, ProgrammingError), match=r"row-level security|policy"),
            database.write(me) as tx,
        ):
            tx.session.execute(
                text(statement), {name: value for name, value in values.items() if f":{name}" in statement}
            )
    with Session(operation.owner) as session:
        assert session.scalars(select(Mention).where(Mention.operation_id == operation.id)).all() == []


def test_a_place_in_a_medium_is_marked_changed_taken_away_and_leaves_as_w3c_annotations(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead()
    medium, me, other = medium_of(operation, lead, 1), operation.person("EC"), operation.person("PE")
    box = {"type": "FragmentSelector", "value": "xywh=percent:10,20,30,15"}
    operation.change("update media_item set duration_s = 12.5 where id = :id", id=medium)
    with Session(operation.owner) as session:
        [(face, far)] = session.execute(
            text(
                "select max(face_id::text) filter (where side = 1), max(face_id::text) filter (where side = 2) "
                "from lead_evidence where lead_id = :lead"
            ),
            {"lead": lead},
        )
    for wrong, where in (
        (SeenThere(" ", box), "note"),
        (SeenThere("a plug", {**box, "value": "xywh=percent:90,20,30,15"}), "box"),
        (SeenThere("a plug", at_s=13.0), "at_s"),
        (SeenThere("a plug", until_s=3.0), "at_s"),
        (SeenThere("a plug", at_s=3.0, until_s=2.0), "until_s"),
    ):
        with pytest.raises(Invalid) as refused, database.write(me) as tx:
            annotate_medium(tx, medium, wrong)
        assert [str(fault).partition(":")[0] for fault in cast("list[str]", refused.value.facts["faults"])] == [where]
    with pytest.raises(NotFound), database.write(me) as tx:
        annotate_medium(tx, medium, SeenThere("an ear", face_id=UUID(far)))

    with database.write(other) as tx:
        plug = annotate_medium(tx, medium, SeenThere("a plug", box, 3.0, 4.5))
    with database.write(me) as tx:
        ear = annotate_medium(tx, medium, SeenThere("an ear", face_id=UUID(face)))
    with database.write(me) as tx:
        assert change_annotation(tx, ear, version=1, box=box, note="the left ear") == 2
    with pytest.raises(NotFound), database.write(me) as tx:
        remove_annotation(tx, plug)
    root = say(database, me, medium, "see the plug")
    say(database, other, medium, "type J", thread=root)
    with database.read(me) as view:
        seen = medium_annotations(view.session, medium)
        page = json.loads(annotation_page(medium, said_of(view.session, medium_id=medium)))
    assert [(each.note, each.at_s, each.mine) for each in seen] == [
        ("the left ear", None, True),
        ("a plug", 3.0, False),
    ]
    assert (page["@context"], page["type"]) == ("http://www.w3.org/ns/anno.jsonld", "AnnotationPage")
    assert [item["motivation"] for item in page["items"]] == ["describing", "describing", "commenting", "replying"]
    assert page["items"][0]["target"]["selector"]["value"] == "xywh=percent:10,20,30,15&t=3,4.5"
    assert page["items"][1]["target"] == {
        "type": "SpecificResource",
        "source": f"urn:uuid:{face}",
        "scope": f"urn:uuid:{medium}",
        "selector": {
            "type": "FragmentSelector",
            "conformsTo": "http://www.w3.org/TR/media-frags/",
            "value": box["value"],
        },
    }
    assert page["items"][3]["target"] == f"urn:uuid:{root}"
    assert {item["creator"]["name"] for item in page["items"]} == {"EC", "PE"}

    # What leaves is one's own agency's, with the passkey shown, and is written down.
    with pytest.raises(Forbidden, match="owns"), database.write(other) as tx:
        export_annotations(tx, medium_id=medium)
    with database.read(other) as view:
        assert said_of(view.session, medium_id=medium) == []
    with pytest.raises(Forbidden, match="role"), database.write(operation.person("EC", "liaison")) as tx:
        export_annotations(tx, medium_id=medium)
    with database.write(me) as tx:
        remove_annotation(tx, ear)
    with database.write(me) as tx:
        export_annotations(tx, medium_id=medium)
    assert operation.kinds()[-2:] == ["annotation:removed", "annotations:exported"]
