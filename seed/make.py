"""Makes the exercise in a folder: the exhibits' files, the register, and plan.json that says what they are.

The same versions of the libraries make the same bytes. Only the dates of the operation's window depend on the day.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from seed import register
from seed.layout import SHARED_CAMERA, ExactCopy, Layout, Refused, lay_out
from seed.operation import (
    Agency,
    Clue,
    Exhibit,
    Member,
    OperationFacts,
    Scenario,
    Series,
    operation_facts,
    scenario,
    today_in,
)
from seed.pictures import NearCopy, Photo, Still, encode, encode_near_copy
from seed.videos import Video, encode_video

WORTH_A_SECOND_PROCESS: Final = 60  # files; below, starting one costs more than it saves
VIDEO_COST: Final = 8  # photos' worth of work, for an even share


@dataclass(frozen=True)
class Expected:
    """What is true of the material, for tests. Paths are inside the exercise; identities are labels of seed.people."""

    shown: Mapping[str, tuple[str, ...]]  # file -> identities in it, refused files left out
    exact_groups: tuple[tuple[str, ...], ...]  # files with the same bytes
    near_pairs: tuple[tuple[str, str], ...]  # (near copy, its original)
    refused: Mapping[str, str]  # file -> why
    register: Mapping[str, str]  # number -> identity
    lives_in: Mapping[str, str]  # identity -> country, of everybody who is shown or registered
    across_countries: Mapping[str, tuple[str, ...]]  # identity -> countries, where more than one
    camera_serial: str
    camera_exhibits: tuple[str, ...]


@dataclass(frozen=True)
class ExercisePlan:
    """Everything that loading the exercise needs. `register_file`, if any, and the exhibits' folders are inside the
    exercise."""

    operation: OperationFacts
    agencies: tuple[Agency, ...]
    members: tuple[Member, ...]
    exhibits: tuple[Exhibit, ...]
    clues: tuple[Clue, ...]
    series: tuple[Series, ...]
    register_file: str | None
    photos: int
    videos: int
    refused: int
    seed: int
    scenario: str
    expected: Expected


def make_exercise(
    target: Path,
    *,
    photos: int = 300,
    videos: int = 40,
    played: Scenario | None = None,
    today: date | None = None,
    processes: int = 2,
) -> ExercisePlan:
    """Write the exercise into `target`, an empty or absent folder, and return its plan, which is also in plan.json.

    photos and videos count all readable files, copies included; the refused files come on top. played: Lantern unless
    said.

    Raises:
        FileExistsError: the folder is not empty.
        Invalid: too few photos or videos.
    """
    played = played or scenario()
    layout = lay_out(played, photos, videos)
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty")
    _draw_all(target, (*layout.photos, *register.portraits()), layout.videos, processes)
    for near in layout.near_copies:
        _write(target, near.path, encode_near_copy(near, (target / near.of).read_bytes()))
    for copy in layout.exact_copies:
        (target / copy.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target / copy.of, target / copy.path)
    for refused in layout.refused:
        _write(target, refused.path, _unreadable(refused, target, layout))
    _write(target, "register/register.csv", register.as_csv(played.countries))
    plan = _plan(played, layout, today or today_in(played.countries))
    text = json.dumps(asdict(plan), ensure_ascii=False, indent=1, default=dict) + "\n"
    _write(target, "plan.json", text.encode())
    return plan


# Drawing


def _draw_all(target: Path, photos: Sequence[Photo], videos: Sequence[Video], processes: int) -> None:
    shares = _shares(photos, videos)
    if processes < 2 or len(photos) + VIDEO_COST * len(videos) < WORTH_A_SECOND_PROCESS:
        for share in shares:
            _draw_share(target, share)
        return
    # Spawned, not forked: whoever calls may have threads, sockets and a database connection open.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(_draw_share, target, share) for share in shares]:
            done.result()


def _shares(photos: Sequence[Photo], videos: Sequence[Video]) -> list[list[Photo | Video]]:
    """Files in shares by the people in them, so that each process draws few people; the largest share first."""
    shares: dict[str, list[Photo | Video]] = defaultdict(list)
    for photo in photos:
        shares[_first(photo.still)].append(photo)
    for video in videos:
        shares[_first(video.stills[0])].append(video)

    def cost(share: list[Photo | Video]) -> int:
        return sum(VIDEO_COST if isinstance(item, Video) else 1 for item in share)

    return sorted(shares.values(), key=cost, reverse=True)


def _first(still: Still) -> str:
    return still.figures[0].identity if still.figures else ""


def _draw_share(target: Path, share: Iterable[Photo | Video]) -> None:
    for item in share:
        _write(target, item.path, encode_video(item) if isinstance(item, Video) else encode(item))


def _write(target: Path, path: str, content: bytes) -> None:
    place = target / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def _unreadable(refused: Refused, target: Path, layout: Layout) -> bytes:
    """The bytes of a file that cannot be read."""
    photo = next(photo for photo in layout.photos if photo.kept_as == "JPEG")
    if refused.why == "truncated":
        whole = (target / photo.path).read_bytes()
        return whole[
            : whole.index(b"\xff\xda") + 20
        ]  # Behind it begin the pixels: what has some of them is read in part.
    if refused.why == "truncated_video":  # The index of an MP4 of ours stands at its end, so it is missing.
        whole = (target / layout.videos[-1].path).read_bytes()
        return whole[: len(whole) // 2]
    noise = b"".join(hashlib.sha256(bytes([k])).digest() for k in range(64))
    if refused.why == "unsupported" and refused.path.endswith(".zip"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(zipfile.ZipInfo("list.txt"), "exercise\n")
        return out.getvalue()
    return {
        "empty": b"",
        "text": b"This is a text and not a picture. Exercise.\n" * 20,
        "broken_video": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + noise,
        "damaged": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + noise,
        "unsupported": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise,
    }[refused.why]


# The plan


def _plan(played: Scenario, layout: Layout, today: date) -> ExercisePlan:
    return ExercisePlan(
        operation=operation_facts(today, played.countries),
        agencies=played.agencies,
        members=played.members,
        exhibits=played.exhibits,
        clues=played.clues,
        series=played.series,
        register_file="register/register.csv",
        photos=len(layout.photos)
        + len(layout.near_copies)
        + sum(not copy.path.endswith(".mp4") for copy in layout.exact_copies),
        videos=len(layout.videos) + sum(copy.path.endswith(".mp4") for copy in layout.exact_copies),
        refused=len(layout.refused),
        seed=played.seed,
        scenario=played.name,
        expected=_expected(played, layout),
    )


def _expected(played: Scenario, layout: Layout) -> Expected:
    shown: dict[str, tuple[str, ...]] = {}
    for photo in layout.photos:
        shown[photo.path] = _people((photo.still,))
    for video in layout.videos:
        shown[video.path] = _people(video.stills)
    copies: tuple[ExactCopy | NearCopy, ...] = (*layout.near_copies, *layout.exact_copies)
    for copy in copies:
        shown[copy.path] = shown[copy.of]
    groups: dict[str, list[str]] = {}
    for same in layout.exact_copies:
        groups.setdefault(same.of, [same.of]).append(same.path)
    entries = list(csv.DictReader(io.StringIO(register.as_csv(played.countries).decode())))
    return Expected(
        shown=dict(sorted(shown.items())),
        exact_groups=tuple(tuple(group) for group in groups.values()),
        near_pairs=tuple((near.path, near.of) for near in layout.near_copies),
        refused={refused.path: refused.why for refused in layout.refused},
        register={entry["number"]: who for entry, who in zip(entries, register.registered(), strict=True)},
        lives_in=homes(
            played, shown, {who: entry["country"] for entry, who in zip(entries, register.registered(), strict=True)}
        ),
        across_countries=across(shown),
        camera_serial=SHARED_CAMERA.serial,
        camera_exhibits=played.shared_by,
    )


def _people(stills: Sequence[Still]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(figure.identity for still in stills for figure in still.figures))


def homes(played: Scenario, shown: Mapping[str, tuple[str, ...]], missing_from: Mapping[str, str]) -> dict[str, str]:
    """Where everybody lives: in the country from which they are missing, else in one that the exercise's seed gives
    them."""
    found = dict(missing_from)
    for identity in sorted({who for people in shown.values() for who in people} - found.keys()):
        drawn = hashlib.sha256(f"{played.seed} {identity}".encode()).digest()[0]
        found[identity] = played.countries[drawn % len(played.countries)]
    return found


def across(shown: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Whom several countries hold pictures of, with the countries."""
    countries: dict[str, set[str]] = defaultdict(set)
    for path, people in shown.items():
        for person in people:
            countries[person].add(path[:2])
    return {person: tuple(sorted(found)) for person, found in sorted(countries.items()) if len(found) > 1}
