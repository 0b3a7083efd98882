"""What must hold once a person has edited and sent our draft with some mail program?

The same for every program: the buyer gets one mail in his thread, with our text, the quoted history and the edit; followupd
sees it as sent and makes no second draft.
"""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from followupd.model import DraftState
from tests.endtoend.office import BUYER, Office, ago, text, until

EDIT = "A line that a person added."
GOODS = "产品：球阀 DN25，交期25天\nالمنتج: صمام كروي"
"""Stands in our quote, and so in the history that the draft quotes."""


class Sink:
    """An SMTP server's handler that takes every mail and keeps it."""

    def __init__(self) -> None:
        self.got: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.got.append(envelope)
        return "250 OK"


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r", "")


@dataclass
class Story:
    """An office in which a draft waits, and the mails that led to it."""

    office: Office
    inquiry: EmailMessage
    quote: EmailMessage
    draft: EmailMessage

    @property
    def state(self) -> DraftState:
        (record,) = self.office.records()
        return record.state


def prepared(office: Office) -> Story:
    """An inquiry, our quote with Chinese and Arabic in it, and the draft that followupd places."""
    inquiry = office.mail(text("inquiry_valves"), BUYER, office.us, ago(13), subject="Ball valves DN25")
    quote = office.mail(f"{text('quote_valves_30d')}\n{GOODS}\n", office.us, BUYER, ago(12), inquiry)
    office.once()
    (raw,) = office.mails("Drafts")
    story = Story(office, inquiry, quote, parsed(raw))
    assert story.state is DraftState.PLACED
    assert all(line in text_of(story.draft) for line in GOODS.splitlines())
    return story


def judged(story: Story, sink: Sink) -> EmailMessage:
    """Everything that must hold after the mail went out; returns what the buyer got."""
    office, draft, quote = story.office, story.draft, story.quote
    (envelope,) = sink.got
    sent, buyer = parsed(envelope.content), parseaddr(BUYER)[1]
    assert envelope.rcpt_tos == [buyer]
    assert [a.addr_spec for a in sent["To"].addresses] == [buyer]
    assert sent["Cc"] is None
    assert sent["Bcc"] is None
    assert sent["Subject"] == draft["Subject"]
    assert quote["Message-ID"] in sent["In-Reply-To"]
    assert sent["References"].split() == [story.inquiry["Message-ID"], quote["Message-ID"]]
    ours, theirs = text_of(draft), text_of(sent)
    assert EDIT in theirs
    squeezed = " ".join(theirs.replace(">", " ").split())
    for line in ours.splitlines():
        assert " ".join(line.replace(">", " ").split()) in squeezed, line
    for line in GOODS.splitlines():
        assert any(found.lstrip().startswith(">") and line in found for found in theirs.splitlines()), "the history stays quoted"

    until(lambda: len(office.mails("Sent")) == 2 and not office.mails("Drafts"), "a copy in Sent, and Drafts empty", 30)
    office.once()
    (record,) = office.records()
    assert record.state is DraftState.SENT
    assert f"<{record.sent_as}>" == sent["Message-ID"]
    for _ in range(2):
        office.once()
    assert office.mails("Drafts") == []
    assert len(office.records()) == 1, "no second draft"
    return sent
