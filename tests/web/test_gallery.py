"""The gallery: what each viewer finds in it, in which order, narrowed by what, and that nothing hidden shapes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.support.http_client import Browser
from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.operation import TestOperation
from workspace.commands.series import add_series
from workspace.commands.series_joins import merge_series, take_back_join
from workspace.commands.shown import view_media_item
from workspace.model import Face, MediaMark
from workspace.model.database import Database
from workspace.queries.gallery import WINDOW, GalleryFilter
from workspace.web.api.gallery import NarrowedQuery

SignIn = Callable[[int], Browser]


def ask(browser: Browser, operation: TestOperation, rest: str = "", **query: Any) -> Any:
    answer = browser.client.get(
        f"/api/v1/operations/{operation.id}/gallery{rest}", query_string=query, base_url="http://localhost:8000"
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def ids(browser: Browser, operation: TestOperation, **query: Any) -> list[str]:
    return [tile["id"] for tile in ask(browser, operation, **query)["tiles"]]


def names(media: dict[str, UUID], found: list[str]) -> list[str]:
    by_id = {str(value): name for name, value in media.items()}
    return [by_id.get(each, "?") for each in found]


def test_every_filter_narrows_what_the_viewer_may_see_and_they_hold_together(
    operation: TestOperation, database: Database, signed_in: SignIn
) -> None:
    ec, pe = lay_exhibit(operation, "EC", "EC-1"), lay_exhibit(operation, "PE", "PE-1")
    closed = lay_exhibit(operation, "PE", "PE-2", sharing="agency")
    analyst = operation.person("EC", "analyst")
    with database.write(analyst) as tx:
        series = add_series(tx, operation.id, label="blue door")
    media = {
        "old": lay_medium(operation, ec, captured_at="2023-05-01T10:00:00", camera_make="Canon", camera_model="EOS 5"),
        "new": lay_medium(
            operation, ec, captured_at="2025-03-02T14:21:11-05:00", faces=("good", "poor"), series=series
        ),
        "many": lay_medium(
            operation,
            pe,
            captured_at="2025-03-01T00:00:00",
            faces=("usable",) * 3,
            camera_key="canon 12",
            lens_key="l 1",
        ),
        "film": lay_medium(
            operation, pe, kind="video", media_type="video/mp4", duration_s=107.0, clock="epoch", document_key="d"
        ),
        "poor": lay_medium(operation, ec, captured_at="2024-01-01T00:00:00", faces=("poor",)),
        "waits": lay_medium(operation, ec, state="waiting"),
        "secret": lay_medium(operation, closed, captured_at="2026-01-01T00:00:00"),
    }
    other = TestOperation(operation.workers)
    lay_medium(other, lay_exhibit(other, "EC", "EC-1"), captured_at="2025-03-02T14:21:11")
    browser = signed_in(operation.person("EC"))

    def found(**query: Any) -> list[str]:
        return names(media, ids(browser, operation, **query))

    assert found()[:4] == ["new", "many", "poor", "old"]
    assert set(found()[4:]) == {"film", "waits"}
    assert found(kind="video") == ["film"]
    assert found(length_from=60, length_to=600) == found(length_from=107) == ["film"]
    assert found(length_to=107) == []
    assert ask(browser, operation, "/counts", length_from=60)["media"] == 1
    assert found(order="path", length_from=60) == ["film"]
    assert found(country="PE") == ["many", "film"]
    assert found(country="EC,PE", faces_from=1) == ["new", "many", "poor"]
    assert found(faces_from=2, faces_to=2) == ["new"]
    assert set(found(faces_from=0, faces_to=0)) == {"old", "film"}
    assert found(quality="good,usable") == ["new", "many"]
    assert found(taken_from="2024-01-01", taken_to="2025-03-01") == ["many", "poor"]
    assert set(found(is_dated="false")) == {"film", "waits"}
    assert found(camera="Canon EOS 5") == ["old"]
    assert found(camera_key="canon 12") == found(lens_key="l 1") == ["many"]
    assert found(document_key="d") == found(clock="zeros,epoch") == ["film"]
    assert found(clock="future") == []
    assert browser.get(f"/api/v1/operations/{operation.id}/gallery?clock=late").status_code == 422
    assert found(exhibit=str(ec), faces_from=1) == ["new", "poor"]
    assert found(exhibit=str(closed)) == []
    assert found(in_series="true") == ["new"]
    assert "new" not in found(in_series="false")
    assert found(known="true") == []
    assert len(found(known="false")) == 6
    assert found(series=1) == ["new"]
    with database.write(operation.person("EC")) as tx:
        view_media_item(tx, media["new"])
    assert found(seen="true") == ["new"]
    assert "new" not in found(seen="false", taken_from="2025-01-01")
    assert found(seen="true", kind="video") == []
    assert NarrowedQuery().narrowed() == GalleryFilter()  # so that what is added up answers where nothing is narrowed
    counts = ask(browser, operation, "/counts")
    assert counts == {"media": 6, "seen": 1, "judged": 0, "unread": 1}
    assert ask(browser, operation, "/counts", country="PE") == {"media": 2, "seen": 0, "judged": 0, "unread": 0}
    assert "secret" in names(media, ids(signed_in(operation.person("PE")), operation))

    choices = ask(browser, operation, "/choices")
    assert {"what": "exhibit", "value": str(pe), "label": "PE-1"} in choices["choices"]
    assert str(closed) not in str(choices)
    assert choices["cameras"] == [{"camera": "Canon EOS 5", "media": 1}]
    assert ids(signed_in(operation.person("EC", "observer")), operation) == []


def test_what_came_out_of_documents_is_found_alone_or_left_out(operation: TestOperation, signed_in: SignIn) -> None:
    ec = lay_exhibit(operation, "EC", "EC-1")
    closed = lay_exhibit(operation, "PE", "PE-2", sharing="agency")
    media = {
        "photo": lay_medium(operation, ec, faces=("good",)),
        "pages": lay_medium(operation, ec, media_type="application/pdf"),
        "in a letter": lay_medium(operation, ec, "letter.docx/word/media/1.jpg", "copied.jpg", faces=("good",)),
        "hidden": lay_medium(operation, closed, "letter.docx/word/media/1.jpg"),
    }
    operation.change("update received_file set of_document = true where path like 'letter.docx/%'")
    browser = signed_in(operation.person("EC"))

    def found(**query: Any) -> list[str]:
        return sorted(names(media, ids(browser, operation, **query)))

    assert found(from_document="true") == found(from_document="true", order="path") == ["in a letter", "pages"]
    assert found(from_document="false") == ["photo"]
    assert found(from_document="true", faces_from=1) == ["in a letter"]
    assert ask(browser, operation, "/counts", from_document="true")["media"] == 2
    assert browser.get(f"/api/v1/operations/{operation.id}/gallery?from_document=maybe").status_code == 422


def test_the_same_content_is_one_tile_whoever_holds_it_and_a_hidden_copy_is_not_counted(
    operation: TestOperation, signed_in: SignIn
) -> None:
    ec, pe = lay_exhibit(operation, "EC", "EC-1"), lay_exhibit(operation, "PE", "PE-1")
    closed = lay_exhibit(operation, "PE", "PE-2", sharing="agency")
    at = "2025-03-02T14:21:11"
    mine = lay_medium(operation, ec, "a/1.jpg", "b/2.jpg", content="x", captured_at=at)
    theirs = lay_medium(operation, pe, "c/3.jpg", content="x", captured_at=at)
    lay_medium(operation, closed, "d/4.jpg", content="x", captured_at=at)
    browser = signed_in(operation.person("EC"))

    (tile,) = ask(browser, operation)["tiles"]
    assert (tile["copies"], tile["paths"]) == (2, 2)
    assert ids(browser, operation, country="PE") == [str(theirs)]
    assert ids(browser, operation, order="path") == [str(mine), str(theirs)]
    copies = browser.get(f"/api/v1/items/{theirs}/copies").json
    assert [copy["id"] for copy in copies["copies"]] == [str(theirs), str(mine)]
    assert [path["path"] for copy in copies["copies"] for path in copy["paths"]] == ["c/3.jpg", "a/1.jpg", "b/2.jpg"]
    assert "d/4.jpg" not in str(copies)
    assert browser.get(f"/api/v1/items/{uuid4()}/copies").status_code == 404


@pytest.mark.parametrize("order", ["time", "path"])
def test_windows_hold_every_tile_once_and_in_order(operation: TestOperation, signed_in: SignIn, order: str) -> None:
    exhibits = [lay_exhibit(operation, country, f"{country}-1") for country in ("EC", "PE", "CL")]
    made = [
        lay_medium(
            operation,
            exhibits[n % 3],
            f"p/{n % 50:03}/{n}.jpg",
            captured_at=f"2025-03-{1 + n % 28:02}T10:00:00" if n % 5 else None,
        )
        for n in range(2 * WINDOW + 7)
    ]
    browser = signed_in(operation.person("EC"))

    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        window = ask(browser, operation, order=order, after=after)
        found += window["tiles"]
        after = window["after"]
        assert len(window["tiles"]) <= WINDOW

    assert sorted(tile["id"] for tile in found) == sorted(map(str, made))
    keys = [tile["captured_at"] or "" if order == "time" else tile["path"] for tile in found]
    assert keys == sorted(keys, reverse=order == "time")


@pytest.mark.parametrize(
    "query",
    [
        "after=nonsense",
        "after=2025-01-01T00:00:00|zz",
        "order=path&after=x|y",
        "country=ecuador",
        "quality=fine",
        "taken_from=soon",
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_is_wrong(
    operation: TestOperation, signed_in: SignIn, query: str
) -> None:
    answer = signed_in(operation.person("EC")).get(f"/api/v1/operations/{operation.id}/gallery?{query}")

    assert answer.status_code == 422
    assert answer.json["error"]["facts"]["faults"]


def test_the_page_of_a_medium_tells_what_the_viewer_may_see_and_nothing_of_what_is_closed(
    operation: TestOperation, database: Database, signed_in: SignIn
) -> None:
    ec = lay_exhibit(operation, "EC", "EC-1")
    closed = lay_exhibit(operation, "PE", "PE-9", sharing="agency")
    medium = lay_medium(
        operation,
        ec,
        "a/1.jpg",
        "b/2.jpg",
        content="x",
        faces=("good", "poor"),
        camera_key="canon 12",
        width=100,
        height=80,
    )
    hidden = lay_medium(operation, closed, "secret/3.jpg", content="x", camera_key="canon 12")
    other = lay_medium(operation, ec, camera_key="canon 12")
    near = {"a": min(medium, other), "b": max(medium, other), "c": operation.compartment("EC"), "op": operation.id}
    operation.change("insert into near_copy values (:op, :c, :a, :b, 9)", **near)
    lead = operation.lead()
    operation.change(
        "update lead_evidence set media_item_id = :m where lead_id = :lead and country = 'EC'", m=medium, lead=lead
    )
    looker, owner = operation.person("PE"), operation.person("EC")
    for person in (looker, owner):
        with database.write(person) as tx:
            view_media_item(tx, medium)

    page = signed_in(owner).get(f"/api/v1/items/{medium}").json
    assert [face["quality_word"] for face in page["faces"]] == ["good", "poor"] or page["faces_of"] == 2
    assert (page["same_camera"], page["is_own"], page["handling"]) == (1, True, "H0")
    assert [(each["path"], each["exhibit"]) for each in page["copies"]["copies"][0]["paths"]] == [
        ("a/1.jpg", "EC-1"),
        ("b/2.jpg", "EC-1"),
    ]
    assert [each["id"] for each in page["copies"]["near"]] == [str(other)]
    assert [each["id"] for each in page["leads"]] == [str(lead)]
    assert {look["country"] for look in page["looks"]} == {"EC", "PE"}
    assert "secret" not in str(page)
    face = page["faces"][0]["id"]
    there = signed_in(looker)
    assert [look["country"] for look in there.get(f"/api/v1/items/{medium}").json["looks"]] == ["PE"]
    assert there.get(f"/faces/{face}").headers["Location"].endswith(f"/media/{medium}")
    assert there.get(f"/media/{medium}").status_code == 200
    for gone in (f"/media/{hidden}", f"/api/v1/items/{hidden}", f"/media/{uuid4()}", f"/faces/{uuid4()}"):
        assert signed_in(owner).get(gone).status_code == 404


def test_a_mark_holds_for_every_copy_that_one_may_see_folds_them_away_and_is_taken_back(
    operation: TestOperation, database: Database, signed_in: SignIn
) -> None:
    ec, pe = lay_exhibit(operation, "EC", "EC-1"), lay_exhibit(operation, "PE", "PE-1")
    closed = lay_exhibit(operation, "PE", "PE-9", sharing="agency")
    mine = lay_medium(operation, ec, content="x", faces=("good",))
    copy, hidden = lay_medium(operation, pe, content="x"), lay_medium(operation, closed, content="x")
    other = lay_medium(operation, ec)
    here, there = signed_in(operation.person("EC")), signed_in(operation.person("PE"))
    marks = f"/api/v1/operations/{operation.id}/gallery/marks"

    said = here.post(marks, {"media": [str(mine)], "mark": "nothing"}).json
    assert said["media"] == 2
    assert operation.kinds()[-2:] == ["media:marked", "media:marked"]
    (tile,) = ask(there, operation, judged="true", order="time")["tiles"]
    assert (tile["mark"], tile["copies"]) == ("nothing", 3)
    assert ids(here, operation, judged="false") == [str(other)]
    assert ids(here, operation, mark="important") == []
    assert ask(here, operation, "/counts")["judged"] == 2
    again = here.post(marks, {"media": [str(copy)], "mark": "important"}).json
    assert ids(here, operation, mark="important") == [str(mine)]

    assert there.send("DELETE", f"/api/v1/gallery/marks/{again['act']}").status_code == 404
    for act in (again["act"], said["act"]):
        assert here.send("DELETE", f"/api/v1/gallery/marks/{act}").status_code == 200
        assert here.send("DELETE", f"/api/v1/gallery/marks/{act}").status_code == 409
    assert ids(here, operation, judged="true") == []
    assert operation.kinds().count("media:unmarked") == 4
    unread = lay_medium(operation, ec, state="waiting")
    assert here.post(marks, {"media": [str(unread)], "mark": "important"}).status_code == 200
    operation.change("delete from media_mark where media_item_id = :id", id=unread)
    for bad, status in (
        ({"media": [str(other), str(hidden)], "mark": "nothing"}, 404),
        ({"media": [str(other), str(unread)], "mark": "nothing"}, 409),
        ({"media": [], "mark": "nothing"}, 422),
        ({"media": [str(other)], "mark": "boring"}, 422),
    ):
        assert here.post(marks, bad).status_code == status
    assert ids(here, operation, judged="true") == []

    with database.write(operation.person("EC", "analyst")) as tx:
        series = add_series(tx, operation.id, label="blue door")
    number = next(tile for tile in ask(here, operation)["tiles"] if tile["own_persons"])["own_persons"][0]
    placed = [here.post(f"/api/v1/series/{series}/placements", {"numbers": [number]}).json for _ in range(2)]
    assert [done["placed"] for done in placed] == [1, 0]
    assert here.send("DELETE", f"/api/v1/series/placements/{placed[0]['act']}").status_code == 200
    assert here.send("DELETE", f"/api/v1/series/placements/{placed[0]['act']}").status_code == 409
    assert here.post(f"/api/v1/series/{series}/placements", {"numbers": [number, 999]}).status_code == 404

    lamp, theirs, copied = lay_medium(operation, ec), lay_medium(operation, pe), lay_medium(operation, ec)
    places = f"/api/v1/series/{series}/placements"
    number_of = here.get(f"/api/v1/operations/{operation.id}/series").json[0]["number"]
    both = {"numbers": [number], "media": [str(mine), str(lamp), str(lamp), str(copied)]}
    done = here.post(places, both).json
    assert (done["placed"], done["media"]) == (1, 2)  # the one that shows the person is in it by him
    assert operation.kinds()[-2:] == ["person:placed", "media:placed"]
    assert set(ids(there, operation, series=str(number_of))) == {str(mine), str(lamp), str(copied)}
    assert set(ids(here, operation, in_series="true")) >= {str(lamp)}
    (tile,) = [each for each in ask(here, operation, series=str(number_of))["tiles"] if each["id"] == str(lamp)]
    assert (tile["series"], tile["is_own"], tile["own_persons"]) == ([number_of], True, [])
    page = here.get(f"/operations/{operation.id}/series/{number_of}").text
    assert f'data-api="DELETE /api/v1/series/{series}/media/{lamp}"' in page
    assert f"/media/{lamp}" in there.get(f"/operations/{operation.id}/series/{number_of}").text
    for bad, status in (
        ({"media": [str(theirs)]}, 403),
        ({"media": [str(hidden)]}, 404),
        ({"numbers": [], "media": []}, 422),
        ({"media": [str(lamp), str(theirs)]}, 403),
    ):
        assert here.post(places, bad).status_code == status
    assert here.send("DELETE", f"/api/v1/series/{series}/media/{mine}").status_code == 404
    assert there.send("DELETE", f"/api/v1/series/{series}/media/{lamp}").status_code == 403
    assert here.send("DELETE", f"/api/v1/series/{series}/media/{copied}").status_code == 200
    assert here.send("DELETE", f"/api/v1/series/{series}/media/{copied}").status_code == 404
    with database.write(operation.person("EC", "analyst")) as tx:
        other_series = add_series(tx, operation.id, label="blue door again")
        join = merge_series(tx, series, into=other_series)
    into = number_of + 1
    assert set(ids(here, operation, series=str(into))) == {str(mine), str(lamp)}  # media go along with a merger
    with database.write(operation.person("EC", "analyst")) as tx:
        take_back_join(tx, join)
    assert ids(here, operation, series=str(into)) == []
    assert there.send("DELETE", f"/api/v1/series/placements/{done['act']}").status_code == 404
    assert here.send("DELETE", f"/api/v1/series/placements/{done['act']}").status_code == 200
    assert ids(here, operation, series=str(number_of)) == []
    assert operation.kinds()[-2:] == ["person:placing_undone", "media:placing_undone"]

    here.post(marks, {"media": [str(mine)], "mark": "important"})
    lock = operation.compartment("EC", "agency")
    operation.change("update media_item set compartment_id = :lock where id = :id", lock=lock, id=mine)
    with operation.workers.read(operation.service_id) as view:
        rows = view.session.scalars(select(MediaMark.compartment_id).where(MediaMark.media_item_id == mine)).all()
    assert set(rows) == {lock}


def test_the_gallery_stands_by_likeness_inside_one_material_and_says_where_it_ends(
    operation: TestOperation, signed_in: SignIn
) -> None:
    ec, pe = lay_exhibit(operation, "EC", "EC-1"), lay_exhibit(operation, "PE", "PE-1")
    closed = lay_exhibit(operation, "EC", "EC-2", sharing="agency")

    def bits(count: int) -> bytes:
        return ((1 << count) - 1).to_bytes(32)

    media = {
        "chosen": lay_medium(operation, ec, pdq=bits(0), pdq_turned=[bits(200)] * 7, faces=("good",)),
        "far": lay_medium(
            operation, ec, pdq=bits(80), kind="photo", faces=("poor",), captured_at="2024-01-01T00:00:00"
        ),
        "near": lay_medium(operation, ec, pdq=bits(12), faces=("good",)),
        "turned": lay_medium(operation, ec, pdq=bits(180)),
        "other": lay_medium(operation, ec, pdq=bits(100)),
        "of another": lay_medium(operation, pe, pdq=bits(1), faces=("good",)),
        "closed": lay_medium(operation, closed, pdq=bits(1)),
        "unread": lay_medium(operation, ec, state="waiting"),
    }
    for name, cosine in (("chosen", 1.0), ("far", 0.9), ("near", 0.2), ("of another", 0.99)):
        operation.change(
            "update face set embedding = cast(:vector as halfvec) where media_item_id = :id",
            vector=str([cosine, (1 - cosine**2) ** 0.5, *[0] * 126]),
            id=media[name],
        )
    me, other = signed_in(operation.person("EC")), signed_in(operation.person("PE"))
    face = str(face_of(operation, media["chosen"]))
    alike: dict[str, Any] = {"order": "likeness", "like": media["chosen"]}

    for viewer in (me, other):
        assert names(media, ids(viewer, operation, **alike)) == ["chosen", "near", "turned", "far"]
    assert names(media, ids(me, operation, **alike, taken_from="2023-12-31")) == ["far"]
    assert names(media, ids(me, operation, **alike, country="PE")) == []
    assert names(media, ids(me, operation, order="likeness", like_face=face)) == ["chosen", "far", "near"]
    assert ask(me, operation, **alike)["after"] is None

    their_face, far = face_of(operation, media["of another"]), face_of(operation, media["far"])
    stand_on_a_lead(operation, UUID(face), their_face)
    operation.change(
        "update face set embedding = (select embedding from face where id = :far) where id = :id",
        far=far,
        id=their_face,
    )

    def by_face(like: object) -> list[str]:
        found = names(media, ids(me, operation, order="likeness", like_face=str(like)))
        return [name for name in found if name in media]

    # A copy of what a lead compares the chosen face with: its place would tell the score that the lead withholds.
    assert by_face(face) == ["chosen", "near", "far"]
    assert by_face(far) == ["far", "near", "chosen"]

    def refused(viewer: Browser, **query: Any) -> int:
        return viewer.client.get(
            f"/api/v1/operations/{operation.id}/gallery", query_string=query, base_url="http://localhost:8000"
        ).status_code

    assert refused(other, order="likeness", like_face=face) == 403
    assert refused(signed_in(operation.person("EC", "liaison")), order="likeness", like_face=face) == 403
    assert refused(other, order="likeness", like=media["closed"]) == 404
    assert refused(me, order="likeness", like=media["unread"]) == 409
    assert [refused(me, order="likeness"), refused(me, **alike, like_face=face)] == [422, 422]
    assert refused(me, **alike, after="x|y") == 422

    for at in range(WINDOW + 3):
        lay_medium(operation, ec, pdq=bits(30 + at % 3))
    first = ask(me, operation, **alike)
    rest = ask(me, operation, **alike, after=first["after"])
    assert (len(first["tiles"]), len(rest["tiles"]), rest["after"]) == (WINDOW, 7, None)
    assert first["after"].startswith(f"{WINDOW}|")  # a place, and not how far that medium is
    assert not {each["id"] for each in first["tiles"]} & {each["id"] for each in rest["tiles"]}


def stand_on_a_lead(operation: TestOperation, mine: UUID, theirs: UUID) -> None:
    """A lead that nobody has decided, between a face of EC and one of PE."""
    lead = operation.lead("EC", "PE")
    for country, face in (("EC", mine), ("PE", theirs)):
        operation.change(
            "update lead_evidence set face_id = :face where lead_id = :lead and country = :country",
            face=face,
            lead=lead,
            country=country,
        )


def face_of(operation: TestOperation, medium: UUID) -> UUID:
    """The one face of a medium."""
    with operation.workers.read(operation.service_id) as view:
        return view.session.scalars(select(Face.id).where(Face.media_item_id == medium)).one()


def test_what_was_read_meanwhile_is_answered_to_who_may_see_it_and_nothing_else(
    operation: TestOperation, signed_in: SignIn
) -> None:
    open_to_all, closed = lay_exhibit(operation, "EC", "EC-1"), lay_exhibit(operation, "EC", "EC-2", sharing="agency")
    media = {
        "waits": lay_medium(operation, open_to_all, state="waiting"),
        "read": lay_medium(operation, open_to_all),
        "refused": lay_medium(operation, open_to_all, state="refused", refusal="damaged"),
        "archive": lay_medium(operation, open_to_all, kind="archive"),
        "closed": lay_medium(operation, closed),
    }
    asked = ",".join([str(each) for each in reversed(media.values())] + [str(uuid4())])

    found = {
        country: [
            tile["id"] for tile in ask(signed_in(operation.person(country)), operation, "/read", media=asked)["tiles"]
        ]
        for country in ("EC", "PE")
    }

    assert names(media, found["EC"]) == ["closed", "refused", "read"]
    assert names(media, found["PE"]) == ["refused", "read"]


@pytest.mark.parametrize("media", ["", "x", f"{UUID(int=1)},", ",".join(str(UUID(int=n)) for n in range(WINDOW + 1))])
def test_a_question_for_no_media_or_too_many_is_refused(
    operation: TestOperation, signed_in: SignIn, media: str
) -> None:
    answer = signed_in(operation.person("EC")).client.get(
        f"/api/v1/operations/{operation.id}/gallery/read",
        query_string={"media": media},
        base_url="http://localhost:8000",
    )

    assert answer.status_code == 422
