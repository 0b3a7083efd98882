"""The digest can be had at any hour: shown beside a running daemon, or sent by ``once``; init asks for its hour and speaks of one as of one."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from followupd import daemon
from followupd.cli.config_text import Answers, ServerAnswer, config_text
from followupd.cli.init_words import COUNTS, WORDS, counted, word
from followupd.cli.initialising import _first
from followupd.config import load_config
from followupd.model import Action, Address, Buyer, Decision, Facts, Reason
from followupd.store.index import Index
from followupd.store.paths import prepare
from tests.cli.conftest import NOW, outcome


def test_it_is_shown_from_what_was_read_and_nothing_changes(config: Path, seen: str, capsys) -> None:
    loaded = load_config(config)
    state = {p: p.read_bytes() for p in Path(loaded.state_dir or "").rglob("*") if p.is_file()}
    assert outcome("-c", config, "digest") == 0
    told = capsys.readouterr().out
    assert told.startswith("followupd ")
    assert "Nothing was decided yet" in told
    assert {p: p.read_bytes() for p in state} == state


def test_what_is_owed_stands_in_it_without_links_for_mail_programs(config: Path, seen: str, capsys) -> None:
    loaded = load_config(config)
    index = Index(prepare("lily", loaded.state_dir).index, loaded.accounts[0].own())
    facts = Facts(thread_id=seen, buyer=Buyer(address=Address("bob@buyer.example"), name="Bob"), stage="inquiry_new", last_in=NOW)
    with index.transaction():
        index.put_facts(facts)
        index.put_decision(Decision(thread_id=seen, action=Action.ALARM, reason=Reason.REPLY_OWED, stage="inquiry_new", at=NOW))
    index.close()
    assert outcome("-c", config, "digest", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["account"] == "lily"
    assert outcome("-c", config, "digest") == 0
    text = capsys.readouterr().out
    assert "mid:" not in text
    assert "Nothing was decided yet" not in text


def test_without_smtp_it_cannot_be_sent_and_that_is_said_before_anything_is_done(config: Path, capsys) -> None:
    assert outcome("-c", config, "once", "--digest") == 64
    assert "`followupd digest` shows it" in capsys.readouterr().err


@pytest.mark.parametrize(("dry", "wanted", "sent"), [(False, True, 1), (False, False, 0), (True, True, 0)])
def test_once_sends_it_whatever_the_hour(dry: bool, wanted: bool, sent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    letters: list[Any] = []
    desk = SimpleNamespace(dry_run=False)
    account = SimpleNamespace(
        name="lily", connect=lambda: SimpleNamespace(close=lambda: None), desk=lambda *_: desk, chores=SimpleNamespace(run_all=lambda *_: None),
        note_health=lambda *_: None, close=lambda: None,
    )  # fmt: skip
    monkeypatch.setattr(daemon, "RulesLoader", lambda _: None)
    monkeypatch.setattr(daemon, "open_accounts", lambda *_: [account])
    monkeypatch.setattr(daemon, "_until_quiet", lambda *_: "done")
    monkeypatch.setattr(daemon, "send_digest", lambda *given: letters.append(given))
    assert daemon.once(None, dry_run=dry, digest=wanted) == ("done",)  # type: ignore[arg-type]
    assert len(letters) == sent


def answers(smtp: bool) -> Answers:
    server = ServerAnswer(host="127.0.0.1", port=143, security="none")
    return Answers(
        address="a@b.example", username="", imap=server, smtp=server if smtp else None, display_name="A", company="", phone="", country="CN",
        timezone="Asia/Shanghai", secret=("env", "X"), digest_at="07:15",
    )  # fmt: skip


def test_the_hour_that_was_asked_for_stands_in_the_config() -> None:
    assert yaml.safe_load(config_text(answers(smtp=True)))["digest"]["at"] == "07:15"


def test_only_what_there_is_to_do_is_asked() -> None:
    assert [_first(n, answers(smtp=s)) for n, s in ((3, True), (0, True), (3, False), (0, False))] == ["place", "place_digest", "place_only", ""]


def test_one_answer_is_one_answer() -> None:
    told = {name: counted(name, 1, "en") for name in (*COUNTS, "genuine", "vague", "risky")}
    assert word("found", "en", **told).startswith("1 mail read: 1 inquiry (1 genuine or likely, 1 vague, 1 with signs of fraud), 1 quote followed, 1 draft ")
    assert "1 answer owed" in word("found", "en", **told)
    assert word("found", "zh", **{name: counted(name, 2, "zh") for name in told}).startswith("读了 2 封邮件：2 封询盘")
    assert all(len(pair) == 2 for pair in WORDS.values())
