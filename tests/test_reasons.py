"""What counts as a reason: something that a reader can see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.errors import Invalid
from workspace.rules.reasons import require_reason, says_something


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\t\n",
        "\u200b",
        "\u2060\ufeff",
        "\u00ad",
        "\u202e",
        "\u3164",
        "\u2800",
        "\u0301",
        "\ufe0f",
        "\u115f\u1160 \uffa0",
    ],
)
def test_what_shows_nothing_is_no_reason(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        require_reason(text)

    assert refusal.value.message == "Say why."


@pytest.mark.parametrize("text", ["x", "。", "–", "7", "è", "e\u0301", "理由", "سبب", "👍"])
def test_any_visible_character_says_something(text: str) -> None:
    assert says_something(text)


@given(st.text(), st.sampled_from("aZ7?é字"))
def test_a_visible_character_among_any_others_says_something(around: str, visible: str) -> None:
    assert says_something(around + visible)


def test_a_reason_keeps_its_words_without_the_spaces_around_it() -> None:
    assert require_reason("  two\nlines \u2028") == "two\nlines"
