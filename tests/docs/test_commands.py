"""Is every command that a page names one that exists, and does it do its work? Each whole one is run, on the demo's month of mail."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult

from followupd.cli.main import USAGE, cli
from followupd.demo.run import demo_config, fill
from followupd.demo.server import EmbeddedServer
from tests.docs.pages import PAGES, ROOT, Said, commands
from tests.servers.dovecot import free_port

NEEDS_MORE = {
    "init": "asks at a terminal: tests/cli/test_init.py",
    "login": "needs a provider to sign in at: tests/signin",
    "logout": "needs a provider to sign in at: tests/signin",
    "demo": "tests/demo",
    "forget": "asks before it erases: tests/cli/test_forgetting.py",
    "watch": "stays until it is ended: tests/cli",
}
"""Commands that cannot be run here; that they exist is held all the same."""
LAST = (["restore"], ["forget"])
"""What leaves less behind than the others need."""
PLACES = {
    "会话": "THREAD", "地址": "ADDRESS", "客户": "BUYER", "买家": "BUYER", "日期": "DAY", "文件": "FILE", "账号": "ACCOUNT", "主机": "HOST",
}  # fmt: skip
LETTER = """From: Anna Schmidt <anna@schmidt-armaturen.example>
To: lily@brightway-tools.example
Subject: Ball valves
Message-ID: <1@schmidt-armaturen.example>
Date: Mon, 02 Nov 2026 09:00:00 +0100

Dear Lily, please quote 500 pcs of brass ball valves DN25 FOB Ningbo. Anna Schmidt, Schmidt Armaturen GmbH
"""
TEACHES = '{"id": "1", "subject": "Ball valves", "text": "Please quote 500 pcs DN25.", "from_domain": "a.example", "date": "2026-11-02", "label": "genuine"}\n'


def said() -> list[Said]:
    """Each command once, in the order of the pages; a block goes before a span with the same words."""
    found: dict[str, Said] = {}
    for one in sorted((s for page in PAGES for s in commands(page)), key=lambda s: not s.block):
        found.setdefault(named(one.words), one)
    return sorted(found.values(), key=lambda s: s.words.split()[1:2] in LAST)


def named(words: str) -> str:
    for chinese, name in PLACES.items():
        words = words.replace(chinese, name)
    return re.sub(r"\s*(?:\.\.\.|…)$", "", words).strip()


def whole(words: str) -> bool:
    """Has it all it needs? Raises if it is no command, or an option is none of its own."""
    line = shlex.split(words)[1:]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            command: click.Command = cli
            context = click.Context(command, info_name="followupd")
            while isinstance(command, click.Group):
                if not line or line[0].startswith("-"):
                    return line[:1] == ["--version"] or line[:1] == ["--help"]
                name, command, line = command.resolve_command(context, line)
                assert command is not None
                context = click.Context(command, parent=context, info_name=name)
            command.make_context(context.info_name, line, parent=context.parent)
    except click.MissingParameter:
        return False
    except click.BadOptionUsage as error:
        if "requires an argument" in error.message:
            return False
        raise
    except (click.exceptions.Exit, click.BadParameter):  # a file that is not here yet; the run tells
        return True
    return True


def runs(one: Said) -> bool:
    """Is it to be run here? The shipped stories are played by tests/stories and, by command, tests/cli/test_rules_testing.py."""
    try:
        return not one.words.endswith(("...", "--shipped")) and whole(named(one.words)) and shlex.split(one.words)[1] not in NEEDS_MORE
    except click.UsageError:  # test_the_command_exists fails for it
        return False


@dataclass(frozen=True)
class Desk:
    """A home directory with a config, a mailbox that was read, and the files that pages speak of."""

    home: Path
    thread: str
    buyer: str

    def run(self, words: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("followupd")), *shlex.split(words)[1:]]
        env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "TERM": "dumb", "COLUMNS": "80"}
        process = subprocess.Popen(
            command, cwd=self.home / "work", env=env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            out, err = process.communicate(timeout=8 if words == "followupd run" else 100)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def filled(self, words: str) -> str:
        day = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
        backups = sorted((self.home / "work").glob("*.tar.gz"))
        for name, value in (
            ("FILE.jsonl", "labelled.jsonl"), ("THREAD", self.thread), ("ADDRESS", self.buyer), ("BUYER", self.buyer), ("ACCOUNT", "demo"), ("DAY", day),
            ("restore FILE", f"restore {backups[-1] if backups else 'none'}"), ("evaluate FILE", "evaluate labelled.jsonl"), ("judge FILE", "judge mail.eml"),
        ):  # fmt: skip
            words = words.replace(name, value)
        return re.sub(r"--since \d{4}-\d\d-\d\d", "--since " + (datetime.now(UTC) - timedelta(days=90)).date().isoformat(), words)


@contextmanager
def post_office() -> Iterator[int]:
    """The port of a server that takes every mail to the owner."""
    controller = Controller(
        Sink(), hostname="127.0.0.1", port=free_port(), authenticator=lambda *_: AuthResult(success=True), auth_require_tls=False
    )
    controller.start()
    yield controller.port
    controller.stop()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    for name in ("work/rules/tests", "work/old-rules", ".config/followupd"):
        (home / name).mkdir(parents=True, mode=0o700)
    tuning = (ROOT / "docs/tuning.md").read_text(encoding="utf-8")
    story = next(block for block in re.findall(r"(?ms)^```yaml\n(.*?)```", tuning) if block.startswith("- title:"))
    for path, text in (
        ("work/rules/stages.yaml", "quoted: {silence: [5bd, 10bd, 20bd]}\n"), ("work/old-rules/stages.yaml", "quoted: {silence: [3bd, 7bd, 14bd]}\n"),
        ("work/rules/tests/first.yaml", story.replace("2026-09-09", "2026-09-11")), ("work/mail.eml", LETTER), ("work/labelled.jsonl", TEACHES),
    ):  # fmt: skip
        (home / path).write_text(text)
    with EmbeddedServer() as server, post_office() as port:
        fill(server, datetime.now(UTC))
        account = demo_config(server, home).accounts[0]
        imap = {"host": server.host, "port": server.port, "security": "none", "password": {"file": str(home / "imap")}}
        entry = {"name": "demo", "address": account.address, "display_name": account.display_name, "company": account.company, "imap": imap}
        entry["smtp"] = {"host": "127.0.0.1", "port": port, "security": "none", "password": {"file": str(home / "imap")}}
        config = home / ".config/followupd/config.yaml"
        config.write_text(yaml.safe_dump({"accounts": [entry], "digest": {"enabled": False}}))
        config.chmod(0o600)
        desk = Desk(home, "", "")
        done = desk.run("followupd once")
        assert done.returncode == 0, done.stderr
        listed = [json.loads(line) for line in desk.run("followupd list threads --json").stdout.splitlines()]
        first = next(t for t in listed if t["facts"]["stage"] == "quoted")
        yield Desk(home, first["id"][:8], first["facts"]["buyer"]["address"]["email"])


@pytest.mark.parametrize("one", said(), ids=lambda s: s.words)
def test_the_command_exists(one: Said) -> None:
    assert whole(named(one.words)) or not one.block, f"{one.page}: not whole: {one.words}"


@pytest.mark.parametrize("one", [s for s in said() if runs(s)], ids=lambda s: s.words)
@pytest.mark.xdist_group("docs")
def test_the_command_does_its_work(desk: Desk, one: Said) -> None:
    done = desk.run(desk.filled(named(one.words)))
    assert "Traceback" not in done.stderr, done.stderr
    left_out = not one.block and done.returncode == USAGE and ("--" in done.stderr or "Usage" in done.stderr)
    assert done.returncode == 0 or left_out, f"{one.page}: {done.returncode}: {done.stdout[-800:]}{done.stderr[-800:]}"
