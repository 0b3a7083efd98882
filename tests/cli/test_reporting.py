"""`report`: from an index, without a mailbox; a mailbox with nothing in it yet; what the user may get wrong."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from followupd.config import load_config
from followupd.model import WordKind
from followupd.store.ledger import Ledger
from followupd.store.paths import prepare
from tests.cli.conftest import outcome
from tests.pages.office import MONDAY, Talk, fill

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def office(config: Path) -> None:
    talks = [Talk(n, begin=MONDAY + n * DAY).say("ask").say("quote", 2 * HOUR).follow_up("complete_quote", 4 * DAY) for n in range(6)]
    talks[0].say("question", DAY).verdict("genuine")
    talks[1].verdict("vague")
    fill(config, talks, MONDAY + 40 * DAY)


def test_a_page_is_written_and_its_findings_told(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office(config)
    assert outcome("-c", config, "report") == 0
    told = capsys.readouterr().out
    page = tmp_path / "followupd-report.html"
    assert told.splitlines()[0] == str(page)
    assert "6 of 6 inquiries were quoted" in told
    assert "6 follow-ups were sent and 1 of them answered" in " ".join(told.split())
    assert "You spoke on 2 of 6 inquiries and agreed with our verdict on 1" in " ".join(told.split())
    assert all(len(line) <= 80 for line in told.splitlines()[1:])
    assert page.stat().st_mode & 0o777 == 0o600
    assert page.read_text().startswith("<!doctype html>")


def test_the_language_is_that_of_the_locale_or_as_said(config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    office(config)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert outcome("-c", config, "report", "-o", "-") == 0
    assert '<html lang="zh-Hans">' in capsys.readouterr().out
    assert outcome("-c", config, "report", "-o", "-", "--lang", "en") == 0
    assert '<html lang="en">' in capsys.readouterr().out


def test_json_has_the_figures(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office(config)
    assert outcome("-c", config, "report", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [s["of_all"]["part"] for s in told["funnel"]["steps"]] == [6, 6, 0, 0, 0]
    assert told["followups"][0]["sent"] == 6
    assert told["source"]["covered"][0]["mails"] == 19
    assert not (tmp_path / "followupd-report.html").exists()


def test_since_counts_what_began_later(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office(config)
    assert outcome("-c", config, "report", "--json", "--since", f"{MONDAY + 3 * DAY:%Y-%m-%d}") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["funnel"]["steps"][0]["of_all"] == {"part": 3, "whole": 3}


@pytest.mark.parametrize(("language", "words"), [("en", "No mail has been read"), ("zh", "还没有从这个邮箱读取邮件")])
def test_a_mailbox_with_nothing_in_it_yet(config: Path, tmp_path: Path, language: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("-c", config, "report", "--lang", language) == 0
    assert words in capsys.readouterr().out
    assert words in (tmp_path / "followupd-report.html").read_text()


def test_mail_that_is_not_judged_yet_stops_nothing(config: Path, seen: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert seen
    Ledger(prepare("lily", load_config(config).state_dir).ledger).close()
    assert outcome("-c", config, "report") == 0
    assert "No inquiry has come in yet." in capsys.readouterr().out


def test_what_the_user_gets_wrong_is_said_in_one_line(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office(config)
    assert outcome("-c", config, "report", "-o", "nowhere/page.html") == 64
    assert "there is no directory" in capsys.readouterr().err
    assert outcome("-c", config, "report", "--account", "bob") == 64
    assert "is not an account" in capsys.readouterr().err
    assert outcome("-c", config, "report", "--lang", "fr") == 64
    assert outcome("-c", config, "report", "--since", "yesterday") == 64


def test_nothing_is_changed_by_looking(config: Path) -> None:
    office(config)
    paths = prepare("lily", load_config(config).state_dir)
    before = paths.ledger.read_bytes(), paths.index.read_bytes()
    assert outcome("-c", config, "report") == 0
    assert (paths.ledger.read_bytes(), paths.index.read_bytes()) == before
    assert any(w.kind is WordKind.VERDICT for w in Ledger(paths.ledger, read_only=True).words())
