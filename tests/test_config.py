"""Scenario 40: what the user wrote is taken as meant, or refused with its line."""

import re
from datetime import time, timedelta
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from followupd.config import (
    AccountConfig,
    Config,
    Digest,
    Folders,
    ImapServer,
    OAuth,
    SmtpServer,
    config_path,
    load_config,
)
from followupd.errors import ConfigError

EXAMPLE = Path(__file__).parent.parent / "config.example.yaml"
HEAD = """accounts:
  - address: Lily@Brightway.example
    display_name: Lily Chen
    imap: {host: imap.brightway.example, password: {env: SECRET}}
"""


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)
    return str(error.value)


def test_three_lines_are_enough(tmp_path: Path) -> None:
    config = load(tmp_path, HEAD)
    account = config.accounts[0]
    assert (account.title, account.imap.port, account.imap.security) == ("lily@brightway.example", 993, "tls")
    assert (account.lookback, account.max_silence_age, account.drafts) == (timedelta(90), timedelta(45), True)
    assert config.digest.at == time(8, 30)


@pytest.mark.parametrize(
    ("line", "where", "words"),
    [
        ("    country: NO", "", "Norway is a country"),
        ("digest: {at: 12:30}", "", "a bare time of day is text"),
        ("    poll: 20m", "", "twenty minutes"),
        ("    poll: -3", ":5", "must be a time like"),
        ("    poll: 60", ":5", "must be a time like"),
        ("    poll: .nan", ":5", "not a number"),
        ("    timezone: Asia/Atlantis", ":5", "IANA time zone"),
        ("    timezone: ../../etc/passwd", ":5", "IANA time zone"),
        ("    country: china", ":5", "country"),
        ("    address: a@b.example", ":5", "stands twice"),
        ("    phone：1", ":5", "full-width colon"),
        ("    drafts: on", ":5", "true or false"),
        ("    drafts: 1", ":5", "true or false"),
        ("    own_domains: [gmail.com]", ":5", "free-mail"),
        ('    company: "a\\nBcc: x"', ":5", "one line"),
        ("    colour: red", ":5", "is not a known key"),
        ("    smtp: {host: smtp.x.example, security: none, password: {env: A}}", ":5", "to this machine only"),
        ("    smtp: {host: 127.0.0.1, port: 70000, password: {env: A}}", ":5", "65535"),
        ("    smtp: {host: smtp.qq.example, username: 10086, password: {env: A}}", ":5", 'put it in quotes: "10086"'),
        ("    folders: {sent: }", ":5", "is empty"),
        ('    smtp: {host: 127.0.0.1, port: "465", password: {env: A}}', ":5", "integer"),
        ("    smtp: {host: h.example, password: {pigeon: A}}", ":5", "password"),
        ("digest: {at: 24:00}", ":5", "time of day"),
        ("digest: {language: NO}", ":5", "language"),
        ("path: /x", ":5", "not a known key"),
        ("    smtp: {host: '', password: {env: A}}", ":5", "must not be empty"),
        ("    smtp: {host: , password: {env: A}}", ":5", "must not be empty"),
        ("log_level: loud", ":5", "log_level"),
    ],
)
def test_traps_of_yaml_and_of_people(tmp_path: Path, line: str, where: str, words: str) -> None:
    if not where:
        assert load(tmp_path, HEAD + line + "\n"), words
        return
    said = refused(tmp_path, HEAD + line + "\n")
    assert f"config.yaml{where}" in said
    assert words in said


def test_all_problems_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, HEAD + "    poll: soon\n    timezone: Mars\nlog_level: loud\nrubbish: 1\n")
    assert all(f"config.yaml:{line}: " in said for line in (5, 6, 7, 8)), said
    assert len(said.splitlines()) == 4, "a broken account is not also a missing one"


def test_no_account_at_all_is_a_problem(tmp_path: Path) -> None:
    assert "config.yaml:1: accounts: at least one account" in refused(tmp_path, "accounts: []\n")


def test_two_accounts_of_one_name_are_refused(tmp_path: Path) -> None:
    second = HEAD.removeprefix("accounts:\n")
    assert "two accounts are called lily@brightway.example" in refused(tmp_path, HEAD + second)


def test_two_accounts_at_one_mailbox_would_draft_twice_and_are_refused(tmp_path: Path) -> None:
    second = HEAD.removeprefix("accounts:\n").replace("Lily@", "lily@").replace("imap.", "IMAP.")
    assert "two accounts read the mailbox of" in refused(tmp_path, HEAD + second + "    name: other\n")
    apart = second.replace("{env", "{command: pass x}, username: {env").replace(
        "username: {env: SECRET}", "username: mary"
    )
    assert load(tmp_path, HEAD + apart + "    name: other\n")


@pytest.mark.parametrize("host", ["localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "'::1'"])
def test_plain_text_to_this_machine_is_borne(tmp_path: Path, host: str) -> None:
    assert load(tmp_path, HEAD.replace("imap.brightway.example", f"{host}, security: none"))


@pytest.mark.parametrize(
    "host",
    [
        "127.evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "0.0.0.0",
        "'::'",
        "'2130706433'",
    ],
)
def test_plain_text_to_a_host_that_only_looks_like_it_is_refused(tmp_path: Path, host: str) -> None:
    said = refused(tmp_path, HEAD.replace("imap.brightway.example", f"{host}, security: none"))
    assert "config.yaml:4: " in said
    assert "to this machine only" in said


def test_problems_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    said = refused(tmp_path, "log_level: loud\npath: /x\n" + HEAD + "    poll: soon\nrubbish: 1\n")
    lines = [int(line.split(":")[1]) for line in said.splitlines()]
    assert lines == [1, 2, 7, 8]


def test_a_secret_written_out_is_refused_and_not_repeated(tmp_path: Path) -> None:
    said = refused(tmp_path, HEAD.replace("{env: SECRET}", "{pigeon: hunter2}"))
    assert "hunter2" not in said


def test_own_words_are_told_from_the_buyers(tmp_path: Path) -> None:
    own = (
        load(tmp_path, HEAD + "    aliases: [Sales@B.example]\n    own_domains: ['@Brightway.example']\n")
        .accounts[0]
        .own()
    )
    assert own.holds("SALES@b.example")
    assert own.holds("boss@brightway.example")
    assert not own.holds("buyer@b.example")


def test_rules_beside_the_config_are_laid_over(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD).overlays == ()
    (tmp_path / "rules").mkdir()
    assert load(tmp_path, HEAD).overlays == (tmp_path / "rules",)


def test_where_the_config_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOLLOWUPD_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "followupd").mkdir()
    usual = tmp_path / "followupd" / "config.yaml"
    usual.touch()
    assert config_path() == usual
    monkeypatch.setenv("FOLLOWUPD_CONFIG", "/named")
    assert config_path() == Path("/named")
    assert config_path(Path("/given")) == Path("/given")


def test_without_a_config_the_command_that_writes_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOLLOWUPD_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(ConfigError) as error:
        config_path()
    assert "no config yet" in str(error.value)
    assert "run `followupd init`" in str(error.value)
    assert "copy" not in str(error.value)


@pytest.mark.parametrize("model", [Config, AccountConfig, ImapServer, SmtpServer, Folders, Digest])
def test_the_example_explains_every_key(model: type[BaseModel]) -> None:
    config = load_config(EXAMPLE)
    account = config.accounts[0]
    parts = (config, account, account.imap, account.smtp, account.folders, config.digest)
    shown = next(p for p in parts if type(p) is model)
    assert set(model.model_fields) - {"path"} == shown.model_fields_set - {"path"}


# ---- signing in ----------------------------------------------------------------------------------------


def with_oauth(**changes: object) -> dict[str, object]:
    """The example, its commented sign-in switched on and the passwords taken out."""
    before, _, after = EXAMPLE.read_text().partition("    oauth: null")
    block = re.sub(r"(?m)^    # ", "    ", after.partition("\n")[2].partition("\n\n")[0]).replace("    # once", "#")
    data = yaml.safe_load(f"{before}{block}\n\n{after.partition(chr(10) * 2)[2]}")
    account = data["accounts"][0]
    del account["imap"]["password"]
    del account["smtp"]["password"]
    account["oauth"] |= changes
    return data


def test_the_sign_in_of_the_example_names_every_key_and_is_taken(tmp_path: Path) -> None:
    data = with_oauth()
    assert set(data["accounts"][0]["oauth"]) == set(OAuth.model_fields)
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(data))
    account = load_config(path).accounts[0]
    assert account.imap.password is None
    assert account.oauth is not None
    assert account.oauth.provider == "gmail"


def test_an_account_without_any_way_in_is_told_both(tmp_path: Path) -> None:
    data = with_oauth()
    data["accounts"][0]["oauth"] = None
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(data))
    with pytest.raises(ConfigError, match=r"imap and smtp: say where the password lies, or add oauth"):
        load_config(path)


@pytest.mark.parametrize("tokens", [{"env": "X"}, {"command": "cat x"}, {"credential": "x"}, "plain"])
def test_tokens_are_kept_only_where_they_can_be_renewed(tmp_path: Path, tokens: object) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(with_oauth(tokens=tokens)))
    with pytest.raises(ConfigError, match="keep them where we can write"):
        load_config(path)
