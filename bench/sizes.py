"""From which size on is it worth asking for headers and texts only, on this machine and over a slow line?

For each size the same mails with an attachment are fetched whole and in parts: seconds whole over seconds in parts; above 1 parts win.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from email.policy import SMTP

from bench.figures import Report
from bench.mails import Post, Writer
from bench.office import Office
from bench.place import Place
from bench.sync import DELAY, RATE, at_work
from bench.wire import Wire
from followupd.mailbox.imap import ImapMailbox

SIZES = (16, 32, 48, 64, 96, 128, 256)
"""kB of the attachment."""
MAILS = 50


def run(place: Place, report: Report) -> None:
    """Each size by itself, straight and over the line."""
    for size in SIZES:
        office = place.office(f"size{size}")
        office.deliver(_mails(size * 1000))
        straight = _whole_over_parts(office)
        with Wire(place.server.port, DELAY, RATE, keep=0) as wire:
            office.port = wire.port
            office.configure()
            slow = _whole_over_parts(office)
        report.add(f"attachment of {size} kB: whole against parts, here", "x", straight)
        report.add(f"attachment of {size} kB: whole against parts, slow line", "x", slow)


def _mails(size: int) -> list[Post]:
    writer, chance, found = Writer(size), random.Random(size), []
    for number in range(MAILS):
        mail, _ = writer.inquiry(writer.end)
        mail.add_attachment(chance.randbytes(int(size / 1.37)), "application", "pdf", filename=f"spec-{number}.pdf")
        found.append(Post(mail.as_bytes(policy=SMTP), "INBOX", writer.end))
    return found


def _whole_over_parts(office: Office) -> list[float]:
    with at_work(office) as desk:
        assert isinstance(desk.mailbox, ImapMailbox)
        settings, inbox = desk.mailbox.settings, desk.inbox
        stubs = desk.mailbox.stubs(inbox, desk.mailbox.uids(inbox))
        ratios = []
        for _ in range(3):
            seconds = []
            for whole in (10**9, 0):
                desk.mailbox.settings = replace(settings, limits=replace(settings.limits, whole=whole))
                began = time.monotonic()
                assert sum(1 for _ in desk.mailbox.fetch(inbox, stubs)) == MAILS
                seconds.append(time.monotonic() - began)
            ratios.append(seconds[0] / seconds[1])
        return ratios
