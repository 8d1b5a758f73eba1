"""Draws and encodes the photos of the exercise: people in a room, as a telephone or an old camera would have kept them.

A picture is drawn from its description alone, so that the same description gives the same bytes. Every picture carries
the word EXERCISE at its edge, away from the faces.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Final

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from seed import portraits, scenes
from seed.people import IDENTITIES
from seed.photographs import Pixels

pillow_heif.register_heif_opener()

MARK: Final = "EXERCISE"
BUST_HEIGHT: Final = 443  # px, the height of a bust before it is scaled
# EXIF tags (CIPA DC-008, Exif 2.32).
MAKE, MODEL, ORIENTATION, DATE_TIME, EXIF_BLOCK, GPS_BLOCK = 0x010F, 0x0110, 0x0112, 0x0132, 0x8769, 0x8825
DATE_TIME_ORIGINAL, BODY_SERIAL_NUMBER = 0x9003, 0xA431
# What the viewer must do to see the picture upright -> what was done to it before.
TURNS: Final = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


@dataclass(frozen=True)
class Figure:
    """A person in a picture. x: middle as a share of the width; size: height of the bust as a share of the height."""

    identity: str
    take: int = 0
    x: float = 0.5
    size: float = 0.85


@dataclass(frozen=True)
class Look:
    """How the picture was taken. brightness and contrast: 1 is plain; blur: px; turn: degrees."""

    brightness: float = 1.0
    contrast: float = 1.0
    grey: bool = False
    blur: float = 0.0
    turn: float = 0.0


@dataclass(frozen=True)
class Still:
    """What is seen: a scene number or a thing's name, the part of it (left, top, width as shares), the people, the
    look."""

    scene: int | str
    view: tuple[float, float, float] = (0.0, 0.0, 1.0)
    figures: tuple[Figure, ...] = ()
    look: Look = field(default_factory=Look)
    size: tuple[int, int] = (1024, 768)


@dataclass(frozen=True)
class Camera:
    """A camera as EXIF names it; `serial` is empty where the camera does not write one."""

    make: str
    model: str
    serial: str = ""


@dataclass(frozen=True)
class Photo:
    """A photo file to be made. path: inside the exercise; kept_as: the encoder; place: latitude and longitude."""

    path: str
    still: Still
    kept_as: str = "JPEG"
    quality: int = 84
    camera: Camera | None = None
    taken: datetime | None = None
    orientation: int = 1
    place: tuple[float, float] | None = None


@dataclass(frozen=True)
class NearCopy:
    """A photo passed on: resized, slightly cropped, encoded again."""

    path: str
    of: str
    scale: float
    crop: float
    quality: int


@lru_cache(maxsize=96)
def bust(identity: str, take: int) -> Pixels:
    """A person as RGBA pixels, drawn once per process."""
    return portraits.bust(IDENTITIES[identity], portraits.TAKES[take])


def draw(still: Still) -> Image.Image:
    """Draw a still, RGB, marked."""
    wide, high = still.size
    place = scenes.thing(still.scene) if isinstance(still.scene, str) else scenes.room(still.scene)
    left, top, share = still.view
    across = place.width * share
    down = min(across * high / wide, place.height - place.height * top)
    box = (place.width * left, place.height * top, place.width * left + across, place.height * top + down)
    picture = place.resize(still.size, Image.Resampling.BILINEAR, box=box)
    for figure in sorted(still.figures, key=lambda figure: figure.size):
        person = Image.fromarray(bust(figure.identity, figure.take))
        scale = figure.size * high / person.height
        person = person.resize((int(person.width * scale), int(person.height * scale)), Image.Resampling.BILINEAR)
        picture.paste(person, (int(figure.x * wide - person.width / 2), high - person.height + 1), person)
    return marked(_taken(picture, still.look))


def _taken(picture: Image.Image, look: Look) -> Image.Image:
    if look.turn:
        # A little larger, so that no corner is empty.
        wide, high = picture.size
        grown = picture.resize((int(wide * 1.16), int(high * 1.16)), Image.Resampling.BILINEAR)
        left, top = (grown.width - wide) // 2, (grown.height - high) // 2
        turned = grown.rotate(look.turn, Image.Resampling.BILINEAR)
        picture = turned.crop((left, top, left + wide, top + high))
    if look.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(look.blur))
    if look.contrast != 1.0:
        picture = ImageEnhance.Contrast(picture).enhance(look.contrast)
    if look.brightness != 1.0:
        picture = ImageEnhance.Brightness(picture).enhance(look.brightness)
    return picture.convert("L").convert("RGB") if look.grey else picture


def marked(picture: Image.Image) -> Image.Image:
    """Write the mark in the lower left corner, over clothes or floor."""
    sign = _sign(max(11, picture.height // 42))
    picture.paste(sign, (0, picture.height - sign.height))
    return picture


@cache
def _sign(size: int) -> Image.Image:
    font = ImageFont.load_default(size)
    right, bottom = font.getbbox(MARK)[2:]
    sign = Image.new("RGB", (int(right) + size, int(bottom) + size // 2), (24, 26, 30))
    ImageDraw.Draw(sign).text((size // 2, size // 8), MARK, font=font, fill=(236, 238, 240))
    return sign


def encode(photo: Photo) -> bytes:
    """Draw a photo and return its file."""
    picture = draw(photo.still)
    if photo.orientation in TURNS:
        picture = picture.transpose(TURNS[photo.orientation])
    out = io.BytesIO()
    exif = _exif(photo)
    if photo.kept_as == "PNG":
        picture.quantize(200, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    elif photo.kept_as == "WEBP":
        picture.save(out, "WEBP", quality=photo.quality, method=1, exif=exif.tobytes())
    elif photo.kept_as == "HEIF":
        picture.save(out, "HEIF", quality=60, enc_params={"preset": "ultrafast"})
    else:
        picture.save(out, "JPEG", quality=photo.quality, exif=exif.tobytes())
    return out.getvalue()


def encode_near_copy(copy: NearCopy, original: bytes) -> bytes:
    """Return the file of a near copy of an encoded photo; what the camera wrote is gone, as after a messenger."""
    with Image.open(io.BytesIO(original)) as opened:
        upright = TURNS.get(opened.getexif().get(ORIENTATION, 1))
        picture = opened.convert("RGB")
    if upright is not None:
        back = {
            Image.Transpose.ROTATE_90: Image.Transpose.ROTATE_270,
            Image.Transpose.ROTATE_270: Image.Transpose.ROTATE_90,
        }
        picture = picture.transpose(back.get(upright, upright))
    edge = (picture.width * copy.crop, picture.height * copy.crop)
    box = (edge[0], edge[1] / 2, picture.width - edge[0] / 3, picture.height - edge[1] / 3)
    size = (int((box[2] - box[0]) * copy.scale), int((box[3] - box[1]) * copy.scale))
    out = io.BytesIO()
    marked(picture.resize(size, Image.Resampling.BICUBIC, box=box)).save(out, "JPEG", quality=copy.quality)
    return out.getvalue()


def _exif(photo: Photo) -> Image.Exif:
    exif = Image.Exif()
    if photo.camera:
        exif[MAKE], exif[MODEL] = photo.camera.make, photo.camera.model
        if photo.camera.serial:
            exif.get_ifd(EXIF_BLOCK)[BODY_SERIAL_NUMBER] = photo.camera.serial
    if photo.orientation != 1:
        exif[ORIENTATION] = photo.orientation
    if photo.taken:
        exif[DATE_TIME] = exif.get_ifd(EXIF_BLOCK)[DATE_TIME_ORIGINAL] = f"{photo.taken:%Y:%m:%d %H:%M:%S}"
    if photo.place:
        exif.get_ifd(GPS_BLOCK).update(_gps(*photo.place))
    return exif


def _gps(latitude: float, longitude: float) -> dict[int, object]:
    def sexagesimal(degrees: float) -> tuple[float, float, float]:
        minutes = abs(degrees) % 1 * 60
        return float(int(abs(degrees))), float(int(minutes)), round(minutes % 1 * 60, 2)

    north, east = ("N" if latitude >= 0 else "S"), ("E" if longitude >= 0 else "W")
    return {1: north, 2: sexagesimal(latitude), 3: east, 4: sexagesimal(longitude)}


def as_array(picture: Image.Image) -> Pixels:
    """(H, W, 3) uint8, RGB."""
    return np.asarray(picture.convert("RGB"), np.uint8)
