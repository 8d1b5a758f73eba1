"""How much of the text in pictures is read: signs with known words in eight scripts and more, made of the faces that
the papers are printed with, laid over photographs, in three sizes, turned a little, seen from aside, with noise.

Prints one JSON object as its last line: the share of words that were read by script, lines found in photographs without
text, and CPU seconds a picture. Ends with 1 where a script that is called readable stays below the goal.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import unicodedata
from importlib.util import find_spec
from pathlib import Path
from statistics import mean

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks._material import photograph
from workspace.analysis.texts import READER, Pixels, TextReader
from workspace.rules.languages import SCRIPTS_READ

GOAL = 0.8
SIDES = (1280, 960)
HEIGHTS = (28, 48, 90)
"""Of the letters, in pixels of a picture of 1280 by 960."""
GROUNDS = tuple(
    f"skimage/data/{name}.png"
    for name in ("astronaut", "coffee", "chelsea", "brick", "grass", "gravel", "motorcycle_left")
)
"""Photographs without text."""
FACES = {
    "Latn": "justmytype_western_core/fonts/ofl/notosans/NotoSans[wdth,wght].ttf",
    "Grek": "justmytype_western_core/fonts/ofl/notosans/NotoSans[wdth,wght].ttf",
    "Cyrl": "justmytype_western_core/fonts/ofl/notosans/NotoSans[wdth,wght].ttf",
    "Arab": "justmytype_intl_rtl/fonts/ofl/notosansarabic/NotoSansArabic[wdth,wght].ttf",
    "Hebr": "justmytype_intl_rtl/fonts/ofl/notosanshebrew/NotoSansHebrew[wdth,wght].ttf",
    "Deva": "justmytype_intl_south_asia/fonts/ofl/notosansdevanagari/NotoSansDevanagari[wdth,wght].ttf",
    "Thai": "justmytype_intl_sea/fonts/ofl/notosansthai/NotoSansThai[wdth,wght].ttf",
    "Hani": "noto_cjk_sans_otc/NotoSansCJK-Regular.ttc",
    "Hrkt": "noto_cjk_sans_otc/NotoSansCJK-Regular.ttc",
    "Hang": "noto_cjk_sans_otc/NotoSansCJK-Regular.ttc",
}
WORDS = {
    "Latn": [
        "Escuela",
        "Señal",
        "Farmacia",
        "Peñafiel",
        "Educação",
        "Polícia",
        "Straße",
        "Garçon",
        "Łódź",
        "İstanbul",
        "Việt",
        "Quito 1784",
    ],
    "Grek": ["Φαρμακείο", "Σχολείο", "Αθήνα", "Έξοδος", "Δρόμος", "Αστυνομία"],
    "Cyrl": ["Аптека", "Школа", "Выход", "Киев", "Милиция", "Улица"],
    "Arab": ["مدرسة", "صيدلية", "شارع", "القاهرة", "مخرج", "شرطة"],
    "Hebr": ["בית", "ספר", "רחוב", "יציאה", "משטרה", "ירושלים"],
    "Deva": ["विद्यालय", "दिल्ली", "सड़क", "पुलिस", "दुकान", "निकास"],
    "Thai": ["โรงเรียน", "ถนน", "ตำรวจ", "ทางออก", "ร้านยา", "กรุงเทพ"],
    "Hani": ["学校", "药店", "出口", "北京市", "警察局", "中山路"],
    "Hrkt": ["さくら", "コンビニ", "こども", "ホテル", "えき", "カメラ"],
    "Hang": ["학교", "약국", "출구", "서울", "경찰서", "부산역"],
}


def main() -> int:
    """Read all signs and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="one size of letters instead of three")
    heights = HEIGHTS[1:2] if options.parse_args().quick else HEIGHTS
    reader, chance = TextReader(), random.Random(7)
    grounds = [_sized(np.asarray(photograph(path))) for path in GROUNDS]
    recall, seconds = {}, []
    for script, words in WORDS.items():
        read = 0
        for at, word in enumerate(words):
            for height in heights:
                picture = _sign(word, FACES[script], height, grounds[at % len(grounds)], chance)
                began = time.process_time()
                found = reader.read(picture)
                seconds.append(time.process_time() - began)
                read += _key(word) in "\n".join(_key(line.text) for line in found)
        recall[script] = round(read / (len(words) * len(heights)), 2)
        print(f"{script}: {recall[script]:.0%} of {len(words) * len(heights)} words", flush=True)
    false = sum(len(reader.read(ground)) for ground in grounds)
    print(
        json.dumps(
            {
                "reader": READER,
                "recall": recall,
                "declared": list(SCRIPTS_READ),
                "false_lines": false,
                "pictures_without": len(grounds),
                "cpu_s_a_picture": round(mean(seconds), 2),
            }
        )
    )
    return int(any(recall[script] < GOAL for script in SCRIPTS_READ))


def _sign(word: str, face: str, height: int, ground: Pixels, chance: random.Random) -> Pixels:
    """A word on a plate that stands in a photograph: turned up to 6 degrees, seen from aside, with noise and as
    JPEG."""
    spec = find_spec(face.split("/")[0])
    if spec is None or spec.origin is None:
        raise RuntimeError(f"The faces of {face} are not installed.")
    font = ImageFont.truetype(str(Path(spec.origin).parent / face.partition("/")[2]), height)
    left, top, right, bottom = font.getbbox(word)
    margin = height // 2
    size = (round(right - left) + 2 * margin, round(bottom - top) + 2 * margin)
    ink, plate = ((20, 20, 30), (235, 230, 215)) if chance.random() < 0.5 else ((245, 245, 245), (20, 60, 120))
    sign = Image.new("RGB", size, plate)
    ImageDraw.Draw(sign).text((margin - left, margin - top), word, fill=ink, font=font)
    width, high = size
    middle = (chance.uniform(0.4, 0.6) * SIDES[0], chance.uniform(0.4, 0.6) * SIDES[1])
    turn, aside = np.deg2rad(chance.uniform(-6, 6)), chance.uniform(0.0, 0.08)
    corners = np.array([(-width, -high), (width, -high * (1 - aside)), (width, high * (1 - aside)), (-width, high)]) / 2
    turned = corners @ np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))]) + middle
    flat = np.array([(0, 0), (width, 0), (width, high), (0, high)], np.float32)
    warp = cv2.getPerspectiveTransform(flat, turned.astype(np.float32))
    laid = cv2.warpPerspective(np.asarray(sign), warp, SIDES)
    mask = cv2.warpPerspective(np.full((high, width), 255, np.uint8), warp, SIDES)[:, :, None] > 127
    picture = np.where(mask, laid, ground).astype(np.float32)
    noise = np.random.default_rng(chance.randrange(1 << 30)).normal(0, 4, picture.shape)
    coded = cv2.imencode(".jpg", np.clip(picture + noise, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def _sized(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.resize(pixels[..., :3], SIDES), np.uint8)


def _key(text: str) -> str:
    """As it is compared: without marks of case and width, and without gaps."""
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")


if __name__ == "__main__":
    sys.exit(main())
