"""The command line speaks Chinese where the locale says so, English else; programs are spoken to in English always."""

from __future__ import annotations

import ast
import calendar
import inspect
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from rich.cells import cell_len

from followupd.cli import main as house
from followupd.cli.chinese import SENTENCES, TABLES
from followupd.cli.chinese.clicks import FILE, TEXTS, compiled
from followupd.cli.chinese.terms import TERMS
from followupd.cli.folding import folded
from followupd.cli.output import to_json
from followupd.cli.schemas import about_of, schema_of
from followupd.cli.shapes import SHAPES
from followupd.cli.terms import reply_name, stage_name, topic_name
from followupd.cli.tongue import language_of, later, said, shown
from followupd.model import Action, DraftState, Fit, Kind, Risk, Verdict, WordKind
from tests.cli.conftest import outcome

ROOM = Path(house.__file__).parent
HELD = {
    "output.py": {"name", "sentence"}, "looking.py": {"title"}, "doctor_account.py": {"RESTART"},
    "checking.py": {"gives", "lost", "f.verdict"}, "doctoring.py": {"MENDS[finding.what]", "MARKS[f.verdict]"}, "terms.py": {"str(word)", "fit.value"},
    "main.py": {"line"}, "watching.py": {"KEYS"}, "helping.py": {"param.help"}, "tongue.py": {"text.key", "' '.join(p.split())"},
}  # fmt: skip
"""Where a sentence is said that stands elsewhere: in a docstring, an option's help, a table of marked ones."""
ZH = "zh_CN.UTF-8"


@cache
def trees() -> tuple[tuple[str, tuple[ast.AST, ...]], ...]:
    """Every module of the room and all that stands in it."""
    return tuple((path.name, tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))) for path in sorted(ROOM.glob("*.py")))


def calls() -> Iterator[tuple[str, ast.Call]]:
    for file, nodes in trees():
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"said", "later", "marked"}:
                yield file, node


def walk(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            below = command.get_command(click.Context(command), name)
            assert below is not None
            yield from walk(below)


def in_help() -> set[str]:
    found = {line for _, line in house.COMMANDS.values()}
    for command in walk(house.cli):
        found |= {" ".join(p.split()) for p in inspect.cleandoc(command.help or "").split("\n\n") if not p.startswith("\b")}
        found |= {param.help for param in command.params if isinstance(param, click.Option) and param.help}
    return found


def in_code() -> set[str]:
    return {call.args[0].value for _, call in calls() if isinstance(call.args[0], ast.Constant)}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def enums() -> set[str]:
    kinds = (Action, DraftState, Fit, Kind, Risk, Verdict, WordKind)
    return {member.value for kind in kinds for member in kind}


def test_every_sentence_of_the_command_line_has_a_chinese_one_and_none_is_left_over() -> None:
    wanted = in_code() | in_help() | headings() | {part for name in SHAPES for part in about_of(schema_of(name))}
    assert sorted(wanted - set(SENTENCES)) == []
    assert sorted(set(SENTENCES) - set(TERMS) - wanted) == []


def headings() -> set[str]:
    """Columns of tables, where they stand in the call itself or in ``names`` before it."""
    found: set[str] = set()
    for file, nodes in trees():
        for node in nodes:
            is_table = isinstance(node, ast.Call) and ast.unparse(node.func) == "table" and len(node.args) > 1
            if is_table or (isinstance(node, ast.Assign) and file != "running.py" and ast.unparse(node.targets[0]) == "names"):
                columns = node.args[1] if isinstance(node, ast.Call) else node.value  # type: ignore[attr-defined]
                if isinstance(columns, ast.Tuple):
                    found |= {c.value for c in columns.elts if isinstance(c, ast.Constant)}
    return found - {""}


def test_every_verdict_kind_and_state_has_a_chinese_name_and_no_name_is_of_nothing() -> None:
    assert sorted(enums() - set(SENTENCES)) == []
    sources = "".join(p.read_text(encoding="utf-8") for p in ROOM.parent.rglob("*.py") if "chinese" not in p.parts)
    words = {word.strip() for word in re.findall(r"[\w' ]+", sources)}
    words |= headings() | set(calendar.day_name)
    assert [word for word in TERMS if word not in words] == []


def test_stages_topics_and_replies_are_called_as_the_rules_call_them(monkeypatch, shipped) -> None:
    monkeypatch.setenv("LANG", ZH)
    for table, name in (("stages", stage_name), ("topics", topic_name), ("replies", reply_name)):
        for id, entry in shipped.entries(table).items():
            assert (str(name(id)), shown(name(id))) == (id, entry.data["zh"])
    assert shown(stage_name("of_mine")) == "of_mine"


def test_sentences_are_whole_in_the_code_with_names_for_what_is_filled_in() -> None:
    for file, call in calls():
        words = call.args[0]
        if isinstance(words, ast.Constant):
            given = {keyword.arg for keyword in call.keywords}
            assert call.func.id == "marked" or not given or given == names(words.value), f"{file}:{call.lineno}"  # type: ignore[attr-defined]
        else:
            assert ast.unparse(words) in HELD.get(file, set()), f"{file}:{call.lineno} says what no table can hold"


@pytest.mark.parametrize("english", sorted(SENTENCES))
def test_the_chinese_has_the_same_names_and_full_width_marks(english: str) -> None:
    chinese = SENTENCES[english]
    assert names(chinese) == names(english)
    assert not re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!][\u4e00-\u9fff]", chinese), chinese
    assert not any("  " in text for text in (chinese,))


def test_no_sentence_stands_in_two_tables() -> None:
    assert sum(map(len, TABLES)) == len(SENTENCES)


def test_clicks_own_words_are_compiled_from_their_table() -> None:
    assert FILE.read_bytes() == compiled(), "python -m followupd.cli.chinese.clicks"
    for english, chinese in TEXTS.items():
        forms = english if isinstance(english, tuple) else (english,)
        assert names(chinese) <= set().union(*map(names, forms))


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, "en"),
        ({"LC_CTYPE": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_locale_tells_the_language_as_gettext_reads_it(environment: dict[str, str], language: str, monkeypatch) -> None:
    monkeypatch.delenv("LANG")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of(None) == language
    assert (language_of("zh"), language_of("en")) == ("zh", "en")


def test_a_sentence_for_programs_is_english_and_can_still_be_shown_in_chinese(monkeypatch) -> None:
    monkeypatch.setenv("LANG", ZH)
    sentence = later("error: {problem}", problem="x")
    assert sentence == "error: x"
    assert to_json({"what": sentence}) == '{"what": "error: x"}'
    assert shown(sentence) == said("error: {problem}", problem="x") == "错误：x"
    assert (shown("plain"), said("no such sentence {n}", n=1)) == ("plain", "no such sentence 1")
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert shown(sentence) == "error: x"


# ---- what is seen ---------------------------------------------------------------------------------


def paths() -> list[str]:
    return ["", *house.COMMANDS, "rules test", "rules check", "fact add", "sample sent", "lab evaluate"]


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("command", paths())
def test_help_is_chinese_whole_and_fits(command: str, columns: int, monkeypatch, capsys) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    outcome(*command.split(), "--help")
    english = capsys.readouterr().out
    monkeypatch.setenv("LANG", ZH)
    outcome(*command.split(), "--help")
    told = capsys.readouterr().out
    assert told.startswith("用法：followupd")
    assert "显示本帮助并退出" in told
    options = r"(?m)^  (?:-\w, )?(--[\w-]+)(?= |$)(?=.*(?:  |$))"
    assert set(re.findall(options, told)) == set(re.findall(options, english))
    assert [line for line in told.splitlines() if cell_len(line) > columns and ">" not in line] == []
    assert not re.search(r"(?m)^\s*[，。；：、！？）]", told), "no line begins with a closing mark"
    monkeypatch.setenv("LANG", "C.UTF-8")
    outcome(*command.split(), "--help")
    assert capsys.readouterr().out == english, "the commands themselves stay as they are"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["lst"], "没有命令 'lst'"),
        (["list", "--foo"], "没有选项"),
        (["list", "foo"], "不在可选值之列"),
        (["mute"], "缺少参数"),
        (["backtest", "--since", "x"], "不符合格式"),
        (["backtest", "--rules", "/nowhere"], "不存在"),
    ],
)
def test_click_complains_in_chinese(words: list[str], told: str, monkeypatch, capsys) -> None:
    monkeypatch.setenv("LANG", ZH)
    assert outcome(*words) == 64
    assert told in capsys.readouterr().err


def test_english_loads_no_chinese() -> None:
    assert loaded("en_GB.UTF-8") == "[]"
    assert "followupd.cli.chinese" in loaded(ZH), "a control"


def loaded(lang: str) -> str:
    """Which modules for Chinese a command loads in that locale."""
    script = (
        "import sys\nfrom followupd.cli.main import main\ntry: main(['list', '--help'])\n"
        "except SystemExit: print([m for m in sys.modules if 'chinese' in m or m == 'followupd.cli.helping'])"
    )
    run = subprocess.run([sys.executable, "-c", script], env={**os.environ, "LANG": lang}, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()[-1]


@pytest.mark.parametrize("width", [10, 20, 33, 80])
@pytest.mark.parametrize("text", ["报价（有效期到周五）已发，请跟进；起订量 500 件。" * 4, "x" * 200, "短", "", "a b  c " * 30, "（" * 50])
def test_folding_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = folded(text, width, "  ", "    ")
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width + 2 * (line.rstrip()[-1:] in "，。；：、！？）") for line in lines)


def test_a_path_that_no_line_holds_is_left_whole() -> None:
    path = "/home/lily/" + "x" * 60
    assert path in folded(f"the config lies in {path} and is yours", 40)
    assert "https://" + "y" * 60 in folded("open https://" + "y" * 60, 40)
