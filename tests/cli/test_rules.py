"""`rules check` and `rules show`: what is in force, where it comes from, and which line to mend."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import outcome


@pytest.fixture
def own(config: Path) -> Path:
    """The directory of the user's own rules, beside the config."""
    directory = config.parent / "rules"
    directory.mkdir()
    return directory


def test_shipped_rules_are_sound_without_any_config(monkeypatch, tmp_path: Path, capsys) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("FOLLOWUPD_CONFIG", raising=False)
    assert outcome("rules", "check") == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("ok: ")
    assert shown.err == ""


def test_every_slip_is_named_with_file_and_line_at_once(config: Path, own: Path, capsys) -> None:
    (own / "stages.yaml").write_text("quoted:\n  silence: [soon]\n")
    (own / "risk.yaml").write_text("mine:\n  en: x\n  zh: y\n  weight: heavy\n  patterns: {en: ['(']}\n")
    assert outcome("-c", config, "rules", "check") == 78
    told = capsys.readouterr().err
    assert f"{own}/stages.yaml:2" in told
    assert f"{own}/risk.yaml:4" in told
    assert "Traceback" not in told


def test_show_tells_whose_word_holds(config: Path, own: Path, capsys) -> None:
    (own / "stages.yaml").write_text("quoted:\n  silence: [5bd, 10bd, 20bd]\n")
    assert outcome("-c", config, "rules", "check") == 0
    capsys.readouterr()
    assert outcome("-c", config, "rules", "show", "stages", "--json") == 0
    entries = {e["id"]: e for e in map(json.loads, capsys.readouterr().out.splitlines())}
    assert entries["quoted"]["silence"] == ["5bd", "10bd", "20bd"]
    assert entries["quoted"]["origin"] == f"{own}/stages.yaml:1"
    assert entries["quoted"]["max"] == 3, "keys that are not named stay as shipped"
    assert entries["qualifying"]["origin"].startswith("rules/stages.yaml:")


def test_a_file_that_nothing_reads_is_warned_of(config: Path, own: Path, capsys) -> None:
    (own / "stage.yaml").write_text("quoted:\n  silence: [5bd]\n")
    (own / "phrases").mkdir()
    (own / "phrases" / "xx.yaml").write_text("")
    assert outcome("-c", config, "rules", "check") == 0
    told = capsys.readouterr().err
    assert f"{own}/stage.yaml" in told
    assert "xx" not in told


def test_a_table_that_does_not_exist(config: Path, capsys) -> None:
    assert outcome("-c", config, "rules", "show", "nosuch\x1b[2J") == 64
    told = capsys.readouterr().err
    assert "is not a table of rules" in told
    assert "\x1b" not in told
