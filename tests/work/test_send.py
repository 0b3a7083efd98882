"""A mail laid into the folder for sending goes to its buyer in the morning, once, or comes back with a reason.

Dovecot, a real SMTP server, and the whole command each time; only the clock is ours.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from followupd.config import load_config
from followupd.daemon import once
from followupd.model import DraftState, SendingRecord, SendingState, WordKind
from followupd.store.ledger import Ledger
from tests.endtoend.office import BUYER, Office
from tests.servers.dovecot import Dovecot

SEND = "Followup/Send"
ADDRESS = "anna@schmidt-armaturen.example"


class Counter:
    """Takes mail; answers what a test wants instead, or hangs up."""

    def __init__(self) -> None:
        self.got: list[tuple[str, tuple[str, ...], bytes]] = []
        self.answer = "250 OK"
        self.stranger = ""
        self.take = self.cut = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == self.stranger:
            return "550 unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("2"):
            self.got.append((envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        if self.cut:
            server.transport.abort()
        return self.answer


@pytest.fixture
def counter() -> Iterator[Counter]:
    desk = Counter()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check = {"authenticator": lambda *_: AuthResult(success=True), "auth_require_tls": False}
    running = Controller(desk, hostname="127.0.0.1", port=port, **check)
    running.start()
    desk.port = port  # type: ignore[attr-defined]
    yield desk
    running.stop()


class Sales:
    """An office that sends by the folder."""

    def __init__(self, office: Office, counter: Counter, **send: Any) -> None:
        self.office, self.counter, self.now = office, counter, datetime.now(UTC)
        smtp = {"host": "127.0.0.1", "port": counter.port, "security": "none", "timeout": "3s"}  # type: ignore[attr-defined]
        secret = {"file": str(office.directory / "password")}
        office.configure(smtp=smtp | {"username": "", "password": secret}, send={"enabled": True, **send})
        with office.client() as client:
            client.create_folder(SEND)
        self.inquiry, self.quote = office.quoted()
        self.turn()

    def turn(self, after: timedelta = timedelta(0)) -> None:
        self.now += after
        once(load_config(self.office.config_file), clock=lambda: self.now)

    def move(self, source: str = "Drafts", target: str = SEND) -> None:
        with self.office.client(source) as client:
            uids = client.search("UNDELETED")
            assert len(uids) == 1, uids
            client.move(uids, target)

    def lay(self, turn: bool = True) -> None:
        self.move()
        if turn:
            self.turn(timedelta(minutes=1))

    def morning(self) -> None:
        """To the moment at which the mail is due."""
        self.now = self.record.due
        self.turn()

    def put(self, raw: bytes, folder: str = SEND) -> None:
        with self.office.client() as client:
            client.append(folder, raw, [r"\Draft", r"\Seen"])

    def ledger(self) -> Ledger:
        return Ledger(self.office.directory / "state/lily/ledger.json", read_only=True)

    @property
    def record(self) -> SendingRecord:
        return list(self.ledger().sendings().values())[-1]

    def buyer_says(self, words: str) -> None:
        self.office.mail(words, BUYER, self.office.us, datetime.now(UTC), self.quote)

    @property
    def to_buyer(self) -> list[tuple[str, tuple[str, ...], bytes]]:
        return [got for got in self.counter.got if got[1] != (self.office.user,)]

    @property
    def alarms(self) -> str:
        """What the owner was told of sending, as text."""
        mails = [message_from_bytes(c) for _, to, c in self.counter.got if to == (self.office.user,)]
        for file in (self.office.directory / "state/lily/outbox").glob("*.eml"):
            mails.append(message_from_bytes(file.read_bytes()))
        parts = [p.get_payload(decode=True) for m in mails for p in m.walk() if p.get_content_type() == "text/plain"]
        return "\n".join(p.decode() for p in parts if isinstance(p, bytes))

    def lies(self) -> dict[str, int]:
        return {f: len(self.office.mails(f)) for f in ("Drafts", SEND, "Sent")}


@pytest.fixture
def sales(dovecot: Dovecot, user: str, tmp_path: Path, counter: Counter) -> Sales:
    return Sales(Office(dovecot, user, tmp_path), counter)


def returned(sales: Sales, why: str, sent: int = 1) -> None:
    assert not sales.to_buyer
    assert why in sales.alarms
    assert sales.lies() == {"Drafts": 1, SEND: 0, "Sent": sent}
    assert sales.record.state is SendingState.RETURNED


def test_it_goes_out_in_the_morning_and_is_filed(sales: Sales) -> None:
    sales.lay()
    assert sales.record.state is SendingState.WAITING
    assert sales.lies() == {"Drafts": 0, SEND: 1, "Sent": 1}
    sales.turn(timedelta(minutes=5))
    assert not sales.to_buyer
    sales.morning()
    ((sender, to, raw),) = sales.to_buyer
    mail = message_from_bytes(raw)
    assert (sender, to) == (sales.office.user, (ADDRESS,))
    assert mail["Message-ID"].strip("<>") == sales.record.message_id
    assert mail["In-Reply-To"] == sales.quote["Message-ID"]
    assert sales.lies() == {"Drafts": 0, SEND: 0, "Sent": 2}
    assert sales.office.mails("Sent")[-1].strip() == raw.strip()
    assert sales.record.state is SendingState.DONE
    for _ in range(3):
        sales.turn(timedelta(hours=12))
    assert len(sales.to_buyer) == 1
    assert DraftState.SENT in {r.state for r in sales.ledger().drafts()}


def test_off_nothing_happens(dovecot: Dovecot, user: str, tmp_path: Path, counter: Counter) -> None:
    sales = Sales(Office(dovecot, user, tmp_path), counter, enabled=False)
    sales.lay()
    sales.turn(timedelta(days=2))
    assert not sales.to_buyer
    assert not sales.ledger().sendings()
    assert sales.lies()[SEND] == 1


def test_it_can_be_taken_back(sales: Sales) -> None:
    sales.lay()
    due = sales.record.due
    sales.move(SEND, "Drafts")
    sales.now = due
    sales.turn()
    sales.turn(timedelta(days=1))
    assert not sales.to_buyer
    assert sales.record.state is SendingState.TAKEN_BACK
    assert sales.lies()["Drafts"] == 1


def test_taken_back_at_the_last_moment_without_a_turn_between(sales: Sales) -> None:
    sales.lay()
    sales.now = sales.record.due
    sales.move(SEND, "Trash")
    sales.turn()
    assert not sales.to_buyer


def test_the_buyer_answered(sales: Sales) -> None:
    sales.lay()
    sales.buyer_says("Thank you, we will order 500 pcs. Please send the proforma invoice.")
    sales.morning()
    sales.turn()
    returned(sales, "written in this conversation")


def test_we_wrote_ourselves_meanwhile(sales: Sales) -> None:
    sales.lay()
    sales.office.mail("Dear Anna,\n\none more thing.\n\nLily", sales.office.us, BUYER, datetime.now(UTC), sales.quote)
    sales.morning()
    sales.turn()
    returned(sales, "written in this conversation", sent=2)


def test_a_stop_wish(sales: Sales) -> None:
    sales.lay()
    sales.buyer_says("Please remove me from your list and do not write to us any more.")
    sales.morning()
    sales.turn()
    assert not sales.to_buyer
    assert sales.lies() == {"Drafts": 1, SEND: 0, "Sent": 1}


def test_muted_meanwhile(sales: Sales) -> None:
    sales.lay()
    assert sales.office.call("mute", ADDRESS).returncode == 0
    sales.morning()
    sales.turn()
    returned(sales, "must not be written to now")
    assert WordKind.MUTE in {w.kind for w in sales.ledger().words()}


@pytest.mark.parametrize(
    ("header", "changed"),
    [
        (rb"(?m)^To: .*$", b"To: Rival <rival@competitor.example>\r"),
        (rb"(?m)^To: ", b"To: rival@competitor.example, "),
        (rb"(?m)^Subject: ", b"Cc: rival@competitor.example\r\nSubject: "),
        (rb"(?m)^Subject: ", b"Bcc: rival@competitor.example\r\nSubject: "),
        (rb"(?m)^Subject: ", b"To: rival@competitor.example\r\nSubject: "),
        (rb"(?m)^Subject: ", b"Resent-To: rival@competitor.example\r\nSubject: "),
        (rb"(?m)^Subject: ", b"Reply-To: rival@competitor.example\r\nSubject: "),
        (rb"(?m)^From: .*$", b"From: rival@competitor.example\r"),
        (rb"(?ms)^(In-Reply-To|References): .*?\r\n(?=\S)", b""),
        (rb"(?m)^To: .*$", b"To:\r"),
    ],
)
def test_a_mail_to_anybody_else_goes_back(sales: Sales, header: bytes, changed: bytes) -> None:
    (raw,) = sales.office.mails("Drafts")
    edited = re.sub(header, changed, raw) if b"In-Reply" in header else re.sub(header, changed, raw, count=1)
    assert edited != raw
    edited = edited.replace(b"Message-ID: <", b"Message-ID: <edited.")
    with sales.office.client("Drafts") as client:
        client.delete_messages(client.search())
        client.expunge()
    sales.put(edited)
    sales.turn()
    if sales.ledger().sendings() and sales.record.state is SendingState.WAITING:
        sales.morning()
    assert not sales.to_buyer
    assert sales.record.state is SendingState.RETURNED
    assert sales.lies() == {"Drafts": 1, SEND: 0, "Sent": 1}
    assert "was not sent" in sales.alarms


def test_an_edit_restarts_the_window_and_the_edited_text_goes(sales: Sales) -> None:
    sales.lay()
    first = sales.record
    (raw,) = sales.office.mails(SEND)
    with sales.office.client(SEND) as client:
        client.delete_messages(client.search())
        client.expunge()
    sales.put(raw.replace(b"Message-ID: <", b"Message-ID: <edited.").replace(b"\r\n\r\n", b"\r\n\r\nOne more word.\r\n", 1))
    sales.now = first.due
    sales.turn()
    assert not sales.to_buyer
    assert sales.record.due > first.due
    sales.morning()
    ((_, _, sent),) = sales.to_buyer
    assert b"One more word." in sent


def test_a_mail_that_a_person_wrote_there(sales: Sales) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sales.office.us, BUYER, "Re: Ball valves DN25"
    mail["Message-ID"], mail["In-Reply-To"] = "<own@brightway.test>", sales.quote["Message-ID"]
    mail["Date"], mail["X-Mozilla-Draft-Info"] = datetime.now(UTC), "internal"
    mail.set_content("Dear Anna,\n\nshall we hold the price?\n\nLily\n")
    mail.add_attachment(b"x" * 90_000, maintype="application", subtype="pdf", filename="offer.pdf")
    sales.put(mail.as_bytes())
    sales.turn()
    sales.morning()
    ((_, to, sent),) = sales.to_buyer
    read = message_from_bytes(sent)
    assert to == (ADDRESS,)
    assert read["X-Mozilla-Draft-Info"] is None
    attached = [p.get_payload(decode=True) for p in read.walk() if p.get_filename()]
    assert attached == [b"x" * 90_000]


def test_a_mail_that_starts_something_new_goes_back(sales: Sales) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sales.office.us, BUYER, "News", "<new@brightway.test>"
    mail["Date"] = datetime.now(UTC)
    mail.set_content("Dear Anna,\n\nnews.\n")
    sales.put(mail.as_bytes())
    sales.turn()
    assert "answers no mail" in sales.alarms
    assert sales.lies()[SEND] == 0
    assert not sales.to_buyer


def test_refused_for_good(sales: Sales) -> None:
    sales.lay()
    sales.counter.stranger = ADDRESS
    sales.morning()
    returned(sales, "refuses it")


def test_refused_for_now_goes_out_a_little_later_once(sales: Sales) -> None:
    sales.lay()
    sales.counter.answer = "451 come back"
    sales.morning()
    assert sales.record.state is SendingState.WAITING
    assert sales.lies()[SEND] == 1
    sales.counter.answer = "250 OK"
    sales.morning()
    assert len(sales.to_buyer) == 1
    assert sales.lies() == {"Drafts": 0, SEND: 0, "Sent": 2}


def test_cut_after_the_text_is_never_sent_again(sales: Sales) -> None:
    sales.lay()
    sales.counter.cut = True
    sales.morning()
    sales.counter.cut = False
    assert len(sales.to_buyer) == 1, "the server took it; only its answer was lost"
    assert sales.record.state is SendingState.DOUBT
    for _ in range(3):
        sales.turn(timedelta(days=1))
    sales.move("Drafts", SEND)
    for _ in range(3):
        sales.turn(timedelta(hours=12))
    assert len(sales.to_buyer) == 1
    assert "Nobody knows whether it went out" in sales.alarms
    assert b"Ball valves DN25" in b"".join(raw for _, to, raw in sales.counter.got if to == (sales.office.user,))


def test_the_server_is_away_in_the_morning(sales: Sales) -> None:
    sales.lay()
    sales.now = sales.record.due + timedelta(hours=6)
    sales.turn()
    assert not sales.to_buyer, "no morning any more: the next one"
    sales.morning()
    assert len(sales.to_buyer) == 1
