"""Pictures that people bring to search with: read apart from all material, seen by nobody else, and erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.bench import Bench
from tests.support.http_client import ORIGIN, Browser, sign_in
from tests.support.work_material import Material
from workspace.analysis.pack import Pack
from workspace.commands.claims import claim_lead
from workspace.commands.probes import end_probes
from workspace.errors import Unavailable
from workspace.settings import read_settings
from workspace.web.app import create_app

REASON = {"purpose": "victim", "legal_basis": "order 118", "case_reference": "EC-2026-1"}
Enter = Callable[[int], Browser]


@pytest.fixture
def enter(bench: Bench, pack: Pack, servers: Any) -> Enter:
    """Browsers of people, on the store and the keys of the workers."""
    settings = replace(
        read_settings(),
        profile="test",
        public_url=ORIGIN,
        media_url=servers.media_url,
        key_file=bench.tools.key_file,
        pack_dir=pack.directory,
    )
    app = create_app(settings, database=bench.app)
    return lambda user: sign_in(app, bench.app, user)


def bring(browser: Browser, bench: Bench, file: Path, **more: str) -> Any:
    browser.get("/account")
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": browser.csrf or ""}
    with file.open("rb") as content:
        return browser.client.post(
            f"/api/v1/operations/{bench.operation.id}/probes",
            base_url=ORIGIN,
            headers=headers,
            data={**REASON, "file": (content, file.name), **more},
        )


def search(browser: Browser, bench: Bench, face: object, **more: Any) -> Any:
    return browser.post(f"/api/v1/operations/{bench.operation.id}/searches", {"probe_face_id": str(face), **more})


def page(browser: Browser, bench: Bench, query: str) -> str:
    answer = browser.get(f"/operations/{bench.operation.id}/search?{query}")
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_a_face_of_ones_own_picture_is_searched_with_while_it_is_kept_and_nothing_of_it_stays(
    bench: Bench, material: Material, enter: Enter
) -> None:
    bench.bring("PE", material.group())
    bench.work()
    operation = bench.operation
    me, other = enter(operation.person("EC")), enter(operation.person("PE"))
    rows = """select (select count(*) from media_item where operation_id = :operation),
                (select count(*) from face where operation_id = :operation),
                (select count(*) from person where operation_id = :operation)"""
    before = bench.one(rows)

    probe = bring(me, bench, material.near_group()).get_json()["probe"]
    waiting = me.get(f"/api/v1/probes/{probe}").get_json()
    assert (waiting["state"], waiting["faces"], waiting["legal_basis"]) == ("waiting", [], "order 118")
    assert "data-waits" in page(me, bench, f"probe={probe}")
    sent = bench.one("select address from probe where id = :id", id=probe).address
    bench.work()

    told = me.get(f"/api/v1/probes/{probe}").get_json()
    assert (told["state"], len(told["faces"])) == ("read", 6)
    assert [each["middle_x"] for each in told["faces"]] == sorted(each["middle_x"] for each in told["faces"])
    assert "Choose the one to search with" in page(me, bench, f"probe={probe}")
    face = max(told["faces"], key=lambda each: each["eye_distance_px"])["id"]
    assert "order 118" in page(me, bench, f"face={face}")
    for how in ("veiled", "clear"):
        assert me.get(f"/media/probes/{face}/{how}", Sec_Fetch_Dest="image").mimetype == "image/webp"
    # Nobody else sees it, and its sealed file is gone once it was read.
    for path in (
        f"/api/v1/probes/{probe}",
        f"/media/probes/{face}/clear",
        f"/operations/{operation.id}/search?face={face}",
    ):
        assert other.get(path).status_code == 404
    assert search(other, bench, face, **REASON).status_code == 404
    with pytest.raises(Unavailable):
        bench.tools.store.read_bytes(sent, key=bench.key)

    found = search(me, bench, face).get_json()
    assert found["ranked"][0]["score"] > 0.8
    assert len(found["ranked"]) == 1
    row = bench.one("select * from face_search where id = :id", id=found["search"])
    assert (str(row.brought_face_id), row.probe_face_id, row.legal_basis) == (face, None, "order 118")
    assert operation.kinds()[-2:] == ["probe:brought", "search:made"]
    assert before == bench.one(rows)
    assert "none of a picture that is erased" in page(me, bench, f"made={found['search']}")
    lead = me.post(f"/api/v1/searches/{found['search']}/leads", {"face_id": found["ranked"][0]["face"]})
    assert (lead.status_code, "picture that stays" in str(lead.get_json())) == (409, True)
    [mine] = me.get(f"/api/v1/operations/{operation.id}/searches/open").get_json()["searches"]
    assert (mine["is_brought"], mine["until"]) == (True, told["until"])

    # Its owner ends it; what stays is why it was brought, and what was searched.
    assert other.send("DELETE", f"/api/v1/probes/{probe}").status_code == 404
    assert me.send("DELETE", f"/api/v1/probes/{probe}").status_code == 200
    assert me.send("DELETE", f"/api/v1/probes/{probe}").status_code == 409
    assert me.get(f"/api/v1/probes/{probe}").get_json()["state"] == "erased"
    for status in (search(me, bench, face).status_code, me.get(f"/api/v1/searches/{found['search']}").status_code):
        assert status == 409
    assert me.get(f"/media/probes/{face}/clear", Sec_Fetch_Dest="image").status_code == 404
    assert "State the reason again" in page(me, bench, f"made={found['search']}")
    crops = bench.one("select crops from probe where id = :id", id=probe).crops
    with bench.tools.db.write(bench.tools.housekeeping_id) as tx:
        assert end_probes(tx) >= 1
    bench.work()
    gone = bench.one("select state, address, crops, case_reference from probe where id = :id", id=probe)
    assert tuple(gone) == ("erased", None, None, "EC-2026-1")
    assert {
        each.embedding for each in bench.rows("select embedding from probe_face where probe_id = :id", id=probe)
    } == {None}
    with pytest.raises(Unavailable):
        bench.tools.store.read_bytes(crops, key=bench.key)
    assert operation.kinds()[-1] == "probe:erased"


def test_what_cannot_be_searched_with_says_so_and_nothing_half_done_stays(
    bench: Bench, material: Material, enter: Enter
) -> None:
    operation = bench.operation
    me = enter(operation.person("EC"))
    stored = "select state, refusal from probe where operation_id = :operation order by brought_at, id"

    for name in REASON:
        assert bring(me, bench, material.portrait(), **{name: ""}).status_code == 422
    assert bring(me, bench, material.empty()).status_code == 422
    for role in ("liaison", "operation_lead"):
        assert bring(enter(operation.person("EC", role)), bench, material.portrait()).status_code == 403
    operation.change(
        "update participation set face_recognition = false where operation_id = :id and country = 'PE'", id=operation.id
    )
    assert bring(enter(operation.person("PE")), bench, material.portrait()).status_code == 409
    assert bench.rows(stored) == []

    probes = [
        bring(me, bench, file).get_json()["probe"] for file in (material.text(), material.landscape("x.jpg", seed=9))
    ]
    bring(me, bench, material.portrait())
    assert bring(me, bench, material.portrait()).status_code == 429
    bench.work()

    assert [tuple(each) for each in bench.rows(stored)] == [
        ("refused", "kind_not_supported"), ("read", None), ("read", None)
    ]  # fmt: skip
    assert "cannot be read" in page(me, bench, f"probe={probes[0]}")
    assert "No face was found" in page(me, bench, f"probe={probes[1]}")
    face = bench.one("select f.id from probe_face f where operation_id = :operation").id
    operation.change("update operation set state = 'closing' where id = :id", id=operation.id)
    assert [search(me, bench, face).status_code, bring(me, bench, material.portrait()).status_code] == [409, 409]
    assert "search:made" not in operation.kinds()
    assert me.send("DELETE", f"/api/v1/probes/{probes[0]}").status_code == 200


def test_a_picture_of_somebody_in_an_undecided_pair_tells_no_score_of_either_side(
    bench: Bench, material: Material, enter: Enter
) -> None:
    """Whoever brings another photo of a side would else measure what the lead withholds."""
    bench.bring("PE", material.portrait())
    bench.bring("CL", material.portrait("turned.jpg", turned_deg=8))
    bench.work()
    lead = bench.one("select id from lead where operation_id = :operation and kind = 'same_face'").id
    me = enter(bench.operation.person("EC"))
    bring(me, bench, material.portrait("other.jpg", turned_deg=-8))
    bench.work()
    face = bench.one("select id from probe_face where operation_id = :operation").id

    answers = [search(me, bench, face).get_json(), search(me, bench, face, min_score=0.1).get_json()]
    with bench.app.write(bench.operation.person("PE")) as tx:
        claim_lead(tx, lead)
    answers.append(search(me, bench, face).get_json())

    for found in answers:
        assert found["ranked"] == []
        outside = found["open_leads"] + found["withheld"]
        assert sorted(each["country"] for each in outside) == ["CL", "PE"]
        assert {(each["score"], each["rank"], each["ahead"]) for each in outside} == {(None, None, None)}
    assert [each["band"] for each in answers[2]["withheld"]] == [None, None]
    bench.operation.change("update lead set stage = 'verified' where id = :id", id=lead)
    assert len(search(me, bench, face).get_json()["ranked"]) == 2
