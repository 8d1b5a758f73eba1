"""What speaks against the time that a file states: it is shown and never put right by guessing.

A time before the camera was announced is doubted and not kept. A time before the file's format existed can: a picture
that was changed into another format keeps the time at which it was taken.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from workspace.rules.cameras import maker_key
from workspace.rules.comparison import comparison_key

Clock = Literal[
    "plausible", "missing", "zeros", "epoch", "early", "future", "unreadable", "before_model", "before_format"
]
CLOCKS: tuple[Clock, ...] = get_args(Clock)
"""What is known of the time that a file states. plausible: nothing speaks against it; missing: it states none; zeros:
zeros; epoch: where a clock begins that nobody has set; early: before cameras were digital; future: after the file was
received; unreadable: no moment; before_model: before its camera was announced; before_format: before its format existed."""
USABLE: tuple[Clock, ...] = ("plausible", "before_format")
"""With these the stated time is kept as the time taken."""

FORMATS = {
    "image/webp": 2010,
    "image/heic": 2015,
    "image/avif": 2019,
    "image/jxl": 2021,
    "image/x-canon-cr3": 2018,
    "video/webm": 2010,
}
"""The year in which a format was published: Google's announcements of WebP and WebM; ISO/IEC 23008-12; AVIF 1.0; the
codestream of JPEG XL; Canon's first camera with CR3."""

MODELS: dict[str, dict[int, str]] = {
    "apple": {
        2007: "iphone", 2008: "iphone 3g", 2009: "iphone 3gs", 2010: "iphone 4", 2011: "iphone 4s", 2012: "iphone 5",
        2013: "iphone 5c, iphone 5s", 2014: "iphone 6, iphone 6 plus", 2015: "iphone 6s, iphone 6s plus",
        2016: "iphone se, iphone 7, iphone 7 plus", 2017: "iphone 8, iphone 8 plus, iphone x",
        2018: "iphone xr, iphone xs, iphone xs max", 2019: "iphone 11, iphone 11 pro, iphone 11 pro max",
        2020: "iphone se (2nd generation), iphone 12, iphone 12 mini, iphone 12 pro, iphone 12 pro max",
        2021: "iphone 13, iphone 13 mini, iphone 13 pro, iphone 13 pro max",
        2022: "iphone se (3rd generation), iphone 14, iphone 14 plus, iphone 14 pro, iphone 14 pro max",
        2023: "iphone 15, iphone 15 plus, iphone 15 pro, iphone 15 pro max",
        2024: "iphone 16, iphone 16 plus, iphone 16 pro, iphone 16 pro max",
    },
    "google": {
        2016: "pixel, pixel xl", 2017: "pixel 2, pixel 2 xl", 2018: "pixel 3, pixel 3 xl",
        2019: "pixel 3a, pixel 3a xl, pixel 4, pixel 4 xl", 2020: "pixel 4a, pixel 5",
        2021: "pixel 5a, pixel 6, pixel 6 pro",
        2022: "pixel 6a, pixel 7, pixel 7 pro", 2023: "pixel 7a, pixel 8, pixel 8 pro",
        2024: "pixel 8a, pixel 9, pixel 9 pro",
    },
    "samsung": {
        2010: "gt-i9000", 2011: "gt-i9100", 2012: "gt-i9300", 2013: "gt-i9500, gt-i9505", 2014: "sm-g900",
        2015: "sm-g920, sm-g925", 2016: "sm-g930, sm-g935", 2017: "sm-g950, sm-g955", 2018: "sm-g960, sm-g965",
        2019: "sm-g970, sm-g973, sm-g975", 2020: "sm-g980, sm-g981, sm-g985, sm-g986, sm-g988",
        2021: "sm-g991, sm-g996, sm-g998", 2022: "sm-s901, sm-s906, sm-s908", 2023: "sm-s911, sm-s916, sm-s918",
        2024: "sm-s921, sm-s926, sm-s928",
    },
    "canon": {
        2005: "eos 5d", 2008: "eos 5d mark ii", 2009: "eos 7d", 2010: "eos 60d", 2012: "eos 5d mark iii, eos 6d",
        2013: "eos 70d", 2016: "eos 5d mark iv, eos 80d", 2018: "eos r", 2019: "eos 90d, eos rp",
        2020: "eos r5, eos r6",
        2022: "eos r7, eos r10", 2023: "eos r8, eos r50, eos r100",
    },
    "nikon": {
        2004: "d70", 2006: "d80", 2008: "d90", 2010: "d3100, d7000", 2011: "d5100", 2012: "d3200, d5200, d600, d800",
        2013: "d5300, d610, d7100", 2014: "d3300, d750, d810", 2015: "d5500, d7200", 2016: "d3400, d5600",
        2017: "d7500, d850",
        2018: "d3500, z 6, z 7", 2019: "z 50", 2020: "d780, z 5",
    },
    "sony": {
        2013: "ilce-7, ilce-7r", 2014: "ilce-6000, ilce-7m2, ilce-7s", 2015: "ilce-7rm2, ilce-7sm2",
        2016: "ilce-6300, ilce-6500", 2017: "ilce-7rm3, ilce-9", 2018: "ilce-7m3",
        2019: "ilce-6400, ilce-6600, ilce-7rm4",
        2020: "ilce-7c, ilce-7sm3", 2021: "ilce-7m4",
    },
    "gopro": {
        2016: "hero5 black", 2017: "hero6 black", 2018: "hero7 black", 2019: "hero8 black", 2020: "hero9 black",
        2021: "hero10 black", 2022: "hero11 black", 2023: "hero12 black",
    },
}  # fmt: skip
"""By maker and year: models that were announced in it, by their makers' press releases alone, which nobody verified; of
other models nothing is said. A hint for people: no lead, figure or paper may use the year."""

_CODED = re.compile(r"(?:sm-[a-z]\d{3}|gt-[a-z]\d{4})")
"""Samsung's codes, of which the rest says for whom a phone was made."""
_YEARS = {
    (maker, model): year
    for maker, years in MODELS.items()
    for year, models in years.items()
    for model in models.split(", ")
}


def model_year(make: str | None, model: str | None) -> int | None:
    """The year in which a model of camera was announced; None if that is not known here."""
    maker, name = maker_key(make), comparison_key(model or "").removeprefix(f"{comparison_key(make or '')} ")
    name = name.removeprefix(f"{maker} ")
    coded = _CODED.match(name)
    return _YEARS.get((maker, coded[0] if coded else name))


def clock_of(year: int, *, make: str | None, model: str | None, media_type: str) -> Clock:
    """What is known of a time of this year that can be true by the clock alone. media_type: of its file."""
    sold, published = model_year(make, model), FORMATS.get(media_type)
    if sold is not None and year < sold:
        return "before_model"
    return "before_format" if published is not None and year < published else "plausible"
