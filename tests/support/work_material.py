"""Files for the workers: two photographs from installed wheels, changed, cut and filmed."""

from __future__ import annotations

import hashlib
from importlib.resources import as_file, files
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageOps


class Material:
    """Makes each file once, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def group(self) -> Path:
        """Six adults at a table."""
        return self._made("group.jpg", _photograph("insightface", "data", "images", "t1.jpg"), quality=92)

    def near_group(self) -> Path:
        """The same picture, smaller and compressed again: other bytes, the same look."""
        picture = _photograph("insightface", "data", "images", "t1.jpg")
        return self._made("near.jpg", picture.resize((picture.width * 3 // 4, picture.height * 3 // 4)), quality=70)

    def portrait(self, name: str = "portrait.jpg", *, turned_deg: float = 0, serial: str | None = None) -> Path:
        """One adult; `turned_deg` makes another photo of the same person."""
        picture = _photograph("skimage", "data", "astronaut.png")
        if turned_deg:
            picture = picture.rotate(turned_deg, Image.Resampling.BICUBIC).crop((40, 20, 480, 460))
        return self._made(name, picture, quality=90, serial=serial)

    def sheet(self, name: str = "sheet.jpg", *, quality: int = 92) -> Path:
        """One adult three times in one picture: as taken, darker and smaller, and as in a mirror."""
        adult = _photograph("skimage", "data", "astronaut.png").crop((80, 0, 368, 288))
        sheet = Image.new("RGB", (1000, 340), (120, 120, 120))
        darker = adult.resize((250, 250)).point([level * 4 // 5 for level in range(256)] * 3)
        for picture, left in ((adult, 20), (darker, 360), (adult.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 680)):
            sheet.paste(picture, (left, 20))
        return self._made(name, sheet, quality=quality)

    def crowd(self, name: str = "crowd.jpg", *, height: int = 36, turned_deg: int = 0) -> Path:
        """A picture that is decoded to its half when it is read: noise, and in it seven adults with faces of about this
        height; all of it turned."""
        sides = (3200, 1280)
        noise = np.random.default_rng(height).integers(60, 190, (30, 40, 3), np.uint8)
        picture = Image.fromarray(noise).resize(sides, Image.Resampling.BICUBIC)
        table = _photograph("insightface", "data", "images", "t1.jpg")
        portrait = _photograph("skimage", "data", "astronaut.png")
        for source, tall, at in ((table, 126, (0.1, 0.1)), (portrait, 112, (0.7, 0.6))):
            size = (round(source.width * height / tall), round(source.height * height / tall))
            picture.paste(
                source.resize(size, Image.Resampling.LANCZOS), (round(at[0] * sides[0]), round(at[1] * sides[1]))
            )
        return self._made(name, picture.rotate(turned_deg, expand=True), quality=92)

    def crowd_video(self) -> Path:
        """Three seconds of such a picture, whose faces are 12 px high in what is sampled of it."""
        path = self.folder / "crowd.mp4"
        if not path.exists():
            with Image.open(self.crowd("filmed.jpg", height=30)) as picture:
                frame = av.VideoFrame.from_ndarray(np.asarray(picture.convert("RGB")), format="rgb24")
            with av.open(str(path), "w") as output:
                stream = output.add_stream("libx264", rate=2, options={"preset": "ultrafast", "crf": "14"})
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
                for _ in range(6):
                    output.mux(stream.encode(frame))
                output.mux(stream.encode(None))
        return path

    def landscape(self, name: str, *, seed: int, serial: str | None = None, make: str = "EXERCISE") -> Path:
        """No face, and no likeness to another seed."""
        noise = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), np.uint8)
        return self._made(
            name,
            Image.fromarray(noise).resize((640, 480), Image.Resampling.BICUBIC),
            quality=85,
            serial=serial,
            make=make,
        )

    def cut(self, name: str = "cut.jpg", *, share: float = 0.6) -> Path:
        """A photo that breaks off after this share of its bytes."""
        path = self.folder / name
        content = self.group().read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        return path

    def text(self) -> Path:
        path = self.folder / "notes.txt"
        path.write_text("not a picture")
        return path

    def empty(self) -> Path:
        path = self.folder / "empty.jpg"
        path.write_bytes(b"")
        return path

    def video(self) -> Path:
        """Six seconds: the portrait moves, then a cut to a landscape, then the portrait again."""
        path = self.folder / "video.mp4"
        if not path.exists():
            face = np.asarray(_photograph("skimage", "data", "astronaut.png").resize((320, 320)))
            other = np.asarray(Image.open(self.landscape("scene.jpg", seed=5)).resize((480, 360)))
            with av.open(str(path), "w") as output:
                stream = output.add_stream("libx264", rate=8)
                stream.width, stream.height, stream.pix_fmt = 480, 360, "yuv420p"
                stream.options = {"g": "8"}
                for n in range(48):
                    frame = np.full((360, 480, 3), 90, np.uint8)
                    if 16 <= n < 32:
                        frame = other
                    else:
                        frame[20:340, n : n + 320] = face
                    output.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
                output.mux(stream.encode(None))
        return path

    def video_of_two(self) -> Path:
        """Six seconds: one adult throughout and large; another, small, in the third second only."""
        path = self.folder / "two.mp4"
        if not path.exists():
            large = np.asarray(_photograph("skimage", "data", "astronaut.png").resize((320, 320)))
            small = np.asarray(_photograph("insightface", "data", "images", "t1.jpg").crop((430, 230, 610, 450)))
            with av.open(str(path), "w") as output:
                stream = output.add_stream("libx264", rate=8)
                stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
                stream.options = {"g": "8", "crf": "18"}
                for n in range(48):
                    frame = np.full((360, 640, 3), 90, np.uint8)
                    frame[20:340, n // 4 : n // 4 + 320] = large
                    if 16 <= n < 24:
                        frame[60:280, 400:580] = small
                    output.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
                output.mux(stream.encode(None))
        return path

    def film(
        self,
        name: str,
        *seeds: int | None,
        side: int = 320,
        crf: int = 20,
        mirrored: bool = False,
        skip_s: float = 0.0,
        bars: int = 0,
        speed: float = 1.0,
    ) -> Path:
        """A video of two seconds a scene, each a view that moves slowly over noise; None: black. Equal seeds show the
        same.

        side: its width; crf: how strongly it is compressed; skip_s: what is cut off its beginning;
        bars: height of a black bar above and below; speed: how much faster it is shown.
        """
        path = self.folder / name
        with av.open(str(path), "w") as output:
            stream = output.add_stream("libx264", rate=round(10 * speed))
            stream.width, stream.height, stream.pix_fmt = side, side * 3 // 4 + 2 * bars, "yuv420p"
            stream.options = {"crf": str(crf), "g": "10"}
            for number in range(int(10 * skip_s), 20 * len(seeds)):
                seed, step = seeds[number // 20], number % 20
                pixels = np.zeros((240, 320, 3), np.uint8)
                if seed is not None:
                    noise = np.random.default_rng(seed).integers(0, 255, (9, 12, 3), np.uint8)
                    view = np.asarray(Image.fromarray(noise).resize((400, 300), Image.Resampling.BICUBIC))
                    pixels = view[step // 4 : step // 4 + 240, step // 2 : step // 2 + 320]
                picture = Image.fromarray(pixels[:, ::-1] if mirrored else pixels).resize((side, side * 3 // 4))
                picture = ImageOps.expand(picture, (0, bars))
                output.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")))
            output.mux(stream.encode(None))
        return path

    def cut_video(self) -> Path:
        """A video whose second half is missing; what is there can be shown (Matroska has its index in its parts)."""
        path = self.folder / "cut.mkv"
        if not path.exists():
            with av.open(str(self.video())) as source, av.open(str(path), "w") as output:
                stream = output.add_stream_from_template(source.streams.video[0])
                for packet in source.demux(source.streams.video[0]):
                    if packet.dts is not None:
                        packet.stream = stream
                        output.mux(packet)
            content = path.read_bytes()
            path.write_bytes(content[: len(content) * 3 // 5])
        return path

    def _made(
        self, name: str, picture: Image.Image, *, quality: int, serial: str | None = None, make: str = "EXERCISE"
    ) -> Path:
        # By what is in it: one test's «again.jpg» is not another's.
        what = hashlib.sha256(picture.tobytes() + repr((picture.size, quality, serial, make)).encode())
        path = self.folder / what.hexdigest()[:16] / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            exif = Image.Exif()
            if serial:
                exif[0x010F] = make
                exif.get_ifd(0x8769)[0xA431] = serial
            picture.save(path, quality=quality, exif=exif)
        return path


def _photograph(package: str, *parts: str) -> Image.Image:
    with as_file(files(package).joinpath(*parts)) as path, Image.open(path) as picture:
        return picture.convert("RGB")
