"""Every numbered scenario has tests that are really there, and the page shows the same table.

After a wanted change: ``python tests/scenarios/test_scenarios.py`` writes the table into docs/reliability.md.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- scenarios -->\n", "<!-- /scenarios -->\n"
ALL: dict[int, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("scenarios.yaml").read_text(encoding="utf-8"))


@cache
def functions(file: str) -> frozenset[str]:
    """The tests of a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def table() -> str:
    """The scenarios in Markdown."""
    lines = ["| | what is survived | on | held by | a naive variant fails |", "|---|---|---|---|---|"]
    for number, entry in sorted(ALL.items()):
        files = sorted({test.partition("::")[0] for test in entry["tests"]})
        held = ", ".join(f"`{f.removeprefix('tests/')}`" for f in files)
        lines.append(f"| {number} | {entry['what']} | {', '.join(entry['part'])} | {held} | {'yes' if 'control' in entry else ''} |")
    return "\n".join(lines) + "\n"


def test_all_47_are_there() -> None:
    assert sorted(ALL) == list(range(1, 48))


@pytest.mark.parametrize("number", sorted(ALL))
def test_its_tests_exist(number: int) -> None:
    named = [*ALL[number]["tests"], *([ALL[number]["control"]] if "control" in ALL[number] else [])]
    for test in named:
        file, _, name = test.partition("::")
        assert functions(file) if name == "*" else name in functions(file), test


def test_the_page_shows_the_table() -> None:
    assert table() in PAGE.read_text(encoding="utf-8")


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.partition(END)[2], encoding="utf-8")
