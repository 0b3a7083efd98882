"""What does a sign-in need in a test? An authorisation server, a Dovecot that asks it, a config that names both."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from followupd.config import AccountConfig, Config, load_config
from followupd.keys import Keys
from followupd.rulesource import read_rules
from tests.servers.authorisation import CLIENT, AuthorisationServer
from tests.servers.certificates import Certificate, make
from tests.servers.dovecot import Dovecot, binary


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing (Debian: openssl)")
    return make(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def granter(certificate: Certificate) -> Iterator[AuthorisationServer]:
    with AuthorisationServer(certificate) as server:
        yield server


@pytest.fixture(scope="module")
def tokens_server(certificate: Certificate) -> Iterator[tuple[AuthorisationServer, Dovecot]]:
    """One pair for a module: Dovecot takes a second to start."""
    if binary() is None:
        if os.environ.get("CI"):
            pytest.fail("Dovecot is not installed here, and CI promises it (Debian: dovecot-imapd)")
        pytest.skip("needs Dovecot (Debian: dovecot-imapd)")
    with AuthorisationServer(certificate) as granter, Dovecot(introspection=granter.introspection) as dovecot:
        yield granter, dovecot


@dataclass
class Scene:
    """An account that signs in at ``granter``, and its config file."""

    granter: AuthorisationServer
    path: Path

    @property
    def config(self) -> Config:
        return load_config(self.path)

    @property
    def account(self) -> AccountConfig:
        return self.config.accounts[0]

    def keys(self) -> Keys:
        return Keys(self.config, self.account, read_rules(*self.config.overlays))

    @property
    def kept(self) -> Path:
        return self.path.parent / "state" / "lily" / "sign-in.json"

    def change(self, **oauth: object) -> None:
        data = yaml.safe_load(self.path.read_text())
        data["accounts"][0]["oauth"] |= oauth
        self.path.write_text(yaml.safe_dump(data))


def scene(place: Path, granter: AuthorisationServer, imap: dict[str, object], **more: object) -> Scene:
    """``imap``: the server's keys, no password."""
    account = {
        "address": granter.books.user, "display_name": "Lily Chen", "name": "lily", "imap": imap,
        "oauth": {"client_id": CLIENT, "provider": "test_mail", "ca_file": str(granter.certificate.cert)}, **more,
    }  # fmt: skip
    (place / "rules").mkdir(exist_ok=True)
    (place / "rules" / "providers.yaml").write_text(yaml.safe_dump({"test_mail": granter.provider()}))
    path = place / "config.yaml"
    path.write_text(yaml.safe_dump({"accounts": [account], "state_dir": str(place / "state"), "log_level": "debug"}))
    return Scene(granter, path)


@pytest.fixture
def alone(tmp_path: Path, granter: AuthorisationServer) -> Scene:
    """No mail server: only tokens."""
    return scene(tmp_path, granter, {"host": "127.0.0.1", "port": 1, "security": "none"})


@pytest.fixture
def office(tmp_path: Path, tokens_server: tuple[AuthorisationServer, Dovecot], user: str) -> Scene:
    """Dovecot over TLS, each test with a mailbox of its own."""
    granter, dovecot = tokens_server
    books = granter.books
    books.__init__()  # type: ignore[misc]
    books.user = user
    return scene(tmp_path, granter, {"host": "127.0.0.1", "port": dovecot.tls_port, "ca_file": dovecot.ca_file})
