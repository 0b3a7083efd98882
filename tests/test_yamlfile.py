"""Scenario 40: the traps of YAML become problems with a line, never silent nonsense."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from followupd.errors import ConfigError
from followupd.rulesource import Entry, RuleSource, check_entries
from followupd.yamlfile import parse_yaml, read_yaml, validate


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [
        ("NO", "NO", "Norway is a word, not false"),
        ("on", "on", "on is a word, not true"),
        ("12:30", "12:30", "a time of day is text, not 750"),
        ("010", "010", "a leading zero is text, not eight"),
        ("1.10", 1.1, "a number with a point is a number"),
        ("true", True, "true is true"),
        ("~", None, "a tilde is nothing"),
        ("2026-11-30", "2026-11-30", "a date stays text until somebody asks for a date"),
        ("'：'", "：", "a quoted full-width colon is the user's own"),
    ],
)
def test_scalars_mean_what_they_look_like(text: str, value: object, why: str) -> None:
    assert parse_yaml(f"key: {text}\n", "t.yaml").data == {"key": value}, why


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "stands twice (first on line 1)"),
        ("a: 1\ndays：3\n", 2, "full-width colon"),
        ("days：3\n", 1, "full-width colon"),
        ("a:\n  b: .nan\n", 2, "not a number that can be used"),
        ("a: -.inf\n", 1, "not a number that can be used"),
        ("a:\n\tb: 1\n", 2, "spaces, not tabs"),
        ("a: 1\nb: x\0y\n", 2, "a character that no text has (U+0000)"),
        ("a: 1\n\nb: \x1c\n", 3, "(U+001C)"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, "is not allowed"),
        ("a: [1, 2\nb: 3\n", 2, "is not YAML"),
        ("? [1, 2]\n: x\n", 1, "a key must be a plain word"),
    ],
)
def test_traps_are_named_with_their_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "t.yaml")
    assert f"t.yaml:{line}" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text", ["[" * 3000, "a: " + "{b: " * 60 + "1" + "}" * 60, "a: &a [1,2]\n" + "b: [" + "*a," * 300_000 + "]"]
)
def test_bombs_are_refused_in_bounded_time(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_yaml(text, "t.yaml")


def test_all_problems_come_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml("a: .nan\na: 1\n? [x]\n: 1\n", "t.yaml")
    assert len(caught.value.problems) == 3


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes("a: 1\nb: 询价\n".encode("gbk"))
    with pytest.raises(ConfigError, match=r"c\.yaml:2: is not UTF-8"):
        read_yaml(path)


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int
    name: str = ""


def test_validation_names_every_bad_key_with_its_line() -> None:
    file = parse_yaml("days: x\nnmae: y\n", "t.yaml")
    with pytest.raises(ConfigError) as caught:
        validate(_Rule, file)
    assert "t.yaml:1: days:" in str(caught.value)
    assert "t.yaml:2: nmae: is not a known key" in str(caught.value)


def test_an_entry_laid_over_another_blames_the_file_that_holds_the_key() -> None:
    shipped, user = (
        parse_yaml("quoted:\n  days: 3\n", "rules/s.yaml"),
        parse_yaml("\nquoted:\n  name: [1]\n", "mine/s.yaml"),
    )
    entry = Entry("quoted", {"days": 3, "name": [1]}, ((shipped, ("quoted",)), (user, ("quoted",))))
    with pytest.raises(ConfigError, match=r"mine/s\.yaml:3: name:"):
        check_entries(_Rule, RuleSource({"s": {"quoted": entry}}), "s")


@pytest.mark.parametrize("character", ["\0", "\x1b", "\ud800", "\ufffe"])
def test_a_character_that_cannot_be_seen_is_named_with_its_line(character: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(f"a: 1\nb: 2{character}\n", "stages.yaml")
    assert "stages.yaml:2" in str(caught.value)
    assert f"U+{ord(character):04X}" in str(caught.value)
