"""What do the buyer and we write in a story? Mails as ordinary mail programs send them."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from followupd.lab.room import Room, StoryBroken
from followupd.lab.story import Step
from followupd.mailbox.base import Box


class Pens(Room):
    """A room in which people write."""

    def buyer_writes(self, step: Step) -> None:
        """The buyer, or who else stands in ``from``, writes to us."""
        us = self.identity.address
        parent = None if step.refs == "none" or not self.mails else self.mails[-1]
        others = [f"sales@supplier{n}.example" for n in range(step.to_many)]
        answers_itself = step.headers.get("Auto-Submitted", "").startswith("auto-replied")
        mail = self._mail(step, step.buyer or "", parent, "Inquiry", quote=not answers_itself)
        mail["From"], mail["To"] = step.sender or self.buyer, ", ".join([us.email, *others])
        self.post(mail, Box.INBOX)

    def we_write(self, step: Step) -> None:
        """We write to the buyer who wrote last, or to ``to``, in our own mail program."""
        us = self.identity.address
        to = step.to or self._last_buyer()
        parent = next((m for m in reversed(self.mails) if to in f"{m['From']} {m['To']}"), None)
        mail = self._mail(step, step.we or "", parent, "Our offer", quote=True)
        mail["From"], mail["To"] = f"{us.name} <{us.email}>", to
        self.post(mail, Box.SENT)
        if step.also_in_inbox:
            self.server.deliver(Box.INBOX, mail.as_bytes(), self.now)

    def post(self, mail: EmailMessage, box: Box) -> None:
        """Deliver a mail that somebody wrote."""
        mail["Message-ID"] = make_msgid(domain=parseaddr(mail["From"])[1].rpartition("@")[2])
        self.server.deliver(box, mail.as_bytes(), self.now)
        self.mails.append(mail)

    def bounce(self) -> None:
        """The buyer's server returns our last mail."""
        us = self.identity.address.email
        ours = next((m for m in reversed(self.mails) if us in m["From"]), None)
        if ours is None:
            raise StoryBroken("a mail of ours that can come back")
        raw = BOUNCE.format(
            us=us, date=format_datetime(self.now), id=make_msgid(domain="mx.example"), to=parseaddr(ours["To"])[1],
            original=ours["Message-ID"], subject=ours["Subject"],
        )  # fmt: skip
        self.server.deliver(Box.INBOX, raw.replace("\n", "\r\n").encode(), self.now)

    def _mail(self, step: Step, said: str, parent: EmailMessage | None, subject: str, *, quote: bool) -> EmailMessage:
        """Everything but sender, recipient and id."""
        mail = EmailMessage()
        mail["Date"] = format_datetime(self.now)
        mail["Subject"] = step.subject or (f"Re: {_bare(parent['Subject'])}" if parent is not None else subject)
        if parent is not None:
            mail["In-Reply-To"] = parent["Message-ID"]
            mail["References"] = f"{parent.get('References', '')} {parent['Message-ID']}".strip()
        for name, value in step.headers.items():
            mail[name] = value
        text = self._filled(said, step)
        if parent is not None and quote:
            quoted = "\n".join("> " + line for line in parent.get_content().splitlines())
            text += f"\n\nOn {self.now:%d %b %Y at %H:%M}, {parent['From']} wrote:\n{quoted}\n"
        mail.set_content(text)
        return mail

    def _filled(self, said: str, step: Step) -> str:
        """A text by its name, or the text itself, with ``{name}`` and ``{until_date}`` filled in."""
        text = self.texts.get(said, said)
        return text.replace("{name}", parseaddr(self.buyer)[0]).replace("{until_date}", step.until_date)

    def _last_buyer(self) -> str:
        us = self.identity.address.email
        theirs = next((m for m in reversed(self.mails) if us not in m["From"]), None)
        return parseaddr(theirs["From"] if theirs is not None else self.buyer)[1]


def _bare(subject: str) -> str:
    return re.sub(r"^(Re:\s*)+", "", subject, flags=re.I)


BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: {us}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: {id}
Auto-Submitted: auto-replied
In-Reply-To: {original}
References: {original}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

This is the mail system at host mx.example.
<{to}>: host mx.buyer.example said: 550 5.1.1 User unknown

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1

--b1
Content-Type: text/rfc822-headers

From: {us}
To: {to}
Subject: {subject}
Message-ID: {original}

--b1--
"""
