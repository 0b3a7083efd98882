"""The demo's month is the same for the same day, reads as mail, and shows what followupd is for on any day of the week."""

import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner

from followupd.cli.demo import demo_command
from followupd.demo.run import run_demo
from followupd.demo.server import EmbeddedServer
from followupd.demo.stage import letters, read_month, settled, shifted
from followupd.keys import state_of
from followupd.model import Risk
from followupd.store.index import Index

DAYS = [datetime(2026, 11, 23, 14, 0, tzinfo=UTC) + timedelta(days=n) for n in range(7)]


@pytest.mark.parametrize("now", DAYS, ids=[f"{d:%a}" for d in DAYS])
def test_the_month_is_deterministic_and_never_in_the_future(now: datetime) -> None:
    month = letters(read_month(), settled(now))
    assert month == letters(read_month(), settled(now))
    assert len(read_month().threads) >= 36
    assert all(letter.when < settled(now) for letter in month)
    for letter in month:
        mail = message_from_bytes(letter.raw, policy=policy.default)
        assert mail["Message-ID"]
        assert mail["From"]
        assert "{" not in str(mail["Subject"])


def test_replies_name_the_mails_they_answer() -> None:
    month = letters(read_month(), DAYS[0])
    ids = {str(message_from_bytes(x.raw, policy=policy.default)["Message-ID"]) for x in month}
    for letter in month:
        mail = message_from_bytes(letter.raw, policy=policy.default)
        for reference in str(mail["References"] or "").split():
            assert reference in ids


def test_working_days_skip_the_weekend() -> None:
    assert shifted(datetime(2026, 11, 23, tzinfo=UTC).date(), -1, "bd").isoformat() == "2026-11-20"


@pytest.mark.parametrize("now", [DAYS[0], DAYS[2], DAYS[5]], ids=["Mon", "Wed", "Sat"])
def test_the_real_daemon_finds_what_the_month_holds(now: datetime, tmp_path: Path) -> None:
    with EmbeddedServer() as server:
        result = run_demo(server, tmp_path, settled(now))
    report = result.reports[0]
    assert report.skipped == 0
    assert report.drafted >= 6
    topics = {d.topic for _, d, draft in report.decisions if draft}
    assert len(topics) >= 5
    account = result.config.accounts[0]
    index = Index(state_of(result.config, account) / "index.sqlite", account.own(), read_only=True)
    risky = {r.facts.buyer.address.email for r in index.rows() if r.facts and r.facts.risk is not Risk.NONE}
    written = {draft.to[0].email for _, _, draft in report.decisions if draft}
    assert len(risky) == 4
    assert not risky & written
    assert not written & {"linda@oceanbridge-logistics.example", "brian.walsh@walshtoolhire.com.au", "s.krueger@krueger-technik.de"}


def test_the_server_leaves_nothing_behind() -> None:
    before = set(threading.enumerate())
    with EmbeddedServer():
        pass
    assert {t for t in threading.enumerate() if t.name == "demo-imap"} <= before


def test_the_command_shows_tables_and_drafts() -> None:
    done = CliRunner().invoke(demo_command, [], env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    for words in ("New mail and what it is", "Quotes and where they stand", "Drafts placed", "VALIDITY ENDING"):
        assert words in done.output
    assert all(len(line) <= 90 for line in done.output.splitlines())
