"""Names in an older encoding are read where they make words, and never changed."""

from __future__ import annotations

import pytest

from workspace.rules.old_names import reading

NAMES = {
    "cp1251": ["Фото", "Документы", "МАМА и папа.JPG", "Новая папка (2)", "Київ"],
    "latin-1": ["Été 2009.jpg", "DCIM Été.jpg", "Imágenes", "niño", "Größe.png", "É.jpg"],
    "shift_jis": ["写真.jpg", "デスクトップ", "新しいフォルダ", "家族旅行2009"],
    "koi8-r": ["Фото", "Мама"],
    "cp866": ["Фото"],
    "gb18030": ["照片", "我的文档", "新建文件夹"],
    "big5": ["照片", "我的相簿"],
    "euc-kr": ["사진", "새 폴더", "우리 아이"],
    "cp1256": ["صور"],
    "cp1253": ["Φωτογραφίες"],
}


@pytest.mark.parametrize(
    ("encoding", "name"), [(encoding, name) for encoding, names in NAMES.items() for name in names]
)
def test_a_name_is_read_in_the_encoding_that_makes_words_of_it(encoding: str, name: str) -> None:
    assert reading(name.encode(encoding)) == name


@pytest.mark.parametrize("name", [b"\xff.jpg", b"\xa0\xff\xa0", b"odd\xff", b"a\xa4ndu"])
def test_what_makes_no_words_is_not_read(name: bytes) -> None:
    assert reading(name) is None
