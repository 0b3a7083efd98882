"""The tuning pages, followed literally: what they say to write is written, what they say to run is run, in their order."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from followupd import rulesource
from followupd.config import load_config
from followupd.store.ledger import Ledger
from followupd.store.paths import prepare
from followupd.yamlfile import YamlFile
from tests.cli.conftest import outcome

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = {"en": DOCS / "tuning.md", "zh": DOCS / "zh" / "tuning.md"}
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$|`(followupd [^`\n]+)`", re.MULTILINE | re.DOTALL)
NEEDS_MORE = ("followupd once", "followupd explain")
"""A mail server, or a thread of one's own."""
LONG = "--shipped"
"""Plays every shipped story, which tests/stories do; here a few."""
FEW = ("--only", "German")


def steps(page: Path) -> Iterator[tuple[str, str]]:
    """What a reader does, in order: ("run", command) or (kind of file, its text)."""
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block[3]:
            yield "run", block[3]
        elif block[1] == "sh":
            for line in block[2].splitlines():
                if command := line.partition("#")[0].strip():
                    yield "run", command
        else:
            yield block[1], block[2]


def write(kind: str, text: str) -> None:
    """Put a block where the page says that it goes."""
    root = Path("rules")
    named = re.match(r"# yaml-language-server: \$schema=schema/(\w+)\.json", text)
    if kind == "jinja":
        path = root / "templates" / "en" / "showroom.j2"
    elif named:
        path = root / f"{named[1]}.yaml"
    else:
        assert text.startswith("- title:"), f"where does this go? {text[:60]}"
        path = root / "tests" / "mine.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    added = text.startswith("- title:") and "facts:" in text
    path.write_text((path.read_text(encoding="utf-8") + "\n" if added else "") + text, encoding="utf-8")


def shipped_once(real: Callable[..., YamlFile]) -> Callable[..., YamlFile]:
    """Twenty commands in one process: what came with followupd is parsed for the first of them."""
    known: dict[Path, YamlFile] = {}

    def read(path: Path, label: str, *, shipped: bool = False) -> YamlFile:
        if not shipped:
            return real(path, label, shipped=shipped)
        if path not in known:
            known[path] = real(path, label, shipped=shipped)
        return known[path]

    return read


@pytest.fixture
def newcomer(tmp_path: Path, config: Path, seen: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory of somebody whose mailbox was read once."""
    assert seen
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("FOLLOWUPD_CONFIG", str(config))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    Ledger(prepare("lily", load_config(config).state_dir).ledger).close()
    monkeypatch.setattr(rulesource, "read_yaml", shipped_once(rulesource.read_yaml))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def plain(kind: str, text: str) -> tuple[str, str]:
    """A step without what may be said in another language: comments, titles of stories."""
    return kind, "\n".join(re.sub(r"\s*#.*|(?<=title: ).*", "", line) for line in text.splitlines() if not line.startswith("{#"))


def test_both_pages_ask_for_the_same_steps() -> None:
    """So that following one of them to its end shows that the other works as well; the wordings of a topic are each page's own."""
    ours, theirs = ([plain(*s) for s in steps(page) if s[0] != "jinja"] for page in PAGES.values())
    assert [s for s in ours if s[0] == "yaml"] == [s for s in theirs if s[0] == "yaml"]
    commands = [{text for kind, text in page if kind == "run"} for page in (ours, theirs)]
    assert {c for c in commands[1] if c.startswith("followupd rules")} <= commands[0]


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_step_of_the_page_works(newcomer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = 0
    for kind, text in steps(PAGES["en"]):
        if kind != "run":
            write(kind, text)
            continue
        if text.startswith(NEEDS_MORE) or re.search(r"\b[A-Z]{3,}\b", text):
            continue
        capsys.readouterr()
        words = shlex.split(text)
        if words[0] == "cp":
            shutil.copytree(words[-2], words[-1])
            continue
        assert words[0] == "followupd", text
        code = outcome(*words[1:], *(FEW if LONG in text else ()))
        told = capsys.readouterr()
        assert code in ({0, 1} if LONG in text else {0}), f"{text}: exit {code}\n{told.out[-800:]}\n{told.err}"
        ran += 1
    assert ran >= 12
    assert (newcomer / "rules" / "templates" / "en" / "showroom.j2").is_file()
    assert outcome("rules", "check", "rules") == 0
    assert outcome("rules", "test", "rules") == 0
    assert "showroom" in (newcomer / "rules" / "tests" / "mine.yaml").read_text(encoding="utf-8")
