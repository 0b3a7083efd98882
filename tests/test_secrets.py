"""A password comes from where the owner says, and leaves nowhere (RELIABILITY scenario 45)."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import pickle
import resource
import subprocess
import sys
import types
from dataclasses import asdict
from pathlib import Path

import msgspec
import pytest

from followupd import secrets
from followupd.errors import UserError
from followupd.secrets import Secret, SecretSpec, forbid_core_dumps, guard_logging, redact, resolve

WORD = "s3cr3t-Pässwort/+="


@pytest.fixture
def owned(tmp_path):
    file = tmp_path / "password"
    file.write_text(WORD + "\nsecond line\n")
    file.chmod(0o600)
    return file


def spec(**where):
    return SecretSpec.of(where)


# ---- where from -----------------------------------------------------------------------------------


def test_a_file_of_the_owner_alone_gives_its_first_line(owned):
    assert resolve(spec(file=str(owned))).reveal() == WORD


@pytest.mark.parametrize("bits", [0o604, 0o640, 0o660, 0o622])
def test_a_file_that_others_may_read_is_refused_with_the_remedy(owned, bits):
    owned.chmod(bits)
    with pytest.raises(UserError, match="chmod 600") as caught:
        resolve(spec(file=str(owned)), "accounts.sales.imap.password")
    assert "accounts.sales.imap.password" in str(caught.value)


def test_missing_empty_binary_and_odd_files_are_refused(tmp_path):
    (tmp_path / "empty").touch(mode=0o600)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "nul").write_bytes(b"a\0b")
    os.mkfifo(tmp_path / "fifo", 0o600)
    (tmp_path / "directory").mkdir()
    for path in tmp_path.iterdir():
        path.chmod(0o600)
    for name in ("missing", "empty", "binary", "nul", "fifo", "directory"):
        with pytest.raises(UserError):
            resolve(spec(file=str(tmp_path / name)))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(owned):
    os.chown(owned, 12345, 12345)
    with pytest.raises(UserError, match="somebody else"):
        resolve(spec(file=str(owned)))


def test_a_command_is_run_without_a_shell_and_gives_its_first_line(tmp_path):
    assert resolve(spec(command="printf '%s\\nmore' 'a b;c'")).reveal() == "a b;c"
    assert resolve(spec(command=["printf", "%s", "$HOME"])).reveal() == "$HOME"
    resolve(spec(command=["echo", f"x; touch {tmp_path}/planted"]))
    assert not (tmp_path / "planted").exists()


def test_a_command_that_fails_hangs_or_is_missing_is_told_without_its_output(monkeypatch):
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.2)
    for command in (
        ["sh", "-c", f"echo {WORD}; echo {WORD} >&2; exit 3"],
        ["sleep", "5"],
        ["/no/such/program"],
        ["true"],
    ):
        with pytest.raises(UserError) as caught:
            resolve(spec(command=command))
        assert WORD not in str(caught.value)


def test_the_environment_and_systemds_credentials(monkeypatch, tmp_path):
    monkeypatch.setenv("MAIL_PASSWORD", WORD)
    assert resolve(spec(env="MAIL_PASSWORD")).reveal() == WORD
    with pytest.raises(UserError, match="NOT_SET_AT_ALL"):
        resolve(spec(env="NOT_SET_AT_ALL"))
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(UserError, match="LoadCredential"):
        resolve(spec(credential="imap-password"))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "imap-password").write_text(WORD + "\n")
    assert resolve(spec(credential="imap-password")).reveal() == WORD
    for name in ("missing", "../password", ".."):
        with pytest.raises(UserError):
            resolve(spec(credential=name))


def test_the_key_ring_is_asked_only_where_it_is_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UserError, match=r"followupd\[keyring\]"):
        resolve(spec(keyring="imap/li.wei"))
    ring = types.SimpleNamespace(get_password=lambda service, user: {("imap", "li.wei"): WORD}.get((service, user)))
    monkeypatch.setitem(sys.modules, "keyring", ring)
    assert resolve(spec(keyring="imap/li.wei")).reveal() == WORD
    with pytest.raises(UserError, match="knows no"):
        resolve(spec(keyring="imap/other"))
    with pytest.raises(UserError, match="service/user"):
        resolve(spec(keyring="imap"))


def test_a_real_key_ring_keeps_and_gives_a_password(key_ring):
    import keyring

    keyring.set_password("imap", "li.wei@brightlamp.example", WORD)
    assert WORD in json.loads(key_ring.read_text()).values()
    assert resolve(spec(keyring="imap/li.wei@brightlamp.example")).reveal() == WORD
    with pytest.raises(UserError, match=r"knows no imap/nobody.*keyring set imap nobody"):
        resolve(spec(keyring="imap/nobody"))


def test_a_key_ring_that_is_locked_is_told_without_its_words(key_ring, monkeypatch):
    import keyring
    from keyring.errors import KeyringLocked

    def locked(*_: object):
        raise KeyringLocked(f"cannot open with {WORD}")

    monkeypatch.setattr(type(keyring.get_keyring()), "get_password", locked)
    with pytest.raises(UserError, match="does not answer: KeyringLocked") as caught:
        resolve(spec(keyring="imap/li.wei"))
    assert WORD not in str(caught.value)


def test_a_password_in_the_config_needs_a_file_of_ones_own_and_is_warned_of(tmp_path, caplog):
    config = tmp_path / "config.yaml"
    config.touch()
    config.chmod(0o644)
    plain = SecretSpec.of(WORD)
    for path in (config, tmp_path / "missing", None):
        with pytest.raises(UserError):
            resolve(plain, "password", path)
    config.chmod(0o600)
    assert resolve(plain, "password", config).reveal() == WORD
    assert "safer" in caplog.text
    assert WORD not in caplog.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"file": "a", "env": "b"},
        {"pass": "x"},
        {"file": 5},
        {"env": ""},
        {"command": ""},
        {"command": "'"},
        {"command": [1]},
    ],
)
def test_any_other_form_is_refused(form):
    with pytest.raises(UserError):
        SecretSpec.of(form)


# ---- nowhere to -----------------------------------------------------------------------------------


def test_a_secret_never_prints_pickles_or_serialises():
    secret = Secret(WORD)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>20}", f"{[secret]}", repr(SecretSpec(plain=secret))]
    assert not any(WORD in text for text in shown)
    for serialise in (pickle.dumps, json.dumps, msgspec.json.encode):
        with pytest.raises(TypeError):
            serialise(secret)
    with pytest.raises(TypeError):
        asdict(SecretSpec(plain=secret))
    assert not hasattr(secret, "__dict__")


@pytest.fixture
def log():
    stream = io.StringIO()
    logger = logging.Logger("of the test", logging.DEBUG)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger.addHandler(handler)
    guard_logging(logger)
    guard_logging(logger)
    return logger, stream


def test_no_form_of_a_secret_reaches_a_log(log):
    logger, stream = log
    Secret(WORD)
    encoded = base64.b64encode(WORD.encode()).decode()
    logger.debug("LOGIN li.wei %s", WORD)
    logger.debug("password=%r in %s", WORD, {"password": WORD})
    logger.debug(f"AUTH PLAIN {encoded}")
    logger.debug("broken %d", WORD)
    try:
        raise ValueError(WORD)
    except ValueError:
        logger.exception("it failed")
    text = stream.getvalue()
    assert WORD not in text
    assert encoded not in text
    assert text.count("***") >= 5
    assert "Traceback" in text


def test_the_password_inside_an_auth_plain_token_is_struck_too(log):
    logger, stream = log
    Secret(WORD)
    for user in ("li", "wei", "liwe", "li.wei@brightlamp.example"):
        token = base64.b64encode(f"\0{user}\0{WORD}".encode()).decode()
        logger.debug("C: AUTH PLAIN %s", token)
        logger.debug("C: AUTHENTICATE PLAIN " + token)
        assert token not in stream.getvalue()
    assert stream.getvalue().count("***") == 8


def test_an_unguarded_log_would_show_it():
    stream = io.StringIO()
    logger = logging.Logger("unguarded")
    logger.addHandler(logging.StreamHandler(stream))
    logger.warning("LOGIN %s", WORD)
    assert WORD in stream.getvalue()


def test_ordinary_words_stay():
    Secret("abc")
    assert redact("abc of mail") == "abc of mail"


def test_no_core_file_of_a_process_that_asked_for_none():
    script = "import resource; from followupd.secrets import forbid_core_dumps as f; f(); print(resource.getrlimit(4))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert resource.RLIMIT_CORE == 4
    assert done.stdout.strip() == "(0, 0)"
    assert callable(forbid_core_dumps)
