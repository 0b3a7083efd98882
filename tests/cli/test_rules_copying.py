"""`rules copy` and `rules schema`: a file of one's own begins so that nothing changes until its owner changes it."""

from pathlib import Path

import pytest

from followupd.cli import rules_copying
from followupd.lab.schema import write_schemas
from followupd.rulesource import RuleSource, read_rules
from followupd.yamlfile import read_yaml
from tests.cli.conftest import outcome


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, and no config anywhere."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("FOLLOWUPD_CONFIG", raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def schemas_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are the same for every table, so many copies in one test write them once."""

    def write(directory: Path, source: RuleSource) -> list[Path]:
        return [] if directory.exists() else write_schemas(directory, source)

    monkeypatch.setattr(rules_copying, "write_schemas", write)


def test_whole_tables_change_nothing_and_entries_are_the_shipped_ones(empty: Path, schemas_once: None) -> None:
    source = read_rules()
    for table in sorted(source.tables):
        assert outcome("rules", "copy", table) == 0
        assert read_yaml(empty / "rules" / f"{table}.yaml").data is None
        first, *last = source.tables[table]
        ids = list(dict.fromkeys((first, *last[-1:])))
        assert outcome("rules", "copy", "--rules", f"{empty}/one", table, *ids) == 0
        assert read_yaml(empty / "one" / f"{table}.yaml").data == {id: source.tables[table][id].data for id in ids}
        for root in ("rules", "one"):
            top = (empty / root / f"{table}.yaml").read_text(encoding="utf-8").partition("\n")[0]
            assert ((empty / root / f"{table}.yaml").parent / top.partition("$schema=")[2]).is_file(), top
    assert read_rules(empty / "rules").digest == source.digest


def test_what_is_yours_already_is_never_written_over(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("rules", "copy", "stages", "quoted") == 0
    (empty / "rules" / "stages.yaml").write_text("quoted: {max: 2}\n")
    assert outcome("rules", "copy", "stages", "quoted") == 64
    assert "./rules/stages.yaml:1: quoted is yours already" in capsys.readouterr().err
    assert outcome("rules", "copy", "stages") == 64
    assert outcome("rules", "copy", "stages", "nurture") == 0
    assert set(read_yaml(empty / "rules" / "stages.yaml").data) == {"quoted", "nurture"}
    assert outcome("rules", "copy", "stages", "nosuch") == 64
    assert outcome("rules", "copy", "../../etc/passwd") == 64
    assert outcome("rules", "copy", "nosuch") == 64


def test_a_template_and_a_first_story_that_passes(empty: Path) -> None:
    name = next(n for n in read_rules().texts if n.startswith("templates/"))
    assert outcome("rules", "copy", name) == 0
    assert (empty / "rules" / name).read_text(encoding="utf-8") == read_rules().texts[name]
    assert outcome("rules", "copy", "tests") == 0
    assert outcome("rules", "test", "rules") == 0
    assert outcome("rules", "check", "rules") == 0


def test_schemas_are_renewed_where_they_are_old(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("rules", "schema") == 0
    assert "schemas written" in capsys.readouterr().out
    (empty / "rules" / "schema" / "stages.json").write_text("{}")
    assert outcome("rules", "schema") == 0
    assert "1 schemas written" in capsys.readouterr().out
    assert outcome("rules", "schema") == 0
    assert "all up to date" in capsys.readouterr().out


def test_with_a_config_it_lies_beside_it(config: Path) -> None:
    assert outcome("-c", config, "rules", "copy", "stages", "quoted") == 0
    assert (config.parent / "rules" / "stages.yaml").is_file()
