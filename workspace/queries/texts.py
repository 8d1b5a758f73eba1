"""What a machine read in a medium, and where such a language is official. Hints, not verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import statements
from workspace.rules.languages import SCRIPTS_READ, languages_of, scripts_of, speaks

SQL = statements(__file__)
MOST_LINES = 100


@dataclass(frozen=True)
class TextInMedium:
    """A line. box: left, top, width and height as shares of the picture's sides, 0 to 1; at_s: of a video's frame.

    scripts: of its letters, by ISO 15924. languages: those that its letters speak for, by code; countries: those of the
    operation where one of them is official. score: 0 to 1, how sure the program is.
    """

    body: str
    box: list[float]
    at_s: float | None
    score: float
    scripts: list[str]
    languages: list[str]
    countries: list[str]


@dataclass(frozen=True)
class MediumTexts:
    """The first MOST_LINES of lines_of lines, the surest first. read_at: None while nobody has looked; is_whole: all of
    the medium could be looked at. reads: the scripts that the program reads; what is written in others is not found."""

    lines: list[TextInMedium]
    lines_of: int
    read_at: datetime | None
    reader: str | None
    is_whole: bool
    reads: list[str]


def medium_texts(session: Session, medium_id: UUID) -> MediumTexts:
    """The text in a medium.

    Raises:
        NotFound: there is no such medium for the viewer.
    """
    reading = session.execute(SQL["reading"], {"medium": medium_id}).one_or_none()
    if reading is None:
        raise NotFound("There is no such medium.")
    rows = session.execute(SQL["lines"], {"medium": medium_id, "most": MOST_LINES}).all()
    lines = []
    for row in rows:
        scripts = scripts_of(row.body)
        languages = languages_of(row.body, scripts)
        countries = [country for country in reading.countries if speaks(country) & set(languages)]
        lines.append(TextInMedium(row.body, row.box, row.at_s, row.score, scripts, languages, countries))
    of = rows[0].of if rows else 0
    return MediumTexts(lines, of, reading.read_at, reading.reader, bool(reading.is_whole), list(SCRIPTS_READ))
