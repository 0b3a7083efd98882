"""What every command prints with --json is what its schema says: no key less, none more, of the right kind."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest

from followupd.cli.demo import _config_file
from followupd.cli.main import COMMANDS, cli
from followupd.cli.rules_copying import FIRST_STORY
from followupd.cli.schemas import schema_of
from followupd.cli.shapes import OPEN, SHAPES
from followupd.demo.run import run_demo
from followupd.demo.server import EmbeddedServer
from followupd.demo.stage import settled
from tests.cli.conftest import outcome

ROOT = Path(__file__).parents[2]
HELP = {"schema"}
"""Prints schemas, not data."""


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, with no room for keys that it does not name: so that nothing is printed that is not documented."""
    shut = json.loads(json.dumps(schema))
    for name, part in shut["$defs"].items():
        if part.get("type") == "object" and name not in OPEN:
            part["additionalProperties"] = False
    return shut


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Iterator[Path]:
    """A month of mail that was read, judged and decided; returns its config file."""
    directory = tmp_path_factory.mktemp("office")
    directory.chmod(0o700)
    with EmbeddedServer() as server:
        result = run_demo(server, directory, settled(datetime.now(UTC)))
        path = _config_file(result, directory)
        facts = "frost: {kind: shutdown, since: 2026-01-01, first: 2026-02-10, last: 2026-02-20}\n"
        (directory / "facts.yaml").write_text(facts)
        yield path


@contextmanager
def inputs(directory: Path, office: Path) -> Iterator[dict[str, str]]:
    mail = directory / "a.eml"
    head = b"From: Bob <bob@buyer.example>\r\nSubject: Inquiry\r\nMessage-ID: <x@y>\r\n\r\n"
    mail.write_bytes(head + b"Please quote 500 pcs of ball valves DN25, FOB Ningbo, by May.\r\n")
    labelled = directory / "a.jsonl"
    lines = [
        {"subject": "Inquiry", "text": "Please quote 500 pcs ball valves DN25 FOB Ningbo", "label": "genuine"},
        {"subject": "hi", "text": "catalogue pls", "label": "vague"},
    ]
    labelled.write_text("".join(json.dumps(line) + "\n" for line in lines))
    backup = directory / "b.tar.gz"
    assert outcome("-c", office, "backup", backup) == 0
    stories = directory / "own" / "tests" / "mine.yaml"
    stories.parent.mkdir(parents=True)
    stories.write_text(FIRST_STORY)
    yield {"STORIES": str(stories), "BACKUP": str(backup), "MAIL": str(mail), "BAD": str(directory / "none.eml"), "LABELLED": str(labelled)}


RUNS = {
    "check": [["check"]],
    "doctor": [["doctor"], ["doctor", "--offline"]],
    "once": [["once", "--dry-run"]],
    "status": [["status"]],
    "watch": [["watch", "--once"]],
    "list inquiries": [["list", "inquiries"]],
    "list threads": [["list", "threads"]],
    "list drafts": [["list", "drafts"]],
    "list owed": [["list", "owed"]],
    "digest": [["digest"]],
    "show": [["show", "THREAD"], ["show", "OTHER"], ["show", "BUYER"]],
    "explain": [["explain", "THREAD"], ["explain", "OTHER"]],
    "judge": [["judge", "MAIL", "BAD"]],
    "rules check": [["rules", "check"]],
    "rules show": [["rules", "show"], ["rules", "show", "stages"], ["rules", "show", "templates/en/close_out.j2"]],
    "rules test": [["rules", "test", "STORIES"]],
    "backtest": [["backtest"]],
    "tune": [["tune"]],
    "mute": [["mute", "THREAD"], ["mute", "bob@buyer.example"]],
    "unmute": [["unmute", "THREAD"]],
    "snooze": [["snooze", "THREAD", "2w"]],
    "stage": [["stage", "THREAD", "lost"]],
    "grade": [["grade", "THREAD", "A"]],
    "birthday": [["birthday", "BUYER", "04-17"]],
    "folders": [["folders"]],
    "export": [["export", "BUYER", "-o", "DIR", "--no-mail"], ["export", "BUYER", "-o", "DIR"]],
    "restore": [["restore", "BACKUP", "--list"]],
    "forget": [["forget", "GONE", "--yes"]],
    "report": [["report"]],
    "verdict": [["verdict", "THREAD", "genuine"]],
    "sample sent": [["sample", "sent", "THREAD", "--eta", "6d"]],
    "sample delivered": [["sample", "delivered", "THREAD"]],
    "sample list": [["sample", "list"]],
    "fact list": [["fact", "list"]],
    "corrections": [["corrections"]],
    "lab evaluate": [["lab", "evaluate", "LABELLED"]],
}
EMPTY = {"rules check", "sample list"}
"""May print nothing where all is well."""


def with_json(path: tuple[str, ...], command: click.Command) -> Iterator[str]:
    """The commands that take --json."""
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from with_json((*path, name), below)
    elif any("--json" in param.opts for param in command.params):
        choices = [p.type.choices for p in command.params if isinstance(p, click.Argument) and p.name == "what" and isinstance(p.type, click.Choice)]
        yield from (" ".join((*path, choice)) for choice in choices[0]) if choices else [" ".join(path)]


def test_every_command_with_json_has_a_schema_and_a_run() -> None:
    context = click.Context(cli)
    found = {one for name in COMMANDS if (command := cli.get_command(context, name)) for one in with_json((name,), command)}
    assert found - HELP == set(SHAPES)
    assert set(RUNS) == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_a_schema_is_sound(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(name))


def threads(office: Path, capsys) -> tuple[str, str]:
    """A thread with a draft, and one that is owed."""
    found = []
    for what, key in (("drafts", "thread_id"), ("owed", "id")):
        assert outcome("-c", office, "list", what, "--json") == 0
        found.append(str(json.loads(capsys.readouterr().out.splitlines()[0])[key]))
    return found[0], found[1]


def buyers(office: Path, capsys) -> dict[str, str]:
    """A buyer whom a draft waits for, and another one, who may be forgotten."""
    assert outcome("-c", office, "list", "drafts", "--json") == 0
    found = [str(json.loads(line)["buyer"]) for line in capsys.readouterr().out.splitlines()]
    return {"BUYER": found[0], "GONE": found[-1]}


def masked(text: str) -> str:
    """Without what a second later is otherwise: instants, and how long ago they were."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?|\d+ (?:min|h|d) ago|just now|\d+ GB", "T", text)


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_printed_is_what_the_schema_says_and_the_same_bytes_in_every_locale(
    name: str, office: Path, tmp_path: Path, capsys, monkeypatch
) -> None:
    (thread, other), people = threads(office, capsys), buyers(office, capsys)
    check = jsonschema.Draft202012Validator(closed(schema_of(name)))
    lines = []
    state = office.parent / "state"
    shutil.copytree(state, tmp_path / "before")
    with inputs(tmp_path, office) as files:
        capsys.readouterr()
        for run in RUNS[name]:
            told = {}
            for locale in ("C.UTF-8", "zh_CN.UTF-8"):
                shutil.rmtree(state)
                shutil.copytree(tmp_path / "before", state)
                monkeypatch.setenv("LANG", locale)
                places = {"THREAD": thread, "OTHER": other, "DIR": str(tmp_path / "out"), **people, **files}
                shutil.rmtree(tmp_path / "out", ignore_errors=True)
                assert outcome("-c", office, *[places.get(word, word) for word in run], "--json") in {0, 1}, run
                told[locale] = capsys.readouterr().out
            assert masked(told["zh_CN.UTF-8"]) == masked(told["C.UTF-8"]), run
            lines += told["C.UTF-8"].splitlines()
    assert lines or name in EMPTY
    for line in lines:
        check.validate(json.loads(line))


def test_problems_of_rules_have_their_schema(office: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "stages.yaml").write_text("quoted: {silence: [soon]}\n")
    assert outcome("-c", office, "rules", "check", tmp_path, "--json") == 78
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for one in told:
        jsonschema.validate(one, closed(schema_of("rules check")))
    assert "stages.yaml:1" in told[0]["where"]


def test_a_key_that_is_not_documented_would_be_found(office: Path, capsys) -> None:
    assert outcome("-c", office, "status", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    check = jsonschema.Draft202012Validator(closed(schema_of("status")))
    assert list(check.iter_errors({**told, "mood": "good"}))
    assert list(check.iter_errors({**told, "state": 7}))
    assert list(check.iter_errors({k: v for k, v in told.items() if k != "outbox"}))


def test_the_command_shows_them(capsys) -> None:
    assert outcome("schema", "list", "drafts") == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "urn:followupd:json:list-drafts"
    assert outcome("schema", "--json") == 0
    assert {json.loads(line)["command"] for line in capsys.readouterr().out.splitlines()} == set(SHAPES)
    assert outcome("schema", "frobnicate") == 64


def test_the_page_names_every_command() -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    for name in SHAPES:
        assert f"| `{name}` |" in page, name
