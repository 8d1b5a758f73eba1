"""What a terminal is given to show: text from outside cannot move the cursor, hide a line or turn it round."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.exchange.verify_record import main
from workspace.host.terminal import plain, say, show

ROOT = Path(__file__).resolve().parents[1]


def test_a_sign_that_acts_stands_as_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    show("R-0001\x1b[1A\x1b[2K", "signed by\u202e")
    say("line\r\nforged")

    out, err = capsys.readouterr()
    assert out == "R-0001[U+001B][1A[U+001B][2K\tsigned by[U+202E]\n"
    assert err == "line[U+000D][U+000A]forged\n"


@given(st.text())
def test_no_text_reaches_the_terminal_with_a_sign_that_acts(text: str) -> None:
    assert not [sign for sign in plain(text) if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_words_of_every_script_stay_as_they_are(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "body", ['{"operation": 1e999, "seq": 1, "at": ""}', '{"operation": 1, "seq": 1, "at": "", "version": "\u001b[2J"}']
)
def test_the_verifier_of_a_record_says_of_any_file_what_is_wrong_in_signs_that_do_not_act(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str
) -> None:
    export, head = tmp_path / "record.jsonl", tmp_path / "head\x1b[2K.txt"
    export.write_text(json.dumps({"hash": "0" * 64, "body": body}) + "\n")
    head.write_text("none")

    assert main([str(export)]) == 1
    assert main([str(export), "--head", str(head)]) == 2

    out, err = capsys.readouterr()
    assert "NOT INTACT" in out
    assert "head[U+001B][2K.txt: neither a signed head" in err
    assert not [sign for sign in out + err if sign != "\n" and not sign.isprintable()]


def test_everything_that_the_commands_say_is_written_in_one_place() -> None:
    folders = [ROOT / "workspace" / name for name in ("cli", "host", "exchange", "commands", "queries", "intake")]
    printing = [
        str(path.relative_to(ROOT))
        for folder in folders
        for path in folder.rglob("*.py")
        if re.search(r"^\s*print\(|std(out|err)\.write\(", path.read_text(), re.MULTILINE)
    ]

    # verify_record.py is taken alone to another machine; the last one talks to whoever translates this tree.
    assert sorted(printing) == [
        "workspace/exchange/verify_record.py",
        "workspace/host/catalogues.py",
        "workspace/host/terminal.py",
    ]
