"""Does the same story end the same at every provider?

Each row of tests/servers/personalities.yaml is a server of its own; the story is told in office.py, through the daemon's own
turns, and what two accounts come to is compared with a server by the book, word for word.
"""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from followupd import daemon
from followupd.errors import FollowupdError, LinkLost
from followupd.mailbox.base import Box, Ring
from followupd.mailbox.imap import ImapMailbox
from followupd.mailbox.settings import ImapSettings
from followupd.rulesource import RuleSource
from followupd.secrets import Secret
from tests.laws.scene import ASKED, inquiry
from tests.mailbox.houses import folder_of, opened
from tests.providers.office import LILY, MARK, End, Office, loader_of, tell
from tests.servers.personality import Personality, personalities
from tests.servers.provider import Provider

ALL = personalities()
ODD = [name for name in ALL if name != "book"]


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "RulesLoader", loader_of)


def told_on(nature: Personality, directory: Path) -> tuple[dict[str, End], Provider]:
    with Provider(nature) as server:
        return tell(Office(server, directory)), server


@pytest.fixture(scope="module")
def by_the_book(tmp_path_factory: pytest.TempPathFactory) -> dict[str, End]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(daemon, "RulesLoader", loader_of)
        return told_on(ALL["book"], tmp_path_factory.mktemp("book"))[0]


def test_by_the_book_the_story_ends_as_it_should(by_the_book: dict[str, End]) -> None:
    lily, mark = by_the_book[LILY], by_the_book[MARK]
    assert [state for _, _, state in lily.records] == ["withdrawn", "sent", "placed"]
    assert [state for _, _, state in mark.records] == ["placed"]
    assert sorted(mails for mails, _ in lily.threads) == [2, 3, 3]


@pytest.mark.parametrize("name", ODD)
def test_the_story_ends_the_same(name: str, tmp_path: Path, by_the_book: dict[str, End]) -> None:
    found, server = told_on(ALL[name], tmp_path)
    assert found == by_the_book
    assert not [line for line in server.asked if " RFC822 " in line.replace("(", " ").replace(")", " ")]


def mailbox_at(server: Provider, shipped: RuleSource, **more: float) -> ImapMailbox:
    server.house(LILY)
    settings = ImapSettings(host="127.0.0.1", port=server.port, security="none", username=LILY, timeout=5, **more)
    return ImapMailbox(settings, Secret("secret"), shipped)


HEARD = {"tells": {Ring.MAIL}, "mute": {Ring.TIMEOUT}, "ends": {"LinkLost"}}
"""How news arrives while we listen; where IDLE is silent the daemon looks by itself."""


@pytest.mark.parametrize("name", ALL)
def test_news_is_heard_or_asked_for(name: str, shipped: RuleSource) -> None:
    nature = ALL[name]
    with Provider(nature) as server, opened(mailbox_at(server, shipped, poll=0.1)) as mailbox:
        inbox = folder_of(mailbox, Box.INBOX)
        mailbox.state(inbox)
        late = threading.Timer(0.2, server.house(LILY).deliver, (Box.INBOX, inquiry(1).as_bytes(), ASKED))
        late.start()
        began = time.monotonic()
        try:
            heard: object = mailbox.wait(inbox, 0.8)
        except LinkLost:
            heard = "LinkLost"
        assert heard in (HEARD[nature.idle] if "IDLE" in nature.after.split() else {Ring.MAIL})
        assert time.monotonic() - began < 3
        late.join()


@pytest.mark.parametrize("name", ALL)
def test_a_keyword_that_is_not_kept_is_not_claimed(name: str, shipped: RuleSource) -> None:
    with Provider(ALL[name]) as server, opened(mailbox_at(server, shipped)) as mailbox:
        house = server.house(LILY)
        uid = house.deliver(Box.INBOX, inquiry(1).as_bytes(), ASKED)
        claimed = mailbox.keyword(folder_of(mailbox, Box.INBOX), uid, ("fu-genuine",))
        kept = "fu-genuine" in house.data(Box.INBOX).messages[uid].flags
        assert claimed == kept == (ALL[name].keywords == "kept")


def test_every_personality_that_the_rules_know_is_one_of_theirs(shipped: RuleSource) -> None:
    known = set(shipped.entries("providers"))
    assert {nature.provider for nature in ALL.values() if nature.provider} <= known
    assert len(ODD) >= 10


# ---- controls: the servers are as odd as they say ---------------------------------------------------


def refused(server: Provider, *commands: str) -> list[str]:
    """What a plain client gets that speaks by the book: the tagged answers that are not OK."""
    server.house(LILY).deliver(Box.INBOX, inquiry(1).as_bytes(), ASKED)
    with socket.create_connection(("127.0.0.1", server.port), 5) as link, link.makefile("rwb") as wire:
        wire.readline()
        answers = []
        for number, command in enumerate((f'LOGIN {LILY} "secret"', *commands)):
            wire.write(f"t{number} {command}\r\n".encode())
            wire.flush()
            while not (line := wire.readline().decode()).startswith(f"t{number} "):
                assert line
            answers.append(line.strip().partition(" ")[2])
    return [answer for answer in answers if not answer.startswith("OK")]


@pytest.mark.parametrize(
    ("name", "commands", "answer"),
    [
        ("netease", ("SELECT INBOX",), "NO SELECT Unsafe Login"),
        ("qq", ("SELECT INBOX", "UID FETCH 9:* (UID)"), "BAD UID parameters!"),
        ("exmail", ("SELECT INBOX", "UID FETCH 9:* (UID)"), "BAD UID parameters!"),
        ("aliyun", ("SELECT INBOX", "UID SEARCH ALL"), "BAD"),
        ("aliyun", ("SELECT INBOX", "UID STORE 1 +FLAGS (fu-genuine)"), "NO"),
        ("yahoo", ("SELECT INBOX", "UID SEARCH ALL"), "NO [SERVERBUG]"),
        ("mailru", ("SELECT INBOX", "IDLE"), "BAD"),
        ("hmailserver", ("SELECT INBOX", "UID EXPUNGE 1"), "BAD"),
        ("hmailserver", ("SELECT INBOX", "UID MOVE 1 INBOX"), "BAD"),
        ("outlook", ("XLIST \"\" *",), "BAD"),
        ("book", ("SELECT INBOX", "UID FETCH 9:* (UID)", "UID SEARCH ALL", "UID STORE 1 +FLAGS (fu-genuine)"), ""),
    ],
)  # fmt: skip
def test_control_a_plain_client_is_refused(name: str, commands: tuple[str, ...], answer: str) -> None:
    with Provider(ALL[name]) as server:
        found = refused(server, *commands)
    assert [f for f in found if f.startswith(answer)] == found
    assert bool(found) == bool(answer)


@pytest.mark.parametrize("name", ["netease", "gmail"])
def test_control_without_what_the_rules_know_the_story_fails(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ID is in rules/providers.yaml, SPECIAL-USE in the code: each taken away once."""
    if name == "netease":
        monkeypatch.setattr(ImapMailbox, "_say_id", lambda _self: None)
    else:
        monkeypatch.setattr("followupd.mailbox.folders._USE", {})
    with pytest.raises((FollowupdError, AssertionError)):
        told_on(ALL[name], tmp_path)
