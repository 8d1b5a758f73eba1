"""What an operation holds after a case was brought in and worked on, as rows tell it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.bench import Bench


@dataclass(frozen=True)
class Found:
    """Of the media of one operation: what was read. people: persons, or where none has a face that is good enough,
    tracks."""

    states: tuple[str, ...]
    refusal: str | None
    unseen: tuple[str, ...]
    sizes: frozenset[tuple[int, int]]
    seconds: float | None
    faces: int
    people: int
    captured_at: str | None
    make: str | None
    serial: str | None
    place: tuple[float, float] | None
    leads: tuple[str, ...]
    numbers: tuple[str, ...]
    sexes: tuple[str, ...]
    portraits: int
    readable: int
    faults: tuple[str, ...] = ()
    package: str | None = None

    @property
    def is_part(self) -> bool:
        """Whether something of it was not looked at."""
        return bool(self.unseen)

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of the one medium."""
        return next(iter(self.sizes), None)

    def is_read(self, part: bool | None) -> bool:
        """Whether every medium was read: in part, as a whole, or (None) either."""
        return bool(self.states) and set(self.states) == {"read"} and part in (None, self.is_part)

    def __str__(self) -> str:
        media = [self.refusal or ", ".join(sorted(set(self.states)))] if self.states or self.refusal else []
        media += [f"in part ({', '.join(self.unseen)})"] if self.is_part else []
        media += [f"{w}x{h}" for w, h in sorted(self.sizes)[:2]] + ([f"{self.seconds:.1f} s"] if self.seconds else [])
        media += [f"{self.faces} faces, {self.people} people"] if self.states else []
        media += [str(told) for told in (self.captured_at, self.make, self.serial, self.place, self.package) if told]
        media += [f"leads {', '.join(self.leads)}"] if self.leads else []
        media += [f"entries {', '.join(self.numbers)} ({', '.join(self.sexes)})"] if self.numbers else []
        return "; ".join([*media, *self.faults[:2]]) or "nothing"


def found_in(bench: Bench, *, faults: tuple[str, ...] = (), package: str | None = None) -> Found:
    """Read the rows of the operation."""
    media = bench.rows(
        "select * from media_item where operation_id = :operation and register_entry_id is null order by received_at, "
        "id"
    )
    faces = bench.rows(
        """select f.track_id, f.person_id from face f join media_item m on m.id = f.media_item_id
        where f.operation_id = :operation and m.register_entry_id is null"""
    )
    entries = bench.rows("select number, sex from register_entry where operation_id = :operation order by number")
    portraits = bench.rows("select 1 from media_item where operation_id = :operation and register_entry_id is not null")
    leads = bench.rows("select kind from lead where operation_id = :operation order by kind")
    read = bench.rows(
        """select 1 from received_file r join media_item m on m.id = r.media_item_id
        where r.operation_id = :operation and r.refusal is null and m.state = 'read'"""
    )
    refused = bench.rows("select refusal from received_file where operation_id = :operation and refusal is not null")
    first = media[0] if media else None
    persons = {face.person_id for face in faces if face.person_id}
    return Found(
        states=tuple(row.state for row in media),
        refusal=next((row.refusal for row in [*media, *refused] if row.refusal), None),
        unseen=tuple(sorted({code for row in media for code in row.unseen})),
        sizes=frozenset((row.width, row.height) for row in media if row.width),
        seconds=first.duration_s if first else None,
        faces=sum(face.track_id is None for face in faces),
        people=len(persons) or len({face.track_id for face in faces if face.track_id}),
        captured_at=first.captured_at if first else None,
        make=first.camera_make if first else None,
        serial=first.camera_serial if first else None,
        place=(round(first.latitude, 4), round(first.longitude, 4)) if first and first.latitude is not None else None,
        leads=tuple(row.kind for row in leads),
        numbers=tuple(row.number for row in entries),
        sexes=tuple(row.sex for row in entries),
        portraits=len(portraits),
        readable=len(read),
        faults=faults,
        package=package,
    )
