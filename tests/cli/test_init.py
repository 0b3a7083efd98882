"""`init` before a real IMAP server: what it writes, what it refuses, and what it leaves behind."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from followupd.cli.config_text import Answers, ServerAnswer, config_text
from followupd.cli.init_service import unit_text
from followupd.cli.init_words import WORDS
from followupd.cli.initialising import _zone_of
from followupd.config import load_config
from followupd.rulesource import read_rules
from tests.cli.test_server import PASSWORD, USER, free_port, port
from tests.servers.certificates import make

__all__ = ["port"]
pytestmark = pytest.mark.xdist_group("cli-server")


def init(home: Path, port: int, *more: str, secret: str = PASSWORD, answers: str = "") -> subprocess.CompletedProcess[str]:
    env = os.environ | {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state"), "SECRET": secret, "LANG": "C"}
    env.pop("FOLLOWUPD_CONFIG", None)
    command = [sys.executable, "-m", "followupd.cli.main", "init", "--imap", f"127.0.0.1:{port}", "--security", "none", "--username", USER, *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=60, input=answers)


def test_flags_alone_write_a_config_that_works(tmp_path: Path, port: int) -> None:
    ran = init(tmp_path, port, "--yes", "--address", "lily@brightway.example", "--password-env", "SECRET", "--name", "Lily Chen")
    assert ran.returncode == 0, ran.stderr
    path = tmp_path / "config" / "followupd" / "config.yaml"
    config = load_config(path)
    assert (config.accounts[0].display_name, config.accounts[0].imap.port) == ("Lily Chen", port)
    assert path.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in path.read_text()
    assert PASSWORD not in ran.stdout + ran.stderr


@pytest.mark.parametrize(("address", "own"), [("lily@brightway.example", ("brightway.example",)), ("lily@gmail.com", ()), ("lily@163.com", ())])
def test_colleagues_are_known_by_a_company_s_domain_and_never_by_a_mail_provider_s(tmp_path: Path, port: int, address: str, own: tuple[str, ...]) -> None:
    ran = init(tmp_path, port, "--yes", "--address", address, "--password-env", "SECRET", "--smtp", "none")
    assert ran.returncode == 0, ran.stderr
    assert load_config(tmp_path / "config" / "followupd" / "config.yaml").accounts[0].own_domains == own


def test_a_certificate_named_from_here_is_found_from_everywhere(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    certificate = make(tmp_path).cert
    ran = init(tmp_path, port, "--yes", "--address", "lily@brightway.example", "--password-env", "SECRET", "--ca-file", certificate.name)
    assert ran.returncode == 0, ran.stderr
    assert load_config(tmp_path / "config" / "followupd" / "config.yaml").accounts[0].imap.ca_file == certificate


@pytest.mark.parametrize(("country", "zone"), [("VN", "Asia/Ho_Chi_Minh"), ("CN", "Asia/Shanghai"), ("XX", "Asia/Shanghai")])
def test_where_the_machine_keeps_utc_the_country_tells_the_zone(country: str, zone: str) -> None:
    assert _zone_of(country, read_rules()) == zone


def test_a_second_init_touches_nothing(tmp_path: Path, port: int) -> None:
    flags = ("--yes", "--address", "lily@brightway.example", "--password-env", "SECRET")
    assert init(tmp_path, port, *flags).returncode == 0
    path = tmp_path / "config" / "followupd" / "config.yaml"
    before = path.read_bytes()
    again = init(tmp_path, port, *flags, "--name", "Somebody Else")
    assert again.returncode != 0
    assert "--force" in again.stderr
    assert path.read_bytes() == before
    assert init(tmp_path, port, *flags, "--name", "Somebody Else", "--force").returncode == 0
    assert path.with_name("config.yaml.bak").read_bytes() == before


def test_a_refused_login_writes_nothing(tmp_path: Path, port: int) -> None:
    ran = init(tmp_path, port, "--yes", "--address", "lily@brightway.example", "--password-env", "SECRET", secret="wrong-one")
    assert ran.returncode == 77
    assert not list(tmp_path.rglob("*.yaml"))
    assert "wrong-one" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--address", "lily"), "you@example.com"),
        (("--address", "a@b.example", "--password-env", "SECRET", "--country", "China"), "two capital letters"),
        (("--address", "a@b.example", "--password-env", "SECRET", "--timezone", "Peking"), "Asia/Shanghai"),
        (("--address", "a@b.example"), "--password-command"),
        (("--address", "a@b.example", "--password-env", "SECRET", "--password-command", "x"), "name one"),
        ((), "--address"),
    ],
)
def test_what_will_not_do_is_said_with_the_flag_and_writes_nothing(tmp_path: Path, port: int, flags: tuple[str, ...], told: str) -> None:
    ran = init(tmp_path, port, "--yes", *flags)
    assert ran.returncode != 0
    assert told in ran.stderr
    assert not list(tmp_path.rglob("*.yaml"))


class Terminal:
    """A person at a terminal."""

    def __init__(self, home: Path, *arguments: str) -> None:
        env = os.environ | {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state"), "LANG": "C", "TERM": "dumb"}
        env.pop("FOLLOWUPD_CONFIG", None)
        self.here, there = pty.openpty()
        command = [sys.executable, "-m", "followupd.cli.main", "init", *arguments]
        self.process = subprocess.Popen(command, stdin=there, stdout=there, stderr=there, env=env, start_new_session=True)
        os.close(there)
        self.seen = ""

    def until(self, words: str) -> None:
        end = time.monotonic() + 40
        while words not in self.seen.rpartition("\x00")[2] and time.monotonic() < end:
            self._read()
        assert words in self.seen.rpartition("\x00")[2], self.seen

    def _read(self) -> None:
        if select.select([self.here], [], [], 0.2)[0]:
            try:
                self.seen += os.read(self.here, 4096).decode(errors="replace")
            except OSError:
                time.sleep(0.1)

    def type(self, text: str) -> None:
        self.seen += "\x00"
        os.write(self.here, text.encode())

    def ends(self) -> int:
        end = time.monotonic() + 40
        while self.process.poll() is None and time.monotonic() < end:
            self._read()
        self._read()
        return self.process.wait(5)


def test_a_person_answers_at_a_terminal_and_a_wrong_password_is_asked_again(tmp_path: Path, port: int) -> None:
    person = Terminal(tmp_path, "--security", "none", "--username", USER, "--keep", "file", "--no-systemd")
    person.until("The address")
    person.type("lily\r")
    person.until("you@example.com")
    person.type("lily@brightway.example\r")
    person.until("Who hosts mail")
    person.type("0\r")
    person.until("IMAP;")
    person.type(f"127.0.0.1:{free_port()}\r")
    person.until("not shown")
    person.type("wrong-one\r")
    person.until("IMAP;")
    assert "error: connecting to 127.0.0.1" in person.seen
    person.type(f"127.0.0.1:{port}\r")
    person.until("not shown")
    person.type("wrong-one\r")
    person.until("Once more")
    person.until("not shown")
    person.type(f"{PASSWORD}\r")
    person.until("Logged in")
    person.until("SMTP;")
    person.type("\r")
    person.until("Your name")
    person.type("Lily Chen\r")
    person.until("company")
    person.type('Bright "Way": Tools\r')
    for prompt in ("Phone", "country", "time zone"):
        person.until(prompt)
        person.type("\r")
    person.until("Followup/Genuine")
    person.type("\r")
    person.until("90 days")
    person.type("y\r")
    assert person.ends() == 0, person.seen
    assert "5 folders were made" in person.seen
    assert "writes its config at the\r\nvery end" in person.seen, "folded between words"
    assert "mails read" in person.seen
    assert PASSWORD not in person.seen
    config = load_config(tmp_path / "config" / "followupd" / "config.yaml")
    assert config.accounts[0].company == 'Bright "Way": Tools'
    secret = tmp_path / "config" / "followupd" / "lily@brightway.example.password"
    assert secret.read_text() == f"{PASSWORD}\n"
    assert secret.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("after", ["The address", "not shown", "Your name"])
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, port: int, after: str) -> None:
    person = Terminal(tmp_path, "--address", "lily@b.example", "--imap", f"127.0.0.1:{port}", "--security", "none", "--username", USER, "--keep", "file",
                      "--smtp", "none") if after != "The address" else Terminal(tmp_path)  # fmt: skip
    if after == "Your name":
        person.until("not shown")
        person.type(f"{PASSWORD}\r")
    person.until(after)
    time.sleep(0.5)  # the prompt is printed a moment before the line is read
    person.process.send_signal(signal.SIGINT)
    assert person.ends() == 130
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_every_answer_survives_the_config(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    odd = 'O\'Brien "the: #1" \\ 陈{} *&!'
    answers = Answers(
        address="a@b.example", display_name=odd, company=odd, phone="+86: 574", country="NO", timezone="Europe/Oslo", username="u: {x}",
        imap=ServerAnswer(host="mail.b.example", port=993), smtp=ServerAnswer(host="mail.b.example", port=587, security="starttls"),
        secret=("command", "pass show 'mail/a b'"), language="zh", state_dir=tmp_path / "a b",
    )  # fmt: skip
    path.write_text(config_text(answers))
    account = load_config(path).accounts[0]
    assert (account.display_name, account.company, account.country, account.imap.username) == (odd, odd, "NO", "u: {x}")
    assert account.smtp is not None
    assert account.smtp.security == "starttls"
    assert yaml.safe_load(path.read_text())["digest"]["language"] == "zh"


def test_the_unit_starts_this_program_with_this_config(tmp_path: Path) -> None:
    text = unit_text('"/opt/fu/bin/followupd"', tmp_path / "my config.yaml", tmp_path / "100% mine")
    assert f'ExecStart="/opt/fu/bin/followupd" --config "{tmp_path}/my config.yaml" run' in text
    assert text.count("ExecStart=") == 1
    assert "NoNewPrivileges=yes" in text


def test_the_unit_may_write_where_the_command_line_looks_for_the_state_and_nowhere_else(tmp_path: Path) -> None:
    text = unit_text("followupd", tmp_path / "config.yaml", tmp_path / "100% mine")
    place = f'"{tmp_path}/100%% mine"'
    assert f"\nExecStartPre=+/bin/mkdir -p -m 0700 {place}\n" in text
    assert f"\nReadWritePaths={place}\n" in text
    assert "StateDirectory" not in re.sub("(?m)^#.*$", "", text), "before systemd 254 that is another directory"


def test_every_sentence_is_there_in_both_languages_with_the_same_values() -> None:
    for en, zh in WORDS.values():
        assert sorted(re.findall(r"\{(\w+)", en)) == sorted(re.findall(r"\{(\w+)", zh))


def test_a_provider_that_wants_oauth_gets_a_config_for_it_and_the_next_step(tmp_path: Path, port: int) -> None:
    env = os.environ | {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "LANG": "C"}
    env.pop("FOLLOWUPD_CONFIG", None)
    command = [sys.executable, "-m", "followupd.cli.main", "init", "--yes", "--address", "lily@outlook.com", "--client-id", "0000-abcd"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert "followupd login lily@outlook.com" in ran.stdout
    account = load_config(tmp_path / "config" / "followupd" / "config.yaml").accounts[0]
    assert account.oauth is not None
    assert account.oauth.client_id == "0000-abcd"
    assert account.smtp is not None
    assert account.smtp.security == "starttls"
