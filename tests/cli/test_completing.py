"""Tab completes commands, accounts, threads, buyers and stages in real shells, and never says or runs anything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from followupd.cli.completing import MOST, SHELLS
from followupd.config import load_config
from followupd.model import Address, Direction, Message
from followupd.store.index import Index, Location
from followupd.store.paths import prepare
from tests.cli.conftest import NOW, outcome, until

BIN = Path(sys.executable).parent


def completed(config: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """What bash's script would be told."""
    line = ["followupd", *(["-c", str(config)] if config else []), *words]
    told = {"COMP_WORDS": "\n".join(line).replace("\n", " "), "COMP_CWORD": str(len(line) - 1), "_FOLLOWUPD_COMPLETE": "bash_complete"}
    return subprocess.run([BIN / "followupd"], capture_output=True, text=True, check=False, timeout=30, env={**os.environ, **told, **env})


def values(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def mails(config: Path, *senders: str) -> None:
    loaded = load_config(config)
    index = Index(prepare("lily", loaded.state_dir).index, loaded.accounts[0].own())
    with index.transaction():
        for n, sender in enumerate(senders):
            mail = Message(id=f"{n}@c.example", direction=Direction.IN, date=NOW, sender=Address(sender), subject=f"s{n}", base_subject=f"s{n}")
            index.add_message(mail, Location("INBOX", 1, 10 + n), ())
    index.close()


def test_commands_accounts_threads_buyers_and_stages(config: Path, seen: str) -> None:
    assert values(completed(config, "st")) == ["status", "stage"]
    assert values(completed(config, "status", "--account", "")) == ["lily"]
    assert values(completed(config, "show", "")) == [seen]
    assert values(completed(config, "explain", seen[:3])) == [seen]
    assert values(completed(config, "mute", "bob")) == ["bob@buyer.example"]
    assert values(completed(config, "sample", "sent", "bob")) == ["bob@buyer.example"]
    assert "quoted" in values(completed(config, "stage", seen, "q"))
    assert "validity_ending" in values(completed(config, "rules", "show", "topics", "val"))
    assert "topics" in values(completed(config, "rules", "show", "top"))


def test_own_stages_are_completed_too(config: Path, seen: str) -> None:
    (config.parent / "rules").mkdir()
    (config.parent / "rules" / "stages.yaml").write_text("visit_planned: {silence: [5bd]}\n")
    assert values(completed(config, "stage", seen, "visit")) == ["visit_planned"]


def test_law_9_an_address_that_a_shell_would_run_is_never_offered(config: Path, seen: str) -> None:
    hostile = ("zed$(touch${IFS}x)@e.example", "zed`id`@e.example", "zed;id@e.example", "zed*@e.example", "zed\x1b[2j@e.example")
    mails(config, *hostile, "-rf@e.example", "zed@e.example")
    assert values(completed(config, "show", "zed")) == ["zed@e.example"]
    assert values(completed(config, "show", "-rf")) == []


def test_a_large_mailbox_offers_a_few(config: Path, seen: str) -> None:
    mails(config, *(f"b{n}@e.example" for n in range(200)))
    assert len(values(completed(config, "show", ""))) == MOST


def test_a_buyer_with_many_threads_hides_no_other(config: Path, seen: str) -> None:
    mails(config, *["anna@e.example"] * (MOST + 5), "anton@e.example")
    assert values(completed(config, "show", "an")) == ["anna@e.example", "anton@e.example"]


@pytest.mark.parametrize("trouble", ["no config", "broken config", "broken index", "no index"])
def test_trouble_completes_nothing_and_says_nothing(trouble: str, config: Path, seen: str, tmp_path: Path) -> None:
    index = tmp_path / "state" / "lily" / "index.sqlite"
    if trouble == "no config":
        config.unlink()
    elif trouble == "broken config":
        config.write_text("accounts: [")
    elif trouble == "no index":
        index.unlink()
    else:
        index.write_bytes(b"rubbish" * 999)
    assert values(completed(config, "show", "")) == []
    assert values(completed(config, "st")) == ["status", "stage"]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_printed(shell: str, capsys) -> None:
    assert outcome("completion", shell) == 0
    assert "_FOLLOWUPD_COMPLETE" in capsys.readouterr().out


def test_an_unknown_shell_is_a_usage_error(capsys) -> None:
    assert outcome("completion", "csh") == 64


# ---- in real shells -------------------------------------------------------------------------------

START = {
    "bash": "bash --norc -i",
    "zsh": "zsh -f -i",
    "fish": "fish --no-config -i",
}
SOURCE = {
    "bash": ". {script}",
    "zsh": "autoload -U compinit; compinit -D; source {script}",
    "fish": "source {script}",
}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("shell", SHELLS)
def test_tab_in_a_real_shell(shell: str, config: Path, seen: str, tmp_path: Path, pane, capfd) -> None:
    if not shutil.which(shell):
        if os.environ.get("CI"):
            pytest.fail(f"CI promises {shell}")
        pytest.skip(f"needs {shell}")
    script = tmp_path / f"script.{shell}"
    script.write_text(subprocess.run([BIN / "followupd", "completion", shell], capture_output=True, text=True, check=True).stdout)

    def screen() -> str:
        return pane("capture-pane", "-p", "-J").replace("\n", "")

    pane("send-keys", f"export PATH={BIN}:$PATH HOME={tmp_path}; {START[shell]}", "Enter")
    pane("send-keys", "echo re''ady", "Enter")
    until(lambda: "ready" in screen(), "the shell")
    pane("send-keys", SOURCE[shell].format(script=script) + "; clear; echo sour''ced", "Enter")
    until(lambda: "sourced" in screen(), "the script")

    def on_screen(text: str) -> bool:
        return text in screen()

    def typed(wanted: str, *steps: tuple[str, str]) -> None:
        """Keys with what must stand there before the next are struck; struck anew where a prompt that was just drawn swallowed some."""
        for again in (True, True, False):
            pane("send-keys", "C-c")
            time.sleep(0.5)
            try:
                for keys, stands in steps:
                    pane("send-keys", keys, "Tab")
                    until(partial(on_screen, stands), wanted)
                pane("send-keys", "ENDE")  # right behind what was completed, and not behind a suggestion in grey
                until(partial(on_screen, f"{steps[-1][1]} ENDE"), wanted)
                return
            except AssertionError:
                if not again:
                    raise

    typed("the command", ("followupd tun", "followupd tune"))
    typed("the buyer", (f"followupd -c {config} show bob", "show bob@buyer.example"))
    typed("thread and stage", (f"followupd -c {config} stage {seen[:5]}", f"stage {seen}"), ("paus", f"stage {seen} paused"))
