"""Decides what lies on which device: who is shown where, which files repeat, which are broken.

Pure: descriptions of files, no bytes. What a careful worker must be able to find is therefore known before anything is
drawn, and stands in plan.json as `expected` for the tests; the workers never read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from seed.operation import EXERCISE_SEED, Exhibit, Scenario
from seed.people import IDENTITIES
from seed.pictures import Camera, Figure, Look, NearCopy, Photo, Still
from seed.register import unmet_identities
from seed.scenes import ROOMS, THINGS
from seed.videos import Pan, Video
from workspace.errors import Fault, Invalid

STREAM: Final = 20240
"""The stream of random numbers of the default seed: the measurements of docs/models.md were made with it."""
SIZES: Final = ((1024, 768), (1152, 864), (768, 1024), (960, 720), (1280, 960), (800, 600), (864, 1152))
FEWEST_PHOTOS, FEWEST_VIDEOS = 12, 2
CAMERAS: Final = (
    Camera("Example Optics", "EO-100"),
    Camera("Example Optics", "EO-220 Duo"),
    Camera("Muster", "M7 Lite"),
    Camera("Muster", "M9"),
    Camera("Specimen", "Tab 4"),
)
# One camera whose cards were found in two countries: a lead that needs no face.
SHARED_CAMERA: Final = Camera("Example Optics", "EO-D60", "EO60-4471902")
AT_SEA: Final = (0.0, -140.0)
"""Where pictures of other countries than these say that they were taken: in the Pacific, far from anybody."""
HOMES: Final = {"EC": (-0.18, -78.47), "PE": (-12.05, -77.04), "CO": (4.65, -74.06), "CL": (-33.45, -70.66)}
REFUSED: Final = (
    ("empty.jpg", "empty"), ("cut.jpg", "truncated"), ("notes.jpg", "text"), ("clip.mp4", "broken_video"),
    ("backup.zip", "unsupported"), ("page.jpg", "text"), ("cut.mp4", "truncated_video"), ("image.png", "damaged"),
    ("empty.mp4", "empty"), ("thumbs.db", "unsupported"),
)  # fmt: skip


@dataclass(frozen=True)
class ExactCopy:
    """The same bytes once more. path, of: inside the exercise."""

    path: str
    of: str


@dataclass(frozen=True)
class Refused:
    """A file that nobody can read. `why`: empty, truncated, text, damaged, broken_video, truncated_video,
    unsupported."""

    path: str
    why: str


@dataclass(frozen=True)
class Layout:
    """Every file of the exercise but the register."""

    photos: tuple[Photo, ...]
    videos: tuple[Video, ...]
    exact_copies: tuple[ExactCopy, ...]
    near_copies: tuple[NearCopy, ...]
    refused: tuple[Refused, ...]


def whereabouts(exhibits: Sequence[Exhibit]) -> dict[str, tuple[str, ...]]:
    """On which exhibits each identity is shown; the people of the register who are not met are shown nowhere."""
    return spread([label for label in sorted(IDENTITIES) if label not in unmet_identities()], exhibits)


def spread(people: Sequence[str], exhibits: Sequence[Exhibit]) -> dict[str, tuple[str, ...]]:
    """By person, on which devices they are met; half of them in more than one country."""
    shown: dict[str, tuple[str, ...]] = {}
    for place, label in enumerate(people):
        home = place % len(exhibits)
        found = [home]
        if place % 2 == 0:  # every second person is met in another country too
            found.append(_elsewhere(exhibits, home, 4))
        if place % 6 == 0:
            found.append(_elsewhere(exhibits, home, 8))
        if place % 4 == 1:  # and every fourth on a second device of the same country
            found.append(_beside(exhibits, home))
        shown[label] = tuple(exhibits[k].label for k in dict.fromkeys(found))
    return shown


def _elsewhere(exhibits: Sequence[Exhibit], home: int, steps: int) -> int:
    place = (home + steps) % len(exhibits)
    while exhibits[place].country == exhibits[home].country:
        place = (place + 1) % len(exhibits)
    return place


def _beside(exhibits: Sequence[Exhibit], home: int) -> int:
    near = [k for k, exhibit in enumerate(exhibits) if exhibit.country == exhibits[home].country and k != home]
    return near[home % len(near)]


def lay_out(scenario: Scenario, photos: int, videos: int) -> Layout:
    """Describe `photos` photo files and `videos` video files, copies included, and the refused ones beside them.

    Raises:
        Invalid: fewer photos or videos than those with which every kind of file can be shown.
    """
    least = {"photos": (photos, FEWEST_PHOTOS), "videos": (videos, FEWEST_VIDEOS)}
    faults = [
        Fault(name, "at least {fewest}", fewest=fewest) for name, (asked, fewest) in least.items() if asked < fewest
    ]
    if faults:
        raise Invalid("The exercise would be too small.", faults=faults)
    return _Drawer(np.random.default_rng(STREAM + scenario.seed - EXERCISE_SEED), scenario).layout(photos, videos)


class _Drawer:
    """Draws the layout from one stream of random numbers, and names the files device by device."""

    def __init__(self, random: np.random.Generator, scenario: Scenario) -> None:
        self.random = random
        self.exhibits, self.shared_by = scenario.exhibits, scenario.shared_by
        self.shown = whereabouts(self.exhibits)
        self.numbers = {exhibit.label: place for place, exhibit in enumerate(self.exhibits)}
        self.counts = dict.fromkeys(self.numbers, 0)

    def layout(self, photos: int, videos: int) -> Layout:
        exact, near = max(1, photos // 12), max(1, photos // 10)
        same_videos = 2 if videos >= 6 else 0
        empty, groups = max(1, photos // 8), max(1, photos // 10)
        alone = photos - exact - near - empty - groups
        appearances = [(person, label) for person, labels in self.shown.items() for label in labels]
        # Small exercises begin with people who are met in two countries, or no lead could arise.
        appearances.sort(key=lambda pair: (len(self.shown[pair[0]]) < 2, pair))
        made = [self._alone(*appearances[k % len(appearances)], k) for k in range(alone)]
        made += [self._group(k) for k in range(groups)]
        made += [self._without_people(k) for k in range(empty)]
        films = [self._video(k, *appearances[(k * 7) % len(appearances)]) for k in range(videos - same_videos)]
        return Layout(
            photos=tuple(made),
            videos=tuple(films),
            exact_copies=(
                *(self._exact(made[(k * 11) % len(made)].path, k) for k in range(exact)),
                *(self._exact(films[0].path, k) for k in range(same_videos)),
            ),
            near_copies=tuple(self._near(made[(k * 7 + 3) % len(made)].path, k) for k in range(near)),
            refused=tuple(self._refused(k) for k in range(max(5, min(len(REFUSED), photos // 30)))),
        )

    # Single files

    def _alone(self, person: str, label: str, k: int) -> Photo:
        figure = Figure(person, k % 3, float(self.random.uniform(0.36, 0.64)), float(self.random.uniform(0.5, 1.0)))
        still = Still(self._room(label), self._view(), (figure,), self._look(k), self._size())
        return self._photo(label, still, k)

    def _group(self, k: int) -> Photo:
        label = self.exhibits[k % len(self.exhibits)].label
        here = [person for person, labels in self.shown.items() if label in labels]
        pair = [here[(k // len(self.exhibits) + n) % len(here)] for n in range(2)]
        figures = tuple(
            Figure(person, (k + n) % 3, 0.27 + 0.46 * n, float(self.random.uniform(0.55, 0.72)))
            for n, person in enumerate(dict.fromkeys(pair))
        )
        size = SIZES[(0, 1, 3, 4)[k % 4]]
        return self._photo(label, Still(self._room(label), self._view(), figures, self._look(k + 3), size), k + 5)

    def _without_people(self, k: int) -> Photo:
        label = self.exhibits[(k * 5) % len(self.exhibits)].label
        scene = THINGS[k // 2 % len(THINGS)] if k % 2 else self._room(label)
        left, top, share = self._view()
        return self._photo(label, Still(scene, (left, top, share * 0.9), (), self._look(k), self._size()), k)

    def _photo(self, label: str, still: Still, k: int) -> Photo:
        camera = (
            SHARED_CAMERA if label in self.shared_by and k % 2 == 0 else CAMERAS[self.numbers[label] % len(CAMERAS)]
        )
        kept_as, ending = "JPEG", "jpg"
        if k % 23 == 7:
            kept_as, ending = "PNG", "png"
        elif k % 19 == 11:
            kept_as, ending = "WEBP", "webp"
        elif k % 83 == 17:
            kept_as, ending = "HEIF", "heic"
        plain = kept_as == "JPEG"
        return Photo(
            path=self._path(label, ending, is_video=False),
            still=still,
            kept_as=kept_as,
            quality=int(self.random.integers(72, 92)),
            camera=camera if k % 5 != 4 else None,
            taken=self._moment() if k % 5 != 4 else None,
            orientation=(6, 8, 3)[k // 9 % 3] if plain and k % 9 == 4 else 1,
            place=self._place(label) if plain and k % 8 == 2 else None,
        )

    def _video(self, k: int, person: str, label: str) -> Video:
        here = [other for other, labels in self.shown.items() if label in labels and other != person]
        people = [person, *here][: 1 + k % 3]
        shots = [people] if k % 3 != 1 or len(people) < 2 else [people[:1], people[1:]]
        stills = tuple(
            Still(
                self._room(label) if n == 0 else (self.numbers[label] + 7) % ROOMS,
                self._view(),
                tuple(
                    Figure(who, (k + n) % 3, (at + 0.5) / len(shot) * 0.9 + 0.05, float(self.random.uniform(0.7, 0.85)))
                    for at, who in enumerate(shot)
                ),
                Look(brightness=float(self.random.uniform(0.85, 1.1))),
                (960, 540),
            )
            for n, shot in enumerate(shots)
        )
        # Not so near that a face leaves the frame: half the width and more, on the people's side of the picture.
        pans = tuple(
            Pan((0.0, 0.06), (0.16, 0.18), 0.8) if (k + n) % 2 else Pan((0.13, 0.12), (0.0, 0.03), 0.86)
            for n in range(len(stills))
        )
        return Video(self._path(label, "mp4", is_video=True), stills, pans, int(self.random.integers(4, 9)))

    def _exact(self, of: str, k: int) -> ExactCopy:
        return ExactCopy(self._path(self._other(of, k), of.rpartition(".")[2], is_video=of.endswith("mp4")), of)

    def _near(self, of: str, k: int) -> NearCopy:
        scale, crop = float(self.random.choice([0.6, 0.75, 0.9, 1.0])), float(self.random.choice([0.0, 0.01, 0.02]))
        return NearCopy(
            self._path(self._other(of, k + 1), "jpg", is_video=False),
            of,
            scale,
            crop,
            int(self.random.integers(45, 70)),
        )

    def _refused(self, k: int) -> Refused:
        exhibit = self.exhibits[(k * 7 + 2) % len(self.exhibits)]
        name, why = REFUSED[k]
        return Refused(f"{exhibit.label}/{_folder(exhibit, k)}/{k:02d} {name}", why)

    # Their parts

    def _other(self, of: str, k: int) -> str:
        """Another device: two of three times one of another country."""
        home = self.numbers[of.partition("/")[0]]
        alike = _beside(self.exhibits, home) if k % 3 == 2 else _elsewhere(self.exhibits, home, 3 + k % 5)
        return self.exhibits[alike].label

    def _room(self, label: str) -> int:
        return (self.numbers[label] + int(self.random.integers(0, 3)) * 5) % ROOMS

    def _view(self) -> tuple[float, float, float]:
        share = float(self.random.uniform(0.5, 0.85))
        return float(self.random.uniform(0, 1 - share)), float(self.random.uniform(0, 0.25)), share

    def _size(self) -> tuple[int, int]:
        return SIZES[int(self.random.integers(len(SIZES)))]

    def _look(self, k: int) -> Look:
        return Look(
            brightness=float(self.random.uniform(0.72, 1.22)),
            contrast=float(self.random.uniform(0.85, 1.12)),
            grey=k % 11 == 5,
            blur=float(self.random.uniform(0.8, 1.6)) if k % 8 == 6 else 0.0,
            turn=float(self.random.uniform(-9, 9)) if k % 4 == 1 else 0.0,
        )

    def _moment(self) -> datetime:
        return datetime(2022, 1, 8, 9) + timedelta(seconds=int(self.random.integers(0, 86_400 * 900)))

    def _place(self, label: str) -> tuple[float, float]:
        latitude, longitude = HOMES.get(label[:2], AT_SEA)
        return latitude + float(self.random.uniform(-0.05, 0.05)), longitude + float(self.random.uniform(-0.05, 0.05))

    def _path(self, label: str, ending: str, *, is_video: bool) -> str:
        self.counts[label] += 1
        return file_path(self.exhibits[self.numbers[label]], self.counts[label], ending, is_video=is_video)


def file_path(exhibit: Exhibit, k: int, ending: str, *, is_video: bool) -> str:
    """A path as such a device has it, inside the exercise; k makes it unique on the device."""
    day = datetime(2022, 3, 1) + timedelta(days=9 * k)
    name = {
        0: f"IMG_{k:04d}.{ending}",
        1: f"{'VID' if is_video else 'IMG'}-{day:%Y%m%d}-WA{k:04d}.{ending}",
        2: f"foto nº {k} – año {day:%Y}.{ending}",
        3: f"{day:%Y%m%d}_{k * 127 % 240000:06d}.{ending}",
        4: f"señal {k:03d} (copia).{ending}",
    }[k % 5]
    return f"{exhibit.label}/{_folder(exhibit, k)}/{name}"


def _folder(exhibit: Exhibit, k: int) -> str:
    folders = {
        "phone": ("DCIM/Camera", "WhatsApp/Media/WhatsApp Images", "DCIM/100MEDIA", "Download"),
        "tablet": ("DCIM/Camera", "Pictures/Galería", "Download"),
        "laptop": ("Users/usuario/Imágenes", "Users/usuario/Imágenes/año nuevo", "Users/usuario/Downloads"),
        "storage": ("respaldo/2022", "respaldo/2023/varios", "DCIM/100EODSC", "Ñandú & otros"),
    }[exhibit.kind]
    return folders[k // 5 % len(folders)]
