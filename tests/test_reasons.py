"""What counts as a reason: a letter or a digit, of any script."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sources import sources
from workspace.errors import Invalid
from workspace.rules.reasons import require_reason, says_something, shows_something


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
        ".",
        "-",
        "–",
        "…?!",
        "。",
        "👍",
        "👨\u200d👩\u200d👧",
        "\u2197\ufe0f",
        "ー",
        "\u0640",
        "^ _ ^",
        "€",
    ],
)
def test_what_says_nothing_is_no_reason(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        require_reason(text)

    assert refusal.value.message == "Say why."


@pytest.mark.parametrize("text", ["x", "7", "٣", "è", "e\u0301", "理由", "سبب", "ስም", "👍 ok", "- 1", "½"])
def test_a_letter_or_a_digit_says_something(text: str) -> None:
    assert says_something(text)


def test_what_a_file_holds_may_be_marks_alone() -> None:
    assert all(map(shows_something, (".", ":", "👍", "=")))
    assert not any(map(shows_something, ("\u200b", "\u3164", "\u2800", "\u0301")))


@given(st.text(), st.sampled_from("aZ7é字"))
def test_a_letter_or_a_digit_among_any_others_says_something(around: str, visible: str) -> None:
    assert says_something(around + visible)


def test_a_reason_keeps_its_words_without_the_spaces_around_it() -> None:
    assert require_reason("  two\nlines \u2028") == "two\nlines"


WORDS = ("reason", "basis", "grounds", "note", "reference", "legal_basis", "legal_source", "title", "issuer", "terms")
ASKED_BY = {"require_reason", "require_words", "says_something"}
WITHOUT_PEOPLE = {
    "stop_intake",
    "refuse_media",
    "refuse_copy",
    "refuse_still",
    "fail_package",
    "keep_head",
    "keep_head_of_day",
}
"""Workers call these, with a code or with what a program has signed."""
FUNCTIONS = {
    node.name: node
    for source in sources("workspace/commands", "workspace/rules")
    for node in source.nodes
    if isinstance(node, ast.FunctionDef)
}
COMMANDS = [
    (node.name, argument.arg)
    for source in sources("workspace/commands")
    for node in source.tree.body
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in WITHOUT_PEOPLE
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    if argument.arg in WORDS and default is None
]


def is_asked(function: str, word: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function hands this argument to the one rule, itself or by one that it calls."""
    node = FUNCTIONS.get(function)
    if node is None or function in seen:
        return False
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        names = {name.id for each in given for name in ast.walk(each) if isinstance(name, ast.Name)}
        if word in names and (call.func.id in ASKED_BY or _parameter_is_asked(call, word, seen | {function})):
            return True
    return False


def _parameter_is_asked(call: ast.Call, word: str, seen: frozenset[str]) -> bool:
    """Whether the function that is called asks the parameter that this argument becomes."""
    assert isinstance(call.func, ast.Name)
    node = FUNCTIONS.get(call.func.id)
    if node is None:
        return False
    by_place = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    given = [*zip(by_place, call.args, strict=False), *((each.arg or "", each.value) for each in call.keywords)]
    return any(
        is_asked(call.func.id, name, seen) for name, value in given if isinstance(value, ast.Name) and value.id == word
    )


@pytest.mark.parametrize(("command", "word"), COMMANDS)
def test_every_command_that_takes_a_reason_asks_whether_it_says_something(command: str, word: str) -> None:
    assert is_asked(command, word)


def test_there_are_commands_that_take_a_reason() -> None:
    assert len(COMMANDS) > 20
