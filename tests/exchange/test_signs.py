"""No text stops a paper: what a face has is shown, anything else stands as its code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import typst
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.pdf_text import pdf_pages
from workspace.exchange.pdf import Cell, Document, Table, Words, render_pdf
from workspace.exchange.signs import code_of, set_with_codes

NOW = datetime(2026, 6, 4, 12, tzinfo=UTC)


def paper(text: str) -> str:
    """The words of a paper that holds this text wherever people's text can stand."""
    table = Table(
        f"T {text}",
        text,
        (text,),
        ((Cell(text),), (Cell(text, "mono"),), (Cell(text, "strong"),)),
        "s",
        (1.0,),
        note=text,
    )
    document = Document(
        f"T {text}", "es", text, True, "AMBER", "H1", text, (text,), (table, Words(f"W {text}", (text,))), text
    )
    made = render_pdf(document, created_at=NOW)
    assert made.startswith(b"%PDF-")
    return "".join(pdf_pages(made))


@pytest.mark.parametrize(
    "text",
    [
        "Фото Київ", "Ελληνικά", "العربية صور", "עברית", "हिन्दी", "বাংলা", "தமிழ்", "తెలుగు", "ไทย รูปภาพ", "ລາວ",
        "ខ្មែរ",
        "မြန်မာ", "አማርኛ", "照片 新建文件夹", "写真 デスクトップ", "사진 새 폴더", "Tiếng Việt", "⟨x⟩ → № ✓", "e\u0301",
    ],
)  # fmt: skip
def test_the_scripts_of_the_world_are_shown(text: str) -> None:
    assert "U+" not in paper(text)


@pytest.mark.parametrize("sign", ["\U000f0000", "\u0378", "\x01", "\ufeff", "ⴰ"])
def test_a_sign_that_no_face_has_stands_as_its_code(sign: str) -> None:
    words = paper(f"before {sign} after")

    assert code_of(sign) in words
    assert "before" in words


def test_a_family_of_emoji_in_a_path_stops_nothing() -> None:
    assert "IMG_1.jpg" in paper("照片 📷/👩\u200d👧/IMG_1.jpg")


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), max_size=20))
@example("\ud800")
def test_any_text_at_all_makes_a_paper(text: str) -> None:
    paper(text)


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(categories=["M", "Cf", "Lo"]), max_size=8))
def test_marks_in_any_order_make_a_paper(text: str) -> None:
    paper(text)


def test_another_fault_than_a_missing_sign_is_not_hidden() -> None:
    def fails(_: dict[int, str]) -> bytes:
        raise typst.TypstError("unexpected end of file", [], [])

    with pytest.raises(typst.TypstError):
        set_with_codes(["text"], fails)


def test_a_digest_is_whole_in_the_text_of_a_paper() -> None:
    digest = "0123456789abcdef" * 4

    assert digest in paper(digest)
