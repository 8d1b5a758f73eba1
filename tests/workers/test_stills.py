"""A photo and a video of another country of which it shows a frame are one lead, whichever came first."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import av
import pytest
from PIL import Image, ImageOps

from tests.support.bench import Bench
from tests.support.work_material import Material
from workspace.queries.lead_page import lead_page


def still(film: Path, at_s: float, path: Path) -> Path:
    """A photo that shows a moment of a film: mirrored, smaller and compressed again."""
    with av.open(str(film)) as container:
        frame = next(frame for frame in container.decode(video=0) if (frame.time or 0) >= at_s)
        shown = Image.fromarray(frame.to_ndarray(format="rgb24"))
        ImageOps.mirror(shown).resize((256, 192)).save(path, quality=75)
    return path


def media_of(bench: Bench, lead: UUID) -> list[str]:
    return [
        row.path.split("/")[-1]
        for row in bench.rows(
            """select r.path from lead_evidence e join received_file r on r.media_item_id = e.media_item_id
               where e.lead_id = :lead order by 1""",
            lead=lead,
        )
    ]


def test_a_still_of_another_countrys_video_is_one_lead_that_says_the_second_whichever_came_first(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    first, later = material.film("first.mp4", None, 501, 502), material.film("later.mp4", 511, None, 512)
    black = material.film("black.mp4", None, None)
    Image.new("RGB", (256, 192), (9, 9, 9)).save(tmp_path / "dull.jpg")
    bench.bring("PE", first, black)
    bench.bring("CL", still(later, 0.8, tmp_path / "of-later.jpg"), tmp_path / "dull.jpg")
    bench.work()
    assert bench.rows("select 1 from lead where operation_id = :operation") == []

    bench.bring("EC", still(first, 4.9, tmp_path / "of-first.jpg"), material.landscape("other.jpg", seed=503))
    bench.bring("EC", still(first, 2.7, tmp_path / "at home.jpg"), later)
    bench.work()

    leads = bench.rows("select * from lead where operation_id = :operation order by countries")
    assert [(lead.kind, lead.countries, lead.side_count) for lead in leads] == [
        ("near_copy", ["CL", "EC"], 2),
        ("near_copy", ["EC", "PE"], 2),
    ]
    assert media_of(bench, leads[0].id) == ["later.mp4", "of-later.jpg"]
    assert media_of(bench, leads[1].id) in (["first.mp4", "of-first.jpg"], ["at home.jpg", "first.mp4"])
    assert bench.rows("select 1 from near_copy where operation_id = :operation") == []
    with bench.app.read(bench.operation.person("EC")) as view:
        sides = {
            side.media.kind: side.media for side in lead_page(view.session, leads[0].id, view.me).sides if side.media
        }
    assert sides["video"].still_at_s == pytest.approx(0.8, abs=0.6)
    assert sides["photo"].still_at_s is None


def test_a_still_joins_no_two_videos_and_a_hidden_video_tells_no_second(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    """A still that two videos show is a lead of its own; that the two videos are copies is another."""
    whole = material.film("whole.mp4", 521, 522, 523)
    again = material.film("again.mp4", 521, 522, 523, crf=30, side=240)
    bench.bring("PE", whole, sharing="agency")
    bench.bring("EC", still(whole, 3.1, tmp_path / "still.jpg"))
    bench.work()
    (about_still,) = bench.rows("select * from lead where operation_id = :operation")

    bench.bring("EC", again)
    bench.work()

    leads = bench.rows("select id, countries from lead where operation_id = :operation order by number")
    assert [(media_of(bench, lead.id), lead.countries) for lead in leads] == [
        (["still.jpg", "whole.mp4"], ["EC", "PE"]),
        (["again.mp4", "whole.mp4"], ["EC", "PE"]),
    ]
    with bench.app.read(bench.operation.person("EC")) as view:
        sides = lead_page(view.session, about_still.id, view.me).sides
    assert [(side.hidden, side.media and side.media.still_at_s) for side in sides if side.country == "PE"] == [
        (True, None)
    ]
    assert all(side.media.still_at_s is None for side in sides if side.media)
