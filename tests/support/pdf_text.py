"""Reads the words of a PDF written by Typst or printed by Chromium, page by page, without a library."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.S)
_PLAIN = rb"\\.|[^\\()]"
_NESTED = (
    rb"\((?:" + _PLAIN + rb"|\((?:" + _PLAIN + rb"|\((?:" + _PLAIN + rb")*\))*\))*\)"
)  # balanced, up to three deep
_TOKEN = re.compile(rb"/([fF]\d+) [\d.]+ Tf|" + _NESTED + rb"|<([0-9a-fA-F]+)>", re.S)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.S)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _stream(body: bytes) -> bytes:
    raw = body.split(b"stream", 1)[1].lstrip(b"\r\n").rsplit(b"endstream", 1)[0]
    return zlib.decompressobj().decompress(raw)


def _unicode_map(cmap: bytes) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[bytes.fromhex(code.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.S):
        for first, last, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]{4})>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[(int(first, 16) + step).to_bytes(len(first) // 2, "big")] = chr(int(text, 16) + step)
    return found


def _literal(text: bytes) -> bytes:
    def plain(escape: re.Match[bytes]) -> bytes:
        code = escape[1]
        return bytes([int(code, 8)]) if code.isdigit() else _LETTERS.get(code, b"" if code.endswith(b"\n") else code)

    return _ESCAPE.sub(plain, text[1:-1])


def _page_text(content: bytes, fonts: dict[str, dict[bytes, str]]) -> str:
    out, font = [], {}
    for token in _TOKEN.finditer(content):
        if token[1]:
            font = fonts[token[1].decode()]
            continue
        codes = bytes.fromhex(token[2].decode()) if token[2] else _literal(token[0])
        # One byte a sign in a font of drawings, which Chromium makes of variable fonts; else two.
        width = len(next(iter(font), b"  "))
        out.extend(font.get(codes[place : place + width], "") for place in range(0, len(codes), width))
    return "".join(out)


def pdf_pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    maps = {
        number: _unicode_map(_stream(objects[int(found[1])]))
        for number, body in objects.items()
        if (found := re.search(rb"/ToUnicode (\d+) 0 R", body))
    }
    named = re.findall(rb"/([fF]\d+) (\d+) 0 R", b" ".join(b for b in objects.values() if re.search(rb"/Font\s*<<", b)))
    fonts = {name.decode(): maps[int(number)] for name, number in named if int(number) in maps}
    contents = [
        objects[int(found[1])]
        for body in objects.values()
        if re.search(rb"/Type\s*/Page\b", body) and (found := re.search(rb"/Contents (\d+) 0 R", body))
    ]
    return [_page_text(_stream(content), fonts) for content in contents]
