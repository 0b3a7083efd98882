"""Does the real program, on a real server, start, stop, reload and survive being killed?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.daemon.at_work import until
from tests.laws.scene import inquiry
from tests.servers.dovecot import PASSWORD, Dovecot

CONFIG = """
accounts:
  - address: {user}
    display_name: Lily Chen
    name: lily
    imap:
      host: 127.0.0.1
      port: {port}
      security: none
      username: {user}
      password: {{env: FOLLOWUPD_TEST}}
state_dir: {state}
"""


@pytest.fixture
def config(tmp_path: Path, dovecot: Dovecot, user: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(user=user, port=dovecot.port, state=tmp_path / "state"))
    return path


def command(config: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "followupd.cli.main", "--config", str(config), *words]


@contextmanager
def running(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``followupd run``; killed at the end if it still runs. Its log lies beside the config."""
    environment = {**os.environ, "FOLLOWUPD_TEST": PASSWORD}
    with (config.parent / "log").open("ab") as log:
        process = subprocess.Popen(command(config, "run"), env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def once(config: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FOLLOWUPD_TEST": PASSWORD}
    return subprocess.run(command(config, "once"), env=environment, capture_output=True, text=True, check=False)


def health(config: Path) -> str:
    path = config.parent / "state" / "lily" / "health.json"
    return path.read_text() if path.exists() else ""


def log_of(config: Path) -> str:
    return (config.parent / "log").read_text(errors="replace")


def deliver(dovecot: Dovecot, user: str, numbers: range) -> None:
    when = datetime.now(UTC) - timedelta(days=1)
    for n in numbers:
        dovecot.deliver(user, inquiry(n, when).as_bytes(), when=when.timestamp())


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_soon_with_code_0(config: Path, sign: signal.Signals) -> None:
    with running(config) as process:
        until(lambda: "watching" in health(config), 60)
        begun = time.monotonic()
        process.send_signal(sign)
        assert process.wait(30) == 0
        assert time.monotonic() - begun < 20


def test_sigterm_ends_it_while_the_server_is_away(config: Path) -> None:
    text = config.read_text()
    config.write_text(text.replace(f"port: {text.partition('port: ')[2].splitlines()[0]}", "port: 1"))
    with running(config) as process:
        until(lambda: "trying again" in health(config), 60)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert time.monotonic() - begun < 20


def test_sighup_reloads_and_a_broken_config_keeps_the_old_one(config: Path) -> None:
    with running(config) as process:
        until(lambda: "watching" in health(config), 60)
        config.write_text(config.read_text() + "no_such_key: 1\n")
        process.send_signal(signal.SIGHUP)
        until(lambda: "not reloaded" in log_of(config), 10)
        assert "no_such_key" in log_of(config)
        config.write_text(config.read_text().replace("no_such_key: 1\n", ""))
        process.send_signal(signal.SIGHUP)
        until(lambda: "config and rules reloaded" in log_of(config), 10)
        assert process.poll() is None


def test_a_second_one_is_refused_and_the_first_goes_on(config: Path) -> None:
    with running(config) as process:
        until(lambda: "watching" in health(config), 60)
        second = once(config)
        assert second.returncode != 0
        assert str(process.pid) in second.stderr
        assert "Traceback" not in second.stderr
        assert process.poll() is None


def test_a_wrong_password_is_tried_once_and_never_shown(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.daemon.test_process.PASSWORD", "hunter2-wrong")
    with running(config):
        until(lambda: "login refused" in health(config), 60)
        time.sleep(1.5)
        assert log_of(config).count("login refused") == 1
        assert "hunter2" not in log_of(config)


def test_killed_at_random_moments_it_reads_every_mail_once(config: Path, dovecot: Dovecot, user: str) -> None:
    chance = Random(7)
    for n in range(6):
        deliver(dovecot, user, range(n * 20, n * 20 + 20))
        with running(config) as process:
            time.sleep(0.8 + chance.random() * 1.2)
            process.kill()
    done = once(config)
    assert done.returncode == 0, done.stderr
    from followupd.config import load_config
    from followupd.store.index import Index

    own = load_config(config).accounts[0].own()
    index = Index(config.parent / "state" / "lily" / "index.sqlite", own, read_only=True)
    assert index.counts() == (120, 120)
    assert not index.quarantined()
    assert all(row.decision for row in index.rows())
    index.close()


def test_a_mail_is_judged_while_it_watches(config: Path, dovecot: Dovecot, user: str) -> None:
    with running(config) as process:
        until(lambda: "watching" in health(config), 60)
        deliver(dovecot, user, range(1))
        until(lambda: "1 new" in log_of(config), 10)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
