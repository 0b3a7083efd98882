"""`rules check` and `rules show`: what is in force, where it comes from, and which line to mend."""

import json
from pathlib import Path

import pytest

from followupd.rulesource import read_rules
from followupd.yamlfile import parse_yaml
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


def test_what_is_shown_is_yaml_and_says_the_same_again(config: Path, own: Path, capsys) -> None:
    (own / "stages.yaml").write_text("quoted:\n  max: 2\n  silence: [5bd, 10bd]\n")
    source = read_rules(own)
    for name, entries in source.tables.items():
        assert outcome("-c", config, "rules", "show", name) == 0
        shown = parse_yaml(capsys.readouterr().out, name).data
        assert shown == {id: entry.data for id, entry in entries.items()}, name


def test_one_entry_and_the_origin_of_each_key(config: Path, own: Path, capsys) -> None:
    (own / "stages.yaml").write_text("quoted:\n  max: 2\n")
    assert outcome("-c", config, "rules", "show", "stages", "quoted") == 0
    lines = {line.split(":")[0].strip(): line for line in capsys.readouterr().out.splitlines()}
    assert f"# yours: {own}/stages.yaml:2 instead of rules/stages.yaml:" in lines["max"]
    assert "# rules/stages.yaml:" in lines["silence"]
    assert "yours" not in lines["silence"]
    assert "qualifying" not in lines
    assert outcome("-c", config, "rules", "show", "stages", "quoted", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["origins"]["max"] == f"{own}/stages.yaml:2"
    assert shown["origins"]["silence"].startswith("rules/stages.yaml:")
    assert outcome("-c", config, "rules", "show", "stages", "qouted") == 64
    assert "is not in stages (one of: inquiry_new" in capsys.readouterr().err


def test_a_template_is_shown_with_its_file(config: Path, own: Path, capsys) -> None:
    name = next(n for n in read_rules().texts if n.startswith("templates/"))
    assert outcome("-c", config, "rules", "show", name) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{{# rules/{name} #}}")
    assert read_rules().texts[name].strip()[:40] in shown


def test_a_directory_may_be_named_without_any_config(monkeypatch, tmp_path: Path, capsys) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("FOLLOWUPD_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules" / "tests").mkdir(parents=True)
    (tmp_path / "rules" / "stages.yaml").write_text("quoted:\n  silence: [soon]\n")
    (tmp_path / "rules" / "risk.yaml").write_text("broken: [\n")
    (tmp_path / "rules" / "providers.yaml").write_text("mine: {colour: blue}\n")
    (tmp_path / "rules" / "tests" / "mine.yaml").write_text("- title: x\n")
    assert outcome("rules", "check", "rules") == 78
    told = capsys.readouterr().err
    for place in ("stages.yaml:2", "risk.yaml:", "providers.yaml:1", "tests/mine.yaml:1"):
        assert f"./rules/{place}" in told, "the user's own file, not the shipped one of that name"
    assert outcome("rules", "show", "--rules", "rules", "stages", "quoted") == 78, "a broken file is not passed over"
