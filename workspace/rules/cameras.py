"""Which camera took a picture, by what its file says: its maker and serial number, compared by meaning.

Makers write their name in many ways, and cameras, scanners and programs that know no serial number write something in
its place: such a value names no camera.
"""

from __future__ import annotations

import re

from workspace.rules.comparison import comparison_key

SHORTEST_SERIAL = 4
LEGAL_FORMS = frozenset({
    "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llc", "llp", "plc",
    "gmbh", "ag", "sa", "spa", "bv", "ab", "kk",
})  # fmt: skip
LINES_OF_BUSINESS = frozenset({
    "camera", "cameras", "imaging", "optical", "optics", "photo", "photographic", "film", "electronics",
    "electronic", "electric", "computer", "computers", "technology", "technologies", "tech", "mobile",
    "communications", "communication", "mobility", "digital", "industries", "industrial", "international", "group",
    "holdings", "intl", "the", "of",
})  # fmt: skip
MAKERS = {
    "samsung techwin": "samsung",
    "huawei device": "huawei",
    "sony ericsson": "sonyericsson",
    "asustek": "asus",
    "victor hasselblad": "hasselblad",
    "sz dji": "dji",
    "eastman kodak": "kodak",
    "fuji": "fujifilm",
    "hewlett packard": "hp",
    "lg": "lge",
    "asahi pentax": "pentax",
}
"""Two names of one maker that no general rule joins."""

NO_SERIAL = frozenset({
    "none", "null", "nil", "na", "notapplicable", "notavailable", "notspecified", "notset", "unavailable",
    "unknown", "unknow", "unspecified", "undefined", "default", "defaultstring", "invalid", "empty", "blank",
    "missing", "noserial", "noserialnumber", "serial", "serialnumber", "serialno", "number",
    "systemserialnumber", "chassisserialnumber", "baseboardserialnumber", "sn", "tobefilledbyoem", "oem",
    "tbd", "tba", "test", "testing", "sample", "example", "dummy", "placeholder", "camera", "device",
    "deadbeef", "cafebabe", "abcd", "imei", "meid", "version", "firmware", "factory", "demo",
    "desconocido", "desconocida", "ninguno", "ninguna", "inconnu", "inconnue", "aucun", "unbekannt",
    "keine", "desconhecido", "nenhum", "sconosciuto", "nessuno", "onbekend", "geen", "неизвестно", "нет", "غيرمعروف",
    "未知", "不明", "なし", "無し", "없음", "알수없음", "4294967295", "2147483647", "18446744073709551615",
    "65535", "32767", "16777215", "abc123", "1q2w3e", "1q2w3e4r",
})  # fmt: skip
"""What stands in a serial number's place, without its spaces and signs; by manufacturers of boards and by programs."""
_ROUND = re.compile("0*[1-9]0{4,}")
_MOMENT = re.compile("(?:19|20)\\d\\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])(?:[01]\\d|2[0-3])[0-5]\\d[0-5]\\d")
"""As a clock writes the second at which it was set."""
_BESIDE_LETTERS = re.compile("[a-z]{0,2}([0-9]{6,})[a-z]{0,2}")
_PREFIX = re.compile("^(?:serialnumber|serialno|serial|sn|no|nr)(?=.)")


def maker_key(make: str | None) -> str:
    """The maker in the form in which «Canon», «CANON INC.» and «Canon, Inc» are equal; empty if there is none."""
    words = re.findall(r"[^\W_]+", comparison_key(make or "").replace("'", ""))
    names = [word for word in words if word not in LEGAL_FORMS] or words
    kept = " ".join([word for word in names if word not in LINES_OF_BUSINESS] or names)
    return MAKERS.get(kept, kept)


def serial_key(serial: str | None, *others: str | None) -> str | None:
    """The serial number as such numbers are compared; None if it names no camera. others: what a careless program
    writes there too, as the model."""
    plain = re.sub(r"[\W_]+", "", comparison_key(serial or ""))
    bare = _PREFIX.sub("", plain).removeprefix("0x")
    # «camera1» is no more a number than «camera».
    words = {plain, bare, re.sub(r"\d{1,3}$", "", bare)}
    if words & NO_SERIAL or len(bare) < SHORTEST_SERIAL or is_made_up(bare) or _says_nothing(bare):
        return None
    if any(plain == re.sub(r"[\W_]+", "", comparison_key(other or "")) for other in others):
        return None
    return plain


def _says_nothing(serial: str) -> bool:
    """Whether it is words alone, a round number, a day with its time, or made up behind zeros or beside a letter."""
    if not any(map(str.isdecimal, serial)) or _ROUND.fullmatch(serial) or _MOMENT.fullmatch(serial):
        return True
    words = [word for word in re.findall(r"[^\W\d_]+", serial) if len(word) > 2]
    digits = re.sub(r"\D", "", serial).lstrip("0")
    beside = _BESIDE_LETTERS.fullmatch(serial)
    return (
        (bool(words) and all(word in NO_SERIAL for word in words) and len(digits) < SHORTEST_SERIAL)
        or (serial.startswith("0") and len(digits) >= SHORTEST_SERIAL and serial.isdecimal() and is_made_up(digits))
        or (beside is not None and is_made_up(beside[1]))
    )


def camera_key(make: str | None, model: str | None, serial: str | None) -> str | None:
    """Maker and serial number as cameras are compared; None if they name no camera."""
    number = serial_key(serial, make, model)
    return f"{maker_key(make)} {number}" if number is not None else None


def is_made_up(serial: str) -> bool:
    """Whether somebody made it up: up to four characters over and over, a run up or down or along a keyboard, each
    character of it once or doubled or with a zero before it, or zeros before one digit."""
    if re.fullmatch(r"(.{1,2})\1+.?|(.{3,4})\2+", serial) or len(serial.lstrip("0")) < 2:
        return True
    simple = {serial, serial[::2] if serial[::2] == serial[1::2] or set(serial[::2]) == {"0"} else serial}
    simple |= {serial[1::2]} if set(serial[::2]) == {"0"} else set()
    return any(each in run * 3 for run in _RUNS for each in simple)


_RUNS = tuple(
    run
    for up in (
        "0123456789",
        "123456789",
        "1234567890",
        "abcdefghijklmnopqrstuvwxyz",
        "0123456789abcdef",
        "1234567890abcdef",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
    )
    for run in (up, up[::-1])
)
