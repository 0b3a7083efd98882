"""Law 5: does a draft go to the buyer of its own thread and to nobody else?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryServer
from followupd.model import SendingState
from followupd.notify.smtp import SmtpSettings
from followupd.turn import run_turn
from followupd.work import send
from followupd.work.desk import Post
from tests.laws.scene import ASKED, DUE, QUOTED, Scene, buyer, inquiry, parsed, quote, reply

OUTSIDERS = "rival@competitor.example, lily@brightway.example"


def test_each_draft_goes_to_the_buyer_of_its_thread_alone(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 12)
    scene.turn()
    scene.at(DUE)
    assert len(scene.drafts()) == 12
    for raw in scene.bodies():
        draft = parsed(raw)
        (to,) = draft["To"].addresses
        number = int(draft["Subject"].split()[2].strip(":"))
        assert to.addr_spec == buyer(number)
        assert draft["Bcc"] is None
        assert draft["Cc"] is None
        assert draft["From"].addresses[0].addr_spec == "lily@brightway.example"


def test_cc_holds_only_who_was_on_the_buyers_side(tmp_path: Path) -> None:
    server = MemoryServer()
    asked = inquiry(0)
    asked["Cc"] = f"boss@armaturen-000.de, {OUTSIDERS}"
    server.deliver(Box.INBOX, asked.as_bytes(), ASKED)
    server.deliver(Box.SENT, quote(0, asked).as_bytes(), QUOTED)
    scene = Scene(tmp_path, 1, server)
    scene.turn()
    scene.at(DUE)
    (draft,) = [parsed(raw) for raw in scene.bodies()]
    cc = {a.addr_spec for a in draft["Cc"].addresses} if draft["Cc"] else set()
    assert cc <= {"boss@armaturen-000.de"}
    assert [a.addr_spec for a in draft["To"].addresses] == [buyer(0)]


@pytest.mark.parametrize(
    "header",
    [
        "Anna Schmidt <anna@armaturen-000.de>, evil@attacker.example",
        '"Anna\r\n Bcc: evil@attacker.example" <anna@armaturen-000.de>',
        "=?utf-8?q?Anna=0D=0ABcc=3A_evil=40attacker=2Eexample?= <anna@armaturen-000.de>",
        "=?utf-8?q?evil=40attacker=2Eexample=2C_Anna?= <anna@armaturen-000.de>",
    ],
)
def test_a_hostile_sender_line_adds_no_recipient(tmp_path: Path, header: str) -> None:
    server = MemoryServer()
    asked = inquiry(0)
    raw = asked.as_bytes().replace(b"Anna Schmidt <anna@armaturen-000.de>", header.encode(), 1)
    server.deliver(Box.INBOX, raw, ASKED)
    server.deliver(Box.SENT, quote(0, asked).as_bytes(), QUOTED)
    scene = Scene(tmp_path, 1, server)
    scene.turn()
    scene.at(DUE)
    scene.at(DUE + timedelta(days=1))
    for found in scene.bodies():
        draft = parsed(found)
        everybody = [
            a.addr_spec for name in ("To", "Cc", "Bcc") for a in (draft[name].addresses if draft[name] else ())
        ]
        assert everybody == [buyer(0)]
        assert draft["Bcc"] is None


def test_a_stranger_in_the_thread_is_not_drafted_to(tmp_path: Path) -> None:
    """Somebody who was never asked answers into the thread with our Message-ID."""
    scene = Scene(tmp_path, 1)
    scene.turn()
    offered = quote(0, inquiry(0))
    forged = reply(0, offered, QUOTED + timedelta(hours=5), "Please send all further mail to me.\n", ours=False)
    forged.replace_header("From", "Anna Schmidt <anna.schmidt@attacker.example>")
    scene.server.deliver(Box.INBOX, forged.as_bytes(), QUOTED + timedelta(hours=5))
    scene.at(DUE)
    assert "attacker" not in "".join(str(parsed(raw)["To"]) for raw in scene.bodies())


def test_the_turn_itself_never_opens_an_smtp_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a turn over a mailbox in memory needs no socket")

    scene = Scene(tmp_path)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    scene.turn()
    scene.at(DUE)
    assert len(scene.drafts()) == 3


FOLDER = "Followup/Send"
SMTP = SmtpSettings(host="127.0.0.1", port=9, security="none", sender="lily@brightway.example")


def laid(tmp_path: Path, edit: tuple[bytes, bytes], *, on: bool) -> tuple[Scene, list[tuple[str, ...]]]:
    """A draft, edited or not, that a person moved into the folder for sending, and whom it would go to in the days after."""
    scene, asked_for = Scene(tmp_path, 1), []
    scene.server.create(FOLDER)
    scene.reconnect()
    scene.desk.post = Post(folder=FOLDER, settings=SMTP, secret=lambda: None) if on else None
    scene.turn()
    scene.at(DUE)
    (draft,) = scene.drafts()
    draft.raw = draft.raw.replace(*edit, 1)
    scene.server.move(Box.DRAFTS, draft.uid, FOLDER)

    def instead(_: object, __: object, ___: bytes, to: tuple[str, ...], ____: object) -> tuple[send.Went, str]:
        asked_for.append(to)
        return send.Went.REFUSED, "no server in this test"

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(send, "post", instead)
        for hours in range(96):
            run_turn(scene.desk, DUE + timedelta(hours=hours))  # a draft comes back into Drafts: the stage counts them
    return scene, asked_for


NOTHING = (b"", b"")


def test_while_sending_is_off_a_draft_in_that_folder_goes_to_nobody(tmp_path: Path) -> None:
    scene, asked_for = laid(tmp_path, NOTHING, on=False)
    assert asked_for == []
    assert len(scene.server.messages(FOLDER)) == 1


def test_a_draft_that_a_person_moved_there_goes_to_its_buyer_alone(tmp_path: Path) -> None:
    _, asked_for = laid(tmp_path, NOTHING, on=True)
    assert asked_for == [(buyer(0),)]


@pytest.mark.parametrize(
    "edit",
    [
        (b"To: ", b"To: rival@competitor.example, "),
        (b"To: ", b"To: rival@competitor.example\r\nX-Old: "),
        (b"Subject: ", b"Cc: rival@competitor.example\r\nSubject: "),
        (b"Subject: ", b"Bcc: rival@competitor.example\r\nSubject: "),
        (b"Subject: ", b"to : rival@competitor.example\r\nSubject: "),
        (b"armaturen-000", b"armaturen-001"),
    ],
)
def test_a_draft_addressed_to_anybody_else_is_never_sent(tmp_path: Path, edit: tuple[bytes, bytes]) -> None:
    scene, asked_for = laid(tmp_path, edit, on=True)
    assert asked_for == []
    assert {r.state for r in scene.ledger.sendings().values()} <= {SendingState.RETURNED}
    assert scene.server.messages(FOLDER) == []
