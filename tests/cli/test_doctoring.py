"""`doctor` finds what is wrong, says what mends it, and finds nothing where all is well."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from followupd.cli.checking import Finding, Told
from followupd.cli.doctor_account import clock_and_folders, of_state
from followupd.cli.doctor_host import ENDS, config_file, python_version, service, unread_rules
from followupd.cli.doctoring import _with_mend
from followupd.config import load_config
from followupd.mailbox.memory import MemoryMailbox, MemoryServer
from followupd.model import Word, WordKind
from followupd.store.commands import Command, leave
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.store.lock import InstanceLock
from followupd.store.paths import AccountPaths, prepare
from tests.cli.conftest import CONFIG, NOW, outcome
from tests.endtoend.office import Office, until
from tests.servers.dovecot import Dovecot


def told(looks: Iterator[Told]) -> dict[str, tuple[str, ...]]:
    """What > verdict, detail, what mends it."""
    return {one[0]: (*one[1:], "")[:3] for one in looks}


def local(config: Path, now: datetime = NOW) -> dict[str, tuple[str, ...]]:
    loaded = load_config(config)
    return {k: v for _, _, look in of_state(loaded, loaded.accounts[0], now) for k, v in told(look()).items()}


@pytest.fixture
def paths(config: Path, seen: str) -> AccountPaths:
    found = prepare("lily", load_config(config).state_dir)
    ledger = Ledger(found.ledger)
    ledger.note("installed_at", NOW.isoformat())
    ledger.backup(NOW)
    ledger.close()
    ledger = Ledger(found.ledger)
    ledger.backup(NOW)
    ledger.close()
    return found


def health(paths: AccountPaths, state: str, at: datetime, detail: str = "") -> None:
    (paths.root / "health.json").write_text(json.dumps({"state": state, "detail": detail, "at": at.isoformat()}))


# ---- the account ----------------------------------------------------------------------------------


def test_a_stopped_daemon_and_how_it_is_started(config: Path, paths: AccountPaths) -> None:
    verdict, detail, mend = local(config)["daemon"]
    assert (verdict, detail) == ("warn", "not running; last sign of life never")
    assert "followupd run" in mend


@pytest.mark.parametrize(
    ("state", "minutes", "verdict", "words"),
    [
        ("watching", 1, "ok", "watching, last turn 1 min ago"),
        ("watching", 20, "fail", "last sign of life is 20 min ago"),
        ("login refused", 1, "fail", "login refused: make an app password"),
        ("trying again", 1, "warn", "trying again"),
    ],
)
def test_a_daemon_that_runs_well_or_not(state: str, minutes: int, verdict: str, words: str, config: Path, paths: AccountPaths) -> None:
    health(paths, state, NOW - timedelta(minutes=minutes), "make an app password")
    with InstanceLock(paths.lock):
        found = local(config)["daemon"]
    assert found[0] == verdict
    assert words in found[1]


def test_stores_that_are_whole(config: Path, paths: AccountPaths) -> None:
    found = local(config)
    assert {found[what][0] for what in ("index", "ledger", "backup", "outbox")} == {"ok"}
    assert "mails" not in found
    assert "words" not in found


def test_a_damaged_index_is_found_and_said_to_be_disposable(config: Path, paths: AccountPaths) -> None:
    loaded = load_config(config)
    index = Index(paths.index, loaded.accounts[0].own())
    index._db.execute("CREATE TABLE junk (x)")
    index._db.executemany("INSERT INTO junk VALUES (?)", [("y" * 900,)] * 200)
    index._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    index.close()
    raw = bytearray(paths.index.read_bytes())
    raw[-60_000:-20_000] = os.urandom(40_000)
    paths.index.write_bytes(raw)
    verdict, detail, mend = local(config)["index"]
    assert (verdict, detail[:8]) == ("fail", "damaged:")
    assert f"rm {paths.index}*" in mend


def test_mails_that_were_skipped_and_an_old_look(config: Path, paths: AccountPaths) -> None:
    from followupd.store.index import Cursor

    index = Index(paths.index, load_config(config).accounts[0].own())
    index.quarantine("INBOX", 1, 7, "too deep\x1b[2J", NOW)
    index.set_cursor("INBOX", Cursor(uidvalidity=1, seen_at=NOW - timedelta(hours=3)))
    index.close()
    found = local(config)
    assert found["mails"][:2] == ("warn", "1 skipped; the last in INBOX, UID 7: too deep\x1b[2J")
    assert found["round trip"][0] == "ok", "nobody runs, so nobody looks"
    with InstanceLock(paths.lock):
        assert local(config)["round trip"][0] == "fail"


def test_backups_that_are_old_or_missing(config: Path, paths: AccountPaths) -> None:
    assert local(config, NOW + timedelta(days=9))["backup"][:2] == ("warn", "the newest copy of the ledger is of 2026-11-23")
    for copy in paths.root.glob("*.bak"):
        copy.unlink()
    assert local(config)["backup"][0] == "warn"


def test_mail_to_the_owner_that_is_stuck_and_words_that_wait(config: Path, paths: AccountPaths) -> None:
    (paths.outbox / "a.eml").write_text("x")
    assert local(config)["outbox"][0] == "ok"
    (paths.outbox / "state.json").write_text(json.dumps({"hold_reason": "smtp.x: refused the login"}))
    (paths.outbox / "b.failed").write_text("x")
    leave(paths.commands, Command(word=Word(kind=WordKind.MUTE, scope="buyer", target="bob@buyer.example", at=NOW)))
    found = local(config)
    assert found["outbox"][0] == "fail"
    assert "smtp.x: refused the login" in found["outbox"][1]
    assert found["words"][0] == "warn"


def test_a_damaged_ledger_says_how_to_restore_it(config: Path, paths: AccountPaths, capsys) -> None:
    paths.ledger.write_text("{")
    assert outcome("-c", config, "doctor", "--offline", "--json") == 64
    found = {one["what"]: one for one in map(json.loads, capsys.readouterr().out.splitlines())}
    assert found["ledger"]["verdict"] == "fail"
    assert found["ledger"]["mend"].startswith("restore the newest backup: cp ")
    assert found["ledger"]["mend"] not in found["ledger"]["detail"]


# ---- the mailbox ----------------------------------------------------------------------------------


def looked_into(server: MemoryServer, config: Path, now: datetime) -> dict[str, tuple[str, ...]]:
    mailbox = MemoryMailbox(server)
    mailbox.connect()
    return told(clock_and_folders(mailbox, load_config(config).accounts[0], now=now))


def test_mail_from_the_future_says_that_our_clock_is_late(config: Path) -> None:
    server = MemoryServer()
    assert "server clock" not in looked_into(server, config, NOW)
    server.deliver("INBOX", b"Subject: x\r\n\r\n", NOW)
    assert looked_into(server, config, NOW)["server clock"][0] == "ok"
    verdict, detail, _ = looked_into(server, config, NOW - timedelta(minutes=40))["server clock"]
    assert (verdict, "40 min in the future" in detail) == ("fail", True)


def test_folders_to_drag_into_are_all_there_or_named(config: Path) -> None:
    server = MemoryServer()
    assert looked_into(server, config, NOW)["corrections"][0] == "ok"
    wanted = load_config(config).accounts[0].folders.corrections.model_dump().values()
    for name in list(wanted)[1:]:
        server.create(name)
    found = looked_into(server, config, NOW)["corrections"]
    assert (found[0], found[1]) == ("warn", f"not found: {next(iter(wanted))}")
    server.create(next(iter(wanted)))
    assert looked_into(server, config, NOW)["corrections"][0] == "ok"


# ---- the machine ----------------------------------------------------------------------------------


def test_a_python_is_old_when_nobody_mends_it_any_more() -> None:
    assert told(python_version(datetime(2026, 11, 1, tzinfo=UTC)))["python"][0] == "ok"
    late = datetime.combine(max(ENDS.values()), datetime.min.time(), UTC) + timedelta(days=1)
    assert told(python_version(late))["python"][0] == "warn"
    assert min(ENDS.values()) > date(2027, 1, 1)


def test_a_config_that_others_may_write(config: Path) -> None:
    config.chmod(0o600)
    assert told(config_file(load_config(config)))["config file"][0] == "ok"
    config.chmod(0o664)
    found = told(config_file(load_config(config)))["config file"]
    assert (found[0], found[2]) == ("fail", f"chmod go-w {config}")


def test_own_rules_that_speak_of_what_is_no_longer_shipped(config: Path) -> None:
    own = config.parent / "rules"
    (own / "templates" / "en").mkdir(parents=True)
    (own / "stages.yaml").write_text("quoted: {silence: [5bd]}\ngone_stage: {enabled: false}\n")
    loaded = load_config(config)
    (one,) = list(unread_rules(loaded))
    assert one[1] == "warn"
    assert f"{own}/stages.yaml:2: switches gone_stage off" in one[2]
    (own / "stages.yaml").write_text("quoted: {silence: [5bd]}\n")
    assert told(unread_rules(loaded))["own rules"][0] == "ok"
    (own / "templates" / "en" / "gone_topic.j2").write_text("x")
    (own / "stagse.yaml").write_text("quoted: {silence: [5bd]}\n")
    assert sorted(one[2].rpartition(": ")[2] for one in unread_rules(loaded)) == [
        "a table that is not shipped, so nothing reads it",
        "a template of gone_topic, and there is no such topic",
    ]


SYSTEMCTL = """#!/bin/sh
printf 'LoadState={load}\\nActiveState={active}\\nUnitFileState={file}\\nNRestarts=0\\nFragmentPath={unit}\\n'
"""


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch) -> Iterator[object]:
    """What systemd answers, and what loginctl does."""
    place = tmp_path / "bin"
    place.mkdir()

    def answers(load: str = "loaded", active: str = "active", file: str = "enabled", linger: str = "yes", start: str = "") -> None:
        unit = tmp_path / "followupd.service"
        unit.write_text(f"[Service]\nExecStart={start or '/bin/sh --config ' + str(tmp_path / 'config.yaml')} run\n")
        for name, text in (("systemctl", SYSTEMCTL.format(load=load, active=active, file=file, unit=unit)), ("loginctl", f"#!/bin/sh\necho Linger={linger}\n")):
            (place / name).write_text(text)
            (place / name).chmod(0o755)

    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    return answers


@pytest.mark.parametrize(
    ("answer", "words", "mend"),
    [
        ({}, "", ""),
        ({"load": "not-found"}, "not installed", "systemctl --user enable --now followupd"),
        ({"active": "failed"}, "ended with a fault", "journalctl --user -u followupd"),
        ({"active": "inactive"}, "installed, but inactive", "systemctl --user start followupd"),
        ({"file": "disabled"}, "not started at login", "systemctl --user enable followupd"),
        ({"linger": "no"}, "ends when you log out", "loginctl enable-linger"),
        ({"start": '"/nowhere/followupd"'}, "which is not there", "ExecStart="),
        ({"start": '/bin/sh --config "/etc/other.yaml"'}, "uses another config", "followupd -c /etc/other.yaml doctor"),
    ],
)
def test_the_service_and_what_mends_it(answer: dict[str, str], words: str, mend: str, config: Path, systemd) -> None:
    systemd(**answer)
    wrong = [one for one in service(load_config(config)) if one[1] != "ok"]
    assert len(wrong) == bool(words)
    assert all(words in one[2] and mend in one[3] for one in wrong)


def test_without_systemd_that_is_said(config: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert told(service(load_config(config)))["service"][0] == "warn"


# ---- the command ----------------------------------------------------------------------------------


def test_what_mends_stands_apart() -> None:
    hinted = Finding("a", "mailbox", "fail", "imap.x: says no (make an app password)", "make an app password")
    assert _with_mend(hinted).detail == "imap.x: says no"
    folder = Finding("a", "folder sent", "fail", "not found: quotes cannot be followed; name it under folders.sent")
    assert (_with_mend(folder).detail, _with_mend(folder).mend) == ("not found: quotes cannot be followed", "name it under folders.sent")


def test_a_broken_config_is_a_finding(tmp_path: Path, capsys) -> None:
    broken = tmp_path / "c.yaml"
    broken.write_text("accounts: []\nrubbish: 1\n")
    assert outcome("-c", broken, "doctor", "--json") == 78
    found = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert [one["what"] for one in found if one["verdict"] == "fail"] == ["config", "config"]
    assert f"{broken}:2" in found[-1]["detail"]


def test_a_well_mailbox_has_nothing_to_mend(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    office = Office(dovecot, user, tmp_path)
    office.quoted()
    with office.running() as daemon:
        until(lambda: "watching" in office.call("status").stdout, "the first turn", 60)
        done = office.call("doctor", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        found = {one["what"]: one for one in map(json.loads, done.stdout.splitlines())}
        assert [one for one in found.values() if one["verdict"] == "fail"] == []
        assert (found["daemon"]["verdict"], found["index"]["verdict"], found["keywords"]["verdict"]) == ("ok", "ok", "ok")
        shown = office.call("doctor")
        assert "0 fail" in shown.stdout
        daemon.stop()


def test_a_refused_login_and_its_code(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    office = Office(dovecot, user, tmp_path)
    office.configure(password="wrong")
    done = office.call("doctor", "--json")
    assert done.returncode == 77
    (wrong,) = [one for one in map(json.loads, done.stdout.splitlines()) if one["verdict"] == "fail"]
    assert wrong["what"] == "mailbox"
    assert wrong["mend"]




def test_what_mends_it_can_be_typed_whatever_the_path(tmp_path: Path) -> None:
    path = tmp_path / "my config" / "config.yaml"
    path.parent.mkdir()
    path.write_text(CONFIG.format(state=tmp_path / "state"))
    path.chmod(0o666)
    _, _, mend = told(config_file(load_config(path)))["config file"]
    assert mend == f"chmod go-w '{path}'"
