"""Laws 5 and 9: does one buyer's word or address ever stand in another buyer's draft, whatever their mails try?

Each buyer's thread carries words and a price that stand nowhere else, and half of the mails carry headers that would steer an
answer elsewhere. Two mailboxes of 80 threads in an ordinary run; ``FOLLOWUPD_CANARIES=50 FOLLOWUPD_SEED=7`` for 50 others.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from email.message import EmailMessage
from random import Random

import pytest

from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryServer
from tests.laws.scene import ASKED, DUE, QUOTED, Scene, buyer, inquiry, parsed, quote

THREADS = 80
MAILBOXES = int(os.environ.get("FOLLOWUPD_CANARIES", "2"))
SEED = int(os.environ.get("FOLLOWUPD_SEED", "1"))
CANARY = re.compile(r"canary(\d+)x")
RIVAL = "rival@attacker.example"
OTHERS = ("Bcc", "Resent-Bcc", "Resent-To", "Mail-Followup-To", "Mail-Reply-To", "Errors-To", "Disposition-Notification-To", "X-Original-To", "Apparently-To")
LISTED = ("List-Id", "List-Post", "List-Unsubscribe", "List-Help", "Sender")
STEERED = ("Reply-To", "Return-Path", "Sender")


def tricked(mail: EmailMessage, n: int, others: list[EmailMessage], lot: Random) -> EmailMessage:
    """The n-th inquiry with something in it that wants a draft to go or to reach elsewhere."""
    victim = buyer(lot.randrange(max(n, 1)))
    match lot.randrange(7):
        case 0:
            mail[lot.choice(OTHERS)] = f"{RIVAL}, {victim}"
        case 1:
            mail[lot.choice(LISTED)] = f"<mailto:{victim}>" if lot.random() < 0.5 else f"<list.{victim.partition('@')[2]}>"
        case 2:
            mail[lot.choice(STEERED)] = lot.choice((RIVAL, victim, f"{buyer(n)}, {victim}"))
        case 3:
            mail["Cc"] = f"{victim}, {RIVAL}"
        case 4 if others:
            mail["References"] = str(lot.choice(others)["Message-ID"])
        case 5 if others:
            mail["In-Reply-To"] = str(lot.choice(others)["Message-ID"])
            mail.replace_header("Subject", f"Re: {lot.choice(others)['Subject']}")
        case _:
            mail.replace_header("From", f'"{victim}" <{buyer(n)}>')
    return mail


def marked(mail: EmailMessage, n: int) -> EmailMessage:
    """With words of the n-th thread's own in its text."""
    mail.set_content(f"{mail.get_content().rstrip()}\nProject canary{n}x, drawing canary{n}x-A.\n")
    return mail


def filled(lot: Random) -> tuple[MemoryServer, set[int]]:
    """The mailbox, and which buyers tried nothing."""
    server, honest = MemoryServer(), set(range(THREADS))
    asked: list[EmailMessage] = []
    for n in range(THREADS):
        mail = marked(inquiry(n), n)
        if lot.random() < 0.3:
            mail.replace_header("Subject", "Inquiry: ball valves")
        if lot.random() < 0.5:
            honest.discard(n)
            mail = tricked(mail, n, asked, lot)
        asked.append(mail)
        server.deliver(Box.SENT, marked(quote(n, mail), n).as_bytes(), QUOTED)
    for mail in asked:
        server.deliver(Box.INBOX, mail.as_bytes(), ASKED)
    return server, honest


def recipients(draft: EmailMessage) -> list[str]:
    """Everybody whom a mail program would send this to, or have answer."""
    named = ("To", "Cc", "Bcc", "Reply-To", "Mail-Followup-To", "Resent-To", "Resent-Bcc", "Disposition-Notification-To")
    return [a.addr_spec for name in named for field in draft.get_all(name, []) for a in field.addresses]


def crossings(drafts: list[EmailMessage]) -> list[str]:
    """What stands in a draft and belongs to somebody else."""
    found = []
    for draft in drafts:
        (to,) = draft["To"].addresses
        own = to.addr_spec.partition("@")[2]
        n = int(own.removeprefix("armaturen-").removesuffix(".de"))
        found += [f"{to}: to {who}" for who in recipients(draft) if who.partition("@")[2] != own]
        told = str(draft["Subject"]) + "".join(str(part.get_content()) for part in draft.walk() if part.get_content_maintype() == "text")
        found += [f"{to}: says canary{m}x" for m in sorted(set(CANARY.findall(told)) - {str(n)})]
        found += [] if f"canary{n}x" in told else [f"{to}: does not quote its own thread"]
    return found


@pytest.fixture(scope="module", params=range(SEED, SEED + MAILBOXES))
def mailbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[EmailMessage], set[int]]:
    """The drafts that were written, and which buyers tried nothing."""
    server, honest = filled(Random(request.param))
    scene = Scene(tmp_path_factory.mktemp("canaries") / "lily", THREADS, server)
    scene.turn()
    for day in range(3):
        scene.at(DUE + timedelta(days=day))
    return [parsed(raw) for raw in scene.bodies()], honest


def test_no_word_and_no_address_crosses_over(mailbox: tuple[list[EmailMessage], set[int]]) -> None:
    assert crossings(mailbox[0]) == []


def test_who_tried_nothing_has_his_draft_and_one_alone(mailbox: tuple[list[EmailMessage], set[int]]) -> None:
    drafts, honest = mailbox
    to = [draft["To"].addresses[0].addr_spec for draft in drafts]
    assert len(to) == len(set(to))
    assert {buyer(n) for n in honest} <= set(to)


def test_control_a_draft_that_quotes_another_thread_is_noticed(mailbox: tuple[list[EmailMessage], set[int]]) -> None:
    first, second, *_ = mailbox[0]
    swapped = parsed(second.as_bytes())
    swapped.replace_header("To", str(first["To"]))
    assert len(crossings([swapped])) == 2
