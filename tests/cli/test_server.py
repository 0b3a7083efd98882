"""`check` and `once` before a real IMAP server: what they find, and with which exit code they end."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from imapclient import IMAPClient

from followupd.config import load_config
from followupd.store.lock import InstanceLock
from followupd.store.paths import prepare
from tests.cli.conftest import outcome

USER, PASSWORD = "lily", "open-sesame"
pytestmark = pytest.mark.xdist_group("cli-server")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    port = free_port()
    command = [
        sys.executable,
        "-c",
        "from pymap.main import main; main()",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-tls",
    ]
    command += ["--no-service", "admin", "dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and server.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
    pytest.fail("the IMAP server does not start")


@pytest.fixture
def config(tmp_path: Path, port: int) -> Path:
    return write_config(tmp_path, port)


def write_config(directory: Path, port: int, more: str = "") -> Path:
    path = directory / "config.yaml"
    path.write_text(
        f"state_dir: {directory / 'state'}\naccounts:\n  - name: lily\n    address: lily@brightway.example\n"
        f"    display_name: Lily\n    timezone: Asia/Shanghai\n{more}"
        f"    imap: {{host: 127.0.0.1, port: {port}, security: none, username: {USER}, password: {{env: TEST_SECRET}}}}\n"
    )
    return path


def run(config: Path, *args: str, secret: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"TEST_SECRET": secret}
    command = [sys.executable, "-m", "followupd.cli.main", "-c", str(config), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=60)


def findings(ran: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    return {f["what"]: (f["verdict"], f["detail"]) for f in told}


def test_check_fails_without_drafts_and_passes_with_them(config: Path, port: int) -> None:
    ran = run(config, "check", "--json")
    told = findings(ran)
    assert ran.returncode == 78, ran.stderr
    assert told["folder drafts"][0] == "fail"
    assert told["login"][0] == told["folder inbox"][0] == told["rules"][0] == told["state"][0] == "ok"
    client = IMAPClient("127.0.0.1", port, ssl=False)
    client.login(USER, PASSWORD)
    client.create_folder("Drafts")
    client.logout()
    ran = run(config, "check", "--json")
    told = findings(ran)
    assert ran.returncode == 0, ran.stdout
    assert told["drafts"] == ("ok", "Drafts can be written to")
    assert told["keywords"][0] in {"ok", "warn"}
    assert told["smtp"] == ("warn", "not configured: no digest and no alarms by mail")


def test_a_refused_login_is_77_and_says_no_password(config: Path) -> None:
    for command in ("check", "once"):
        ran = run(config, command, secret="wrong-secret")
        assert ran.returncode == 77, ran.stdout + ran.stderr
        assert "refused" in (ran.stdout + ran.stderr)
        assert "wrong-secret" not in ran.stdout + ran.stderr
        assert "Traceback" not in ran.stderr


def test_a_password_that_cannot_be_had_is_said_once(config: Path) -> None:
    ran = run(config, "check", "--json", secret="")
    assert ran.returncode == 64
    assert ran.stdout.count("TEST_SECRET is not set") == 1
    assert findings(ran)["password"][0] == "fail"


def test_a_server_that_is_away_is_75(tmp_path: Path) -> None:
    config = write_config(tmp_path, free_port())
    ran = run(config, "once")
    assert ran.returncode == 75
    assert ran.stderr.count("\n") == 1
    assert ran.stderr.startswith("error: ")
    assert run(config, "check").returncode == 75


def test_smtp_that_is_away_fails_the_check_and_sends_nothing(tmp_path: Path, port: int) -> None:
    smtp = f"    smtp: {{host: 127.0.0.1, port: {free_port()}, security: none, password: {{env: TEST_SECRET}}}}\n"
    told = findings(run(write_config(tmp_path, port, smtp), "check", "--json"))
    assert told["smtp"][0] == "fail"
    assert told["login"][0] == "ok"


def test_once_reads_and_status_then_tells_what_was_seen_and_when(config: Path, capsys) -> None:
    assert run(config, "once", "--dry-run").returncode == 0
    ran = run(config, "once", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["account"] == "lily"
    assert outcome("-c", config, "status", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert "INBOX" in {f["folder"] for f in told["folders"]}
    assert all(f["looked_at"] for f in told["folders"])
    assert told["state"] == "done once"


def test_a_second_instance_is_refused_and_told_who_runs(config: Path) -> None:
    paths = prepare("lily", load_config(config).state_dir)
    with InstanceLock(paths.lock):
        for command in ("once", "run"):
            ran = run(config, command)
            assert ran.returncode == 75
            assert f"already runs for this account (process {os.getpid()})" in ran.stderr
        status = run(config, "status")
        assert f"running (process {os.getpid()})" in status.stdout
    assert run(config, "once").returncode == 0


def test_one_account_that_is_away_does_not_keep_the_others_from_being_read(tmp_path: Path, port: int) -> None:
    config = write_config(tmp_path, port)
    away = config.read_text().partition("accounts:\n")[2].replace(str(port), str(free_port())).replace("lily", "mary")
    before, _, lily = config.read_text().partition("accounts:\n")
    config.write_text(f"{before}accounts:\n{away}{lily}")
    ran = run(config, "once", "--json")
    assert ran.returncode == 75, ran.stderr
    assert [json.loads(line)["account"] for line in ran.stdout.splitlines()] == ["lily"]
    assert "error: " in ran.stderr


INQUIRY = """From: Ana Lopez <ana@ferreteria.example>
To: lily@brightway.example
Subject: Inquiry for ball valves
Message-ID: <ana-1@ferreteria.example>
Date: {date}

Dear Lily,

please quote 2000 pcs ball valve DN50, CIF Valencia, with lead time and MOQ.

Ana Lopez
Ferreteria SL, Calle Mayor 5, 46001 Valencia, Spain
"""


def test_a_word_from_the_command_line_holds_after_the_next_turn(config: Path, port: int) -> None:
    client = IMAPClient("127.0.0.1", port, ssl=False)
    client.login(USER, PASSWORD)
    now = datetime.now(UTC)
    client.append("INBOX", INQUIRY.format(date=format_datetime(now)).encode(), msg_time=now)
    client.logout()
    assert run(config, "once").returncode == 0
    (thread,) = [json.loads(line) for line in run(config, "list", "threads", "--json").stdout.splitlines()]
    assert thread["facts"]["buyer"]["address"]["email"] == "ana@ferreteria.example"
    assert run(config, "verdict", thread["id"][:5], "vague").returncode == 0
    assert run(config, "snooze", "ana@ferreteria.example", "2w").returncode == 0
    assert json.loads(run(config, "status", "--json").stdout)["words_waiting"] == 3
    assert run(config, "once").returncode == 0
    assert json.loads(run(config, "status", "--json").stdout)["words_waiting"] == 0
    told = run(config, "explain", thread["id"]).stdout
    assert "verdict vague" in told
    assert "snooze until" in told
    assert run(config, "snooze", thread["id"], "--off").returncode == 0
    assert run(config, "once").returncode == 0
    told = run(config, "explain", thread["id"]).stdout
    assert "verdict vague" in told
    assert "snooze until" not in told
