"""Face searches: a reason first, an exact list of what one may see, and no score of a pair that somebody still has to
judge."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.leads.test_entry_end import Register
from tests.support.http_client import Browser
from tests.support.operation import Side, TestOperation
from workspace.commands.claims import claim_lead
from workspace.commands.discussion import comment_on_lead
from workspace.model import Event, Face, FaceSearch, LeadEvidence, Person
from workspace.model.database import Database
from workspace.queries.find_words import MOST_PERSONS, MOST_WORDS, find_words
from workspace.queries.lead_opinions import lead_score
from workspace.queries.search import find_faces
from workspace.queries.search import probe as face_of
from workspace.queries.search_answer import Thresholds
from workspace.rules.calibration import Calibration, ErrorRate, Point, with_hash

DIGEST = "0" * 64
AXES = cycle(range(2, 128))
REASON = {"purpose": "victim", "legal_basis": "order 118", "case_reference": "EC-2026-1"}


@pytest.fixture(autouse=True)
def pack(app: Flask, tmp_path: Path) -> Iterator[None]:
    """The thresholds of the tests' recogniser."""
    manifest = {"tasks": {"recognition": {"sha256": DIGEST}}, "thresholds": {"lead": 0.4, "strong": 0.6}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    before = app.extensions["concord.settings"]
    app.extensions["concord.settings"] = replace(before, pack_dir=tmp_path)
    yield
    app.extensions["concord.settings"] = before


@pytest.fixture
def browser(operation: TestOperation, signed_in: Callable[[int], Browser]) -> Browser:
    """A specialist of EC."""
    return signed_in(operation.person("EC"))


def pair(
    operation: TestOperation, cosine: float, first: str | Side = "EC", second: str | Side = "PE", **values: Any
) -> tuple[UUID, UUID, UUID]:
    """A lead whose two faces have this cosine, all other directions being their own: lead, probe, candidate."""
    lead = operation.lead(first, second, **values)
    with Session(operation.owner) as session:
        rows = session.execute(
            select(LeadEvidence.side, LeadEvidence.face_id).where(LeadEvidence.lead_id == lead)
        ).all()
    faces = {row.side: row.face_id for row in rows}
    probe, candidate = faces[1], faces[2]
    assert probe is not None
    assert candidate is not None
    _turn(operation, candidate, cosine)
    return lead, probe, candidate


def _turn(operation: TestOperation, face: UUID, cosine: float, axis: int | None = None) -> None:
    """axis: the direction beside the common one; of its own for each face, so that only what is meant so is a copy."""
    vector = np.zeros(128)
    vector[0], vector[axis or next(AXES)] = cosine, np.sqrt(1 - cosine**2)
    operation.change(
        "update face set embedding = cast(:vector as halfvec) where id = :id", vector=str(vector.tolist()), id=face
    )


def free(operation: TestOperation, cosine: float, second: str | Side = "PE") -> UUID:
    """The face of somebody without a lead to anybody that a search begins with."""
    _, probe, candidate = pair(operation, cosine, "CL", second)
    _turn(operation, probe, -1.0)
    return candidate


def search(browser: Browser, operation: TestOperation, probe: UUID, **more: Any) -> Any:
    body = {"probe_face_id": str(probe), **REASON, **more}
    return browser.post(f"/api/v1/operations/{operation.id}/searches", body)


def faces(found: list[dict[str, Any]]) -> list[str]:
    return [each["face"] for each in found]


@pytest.mark.parametrize("missing", ["purpose", "legal_basis", "case_reference"])
def test_a_search_without_its_reason_is_refused_and_nothing_is_compared(
    operation: TestOperation, browser: Browser, missing: str
) -> None:
    _, probe, _ = pair(operation, 0.9)

    for value in ("", None, "  "):
        assert search(browser, operation, probe, **{missing: value}).status_code == 422

    assert "search:made" not in operation.kinds()


def test_nobody_searches_for_offenders(operation: TestOperation, browser: Browser) -> None:
    _, probe, _ = pair(operation, 0.9)

    assert search(browser, operation, probe, purpose="offender").status_code == 422


def test_candidates_are_ranked_exactly_and_once_a_person(operation: TestOperation, browser: Browser) -> None:
    _, probe, _ = pair(operation, 0.2)
    cosines = {free(operation, cosine): cosine for cosine in (0.55, 0.35, 0.71, 0.44)}
    better = free(operation, 0.31)
    second = free(operation, 0.62)
    _same_person(operation, better, second)

    found = search(browser, operation, probe).get_json()

    best = sorted({**cosines, second: 0.62}.items(), key=lambda each: -each[1])
    assert faces(found["ranked"]) == [str(face) for face, _ in best]
    assert [each["rank"] for each in found["ranked"]] == [1, 2, 3, 4, 5]
    assert [each["score"] for each in found["ranked"]] == pytest.approx([cosine for _, cosine in best], abs=0.002)
    assert [each["band"] for each in found["ranked"]] == ["strong", "strong", "moderate", "moderate", "weak"]


def test_only_faces_of_one_recogniser_are_compared(operation: TestOperation, browser: Browser) -> None:
    _, probe, _ = pair(operation, 0.2)
    other, same = free(operation, 0.9), free(operation, 0.8)
    operation.change("update face set model_digest = :d where id = :id", d="1" * 64, id=other)

    found = search(browser, operation, probe).get_json()

    assert faces(found["ranked"]) == [str(same)]
    assert search(browser, operation, other).status_code == 503


def test_closed_material_is_not_found_and_not_counted(operation: TestOperation, browser: Browser) -> None:
    _, probe, _ = pair(operation, 0.2)
    shown = free(operation, 0.7)
    before = search(browser, operation, probe).get_json()["searched"]
    operation.compartment("PE", "agency")
    _, _, hidden = pair(operation, 0.9, "CL", Side("PE", "agency"))

    found = search(browser, operation, probe).get_json()

    assert str(hidden) not in faces(found["ranked"])
    assert faces(found["ranked"])[-1] == str(shown)
    assert found["searched"] == before + 1
    assert search(browser, operation, hidden).status_code == 404


def test_a_register_is_searched_until_its_stated_retention_is_over(operation: TestOperation, browser: Browser) -> None:
    _, probe, _ = pair(operation, 0.2)
    face, register = free(operation, 0.9), Register(operation)
    operation.change(
        "update face set register_entry_id = :entry, person_id = null where id = :face", entry=register.entry, face=face
    )
    for days, is_found in ((1, True), (-2, False)):
        operation.change(
            "update register set retain_until = (now() at time zone (select time_zone from operation where id = :op))::date "
            "+ :days where id = :id",
            op=operation.id,
            days=days,
            id=register.id,
        )
        assert (str(face) in faces(search(browser, operation, probe).get_json()["ranked"])) is is_found


def test_a_face_that_is_open_by_its_picture_alone_is_not_compared_not_counted_and_no_probe(
    operation: TestOperation, browser: Browser
) -> None:
    """The pair of one lead is for that lead: the search finds what keys show."""
    lead, probe, opened = pair(operation, 0.9, "EC", Side("PE", "agency"))
    before = search(browser, operation, probe).get_json()
    operation.grant("PE", to="EC", lead=lead)

    found = search(browser, operation, probe).get_json()

    assert browser.get(f"/api/v1/leads/{lead}").get_json()["sides"][1]["is_pair_only"]
    assert {name: found[name] for name in ("searched", "ranked", "open_leads", "withheld")} == {
        name: before[name] for name in ("searched", "ranked", "open_leads", "withheld")
    }
    assert str(opened) not in str(found)
    assert search(browser, operation, opened).status_code == 404


def test_an_open_lead_tells_its_band_and_never_a_number(operation: TestOperation, browser: Browser) -> None:
    lead, probe, candidate = pair(operation, 0.62)

    found = search(browser, operation, probe).get_json()

    assert found["ranked"] == []
    (told,) = found["open_leads"]
    assert (told["face"], told["band"], told["score"], told["rank"]) == (str(candidate), "strong", None, None)
    assert operation.kinds()[-2:] == ["search:made", "bands:shown"]
    search(browser, operation, probe)
    assert operation.kinds().count("bands:shown") == 1
    operation.change("update lead set bands_shown = false where id = :id", id=lead)
    assert search(browser, operation, probe).get_json()["open_leads"][0]["band"] is None


def test_open_leads_stand_by_band_and_label_whatever_their_scores(operation: TestOperation, browser: Browser) -> None:
    first, probe, _ = pair(operation, 0.61, score=0.61, band="strong")
    others = [
        pair(operation, cosine, score=cosine, band=band) for cosine, band in ((0.45, "moderate"), (0.99, "strong"))
    ]
    for lead, _, _ in others:
        _same_side(operation, first, lead)

    found = search(browser, operation, probe).get_json()["open_leads"]

    assert [each["band"] for each in found] == ["strong", "strong", "moderate"]
    assert found[0]["label"] < found[1]["label"]


def test_a_pair_under_examination_stands_unranked_without_score_or_band(
    operation: TestOperation, database: Database, browser: Browser
) -> None:
    lead, probe, candidate = pair(operation, 0.93)
    other = free(operation, 0.5)
    with database.write(operation.person("PE")) as tx:
        claim_lead(tx, lead)

    answers = [
        search(browser, operation, probe, **more).get_json() for more in ({}, {"min_score": 0.95}, {"min_score": 0.1})
    ]

    for found in answers:
        (told,) = found["withheld"]
        assert (told["face"], told["band"], told["score"], told["rank"]) == (str(candidate), None, None, None)
        assert found["open_leads"] == []
        assert str(candidate) not in faces(found["ranked"])
    assert [faces(found["ranked"]) for found in answers] == [[str(other)], [], [str(other)]]
    for stage in ("assessed", "parked"):
        operation.change("update lead set stage = :stage where id = :id", stage=stage, id=lead)
        assert faces(search(browser, operation, probe).get_json()["withheld"]) == [str(candidate)]
    assert not _tells(0.93, json.dumps(answers))


def test_a_decided_pair_is_ranked_and_a_rejected_one_left_out(operation: TestOperation, browser: Browser) -> None:
    lead, probe, candidate = pair(operation, 0.7)
    operation.change("update lead set stage = 'verified' where id = :id", id=lead)

    found = search(browser, operation, probe).get_json()
    assert (faces(found["ranked"]), found["ranked"][0]["lead"]["stage"]) == ([str(candidate)], "verified")
    assert operation.kinds()[-2:] == ["search:made", "score:shown"]
    search(browser, operation, probe)
    assert operation.kinds().count("score:shown") == 1

    operation.change("update lead set stage = 'rejected' where id = :id", id=lead)
    found = search(browser, operation, probe).get_json()
    assert (found["ranked"], faces(found["rejected"]), found["rejected"][0]["score"]) == ([], [str(candidate)], None)


def test_a_lead_with_restricted_material_is_named_by_its_country_only(
    operation: TestOperation, browser: Browser
) -> None:
    operation.compartment("PE", "agency")
    _, probe, _ = pair(operation, 0.8, "EC", Side("PE", "agency"))

    (told,) = search(browser, operation, probe).get_json()["open_leads"]

    assert (told["country"], told["face"], told["label"], told["quality"]) == ("PE", None, "", None)


def test_a_search_is_on_record_with_its_reason_and_result(operation: TestOperation, browser: Browser) -> None:
    _, probe, _ = pair(operation, 0.2)
    free(operation, 0.5)

    answer = search(browser, operation, probe).get_json()

    row = operation.row(FaceSearch, UUID(answer["search"]))
    assert (row.user_id, row.purpose, row.legal_basis, row.case_reference) == (operation.person("EC"), *REASON.values())
    assert (row.probe_face_id, row.searched, row.found) == (probe, answer["searched"], 2)
    assert round(row.threshold, 3) == 0.3


def test_only_examiners_search_and_only_while_the_operation_is_open(
    operation: TestOperation, signed_in: Callable[[int], Browser], browser: Browser
) -> None:
    _, probe, _ = pair(operation, 0.7)

    for role in ("liaison", "operation_lead"):
        assert search(signed_in(operation.person("EC", role)), operation, probe).status_code == 403
    for role in ("observer", "recipient"):
        assert search(signed_in(operation.person("EC", role)), operation, probe).status_code in (403, 404)
    operation.change("update operation set state = 'closing' where id = :id", id=operation.id)
    assert search(browser, operation, probe).status_code == 409

    assert "search:made" not in operation.kinds()


def test_the_page_shows_the_list_of_ones_own_search_and_withholds_what_it_must(
    operation: TestOperation, database: Database, browser: Browser, signed_in: Callable[[int], Browser]
) -> None:
    lead, probe, _ = pair(operation, 0.93)
    free(operation, 0.512)
    path = f"/operations/{operation.id}/search"
    assert not _tells(0.512, browser.get(f"{path}?face={probe}").get_data(as_text=True))
    made = search(browser, operation, probe).get_json()["search"]
    with database.write(operation.person("PE")) as tx:
        claim_lead(tx, lead)

    page = browser.get(f"{path}?made={made}").get_data(as_text=True)

    assert _tells(0.512, page)
    assert "stands outside the list" in page
    assert not _tells(0.93, page)
    assert "its band is" not in page
    assert "data-veils" not in page
    assert signed_in(operation.person("PE")).get(f"{path}?made={made}").status_code == 404
    operation.change("update face_search set searched_at = searched_at - interval '2 hours' where id = :id", id=made)
    assert not _tells(0.512, browser.get(f"{path}?made={made}").get_data(as_text=True))
    assert browser.get(path).status_code == 200


def test_a_ranked_candidate_is_compared_beside_the_probe_and_a_withheld_one_never(
    operation: TestOperation, database: Database, browser: Browser
) -> None:
    lead, probe, withheld = pair(operation, 0.93)
    ranked = free(operation, 0.512)
    made = search(browser, operation, probe).get_json()["search"]
    with database.write(operation.person("PE")) as tx:
        claim_lead(tx, lead)
    path = f"/operations/{operation.id}/search?made={made}"

    listed = browser.get(path).get_data(as_text=True)
    beside = browser.get(f"{path}&with={ranked}").get_data(as_text=True)

    assert f'data-veiled="/api/v1/faces/{ranked}/view"' in listed
    assert f"with={ranked}#compare-h" in listed
    assert "data-veils" not in listed
    assert "/clear" not in "".join(part.split('"')[0] for part in beside.split('src="')[1:])
    group = beside.split("data-veils", 1)[1].split("data-show", 1)[0]
    assert [f'data-veiled="/api/v1/faces/{face}/view"' in group for face in (probe, ranked)] == [True, True]
    assert "data-veils" not in browser.get(f"{path}&with={withheld}").get_data(as_text=True)


def test_words_find_leads_persons_exhibits_and_comments_that_one_may_see(
    operation: TestOperation, database: Database, browser: Browser
) -> None:
    lead, _, _ = pair(operation, 0.9)
    closed, _, _ = pair(operation, 0.9, Side("PE", "agency"), Side("CL", "agency"))
    for person, about, body in (("EC", lead, "blue wall 100% tiles"), ("PE", closed, "blue wall elsewhere")):
        with database.write(operation.person(person)) as tx:
            comment_on_lead(tx, about, body=body, language="en")

    def kinds(words: str) -> list[tuple[str, str]]:
        with database.read(operation.person("EC")) as view:
            return [(hit.kind, hit.label) for hit in find_words(view.session, operation.id, words).hits]

    assert kinds("L-0001") == [("lead", "L-0001")]
    assert kinds("l-0002") == kinds("P-0003") == []
    assert [hit for hit in kinds("2") if hit[0] in ("lead", "person")] == [("person", "P-0002")]
    assert kinds("blue WALL") == [("comment", "L-0001")]
    assert kinds("100%") == [("comment", "L-0001")]
    assert kinds("%") == [("comment", "L-0001")]
    assert [kind for kind, _ in kinds("EC-D-")] == ["exhibit"]
    with database.write(operation.person("EC")) as tx:
        comment_on_lead(tx, lead, body="Niño de Perú, calle Ñuñoa", language="es")
    for words in ("nino", "nin\u0303o", "NIÑO", "peru", "Per\u00fa", "nunoa"):
        assert kinds(words) == [("comment", "L-0001")], words
    assert kinds("ec\u2011d\u2011") == kinds("EC-D-")
    assert kinds("  ") == []
    answer = browser.get(f"/api/v1/operations/{operation.id}/find?q=blue").get_json()
    assert [hit["lead"] for hit in answer["hits"]] == [str(lead)]
    assert "blue wall 100%" in browser.get(f"/operations/{operation.id}/search?q=blue").get_data(as_text=True)


def test_a_list_that_is_cut_says_how_many_there_are_and_shows_the_rest_when_asked(
    operation: TestOperation, database: Database, browser: Browser
) -> None:
    lead, probe, _ = pair(operation, 0.9)
    for _ in range(MOST_PERSONS):
        _turn(operation, pair(operation, 0.5)[1], -1.0)
    for word in range(MOST_WORDS + 1):
        with database.write(operation.person("EC")) as tx:
            comment_on_lead(tx, lead, body=f"the same wall {word}", language="en")
    here = f"/operations/{operation.id}/search"

    begin, all_persons = (browser.get(f"{here}{more}").get_data(as_text=True) for more in ("", "?all=persons"))
    assert f"{MOST_PERSONS} of {MOST_PERSONS + 1}" in begin
    assert "?all=persons" in begin
    assert "data-cut" not in all_persons

    words, all_words = (browser.get(f"{here}?q=wall{more}").get_data(as_text=True) for more in ("", "&all=words"))
    assert (words.count("the same wall"), all_words.count("the same wall")) == (MOST_WORDS, MOST_WORDS + 1)
    assert f"{MOST_WORDS} of {MOST_WORDS + 1}" in words
    assert browser.get(f"/api/v1/operations/{operation.id}/find?q=wall").get_json()["of"] == MOST_WORDS + 1

    with database.read(operation.person("EC")) as view:
        asked = (view.session, face_of(view.session, probe), Thresholds(0.4, 0.6))
        found = find_faces(*asked, min_score=-1.0, most=2)
        of_more = find_faces(*asked, min_score=-1.0, most=2, most_near=0)
    assert found == of_more
    assert len(found.ranked) == 2
    assert found.ranked_of > 2
    assert found.count == found.ranked_of + len(found.open_leads) + len(found.withheld)

    page = browser.get(f"/api/v1/leads/{lead}").get_json()
    newest = page["history"][0]["seq"]
    older = browser.get(f"/api/v1/leads/{lead}/history?before={newest}").get_json()
    assert page["history_of"] == older["of"] == len(page["history"])
    assert older["history"] == page["history"][1:]


def _tells(cosine: float, told: str) -> bool:
    """Whether a text holds this cosine, however it is rounded; what stands in an id, a time or a token is no number."""
    numbers = re.findall(r"(?<![\w.:-])0\.\d{2,}", told)
    return any(float(number) == pytest.approx(cosine, abs=0.002) for number in numbers)


def _same_person(operation: TestOperation, first: UUID, second: UUID) -> None:
    """Two faces become one person's."""
    person = operation.row(Face, first).person_id
    operation.change("update face set person_id = :person where id = :id", person=person, id=second)
    assert operation.row(Person, person) is not None


def _same_side(operation: TestOperation, first: UUID, other: UUID) -> None:
    """The first side of both leads becomes one person."""
    operation.change(
        """update lead_evidence e set person_id = f.person_id from lead_evidence f
           where e.lead_id = :other and f.lead_id = :first and e.side = 1 and f.side = 1""",
        first=first,
        other=other,
    )


def test_a_searchs_purpose_stands_in_the_chain_and_its_reason_is_read_by_observers_and_the_operation_lead(
    operation: TestOperation, browser: Browser, signed_in: Callable[[int], Browser]
) -> None:
    _, probe, _ = pair(operation, 0.62)
    made = search(browser, operation, probe).get_json()["search"]

    with operation.workers.read(operation.service_id) as view:
        event = view.session.scalars(
            select(Event).where(Event.kind == "search:made", Event.operation_id == operation.id)
        )
        assert [each.payload["purpose"] for each in event] == ["victim"]
    told = {}
    for role in ("observer", "operation_lead", "country_lead", "liaison", "administrator"):
        reader = signed_in(operation.person("CL", role))
        told[role] = reader.get(f"/api/v1/operations/{operation.id}/searches").get_json()
        page = reader.get(f"/operations/{operation.id}/record").get_data(as_text=True)
        assert (REASON["legal_basis"] in page) is (role in ("observer", "operation_lead"))
    for role in ("observer", "operation_lead"):
        (line,) = told.pop(role)
        assert (line["id"], line["legal_basis"], line["purpose"]) == (made, REASON["legal_basis"], "victim")
    assert list(told.values()) == [[], [], []]


def test_a_copy_of_a_withheld_picture_tells_no_score_either(
    operation: TestOperation, browser: Browser, database: Database
) -> None:
    """The same photograph on a second device: its own lead is decided, or it has none; the first lead still waits."""
    waiting, probe, candidate = pair(operation, 0.7)
    twin, copied_probe, _ = pair(operation, 0.7, stage="verified")
    _turn(operation, probe, 1.0, axis=1)
    _turn(operation, copied_probe, 0.999, axis=1)
    operation.change(
        "update lead_evidence set face_id = :face, person_id = (select person_id from face where id = :face) "
        "where lead_id = :lead and side = 2",
        face=candidate, lead=twin,
    )  # fmt: skip
    alone = free(operation, 0.999)
    _turn(operation, alone, 0.999, axis=1)

    for copied in (copied_probe, alone):
        found = search(browser, operation, copied).get_json()
        assert str(candidate) not in faces(found["ranked"])
    with database.read(operation.person("EC")) as view:
        assert lead_score(view.session, twin) is None
    operation.change("update lead set stage = 'rejected' where id = :id", id=waiting)
    with database.read(operation.person("EC")) as view:
        assert lead_score(view.session, twin) is not None


def test_a_score_does_not_tell_that_closed_material_holds_a_copy(operation: TestOperation, database: Database) -> None:
    decided, probe, candidate = pair(operation, 0.7, stage="verified")
    twin, closed_probe, _ = pair(operation, 0.7, Side("CL", "agency"))
    _turn(operation, probe, 1.0, axis=1)
    _turn(operation, closed_probe, 1.0, axis=1)
    operation.change(
        "update lead_evidence set face_id = :face, person_id = (select person_id from face where id = :face) "
        "where lead_id = :lead and side = 2",
        face=candidate, lead=twin,
    )  # fmt: skip

    with database.read(operation.person("EC")) as view:
        assert lead_score(view.session, decided) is not None
    with database.read(operation.person("CL")) as view:  # whoever could judge the twin waits for it
        assert lead_score(view.session, decided) is None


def _rate(errors: int) -> ErrorRate:
    return ErrorRate(errors, 1000, 0.0, 1.0)


CALIBRATION = with_hash(
    Calibration(
        made_on=date(2026, 1, 1), made_by="tests", pack_id="tests", recogniser_sha256=DIGEST, detector_sha256=DIGEST,
        photographs=100, left_out={}, people=None, measured="test pairs", not_measured="all else",
        lead=Point(0.4, _rate(20), _rate(10)), strong=Point(0.6, _rate(1), _rate(90)),
    )
)  # fmt: skip


def _open(browser: Browser, made: Any, **narrowed: Any) -> Any:
    query = "&".join(f"{name}={value}" for name, value in narrowed.items())
    return browser.get(f"/api/v1/searches/{made['search']}?{query}")


def test_a_list_is_searched_in_what_was_chosen_and_narrowed_as_the_address_says(
    app: Flask, operation: TestOperation, browser: Browser
) -> None:
    _, probe, _ = pair(operation, 0.2)
    good, poor, alone = free(operation, 0.7), free(operation, 0.59), free(operation, 0.5)
    operation.change("update face set quality_word = 'poor' where id = :id", id=poor)
    operation.change("update face set person_id = null where id = :id", id=alone)
    operation.change(
        "update media_item set captured_at = '2021-05-06T07:08:09', latitude = 1, longitude = 1, place_country = 'BR' "
        "where id = (select media_item_id from face where id = :id)",
        id=good,
    )
    operation.change(
        "update person set age_band = 'adult' where id = (select person_id from face where id = :id)", id=poor
    )
    operation.change(
        "insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes) "
        "select m.operation_id, m.compartment_id, e.exhibit_id, m.id, 'a.jpg', 1 from face f "
        "join media_item m on m.id = f.media_item_id join lead_evidence e on e.face_id = f.id where f.id = :id",
        id=good,
    )
    with Session(operation.owner) as session:
        exhibit = session.scalars(select(LeadEvidence.exhibit_id).where(LeadEvidence.face_id == good)).one()

    persons = search(browser, operation, probe).get_json()
    every = search(browser, operation, probe, sets=["persons", "faces", "register"]).get_json()
    only = search(browser, operation, probe, sets=["faces"]).get_json()

    assert (faces(persons["ranked"]), persons["sets"]) == ([str(good), str(poor)], ["persons", "register"])
    assert faces(every["ranked"]) == [str(good), str(poor), str(alone)]
    assert (faces(only["ranked"]), only["ranked"][0]["set"], only["searched"]) == ([str(alone)], "faces", 1)
    assert every["searched"] == persons["searched"] + 1
    assert [each["ahead"] for each in every["ranked"][:2]] == pytest.approx([0.11, 0.09], abs=0.002)
    assert every["ranked"][2]["ahead"] is None
    assert operation.row(FaceSearch, UUID(only["search"])).sets == ["faces"]
    for sets in ([], ["people"], ["faces"] * 4):
        assert search(browser, operation, probe, sets=sets).status_code == 422

    fits = {
        ("quality", "poor"): [poor],
        ("quality", "good,usable"): [good, alone],
        ("seen_from", "2021-05-06"): [good],
        ("seen_to", "2021-05-05"): [],
        ("place", "BR"): [good],
        ("place", "sea"): [],
        ("age", "under_3"): [good, alone],  # whose age nobody knows stays
        ("country", "PE"): [good, poor, alone],
        ("country", "EC,CL"): [],
        ("exhibit", str(exhibit)): [good],
    }
    for (name, value), wanted in fits.items():
        found = _open(browser, every, **{name: value}).get_json()
        assert faces(found["ranked"]) == [str(each) for each in wanted], (name, value)
        assert (found["ranked_of"], found["searched"]) == (len(wanted), every["searched"])
    assert faces(_open(browser, every, quality="poor", age="adult").get_json()["ranked"]) == [str(poor)]
    assert _open(browser, every, quality="best").status_code == 422
    assert _open(browser, every, most=1).get_json()["ranked_of"] == 3
    page = browser.get(f"/operations/{operation.id}/search?made={every['search']}&quality=poor&age=none")
    assert [f"/faces/{each}/veiled" in page.get_data(as_text=True) for each in (good, poor)] == [False, True]

    assert every["ranked"][0]["error_rates"] is None
    assert "are not measured" in page.get_data(as_text=True)
    manifest = app.extensions["concord.settings"].pack_dir / "manifest.json"
    stated = json.loads(manifest.read_text("utf-8")) | {"calibrations": [CALIBRATION]}
    manifest.write_text(json.dumps(stated), encoding="utf-8")
    found = _open(browser, every).get_json()
    assert [each["error_rates"] for each in found["ranked"]] == [
        {"cosine": 0.6, "false_accepts": 0.001, "misses": 0.09},
        {"cosine": 0.4, "false_accepts": 0.02, "misses": 0.01},
        {"cosine": 0.4, "false_accepts": 0.02, "misses": 0.01},
    ]
    assert found["rates_measured_on"] == "test pairs"


def test_hidden_faces_change_neither_the_list_nor_a_count_however_it_is_narrowed(
    operation: TestOperation, browser: Browser
) -> None:
    _, probe, _ = pair(operation, 0.2)
    free(operation, 0.7)
    operation.compartment("PE", "agency")
    every = {"sets": ["persons", "faces", "register"]}
    before = search(browser, operation, probe, **every).get_json()
    narrowed = [{}, {"country": "PE"}, {"quality": "good"}, {"age": "adult"}]
    lists = [_open(browser, before, **each).get_json() for each in narrowed]

    for alone in (False, True):
        _, _, hidden = pair(operation, 0.9, Side("PE", "agency"), Side("PE", "agency"))
        if alone:
            operation.change("update face set person_id = null where id = :id", id=hidden)

    after = search(browser, operation, probe, **every).get_json()
    assert {**after, "search": None} == {**before, "search": None}
    assert [_open(browser, before, **each).get_json() for each in narrowed] == lists


def test_open_searches_are_ones_own_for_an_hour_and_a_list_is_read_while_one_may_search(
    operation: TestOperation, browser: Browser, signed_in: Callable[[int], Browser]
) -> None:
    _, probe, _ = pair(operation, 0.2)
    free(operation, 0.6)
    first, second = (search(browser, operation, probe, case_reference=f"case {n}").get_json() for n in (1, 2))
    other, path = signed_in(operation.person("PE")), f"/api/v1/operations/{operation.id}/searches/open"

    told = browser.get(path).get_json()

    assert (told["of"], [each["id"] for each in told["searches"]]) == (2, [second["search"], first["search"]])
    assert (told["searches"][0]["found"], told["searches"][0]["case_reference"]) == (2, "case 2")
    assert other.get(path).get_json() == {"searches": [], "of": 0}
    assert _open(other, first).status_code == 404
    page = browser.get(f"/operations/{operation.id}/search?made={first['search']}&quality=good").get_data(as_text=True)
    assert "case 2" in page
    operation.change(
        "update face_search set searched_at = searched_at - interval '2 hours' where id = :id", id=first["search"]
    )
    assert browser.get(path).get_json()["of"] == 1
    assert _open(browser, first).status_code == 409
    operation.change("update operation set state = 'closing' where id = :id", id=operation.id)
    assert _open(browser, second).status_code == 409
    assert "hour" not in _open(browser, second).get_json()["error"]["message"]
