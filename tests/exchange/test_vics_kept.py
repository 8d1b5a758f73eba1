"""A case that is written again says what it said, in its order, but for what was changed: read by a reader of its own,
which is Python's JSON alone."""

from __future__ import annotations

import io
import json
from collections import deque
from decimal import Decimal
from functools import partial
from typing import Any

import ijson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workspace.errors import Invalid
from workspace.exchange import vics_kept
from workspace.exchange.guarded_json import GuardedJson
from workspace.exchange.vics_kept import read_case, written_again


def ordered(content: bytes) -> Any:
    """All that stands in a file: objects as the list of their names and values, also those that stand there twice;
    numbers with each digit."""
    plain = content.removeprefix(b"\xef\xbb\xbf")
    return json.loads(plain, object_pairs_hook=list, parse_float=lambda said: str(Decimal(said)))


def again(content: bytes, changes: dict[int, dict[str, Any]] | None = None) -> bytes:
    return b"".join(written_again(io.BytesIO(content), changes or {}))


COMMENTED = b'{"value": [{"MD5": "%s", "Comments": "@"}]}' % (b"f" * 32)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
records = st.dictionaries(st.text(), values, max_size=4).map(lambda more: more | {"MD5": "f" * 32})


@settings(max_examples=50, deadline=None)
@given(st.lists(records, min_size=1, max_size=4), values, st.booleans())
def test_whatever_stands_in_it_stands_there_again(media: list[Any], odd: Any, is_case: bool) -> None:
    whole = {"Before": odd, "value": [{"X": odd, "Media": media, "After": odd}, 7] if is_case else media, "Last": odd}
    content = json.dumps(whole).encode()

    written = again(content)

    assert json.loads(written) == whole
    assert [*json.loads(written)] == [*whole]


@pytest.mark.parametrize(
    "content",
    [
        b'\xef\xbb\xbf{"VALUE":\r\n[{"md5":"f", "Md5": "e", "md5": null}]}',
        b'{"value": [{"MD5": "f", "n": [1e400, -0, 2.50, 12345678901234567890123456789, -1.5E-7]}]}',
        b'{"value": [{"MD5": "f", "s": "\\u0000\\/\\ud83d\\ude00\\"\\\\ \xc3\xa9", "": {}, "e": [[], {}]}]}',
        b'{"value": [{"a.b": 1, "value.item": [{"MD5": "x"}], "MD5": "f"}]}',
    ],
    ids=["names in other case and twice", "numbers", "texts", "names like places"],
)
def test_odd_files_stand_there_again_as_they_are(content: bytes) -> None:
    assert ordered(again(content)) == ordered(content)


@pytest.mark.parametrize(
    ("content", "comment", "is_named"),
    [
        (COMMENTED.decode().replace("@", "é").encode("utf-16"), "é", False),
        (COMMENTED.replace(b"@", b"caf\xe9"), "caf\ufffd", True),
        (COMMENTED.replace(b"@", b"a\x01b"), "a b", True),
        (COMMENTED.replace(b"@", b"a\nb"), "a b", False),
    ],
    ids=["UTF-16", "a byte of Latin-1", "a control character", "a bare end of a line"],
)
def test_one_sign_that_is_no_json_costs_no_record(content: bytes, comment: str, is_named: bool) -> None:
    found = read_case(io.BytesIO(content))

    assert [len(found.records), found.faults] == [1, []]
    assert any("no text" in remark for remark in found.remarks) == is_named
    assert json.loads(again(content))["value"][0]["Comments"] == comment


@settings(max_examples=50, deadline=None)
@given(st.lists(records, min_size=1, max_size=4), st.integers(1, 9), st.sampled_from(["", " ", "\r\n\t  "]))
def test_a_comma_behind_the_last_of_several_values_costs_nothing(media: list[Any], size: int, space: str) -> None:
    said = json.dumps({"value": [*media, {"Comments": 'a,] b,} \\",]', "MD5": "e" * 32}]})
    spared = ""
    in_text = is_escaped = False
    for at, sign in enumerate(said):
        in_text ^= sign == '"' and not is_escaped
        is_escaped = sign == "\\" and not is_escaped
        is_last = sign in "]}" and not in_text and said[at - 1] not in "[{"
        spared += f"{space},{space}{sign}" if is_last and at + 1 < len(said) else sign
    guarded = GuardedJson(io.BytesIO(spared.encode()))
    content = b"".join(iter(partial(guarded.read, size), b""))

    assert json.loads(content) == json.loads(said)
    assert read_case(io.BytesIO(spared.encode())).count == len(media) + 1
    assert json.loads(again(spared.encode())) == json.loads(said)


def test_only_what_was_changed_differs() -> None:
    media: list[dict[str, Any]] = [
        {"MediaID": 1, "Category": "1", "MD5": "f" * 32, "Category2": 5, "Deep": {"Category": 3}},
        {"category": {"odd": [1, {"x": 2}]}, "MD5": "e" * 32, "Tags": "a"},
        {"MD5": "d" * 32},
    ]
    content = json.dumps({"value": [{"Category": 9, "Media": media}]}).encode()

    found = json.loads(again(content, {1: {"Category": 2}, 2: {"Category": None}, 3: {"Category": 4, "Tags": "b"}}))

    (case,) = found["value"]
    assert case["Category"] == 9
    assert case["Media"] == [
        {**media[0], "Category": 2},
        {**media[1], "category": None},
        {**media[2], "Category": 4, "Tags": "b"},
    ]
    assert [*case["Media"][0]] == [*media[0]]


def test_records_are_counted_through_all_cases_of_a_file_and_a_hash_set_in_its_place_is_said_to_be_one() -> None:
    two = json.dumps(
        {"value": [{"Media": [{"MD5": "f" * 32}]}, {"Media": [{"MD5": "e" * 32, "MediaFiles": [{}, {}]}]}]}
    )
    found = read_case(io.BytesIO(two.encode()))
    assert [(each.place, each.path) for each in found.records] == [(1, ""), (2, "")]
    assert found.remarks == ["records that name several files: 1"]
    assert json.loads(again(two.encode(), {2: {"Category": 1}}))["value"][1]["Media"][0]["Category"] == 1

    hash_set = read_case(io.BytesIO(b'{"value": [{"MediaID": 1, "MD5": "%s"}]}' % (b"F" * 32)))
    assert (hash_set.is_case, hash_set.remarks) == (False, ["it is a hash set and names no case"])


def test_a_case_larger_than_the_limit_is_refused_and_says_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vics_kept, "MOST_RECORDS", 2)
    content = json.dumps({"value": [{"MD5": "f" * 32}] * 3}).encode()

    with pytest.raises(Invalid) as refusal:
        read_case(io.BytesIO(content))

    assert "at most 2 records" in str(refusal.value.facts["faults"])


@pytest.mark.parametrize("size", [1, 3, 7, 1 << 16])
def test_what_stands_in_texts_is_neither_deep_nor_a_number(size: int) -> None:
    text = json.dumps({"a": '["{\\' * 300, "b": "1" * 5000, '\\"[': ["\\\\", '"']}).encode()
    guarded, parts = GuardedJson(io.BytesIO(b"\xef\xbb\xbf" + text)), []

    while part := guarded.read(size):
        parts.append(part)

    assert ordered(b"".join(parts)) == ordered(text)


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
@pytest.mark.parametrize(
    "content", [b'{"a": ' * 101, b"[" * 101, b'["", ' + b"9" * 1001], ids=["maps", "lists", "digits"]
)
def test_what_would_end_or_stop_the_parser_never_reaches_it(content: bytes, size: int) -> None:
    guarded = GuardedJson(io.BytesIO(content))

    with pytest.raises(ijson.JSONError):
        deque(iter(partial(guarded.read, size), b""), maxlen=0)
