"""The rarer kinds that seized devices hold, from their intake to the face that is found in them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pylibjxl
import pytest
from PIL import Image

from tests.support import further_kinds as made
from tests.support.bench import Bench
from tests.support.sounds import sound
from tests.support.work_material import Material


def coded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()


def jpeg_xl(picture: Image.Image) -> bytes:
    with pylibjxl.JXL(threads=1) as library:
        return bytes(library.encode(np.array(picture), effort=1))


def video(name: str) -> Callable[[Image.Image], bytes]:
    def write(picture: Image.Image) -> bytes:
        codec, container, _ = made.OLDER_VIDEOS[name]
        frame = av.VideoFrame.from_image(picture.resize((720, 576)))
        file = io.BytesIO()
        with av.open(file, "w", format=container) as output:
            stream = output.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = 720, 576, "yuv420p"
            stream.bit_rate = 4_000_000
            for _ in range(25):
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        return file.getvalue()

    return write


KINDS: dict[str, Callable[[Image.Image], bytes]] = {
    "a.jp2": lambda picture: made.jpeg_2000(picture),
    "a.jxl": jpeg_xl,
    "a.psd": lambda picture: made.photoshop(picture),
    "a.pdf": lambda picture: made.document([Image.new("RGB", picture.size, "white"), picture]),
    "a.cr3": lambda picture: made.cr3(coded(picture)),
    "a.raf": lambda picture: made.raf(coded(picture)),
    "a.mp3": lambda picture: sound("MP3", coded(picture)),
    "a.m4a": lambda picture: sound("M4A", coded(picture)),
    **{f"a.{name}": video(name) for name in ("wmv", "flv", "dv", "mxf")},
}


@pytest.mark.parametrize("name", KINDS)
def test_a_face_is_found_in_a_file_of_a_rarer_kind_and_meets_the_one_abroad(
    bench: Bench, material: Material, tmp_path: Path, name: str
) -> None:
    with Image.open(material.portrait()) as portrait:
        picture = portrait.convert("RGB").resize((640, 640))
    (tmp_path / name).write_bytes(KINDS[name](picture))
    bench.bring("PE", material.portrait())
    bench.bring("EC", tmp_path / name)

    bench.work()

    of = "from media_item m join received_file r on r.media_item_id = m.id where m.operation_id = :operation and r.path = :name"
    medium = bench.one(f"select m.* {of}", name=name)
    assert (medium.state, medium.refusal) == ("read", None)
    faces = bench.rows("select part, at_s, person_id from face where media_item_id = :medium", medium=medium.id)
    assert len({face.person_id for face in faces}) == 1
    assert {face.part for face in faces} == ({2} if name == "a.pdf" else {1})
    assert all((face.at_s is not None) == (medium.kind == "video") for face in faces)
    leads = bench.rows("select kind from lead where operation_id = :operation")
    assert "same_face" in {lead.kind for lead in leads}
