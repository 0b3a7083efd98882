"""Law 9: nothing from a mail acts on the terminal."""

import json

import pytest

from followupd.cli.output import clean, clean_text, hidden, table, to_json

HOSTILE = [
    ("\x1b]0;pwned\x07Bob", "]0;pwnedBob", "a title sequence"),
    ("\x1b[2J\x1b[31mBob", "[2J[31mBob", "clear the screen, colour"),
    ("\x9b2JBob", "2JBob", "the one-byte CSI"),
    ("Bob\u202egpj.exe", "Bobgpj.exe", "right-to-left override"),
    ("a\u2066b\u2069c", "abc", "bidi isolates"),
    ("a\u200bb\ufeffc", "abc", "invisible spaces"),
    ("a\r\nb\u2028c\td", "a b c d", "line ends and tabs are blanks"),
    ("\udc80x", "x", "a lone surrogate"),
    ("\U000e0041x", "x", "tag characters"),
    ("a" + "\u0301" * 50, "a" + "\u0301" * 4, "a pile of accents"),
    ("می\u200cخواهم", "می\u200cخواهم", "Persian keeps its joiner"),
    ("李莉 <b>[red]x[/red]</b>", "李莉 <b>[red]x[/red]</b>", "markup is only text"),
]


@pytest.mark.parametrize(("given", "shown", "why"), HOSTILE)
def test_law_9_one_line_is_harmless(given: str, shown: str, why: str) -> None:
    assert clean(given) == shown, why


def test_law_9_a_long_line_is_cut() -> None:
    assert len(clean("x" * 1_000_000)) == 400


def test_several_lines_stay_lines_and_nothing_else_does() -> None:
    assert clean_text("a\r\nb\x1b[1m\rc\x08") == "a\nb[1m c"


@pytest.mark.parametrize(("given", "_shown", "why"), HOSTILE)
def test_law_9_json_is_harmless_and_loses_nothing(given: str, _shown: str, why: str) -> None:
    line = to_json({"name": given})
    assert not any(hidden(c) for c in line), why
    assert json.loads(line) == {"name": given}


def test_tables_fit_80_columns_and_show_markup_as_text(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    table("T", ("who", "why"), [("[red]x[/red]\x1b[2J", "w" * 300), ("阀门" * 60, ":smile:")])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[red]x[/red]" in out
    assert ":smile:" in out
    from rich.cells import cell_len

    assert max(cell_len(line) for line in out.splitlines()) <= 80
