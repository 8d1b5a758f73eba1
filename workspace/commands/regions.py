"""Regions inside countries, out of a file that the operator imports: they tell media apart by the place in their files.

Without a file no medium has a region, and everything else is as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, insert, select, text, update

from workspace import events
from workspace.commands.steps import require_countries
from workspace.errors import NotFound
from workspace.model import MediaItem, Region, RegionFile
from workspace.model.database import Tx
from workspace.rules.policy import require_installation
from workspace.rules.reasons import require_words, words_of
from workspace.rules.region_shapes import RegionShape

_RING = text("insert into region_ring (code, outline) values (:code, cast(:outline as polygon))")


def import_regions(tx: Tx, regions: Sequence[RegionShape], *, source: str, licence: str, digest: bytes) -> list[str]:
    """Take the regions of a file: for each country that it names they stand instead of those before, and media are in
    them from now on. Answers the countries. Asks `import_regions` of the installation; records `regions:imported`.

    source, licence: whose borders they are, and how they may be used; told wherever a region is. digest: SHA-256.

    Raises:
        Invalid: source or licence is missing, or a country is unknown. Forbidden: not the operator.
    """
    require_installation(tx.actor, "import_regions")
    require_words(source=source, licence=licence)
    countries = sorted({each.country for each in regions})
    require_countries(countries)
    tx.session.execute(delete(Region).where(Region.country.in_(countries)))
    file = RegionFile(source=words_of(source), licence=words_of(licence), sha256=digest)
    tx.session.add(file)
    tx.session.flush()
    tx.session.execute(
        insert(Region),
        [
            {"code": each.code, "country": each.country, "name": each.name, "region_file_id": file.id}
            for each in regions
        ],
    )
    tx.session.execute(
        _RING, [{"code": each.code, "outline": _polygon(ring)} for each in regions for ring in each.rings]
    )
    _place_media(tx, countries)
    place = events.INSTALLATION
    tx.record(events.RegionsImported(place, file=file.id, countries=tuple(countries), regions=len(regions)))
    return countries


def remove_regions(tx: Tx, countries: Collection[str]) -> int:
    """Take the regions of these countries away again; answers how many. Asks `import_regions`; records
    `regions:removed`.

    Raises:
        NotFound: none of these countries has regions. Forbidden: not the operator.
    """
    require_installation(tx.actor, "import_regions")
    asked = sorted(set(countries))
    count = tx.session.scalar(select(func.count()).select_from(Region).where(Region.country.in_(asked))) or 0
    if not count:
        raise NotFound("None of these countries has regions.")
    tx.session.execute(delete(Region).where(Region.country.in_(asked)))
    _place_media(tx, asked)
    tx.record(events.RegionsRemoved(events.INSTALLATION, countries=tuple(asked), regions=count))
    return count


def _place_media(tx: Tx, countries: Sequence[str]) -> None:
    """Say of all media of these countries anew in which region they are."""
    at = func.region_at(MediaItem.place_country, MediaItem.latitude, MediaItem.longitude)
    here = MediaItem.place_country.in_(countries)
    tx.session.execute(
        update(MediaItem).where(here, MediaItem.place_region.is_distinct_from(at)).values(place_region=at),
        execution_options={"synchronize_session": False},
    )


def _polygon(ring: Sequence[tuple[float, float]]) -> str:
    return f"({','.join(f'({longitude!r},{latitude!r})' for longitude, latitude in ring)})"
