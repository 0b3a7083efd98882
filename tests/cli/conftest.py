"""A config, a mailbox with one hostile mail in its index, and how a command ends."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from followupd.cli.main import main
from followupd.config import load_config
from followupd.model import Address, Direction, Message
from followupd.store.index import Index, Location
from followupd.store.paths import prepare

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CONFIG = """
state_dir: {state}
accounts:
  - name: lily
    address: lily@brightway.example
    display_name: Lily Chen
    imap: {{host: 127.0.0.1, port: 1, security: none, password: {{env: FOLLOWUPD_TEST_SECRET}}}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(state=tmp_path / "state"))
    return path


@pytest.fixture
def seen(config: Path) -> str:
    """A mailbox with one hostile mail in the index; returns its thread's id."""
    loaded = load_config(config)
    paths = prepare("lily", loaded.state_dir)
    index = Index(paths.index, loaded.accounts[0].own())
    mail = Message(
        id="a@b.example",
        direction=Direction.IN,
        date=NOW,
        sender=Address("bob@buyer.example", "Bob\x1b]0;pwned\x07\u202e"),
        to=(Address("lily@brightway.example"),),
        subject="Valves \x1b[2J",
        base_subject="valves",
        text="Pls quote\x1b[31m 500 pcs",
        new_text="Pls quote\x1b[31m 500 pcs",
    )
    with index.transaction():
        thread = index.add_message(mail, Location("INBOX", 1, 1), ())
    index.close()
    return thread


def outcome(*args: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(a) for a in args])
    return int(ended.value.code or 0)
