"""The words that leave the house in reports: English sources for gettext, and the labels of coded values.

Nothing here translates: a writer gets `translate` from its caller, so that a report speaks its reader's language. TLP and
handling codes are never translated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from workspace.errors import Text

Translate = Callable[[str], str]


def N_(text: str) -> str:
    """Mark a text for the catalogue and return it as it is."""
    return text


LEAD_NOT_IDENTIFICATION = N_("Investigative lead, not an identification")
EXERCISE_MARK = N_("EXERCISE")
EXERCISE_MEANING = N_("Training data. Not a real operation; left out of all statistics.")

# The five-level scale of an opinion: FISWG and ENFSI BPM-DI-01, as the assessment row stores it (1 to 5).
OPINIONS: Mapping[int, str] = {
    1: N_("Strong support that it is the same person"),
    2: N_("Some support that it is the same person"),
    3: N_("Inconclusive"),
    4: N_("Some support that it is a different person"),
    5: N_("Strong support that it is a different person"),
}

LABELS: Mapping[str, str] = {
    "offence_place": N_("Place of the offence"),
    "child_residence": N_("Residence of the child"),
    "suspect_place": N_("Place of the suspect"),
    "nationality": N_("Nationality"),
    "protection": N_("Protection of the child"),
    "offender": N_("Proceedings against the offender"),
    "evidence": N_("Custody of the evidence"),
    "urgent": N_("Urgent"),
    "priority": N_("Priority"),
    "normal": N_("Normal"),
    "register_match": N_("Match with a register"),
    "same_face": N_("The same face in two places of the material"),
    "same_file": N_("Same file"),
    "near_copy": N_("Near copy"),
    "camera_serial": N_("Same camera"),
    "clue": N_("Clue"),
    "under_3": N_("Under 3"),
    "3_6": "3–6",
    "7_12": "7–12",
    "13_17": "13–17",
    "adult": N_("Adult"),
    "not_stated": N_("Not stated"),
    "interim": N_("interim"),
    "closing": N_("closing"),
    "follow_up": N_("follow-up"),
    "female": N_("Female"),
    "male": N_("Male"),
    "unknown": N_("Unknown"),
    "other": N_("Other"),
    "good": N_("Good"),
    "usable": N_("Usable"),
    "poor": N_("Poor"),
    "phone": N_("Phone"),
    "tablet": N_("Tablet"),
    "laptop": N_("Laptop"),
    "desktop": N_("Desktop computer"),
    "storage": N_("Storage medium"),
    "camera": N_("Camera"),
    "cloud": N_("Cloud account"),
    "face_shape": N_("Shape of face and head"),
    "hairline": N_("Hairline"),
    "forehead": N_("Forehead"),
    "brows_eyes": N_("Brows and eyes"),
    "nose": N_("Nose, base and tip"),
    "mouth_chin": N_("Mouth, chin and jaw"),
    "ears": N_("Ears"),
    "marks_scars": N_("Marks and scars"),
    "skin_lines": N_("Skin and its lines"),
    "same": N_("Similar"),
    "different": N_("Different"),
    "unclear": N_("Cannot be seen"),
}


def label(code: str, translate: Translate) -> str:
    """What a code is called; a code without a name here (a country, a file type) stands for itself."""
    return translate(LABELS[code]) if code in LABELS else code


def said(text: str, translate: Translate) -> str:
    """A text as its reader reads it: a sentence of ours in the reader's language, what people wrote as they wrote it."""
    return text.said(translate) if isinstance(text, Text) else text


def grouped(number: int) -> str:
    """A whole number in groups of three, apart by a narrow no-break space: a comma or a point would be a decimal to some readers."""
    return f"{number:,}".replace(",", "\u202f")


def moment(at: datetime) -> str:
    """A time with its offset, in the zone it was given in: «2026-11-13 16:00 UTC−5»."""
    offset = at.utcoffset() or timedelta()
    minutes = abs(int(offset.total_seconds())) // 60
    sign = "−" if offset < timedelta() else "+"
    zone = f"{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "") if minutes else ""
    return f"{at:%Y-%m-%d %H:%M} UTC{zone}"
