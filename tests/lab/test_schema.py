"""Are the schemas those of the models, and does every shipped file name its own and hold to it?"""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from followupd.drafting.languages import KINDS
from followupd.lab.schema import TABLES, schemas
from followupd.lab.story import TEXTS
from followupd.rulesource import RuleSource, check_entries, read_rules
from followupd.yamlfile import parse_yaml, read_yaml

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "rules").rglob("*.yaml")), ROOT / "config.example.yaml", ROOT / "catalogue.example.yaml"]
MADE = schemas(read_rules())


def schema_named_by(path: Path) -> Path:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found, f"{path}: the first line names no schema, but says {first!r}"
    return (path.parent / found[1]).resolve()


def complaints(name: str, data: Any) -> list[str]:
    return [f"{'.'.join(map(str, e.path))}: {e.message}" for e in jsonschema.Draft7Validator(MADE[name]).iter_errors(data)]


def test_the_shipped_schemas_are_those_of_the_models() -> None:
    import json

    held = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in (ROOT / "rules" / "schema").glob("*.json")}
    assert held == json.loads(json.dumps(MADE)), "run `followupd rules schema rules/schema`"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_shipped_file_names_its_schema_and_holds_to_it(path: Path) -> None:
    schema = schema_named_by(path)
    assert schema.parent == ROOT / "rules" / "schema"
    if path.parent.name == "tests":
        expected = "texts" if path.name == TEXTS else "stories"
    else:
        expected = path.name.partition(".")[0] if path.parent in {ROOT, ROOT / "rules"} else path.parent.name
    assert schema.stem == expected
    assert complaints(schema.stem, read_yaml(path).data) == []


@pytest.mark.parametrize("name", sorted(MADE))
def test_every_schema_is_sound_and_every_pattern_can_be_read(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(MADE[name])
    assert MADE[name]["$schema"] == "http://json-schema.org/draft-07/schema#"
    for pattern in re.findall(r"'pattern': '((?:[^'\\]|\\.)*)'", str(MADE[name])):
        re.compile(pattern.replace("\\\\", "\\"))


WRONG = {
    "stages": "quoted: {silence: [soon]}",
    "topics": "mine: {zh: 我, en: mine}",
    "limits": "global: {min_gap: 2}",
    "facts": "copper: {kind: price, since: 2026-09-01}",
    "stories": "- {title: t, buyer: a@b.example, steps: [{at: noon}]}",
    "texts": "a: {txt: hello}",
    "config": "accounts: [{address: a@b.example, display_name: A, imap: {host: h, password: {cmd: x}}}]",
    "signals": "mine: {weight: heavy}",
    "phrases": "mine: {patterns: x}",
    "languages": "greting: {}",
    "countries": "DE: {weekend: sat}",
}
RIGHT = {
    "stages": "quoted: {silence: [5bd, 10bd]}",
    "topics": "close_out: {enabled: false}",
    "limits": "global: {min_gap: 3bd}",
    "stories": "- {title: t, buyer: a@b.example, steps: [{at: 2026-09-01 15:10, we: hello there}]}",
    "facts": "copper: {kind: price, what: the price of copper, old: 7.8, new: '8.2', since: 2026-09-01}",
    "config": "accounts: [{address: a@b.example, display_name: A, lookback: 90d, imap: {host: h, password: {command: pass x}}}]",
    "texts": "",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_slip_is_seen_by_the_editor(name: str) -> None:
    assert complaints(name, parse_yaml(WRONG[name], name).data)


@pytest.mark.parametrize("name", RIGHT)
def test_what_a_user_may_write_is_not_complained_of(name: str) -> None:
    assert complaints(name, parse_yaml(RIGHT[name], name).data) == []


def test_the_models_are_those_that_really_read_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watches every check of a table; a table that is read by another model, or by none we know, is found."""
    import importlib
    import pkgutil

    import followupd
    from followupd.accounts import rules_in_force
    from followupd.mailbox.folders import known_names
    from followupd.mailbox.providers import providers

    seen: dict[str, set[type]] = {}

    def watched(model: type, source: RuleSource, table: str) -> Any:
        seen.setdefault(table.partition("/")[0], set()).add(model)
        return check_entries(model, source, table)

    for module in pkgutil.walk_packages(followupd.__path__, "followupd."):
        if "__main__" not in module.name:
            loaded = importlib.import_module(module.name)
            if getattr(loaded, "check_entries", None) is check_entries and module.name != "followupd.rulesource":
                monkeypatch.setattr(loaded, "check_entries", watched)
    source = read_rules()
    for read in (rules_in_force, providers, known_names):
        read(source)
    read_texts_again()
    assert seen.pop("languages") == set(KINDS.values())
    assert seen == {name: {model} for name, model in TABLES.items()}
    assert {t.partition("/")[0] for t in source.tables} <= {*TABLES, "languages"}


def read_texts_again() -> None:
    """The texts of stories are kept once read."""
    from followupd.lab.story import read_texts, shipped_stories

    read_texts.cache_clear()
    read_texts(shipped_stories() / TEXTS)


def test_an_editor_shows_what_a_key_means() -> None:
    shown = MADE["stages"]["$defs"]["whole"]["properties"]
    assert "first, second" in shown["silence"]["description"]
    assert "drafts made since" in str(MADE["stories"])
    assert "(DOMAIN" not in str(MADE)
