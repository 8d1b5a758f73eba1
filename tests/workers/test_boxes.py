"""Faces that people draw and boxes that they take away: described by a worker, and never undone by one."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from tests.support.bench import Bench
from tests.support.work_material import Material
from workspace.commands.boxes import draw_face, give_face_back, take_face_away
from workspace.commands.persons import keep_apart, take_back_act
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.queries.boxes import drawn_boxes, taken_boxes
from workspace.queries.medium import medium_page

FACES = "select *, cast(embedding as text) as vector from face where operation_id = :operation order by box[1], id"


def selector(box: list[float], width: int, height: int) -> dict[str, str]:
    left, top, right, bottom = box
    shares = (left / width, top / height, (right - left) / width, (bottom - top) / height)
    return {"type": "FragmentSelector", "value": "xywh=percent:" + ",".join(f"{100 * share:.2f}" for share in shares)}


def vector(row: Any) -> np.ndarray[Any, Any]:
    return np.array(json.loads(row.vector), np.float32)


def faces_shown(bench: Bench, medium: UUID, person: int) -> set[UUID]:
    with bench.app.read(person) as view:
        return {face.id for face in medium_page(view.session, medium).faces}


def test_a_wrong_box_goes_and_a_missed_face_is_drawn_described_matched_and_kept(
    bench: Bench, material: Material
) -> None:
    bench.bring("EC", material.group())
    bench.work()
    operation = bench.operation
    me, other = operation.person("EC"), operation.person("PE")
    medium = bench.one("select id from media_item where operation_id = :operation").id
    missed, neighbour, *_ = [face for face in bench.rows(FACES) if face.person_id and face.quality_word == "good"]
    whose = missed.person_id

    # Only its owner says so, and not while something said of persons rests on it.
    for person, refusal in ((other, Forbidden), (operation.person("EC", "liaison"), Forbidden)):
        with pytest.raises(refusal), bench.app.write(person) as tx:
            take_face_away(tx, missed.id)
    numbers = {
        row.id: row.number for row in bench.rows("select id, number from person where operation_id = :operation")
    }
    with bench.app.write(me) as tx:
        act = keep_apart(tx, operation.id, number=numbers[whose], other=numbers[neighbour.person_id])
    with pytest.raises(Conflict, match="Take that back first"), bench.app.write(me) as tx:
        take_face_away(tx, missed.id)
    with bench.app.write(me) as tx:
        take_back_act(tx, act)

    # A wrong box goes: it belongs to nobody and is compared with nothing, and comes back exactly.
    with bench.app.write(me) as tx:
        taken = take_face_away(tx, missed.id)
    gone = bench.one("select * from face where id = :id", id=missed.id)
    assert (gone.person_id, gone.embedding, gone.before_taken) == (None, None, whose)
    assert bench.one("select face_count from media_item where id = :id", id=medium).face_count == 5
    assert bench.one("select face_count from person where id = :id", id=whose).face_count == 0
    assert missed.id not in faces_shown(bench, medium, me)
    with bench.app.read(other) as view:
        assert [each.id for each in taken_boxes(view.session, medium)] == [taken]
    with pytest.raises(Conflict, match="already"), bench.app.write(me) as tx:
        take_face_away(tx, missed.id)
    for again in (True, False):  # as often as somebody changes their mind
        with bench.app.write(me) as tx:
            give_face_back(tx, taken)
        bench.work()
        [back] = [face for face in bench.rows(FACES) if face.id == missed.id]
        assert (back.person_id, back.taken_away_as) == (whose, None)
        assert float(vector(back) @ vector(missed)) > 0.999
        if again:
            with bench.app.write(me) as tx:
                taken = take_face_away(tx, missed.id)
    with pytest.raises(Conflict, match="already"), bench.app.write(me) as tx:
        give_face_back(tx, taken)

    # The same face drawn by hand where the machine's box is gone: with a vector and a person, nobody who is there
    # already.
    with bench.app.write(me) as tx:
        take_face_away(tx, missed.id)
    with bench.app.write(me) as tx:
        drawn = draw_face(tx, medium, selector(missed.box, missed.frame_width, missed.frame_height))
    bench.work()
    [face] = [face for face in bench.rows(FACES) if face.drawn_as == drawn]
    assert float(vector(face) @ vector(missed)) > 0.95
    assert face.quality_word != "poor"
    assert face.person_id is not None
    assert sum(each.person_id == face.person_id for each in bench.rows(FACES)) == 1
    assert bench.one("select state from job where kind = 'match_media' and subject_id = :id", id=medium).state == "done"
    with bench.app.read(me) as view:
        [told] = drawn_boxes(view.session, medium)
    assert (told.state, told.face_id, told.by.id) == ("described", face.id, me)
    assert face.id in faces_shown(bench, medium, other)

    # The machine reads the medium again, and undoes neither.
    before = {row.id for row in bench.rows(FACES)}
    operation.change("update media_item set state = 'waiting' where id = :id", id=medium)
    operation.change("update job set state = 'waiting' where kind = 'read_media' and subject_id = :id", id=medium)
    bench.work()
    found = [row for row in bench.rows(FACES) if row.id not in before]
    assert len(found) == 5, "the five that nobody said anything about"
    assert all(abs(row.box[0] - missed.box[0]) > 5 for row in found)
    assert bench.one("select taken_away_as from face where id = :id", id=missed.id).taken_away_as is not None
    assert operation.kinds().count("face:drawn") == operation.kinds().count("face:described") == 1


def test_a_box_without_a_face_is_kept_without_a_vector_and_one_outside_is_refused(
    bench: Bench, material: Material
) -> None:
    bench.bring("EC", material.landscape("empty.jpg", seed=3), material.video())
    bench.work()
    me = bench.operation.person("EC")
    medium = bench.one("select id from media_item where operation_id = :operation and kind = 'photo'").id
    video = bench.one("select id from media_item where operation_id = :operation and kind = 'video'").id

    for wrong in ("90,10,20,10", "10,10,0,10", "10,10,0.1,10"):
        with pytest.raises(Invalid, match="box"), bench.app.write(me) as tx:
            draw_face(tx, medium, {"type": "FragmentSelector", "value": f"xywh=percent:{wrong}"})
    place = {"type": "FragmentSelector", "value": "xywh=percent:10,10,20,30"}
    with pytest.raises(Invalid, match="video"), bench.app.write(me) as tx:
        draw_face(tx, video, place)
    with pytest.raises(NotFound), bench.app.write(me) as tx:
        give_face_back(tx, medium)
    with bench.app.write(me) as tx:
        draw_face(tx, medium, place)
    bench.work()

    with bench.app.read(me) as view:
        [told] = drawn_boxes(view.session, medium)
    kept = bench.one("select * from face where drawn_as is not null and operation_id = :operation")
    assert (told.state, told.face_id) == ("no_face", kept.id)
    assert (kept.embedding, kept.person_id, kept.quality_word) == (None, None, "poor")
    assert [round(value) for value in kept.box] == [64, 48, 192, 192]

    # Without the country's consent no face is drawn.
    bench.operation.change(
        "update participation set face_recognition = false where operation_id = :op and country = 'EC'",
        op=bench.operation.id,
    )
    with pytest.raises(Conflict, match="note instead"), bench.app.write(me) as tx:
        draw_face(tx, medium, place)
