"""Whatever a room complains of is said in Chinese where the locale says so; programs and English readers hear it as it was."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import pytest

import followupd
from followupd.cli.chinese import SENTENCES
from followupd.cli.chinese.faults import FAULTS, fault_zh
from followupd.cli.output import told_of
from followupd.errors import Problem
from tests.cli.conftest import outcome

HOUSE = Path(followupd.__file__).parent
RAISED = {"Problem", "LinkLost", "TryAgain", "StoreFull", "SaidNo", "ReadOnly"}
HAN = re.compile("[\u4e00-\u9fff]")
JOINED = {
    "{count} questions; exactly {wanted} is easy to answer", "{count} questions; this topic asks nothing",
    "is damaged and cannot be read: {fault}", "one of: there are none", "could not be sent: unknown", "{host}: answered {code}",
}  # fmt: skip
"""Their parts stand apart in the code."""
OF_THE_USERS_FILES = {"config.py", "deciding/tables.py", "deciding/userfacts.py", "judging/fit.py"}
"""Rooms that check what a user wrote; a ValueError there becomes a Problem."""


def spelled(node: ast.expr) -> list[str]:
    """What the expression may say, with something in every hole; nothing where it is made elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*spelled(one), *spelled(other)]
        case ast.JoinedStr(values=values):
            return ["".join(parts) for parts in itertools.product(*(_part(v) for v in values))]
        case _:
            return []


def _part(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    assert isinstance(node, ast.FormattedValue)
    if ast.unparse(node.value) == "reason":
        return ["x is no regular file"]
    if ast.unparse(node.value) == "doing":
        return ["opening INBOX"]
    if ast.unparse(node.value) == "detail":
        return ["", ": x"]
    return spelled(node.value) or ["x"]


def complaints() -> list[tuple[str, str]]:
    found = []
    for path in sorted(HOUSE.rglob("*.py")):
        if "chinese" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in RAISED:
                spoken = node.args[1:] if ast.unparse(node.func) == "Problem" else node.args[:1]
                found += [(f"{path.name}:{node.lineno}", text) for argument in spoken for text in spelled(argument)]
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "ValueError" and path.relative_to(HOUSE).as_posix() in OF_THE_USERS_FILES:
                found += [(f"{path.name}:{node.lineno}", text) for text in spelled(node.args[0])]
    return [(place, text) for place, text in found if re.search("[a-z] [a-z]", text) and not text.startswith(("chmod ", "pip ", "keyring set", "followupd "))]


def test_every_complaint_has_its_chinese() -> None:
    told = complaints()
    assert len(told) > 200, "the walk finds them"
    left = sorted({(place, text) for place, text in told if text not in SENTENCES and not HAN.search(fault_zh(text))})
    assert not left, "\n".join(map(str, left))


def test_no_line_of_the_table_is_left_over() -> None:
    sources = "".join(p.read_text(encoding="utf-8") for p in HOUSE.rglob("*.py") if "chinese" not in p.parts).replace('\\"', '"')
    pieces = {key: [part for part in re.split(r"\{\w+\}", key) if len(part) > 4] for key in FAULTS}
    assert [key for key, parts in pieces.items() if key not in JOINED and not all(part.strip("(): ,") in sources for part in parts)] == [], "left over"


@pytest.mark.parametrize("key", sorted(FAULTS))
def test_the_chinese_holds_what_was_filled_in(key: str) -> None:
    holes = re.findall(r"\{(\w+)\}", key)
    assert sorted(re.findall(r"\{(\w+)\}", FAULTS[key])) == sorted(holes)
    assert not re.search(r"[\u4e00-\u9fff][,;?!]|[,;:?!][\u4e00-\u9fff]", FAULTS[key])


def test_an_error_in_one_line_is_taken_apart() -> None:
    line = "lily@b.example at imap.b.example:993: the login of lily was refused: AUTHENTICATIONFAILED (many providers want an app password or authorisation code)"
    assert fault_zh("imap.b.example:993: the login of lily was refused: no (many providers want an app password or authorisation code)") == (
        "imap.b.example:993：lily 登录被拒：no（许多服务商要用应用专用密码或授权码）"
    )
    assert fault_zh(line).endswith("（许多服务商要用应用专用密码或授权码）")
    assert fault_zh("what nobody knows (here)") == "what nobody knows (here)"


def test_errors_of_config_and_rules_are_chinese_at_the_terminal(tmp_path: Path, monkeypatch, capsys) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("accounts:\n  - address: lily\n    imap: {host: 127.0.0.1, port: x}\nfoo: 1\n")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert outcome("-c", path, "status") == 78
    told = capsys.readouterr().err
    assert "foo：没有这个键（请检查拼写，或删去）" in told
    assert "accounts.0.address：要写邮箱地址，如 you@example.com" in told
    assert outcome("-c", tmp_path / "none.yaml", "status") == 78
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert outcome("-c", path, "status") == 78
    assert "foo: is not a known key (check the spelling, or remove it)" in capsys.readouterr().err
    assert told_of(Problem("x", "is empty", "remove it")) == "x: is empty (remove it)"
