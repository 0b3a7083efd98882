"""Does the house still look as its map says, and do imports only point downwards?"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "followupd"
MODULES = sorted(HOUSE.rglob("*.py"))
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def run_contracts(directory: Path) -> subprocess.CompletedProcess[str]:
    """``lint-imports`` as ``./run lint`` calls it."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    return subprocess.run(
        command, cwd=directory, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(directory)},
    )  # fmt: skip


def test_the_import_contracts_hold() -> None:
    done = run_contracts(ROOT)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "0 broken" in done.stdout


def test_control_an_import_that_points_upwards_is_found(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(HOUSE, tmp_path / "followupd", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "followupd" / "model.py").open("a", encoding="utf-8") as model:
        model.write("\nimport followupd.daemon\n")
    done = run_contracts(tmp_path)
    assert done.returncode == 1
    assert "followupd.model -> followupd.daemon" in done.stdout


def drawn() -> set[str]:
    """The rooms and modules in the drawing of docs/architecture.md."""
    return set(re.findall(r"(?m)^    ([a-z_]+(?:/|\.py))\s", MAP))


def standing() -> set[str]:
    """The rooms and modules that exist."""
    rooms = {p.name + "/" for p in HOUSE.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    return rooms | {p.name for p in HOUSE.glob("*.py") if not p.name.startswith("_")}


def test_the_map_names_every_room_that_exists_and_none_that_does_not() -> None:
    assert drawn() == standing()


def test_the_import_contract_names_every_room() -> None:
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("layers = [")[2].partition("]")[0]
    named = {name.strip() for row in re.findall(r'"([^"]+)"', contract) for name in row.split("|")}
    assert named == {name.removesuffix(".py").rstrip("/") for name in standing()}


def test_the_rule_files_that_the_map_names_exist() -> None:
    for name in re.findall(r"`([a-z_]+\.yaml|[a-z_]+/)`", MAP.partition("`rules/` is data")[2].partition("\n\n")[0]):
        assert (ROOT / "rules" / name).exists(), name


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_every_module_says_in_its_first_line_what_it_is_for(path: Path) -> None:
    first = (ast.get_docstring(tree(path)) or "").partition("\n")[0].strip()
    assert len(first) >= 12, f"{path} begins with {first!r}"


@pytest.mark.parametrize("path", [p for p in MODULES if HOUSE / "cli" not in p.parents], ids=lambda p: p.name)
def test_nothing_prints_outside_the_command_line(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in {"print", "sys.stdout.write", "click.echo"}, f"{path}:{node.lineno}"


def providers() -> set[str]:
    """Host names and names of mail providers as rules/providers.yaml has them."""
    listed = yaml.safe_load((ROOT / "rules" / "providers.yaml").read_text(encoding="utf-8"))
    hosts = re.findall(r"(?:imap|smtp|outlook)\.[a-z0-9.-]+\.[a-z]+", str(listed))
    return set(hosts) | {"imap.gmail.com", "imap.163.com", "outlook.office365.com"}


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_no_providers_quirk_lives_in_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    assert [host for host in providers() if host in text] == []


BRANDS = frozenset(
    "gmail googlemail outlook hotmail office365 netease coremail foxmail exmail tencent aliyun mxhichina yahoo ymail zoho "
    "yandex mailru icloud fastmail gmx proton protonmail gluon hmailserver davmail qqmail".split()
)
"""How providers are called; the ids in rules/providers.yaml are added."""
FREE = "freemail.py"
"""The table of domains that say nothing about a company: it speaks of buyers' addresses, not of mail servers."""


def words_that_run(path: Path) -> dict[str, int]:
    """Names and the words in strings, with their line; what a docstring or a comment tells does nothing.

    "qQ" is how the encodings of RFC 2047 are looked for.
    """
    module = tree(path)
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    told = {
        id(node.value)
        for holder in ast.walk(module)
        if isinstance(holder, holders)
        for node in holder.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found: dict[str, int] = {}
    for node in ast.walk(module):
        said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told else ""
        said += " " + str(getattr(node, "id", "") or getattr(node, "attr", "") or getattr(node, "name", "") or "")
        found |= {word: getattr(node, "lineno", 0) for word in re.findall(r"[a-z0-9]+", said.replace("qQ", "").lower().replace("mail.ru", "mailru"))}
    return found


def named(path: Path) -> dict[str, int]:
    """Providers that a module speaks of, with the line."""
    listed = yaml.safe_load((ROOT / "rules" / "providers.yaml").read_text(encoding="utf-8"))
    return {word: line for word, line in words_that_run(path).items() if word in BRANDS | set(listed)}


@pytest.mark.parametrize("path", [p for p in MODULES if p.name != FREE], ids=lambda p: str(p.relative_to(ROOT)))
def test_code_knows_no_provider_by_name(path: Path) -> None:
    assert named(path) == {}


@pytest.mark.parametrize("line", ['if "gmail" in host: pass', "GMAIL = 1", "def on_yahoo(): return f'imap.{x}.yahoo.com'", 'x = "imap.mail.ru"'])
def test_control_a_providers_name_in_code_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "bad.py").write_text(f'"""Nothing of Gmail."""\n{line}\n')
    assert list(named(tmp_path / "bad.py"))
    (tmp_path / "good.py").write_text('"""Nothing of Gmail."""\nx = 1  # as Yahoo does\n')
    assert named(tmp_path / "good.py") == {}


@pytest.mark.parametrize("room", ["reading", "judging", "deciding", "drafting"])
def test_the_core_opens_no_file_and_no_socket(room: str) -> None:
    for path in (HOUSE / room).rglob("*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in {"open", "socket.socket"}, f"{path}:{node.lineno}"
                assert not called.endswith((".read_text", ".read_bytes", ".write_text")), f"{path}:{node.lineno}"
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                assert not {n.partition(".")[0] for n in names} & {"socket", "sqlite3", "subprocess", "random"}, path


def test_the_turn_can_be_read_on_two_pages() -> None:
    assert len((HOUSE / "turn.py").read_text(encoding="utf-8").splitlines()) < 120


def test_every_law_has_a_test_file_named_after_it() -> None:
    found = {p.name[len("test_law_") : len("test_law_") + 2] for p in (ROOT / "tests" / "laws").glob("test_law_*.py")}
    assert found == {f"{n:02d}" for n in range(1, 11)}
