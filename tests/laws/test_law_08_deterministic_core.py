"""Law 8: same mailbox, same rules, same now: are the drafts the same byte for byte?"""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import followupd
from tests.laws.one_run import run
from tests.laws.scene import DUE, Scene, fill
from tests.stories.play import TEXTS

ROOT = Path(followupd.__file__).parent
CORE = ("reading", "judging", "deciding", "drafting")


def test_two_processes_with_different_hash_seeds_and_zones_write_the_same(tmp_path: Path) -> None:
    found = set()
    for seed, zone in (("0", "UTC"), ("1", "America/St_Johns"), ("4711", "Asia/Shanghai")):
        directory = tmp_path / seed
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.laws.one_run", str(directory)],
            env=environment, capture_output=True, text=True, check=True, cwd=ROOT.parent,
        )  # fmt: skip
        found.add(done.stdout)
    assert len(found) == 1


def test_control_the_hash_of_a_run_notices_one_word_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(tmp_path / "whole")
    monkeypatch.setitem(TEXTS["quote_valves_30d"], "text", TEXTS["quote_valves_30d"]["text"] + "\nPacked in cartons.\n")
    assert run(tmp_path / "other") != whole


def test_the_order_of_arrival_changes_nothing(tmp_path: Path) -> None:
    whole = Scene(tmp_path / "whole", 6)
    whole.turn()
    whole.at(DUE)
    source = Scene(tmp_path / "source", 6).server
    for seed in range(4):
        scene = Scene(tmp_path / f"shuffled {seed}", 0)
        mails = [(box, m) for box in ("INBOX", "Sent") for m in source.messages(box)]
        random.Random(seed).shuffle(mails)
        for n, (box, mail) in enumerate(mails):
            scene.server.deliver(box, mail.raw, mail.when)
            if n % 4 == seed:
                scene.turn()
        scene.turn()
        scene.at(DUE)
        assert sorted(scene.bodies()) == sorted(whole.bodies())
        assert {k: (v[0], v[3]) for k, v in scene.known().items()} == {
            k: (v[0], v[3]) for k, v in whole.known().items()
        }


def test_a_second_run_over_the_same_mailbox_decides_the_same(tmp_path: Path) -> None:
    first = Scene(tmp_path / "first", 3)
    second = Scene(tmp_path / "second", 0)
    fill(second.server, 3)
    for scene in (first, second):
        scene.turn()
        scene.at(DUE)
    assert first.bodies() == second.bodies()
    assert first.known() == second.known()


@pytest.mark.parametrize("room", CORE)
def test_the_core_reads_no_clock_and_draws_no_lot(room: str) -> None:
    forbidden = {"now", "today", "utcnow", "time", "monotonic", "random", "choice", "shuffle", "uuid4", "urandom"}
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in forbidden:
                owner = ast.unparse(node.func.value)
                clocks = {"datetime", "date", "time", "random", "os", "uuid", "secrets", "datetime.datetime"}
                assert owner not in clocks, f"{path}:{node.lineno}: {ast.unparse(node)}"
