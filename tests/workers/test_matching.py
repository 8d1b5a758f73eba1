"""Matching: what two sides have in common becomes one lead, once and for ever."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image, ImageOps
from sqlalchemy import event, select

from tests.leads.test_assessments import settle, sign
from tests.support.bench import Bench
from tests.support.work_material import Material
from workers import matching
from workers.matching import TOP
from workspace.commands.frames import want_frames
from workspace.commands.leads_open import Finding, Side, open_lead, open_leads
from workspace.commands.registers import NewEntry, Portrait, import_register
from workspace.errors import Closed, Forbidden
from workspace.intake.reception import DeviceFile, take_file
from workspace.model import Lead, LeadEvidence
from workspace.queries.exhibits import exhibit_page
from workspace.queries.lead_history import other_leads
from workspace.queries.lead_page import lead_page
from workspace.rules.leads import pair_key, register_priority


def bring_register(bench: Bench, material: Material, country: str = "EC", *, entries: int = 1, **facts: date) -> UUID:
    """A register whose every entry has the portrait."""
    arrival = take_file(DeviceFile(material.portrait(), "portrait.jpg"), store=bench.tools.store, key=bench.key)
    assert arrival.stored is not None
    portraits = (Portrait(arrival.stored, "image/jpeg"),)
    new = [NewEntry(f"N-{number}", portraits=portraits, **facts) for number in range(1, entries + 1)]
    with bench.app.write(bench.operation.person(country, "analyst")) as tx:
        return import_register(
            tx, bench.operation.id, country=country, name="Missing", legal_source="a law", entries=new
        )


def test_a_face_of_the_register_in_another_country_is_a_lead_with_its_provenance(
    bench: Bench, material: Material
) -> None:
    bring_register(bench, material, missing_since=date(2015, 5, 1), date_of_birth=date(1990, 1, 1))
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))

    bench.work()

    lead = bench.one("select * from lead where operation_id = :operation")
    pack = bench.tools.engine.pack
    assert (lead.kind, lead.stage, lead.priority, lead.number) == ("register_match", "open", 2, 1)
    assert lead.countries == ["EC", "PE"]
    assert lead.score >= pack.strong_cosine
    assert (lead.band, lead.rank) == ("strong", 1)
    assert lead.threshold == pytest.approx(pack.lead_cosine)
    assert (lead.pack_id, lead.model_digest) == (pack.pack_id, pack.recogniser_sha256)
    sides = bench.rows("select * from lead_evidence where operation_id = :operation order by side")
    assert [side.country for side in sides] == ["PE", "EC"]
    assert sides[0].person_id
    assert sides[0].exhibit_id
    assert sides[1].register_entry_id
    assert all(side.face_id and side.media_item_id for side in sides)
    assert sorted({side.compartment_id for side in sides}) == lead.locks
    assert bench.operation.kinds().count("lead:opened") == 1


def test_a_register_that_comes_later_finds_what_was_read_before(bench: Bench, material: Material) -> None:
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    bench.work()

    bring_register(bench, material)
    bench.work()

    assert bench.one("select kind from lead where operation_id = :operation").kind == "register_match"


def test_a_closed_entry_makes_no_lead(bench: Bench, material: Material) -> None:
    register_id = bring_register(bench, material)
    bench.operation.change(
        "update register_entry set is_closed = true, closed_as = 'withdrawn' where register_id = :id", id=register_id
    )
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))

    bench.work()

    assert bench.rows("select 1 from lead where operation_id = :operation") == []


def test_the_same_face_in_two_countries_is_one_lead_whoever_comes_first(bench: Bench, material: Material) -> None:
    bench.bring("PE", material.portrait())
    bench.bring("CL", material.portrait("turned.jpg", turned_deg=12))

    bench.work()

    lead = bench.one("select * from lead where operation_id = :operation")
    assert (lead.kind, lead.countries) == ("same_face", ["CL", "PE"])


def test_a_rejected_pair_is_never_proposed_again(bench: Bench, material: Material) -> None:
    bench.bring("PE", material.portrait())
    bench.bring("CL", material.portrait("turned.jpg", turned_deg=12))
    bench.work()
    bench.operation.change("update lead set stage = 'rejected' where operation_id = :id", id=bench.operation.id)

    bench.bring("CL", material.portrait("again.jpg", turned_deg=-10))
    bench.work()

    lead = bench.one("select * from lead where operation_id = :operation and kind = 'same_face'")
    assert lead.stage == "rejected"
    assert bench.one("select face_count from person where operation_id = :operation and face_count = 2")


def test_a_rejected_lookalike_of_a_register_makes_room_for_the_fourth_at_once(bench: Bench, material: Material) -> None:
    bring_register(bench, material, entries=4)
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    bench.work()
    leads = bench.rows("select id from lead where operation_id = :operation order by number")
    assert len(leads) == TOP

    for country in ("EC", "PE"):
        sign(bench.operation, bench.app, leads[0].id, bench.operation.person(country), 5)
        settle(bench.operation)
    bench.work()

    stages = bench.rows("select stage from lead where operation_id = :operation order by number")
    entries = bench.rows("select register_entry_id from lead_evidence where operation_id = :operation and side = 2")
    assert [row.stage for row in stages] == ["rejected", "open", "open", "open"]
    assert len({row.register_entry_id for row in entries}) == 4


def test_each_register_has_a_short_list_of_its_own(bench: Bench, material: Material) -> None:
    bring_register(bench, material, entries=4)
    bring_register(bench, material, "CL")
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))

    bench.work()

    leads = bench.rows("select countries, rank from lead where operation_id = :operation order by countries, rank")
    assert [(row.countries, row.rank) for row in leads] == [(["CL", "PE"], 1)] + [
        (["EC", "PE"], rank) for rank in range(1, TOP + 1)
    ]


def test_rejected_persons_make_room_for_the_next(
    bench: Bench, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "TOP_PERSONS", 1)
    looks = {"EC": 0.0, "PE": 12.0, "CL": -10.0}
    for country, turned_deg in looks.items():
        bench.bring(country, material.portrait(f"{country}.jpg", turned_deg=turned_deg))
    bench.work()
    assert len(bench.rows("select 1 from lead where operation_id = :operation")) == 2  # each one's nearest
    bench.operation.change("update lead set stage = 'rejected' where operation_id = :id", id=bench.operation.id)

    for country, turned_deg in looks.items():
        bench.bring(country, material.portrait(f"{country}-2.jpg", turned_deg=turned_deg + 2))
    bench.work()

    stages = bench.rows("select stage from lead where operation_id = :operation and kind = 'same_face' order by stage")
    assert [row.stage for row in stages] == ["open", "rejected", "rejected"]


def test_the_same_face_in_a_shared_and_a_closed_exhibit_of_one_agency_is_a_lead(
    bench: Bench, material: Material
) -> None:
    bench.bring("EC", material.portrait())
    bench.bring("EC", material.portrait("turned.jpg", turned_deg=12), sharing="agency")

    bench.work()

    lead = bench.one("select * from lead where operation_id = :operation")
    sides = bench.rows("select country, compartment_id from lead_evidence where operation_id = :operation")
    assert (lead.kind, lead.countries) == ("same_face", ["EC"])
    assert [side.country for side in sides] == ["EC", "EC"]
    assert sorted({side.compartment_id for side in sides}) == lead.locks
    assert len(lead.locks) == 2
    with bench.app.read(bench.operation.person("PE", "specialist")) as view:
        assert len(view.session.execute(select(Lead.id)).all()) == 1
        assert len(view.session.execute(select(LeadEvidence.id)).all()) == 1


def test_two_agencies_of_one_country_meet_by_file_copy_and_camera(bench: Bench, material: Material) -> None:
    second = bench.second_agency("EC")
    bench.bring("EC", material.landscape("both.jpg", seed=61), material.group())
    bench.bring("EC", material.landscape("cam-1.jpg", seed=62, serial="EX-100200"))
    bench.bring("EC", material.landscape("both.jpg", seed=61), material.near_group(), agency=second)
    bench.bring("EC", material.landscape("cam-2.jpg", seed=63, serial="EX-100200"), agency=second)

    bench.work()

    leads = bench.rows("select kind, countries from lead where operation_id = :operation")
    kinds = [lead.kind for lead in leads]
    assert set(kinds) == {"same_file", "near_copy", "camera_serial", "same_face"}
    assert [kinds.count(kind) for kind in ("same_file", "near_copy", "camera_serial")] == [1, 1, 1]
    assert {tuple(lead.countries) for lead in leads} == {("EC",)}


def test_an_agency_s_own_files_and_cameras_are_no_leads_whether_closed_or_shared(
    bench: Bench, material: Material
) -> None:
    for sharing, seed in (("operation", 71), ("agency", 72), ("agency", 73)):
        bench.bring(
            "EC",
            material.landscape("own.jpg", seed=70),
            material.landscape(f"own-{seed}.jpg", seed=seed, serial="EX-300400"),
            sharing=sharing,
        )

    bench.work()

    assert bench.rows("select 1 from lead where operation_id = :operation") == []


def test_near_copies_in_an_agency_s_own_compartments_are_no_lead(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.group())
    bench.bring("EC", material.near_group(), sharing="agency")

    bench.work()

    # The persons in them are another matter: what only the agency opens is compared with what it shares.
    assert {row.kind for row in bench.rows("select kind from lead where operation_id = :operation")} == {"same_face"}
    assert bench.rows("select 1 from near_copy where operation_id = :operation") == []


def test_what_is_matched_after_the_window_opens_no_lead_and_the_job_ends(bench: Bench, material: Material) -> None:
    bring_register(bench, material)
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12), material.landscape("late.jpg", seed=81))
    bench.bring("CL", material.landscape("late.jpg", seed=81))
    bench.operation.change(
        "update operation set opens_at = now() - interval '2 hours', closes_at = now() - interval '1 second' where id "
        "= :id",
        id=bench.operation.id,
    )

    bench.work()

    side = Side(bench.operation.compartment("EC"), "EC")
    with pytest.raises(Closed), bench.tools.db.write(bench.tools.service_id) as tx:
        open_lead(tx, bench.operation.id, Finding("camera_serial", (side, side), ("a", "b"), 3))
    assert bench.rows("select 1 from lead where operation_id = :operation") == []
    assert {row.state for row in bench.rows("select state from media_item where operation_id = :operation")} == {"read"}
    assert {row.state for row in bench.rows("select state from job where operation_id = :operation")} == {"done"}


def test_the_same_files_of_two_countries_are_one_lead_for_their_exhibits(bench: Bench, material: Material) -> None:
    both = [material.landscape(f"both-{n}.jpg", seed=n) for n in (11, 12)]
    bench.bring("PE", *both)
    bench.bring("CL", *both)

    bench.work()

    lead = bench.one("select * from lead where operation_id = :operation")
    assert (lead.kind, lead.priority, lead.score, lead.band) == ("same_file", 3, None, None)


def test_one_content_on_devices_of_three_countries_is_one_lead_with_three_sides(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    original, copies = material.landscape("shared.jpg", seed=401), []
    for quality in (60, 70, 80):
        with Image.open(original) as picture:
            picture.save(tmp_path / f"{quality}.jpg", quality=quality)
        copies.append(tmp_path / f"{quality}.jpg")
    bench.bring("PE", original)
    bench.bring("CL", original, copies[0])
    bench.work()
    first = bench.one("select * from lead where operation_id = :operation")
    assert (first.side_count, first.countries) == (2, ["CL", "PE"])

    exhibit = bench.bring("EC", copies[1])
    bench.bring("PE", copies[0])  # another device of an agency that has a side already
    bench.work()

    lead = bench.one("select * from lead where operation_id = :operation")
    sides = bench.rows("select * from lead_evidence where operation_id = :operation order by side")
    assert (lead.id, lead.side_count, lead.countries) == (first.id, 3, ["CL", "EC", "PE"])
    assert (len(sides), sides[2].side, sides[2].country, sides[2].exhibit_id) == (3, 3, "EC", exhibit)
    assert lead.locks == sorted(side.compartment_id for side in sides)
    assert bench.operation.kinds().count("lead:joined") == 1
    with bench.app.read(bench.operation.person("EC")) as view:
        page = lead_page(view.session, lead.id, view.me)
    assert sorted(side.country for side in page.sides) == ["CL", "EC", "PE"]
    assert not any(side.hidden for side in page.sides)

    # What not everybody can open would keep everybody from judging: it meets each of the others alone.
    bench.bring("CL", copies[2], sharing="agency", agency=bench.second_agency("CL"))
    bench.work()
    assert bench.one("select side_count from lead where id = :first", first=lead.id).side_count == 3
    pairs = bench.rows("select side_count from lead where operation_id = :operation and id <> :first", first=lead.id)
    assert [row.side_count for row in pairs] == [2, 2, 2]

    bench.operation.change("update lead set stage = 'verified' where id = :id", id=lead.id)
    second = bench.second_agency("EC")
    bench.bring("EC", copies[2], agency=second)
    bench.work()

    later = bench.one("select * from lead where operation_id = :operation and side_count > 3")
    assert (later.side_count, later.countries) == (4, ["CL", "EC", "PE"])
    assert len(bench.rows("select 1 from lead_evidence where lead_id = :first", first=lead.id)) == 3
    with bench.app.read(bench.operation.person("PE")) as view:
        assert lead.id in [each.id for each in other_leads(view.session, later.id).rows]


def test_near_copies_are_grouped_at_home_and_a_lead_abroad(bench: Bench, material: Material) -> None:
    bench.bring("PE", material.group(), material.near_group())
    bench.bring("CL", material.near_group())

    bench.work()

    kinds = {row.kind for row in bench.rows("select kind from lead where operation_id = :operation")}
    near = bench.one("select * from near_copy where operation_id = :operation")
    assert kinds in (
        {"near_copy", "same_face"},
        {"same_file", "same_face"},
    )  # one for the content, whichever came first
    assert near.distance <= 31
    assert near.media_item_id < near.like_id


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.TRANSVERSE])
def test_a_copy_that_was_turned_or_mirrored_is_a_lead_abroad(
    bench: Bench, material: Material, tmp_path: Path, turn: Image.Transpose
) -> None:
    original, copy = material.landscape("upright.jpg", seed=27), tmp_path / "turned.jpg"
    with Image.open(original) as picture:
        picture.transpose(turn).save(copy, quality=80)
    bench.bring("PE", original)
    bench.bring("CL", copy)

    bench.work()

    assert bench.one("select kind from lead where operation_id = :operation").kind == "near_copy"


@pytest.mark.parametrize("border", [(0, 60, 0, 60), (40, 0, 90, 0), (30, 30, 30, 30)])
def test_a_copy_with_borders_is_a_lead_abroad(
    bench: Bench, material: Material, tmp_path: Path, border: tuple[int, int, int, int]
) -> None:
    original, copy = material.landscape("bare.jpg", seed=28), tmp_path / "framed.jpg"
    with Image.open(original) as picture:
        framed = ImageOps.expand(picture.convert("RGB").resize((576, 432)), border, fill=(250, 250, 245))
        framed.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(copy, quality=75)
    bench.bring("PE", original)
    bench.bring("CL", copy)

    bench.work()

    assert bench.one("select kind from lead where operation_id = :operation").kind == "near_copy"


def test_a_video_with_bars_or_at_another_speed_is_a_near_copy_and_another_one_is_not(
    bench: Bench, material: Material
) -> None:
    bench.bring(
        "PE",
        material.film("bare.mp4", 321, 322, 323),
        material.film("bars.mp4", 321, None, 322, 323, bars=40),
        material.film("quick.mp4", 321, 322, 323, speed=1.5),
        material.film("slow.mp4", 321, 322, 323, speed=0.8, crf=28),
        material.film("another.mp4", 324, 325, 326, bars=40),
        material.film("a third.mp4", 327, 328, 329),
    )

    bench.work()

    of = "select path, media_item_id as id from received_file where operation_id = :operation"
    names = {row.id: row.path.split(".")[0] for row in bench.rows(of)}
    near = bench.rows("select media_item_id, like_id from near_copy where operation_id = :operation")
    pairs = {frozenset((names[row.media_item_id], names[row.like_id])) for row in near}
    assert pairs == {frozenset(pair) for pair in combinations(("bare", "bars", "quick", "slow"), 2)}


def test_a_video_that_was_encoded_anew_scaled_cut_or_mirrored_is_a_near_copy(bench: Bench, material: Material) -> None:
    of = "select r.path, r.media_item_id as id from received_file r where r.operation_id = :operation"
    title = 900
    bench.bring(
        "PE",
        material.film("whole.mp4", title, 301, 302, 303),
        material.film("anew.mkv", title, 301, 302, 303, crf=30, side=240),
        material.film("cut.mp4", title, 301, 302, 303, skip_s=4.3),
        material.film("mirrored.mp4", title, 301, 302, 303, mirrored=True),
        # What these have in common with it many videos show.
        material.film("other-1.mp4", title, None, 311),
        material.film("other-2.mp4", title, 312, None),
        material.film("other-3.mp4", title, 313, None, None),
        material.film("title.mp4", title, None),
        material.film("black.mp4", None, None),
    )
    bench.bring("CL", material.film("abroad.mp4", title, 301, 302, 303, side=240, crf=28))
    bench.bring("EC", material.film("again.mp4", title, 301, 302, 303, crf=26))

    bench.work()

    names = {row.id: row.path.split(".")[0] for row in bench.rows(of)}
    near = bench.rows("select * from near_copy where operation_id = :operation")
    pairs = {frozenset((names[row.media_item_id], names[row.like_id])) for row in near}
    assert pairs == {frozenset(pair) for pair in combinations(("whole", "anew", "cut", "mirrored"), 2)}
    assert all(row.distance <= 31 and row.percent >= 80 for row in near)
    lead = bench.one("select * from lead where operation_id = :operation")
    assert (lead.kind, lead.side_count, lead.countries) == ("near_copy", 3, ["CL", "EC", "PE"])
    black = next(media for media, name in names.items() if name == "black")
    assert bench.rows("select 1 from video_frame where media_item_id = :black", black=black) == []

    # One that was read before frames were: it is looked at when nothing else waits, and matched.
    cut = next(media for media, name in names.items() if name == "cut")
    frames = "select at_ms, pdq, turned from video_frame where media_item_id = :cut order by ordinal"
    before = bench.rows(frames, cut=cut)
    bench.operation.change(
        "update media_item set frames_hashed_in = 1 where operation_id <> :id", id=bench.operation.id
    )
    bench.operation.change("update media_item set frames_hashed_in = null where id = :cut", cut=cut)
    bench.operation.change("delete from video_frame where media_item_id = :cut", cut=cut)
    bench.operation.change("delete from near_copy where :cut in (media_item_id, like_id)", cut=cut)
    with bench.tools.db.write(bench.tools.service_id) as tx:
        assert want_frames(tx) == 1
    bench.work()
    assert bench.rows(frames, cut=cut) == before
    assert len(bench.rows("select 1 from near_copy where :cut in (media_item_id, like_id)", cut=cut)) == 3
    with bench.tools.db.write(bench.tools.service_id) as tx:
        assert want_frames(tx) == 0


def test_one_camera_in_two_countries_is_a_lead_and_a_default_serial_is_none(bench: Bench, material: Material) -> None:
    for country, seed, make in (("PE", 21, "Canon"), ("CL", 22, "CANON INC.")):
        bench.bring(country, material.landscape(f"cam-{seed}.jpg", seed=seed, serial="EX-778812", make=make))
        bench.bring(country, material.landscape(f"zero-{seed}.jpg", seed=seed + 50, serial="0000000"))
        bench.bring(country, material.landscape(f"board-{seed}.jpg", seed=seed + 90, serial="To be filled by O.E.M."))

    bench.work()

    lead = bench.one("select * from lead where operation_id = :operation")
    assert (lead.kind, lead.countries) == ("camera_serial", ["CL", "PE"])


def test_one_lens_and_one_document_are_leads_between_agencies_and_links_inside_one(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    def traced(name: str, seed: int, *, body: str = "", lens: str = "", document: str = "") -> Path:
        path, exif = tmp_path / name, Image.Exif()
        exif[0x010F], details = "Canon", exif.get_ifd(0x8769)
        details[0xA434], details[0xA435] = "EF50mm", lens
        details[0xA431] = body
        packet = f'<x:xmpmeta xmpMM:DocumentID="{document}"/>'.encode()
        Image.open(material.landscape(f"trace-{seed}.jpg", seed=seed)).save(path, exif=exif, xmp=packet)
        return path

    first, second, nil = (
        f"xmp.did:{UUID(int=0xD1 << 96 | 7919)}",
        f"uuid:{UUID(int=0xE5 << 96 | 104729)}",
        f"uuid:{UUID(int=0)}",
    )
    at_home = bench.bring(
        "PE",
        traced("a.jpg", 160, body="EX-100200", lens="77L3455", document=first),
        traced("b.jpg", 161, body="EX-100200", lens="77L3455", document=second),
        traced("c.jpg", 162, lens="0000000000", document=nil),
    )
    bench.bring(
        "CL",
        traced("d.jpg", 163, body="EX-300400", lens="77L3455", document=first),
        traced("e.jpg", 164, lens="77L3455", document=second),
        traced("f.jpg", 165, lens="0000000000", document=nil),
    )
    bench.bring("EC", traced("g.jpg", 166, body="EX-100200", lens="77L3455"))
    beside = bench.bring("PE", traced("h.jpg", 167, body="EX-100200", lens="77L3455", document=first))
    bench.work()

    leads = bench.rows("select kind, countries from lead where operation_id = :operation order by kind, countries")
    assert [(lead.kind, lead.countries) for lead in leads] == [
        ("camera_serial", ["EC", "PE"]),  # its lens went with it
        ("document_id", ["CL", "PE"]),
        ("document_id", ["CL", "PE"]),  # one for each pair of exhibits, however many documents
        ("lens_serial", ["CL", "EC"]),
        ("lens_serial", ["CL", "PE"]),
    ]
    with bench.app.read(bench.operation.person("PE", "analyst")) as view:
        page = exhibit_page(view.session, at_home)
    assert [(each.kind, each.exhibit_id, each.media) for each in page.traces] == [
        ("camera_serial", beside, 1),
        ("document_id", beside, 1),
        ("lens_serial", beside, 1),
    ]
    assert page.traces[0].named == "Canon EX-100200"


def test_a_hidden_side_is_absent_for_who_has_no_key(bench: Bench, material: Material) -> None:
    bench.bring("PE", material.portrait(), sharing="agency")
    bench.bring("CL", material.portrait("turned.jpg", turned_deg=12))
    bench.work()

    with bench.app.read(bench.operation.person("CL", "analyst")) as view:
        leads = view.session.execute(select(Lead.id)).all()
    sides = bench.rows("select 1 from lead_evidence where operation_id = :operation")

    assert len(leads) == 1
    assert len(sides) == 2


def test_only_the_service_opens_leads(bench: Bench) -> None:
    side = Side(bench.operation.compartment("EC"), "EC")

    with pytest.raises(Forbidden), bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        open_lead(tx, bench.operation.id, Finding("camera_serial", (side, side), ("a", "b"), 3))


def test_years_that_only_a_closed_side_tells_stand_on_no_lead(bench: Bench) -> None:
    shared, closed = (
        Side(bench.operation.compartment("EC"), "EC"),
        Side(bench.operation.compartment("PE", "agency"), "PE"),
    )
    seen = Side(bench.operation.compartment("PE"), "PE")

    with bench.tools.db.write(bench.tools.service_id) as tx:
        opened = [
            open_lead(tx, bench.operation.id, Finding("camera_serial", (shared, other), ("a", key), 1, age_gap_years=4))
            for key, other in (("b", seen), ("c", closed))
        ]

    rows = [bench.one("select age_gap_years, priority from lead where id = :id", id=lead) for lead in opened]
    assert [tuple(row) for row in rows] == [(4, 1), (None, 1)]


def test_many_leads_are_opened_in_as_many_statements_as_one_and_a_pair_of_them_once(bench: Bench) -> None:
    side, other = (Side(bench.operation.compartment(country), country) for country in ("EC", "PE"))

    def found(*pairs: str) -> list[Finding]:
        return [Finding("camera_serial", (side, other), ("a", pair), 1) for pair in pairs]

    told: list[str] = []
    engine = bench.tools.db.engine
    asked = [found("b"), found("b", "c", "d", "c", "e", "f", "g")]
    with bench.tools.db.write(bench.tools.service_id) as tx:
        opened, statements = list[list[UUID | None]](), list[int]()
        event.listen(engine, "before_cursor_execute", lambda *of: told.append(of[2]))
        for findings in asked:
            opened.append(open_leads(tx, bench.operation.id, findings))
            statements.append(len(told))
            told.clear()

    assert statements[1] <= statements[0]  # the first one loads the operation too
    ((first,), (known, c, d, again, *rest)) = opened
    assert (known, again) == (None, None)  # a pair has one lead, and the first finding of a pair opened it
    rows = bench.rows("select id, number from lead where operation_id = :operation order by number")
    assert [row.id for row in rows] == [first, c, d, *rest]
    assert [row.number for row in rows] == list(range(rows[0].number, rows[0].number + 6))
    sides = bench.rows("select lead_id, side, country from lead_evidence where operation_id = :operation")
    assert sorted((row.lead_id, row.side, row.country) for row in sides) == sorted(
        (row.id, number, country) for row in rows for number, country in ((1, "EC"), (2, "PE"))
    )
    events = bench.rows(
        "select lead_id from event where operation_id = :operation and kind = 'lead:opened' order by seq"
    )
    assert [row.lead_id for row in events] == [row.id for row in rows]


def test_a_pair_has_one_key_in_any_order_and_another_for_another_kind_of_side() -> None:
    assert pair_key("same_face", "a", "b") == pair_key("same_face", "b", "a")
    assert pair_key("same_file", "a", "b") != pair_key("near_copy", "a", "b")


@pytest.mark.parametrize(
    ("born", "missing", "priority"),
    [
        (None, date(2024, 1, 2), 1),
        (None, date(2021, 1, 1), 2),
        (date(2015, 1, 1), None, 1),
        (date(2012, 1, 1), date(2016, 1, 1), 2),
        (None, None, 2),
    ],
)
def test_priority_follows_danger_and_never_a_score(born: date | None, missing: date | None, priority: int) -> None:
    assert register_priority(date(2026, 1, 1), date_of_birth=born, missing_since=missing) == priority
