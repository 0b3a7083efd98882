"""What do people do with drafts in a story, and how does time pass?"""

from __future__ import annotations

import email.policy
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from followupd.lab.pens import Pens
from followupd.lab.room import LOOKS_EVERY, StoryBroken
from followupd.lab.story import Said
from followupd.mailbox.base import Box
from followupd.mailbox.memory import Stored
from followupd.model import Word
from followupd.store.commands import Command, leave


class Stage(Pens):
    """A room in which people write, and a person has a hand in Drafts."""

    def pass_until(self, end: datetime, *, send_all: bool = False) -> None:
        """Let time pass; somebody looks every three hours."""
        while self.now + LOOKS_EVERY < end:
            self.now += LOOKS_EVERY
            self.turn()
            if send_all and self.drafts():
                self.human_send()
        self.now = end
        self.turn()

    def human(self, what: str) -> None:
        """What a person does with the draft that stands there. Raises StoryBroken when there is none."""
        {
            "none": lambda: None,
            "send": self.human_send,
            "edit": self.human_edit,
            "delete": self.human_delete,
            "move": self.human_moves,
            "begin_own_draft": self.human_begins,
        }[what]()

    def human_send(self) -> None:
        """Send it unchanged; a mail program dates it anew."""
        draft = self._standing()
        mail = self._as_client_saves(draft.raw, "")
        del mail["Date"]
        mail["Date"] = format_datetime(self.now)
        self.server.delete(Box.DRAFTS, draft.uid)
        self.server.deliver(Box.SENT, mail.as_bytes(), self.now)
        self.mails.append(mail)

    def human_edit(self) -> None:
        """Write a line into it and save it."""
        draft = self._standing()
        mail = self._as_client_saves(draft.raw, "A line of my own.\n\n")
        self.server.delete(Box.DRAFTS, draft.uid)
        self.server.deliver(Box.DRAFTS, mail.as_bytes(), self.now, flags=("\\Draft", "\\Seen"))

    def human_delete(self) -> None:
        """Throw it away."""
        self.server.delete(Box.DRAFTS, self._standing().uid)

    def human_moves(self) -> None:
        """Move it into Trash."""
        self.server.move(Box.DRAFTS, self._standing().uid, Box.TRASH)

    def human_begins(self) -> None:
        """Begin a draft of one's own in the thread."""
        if not self.mails:
            raise StoryBroken("a mail to answer")
        parent = self.mails[-1]
        mail = EmailMessage()
        mail["From"] = self.account.address
        mail["To"] = parent["From"] if self.account.address not in parent["From"] else parent["To"]
        mail["Subject"] = parent["Subject"]
        mail["Message-ID"] = make_msgid(domain=self.account.address.rpartition("@")[2])
        mail["In-Reply-To"] = mail["References"] = parent["Message-ID"]
        mail.set_content("Hello,\n\nI wanted to\n")
        self.server.deliver(Box.DRAFTS, mail.as_bytes(), self.now, flags=("\\Draft",))

    def word(self, said: Said, until: datetime | None) -> None:
        """Leave a word on the story's thread, as the command line does. ``until`` is aware UTC."""
        word = Word(kind=said.kind, scope="thread", target=self.first_id(), value=said.value, until=until, at=self.now)
        leave(self.directory / "commands", Command(word=word))

    def first_id(self) -> str:
        """The id of the story's first mail. Raises StoryBroken when nobody wrote yet."""
        if not self.mails:
            raise StoryBroken("a first mail")
        return str(self.mails[0]["Message-ID"]).strip("<>")

    def thread_id(self) -> str:
        """The thread of the story's first mail. Raises StoryBroken when it was not read yet."""
        found = self.index.thread_of(self.first_id())
        if not found:
            raise StoryBroken("a thread that was read: nobody looked yet")
        return found

    def _standing(self) -> Stored:
        if not (standing := self.drafts()):
            raise StoryBroken("a draft that stands in Drafts")
        return standing[-1]

    def _as_client_saves(self, raw: bytes, more: str) -> EmailMessage:
        """As Thunderbird saves a draft: a new Message-ID, no X- headers, References kept."""
        mail, text = opened(raw), text_of(raw)
        for name in [n for n in mail if n.lower().startswith("x-")]:
            del mail[name]
        del mail["Message-ID"]
        mail["Message-ID"] = make_msgid(domain=self.account.address.rpartition("@")[2])
        mail.set_content(more + text)
        return mail


def opened(raw: bytes) -> EmailMessage:
    """A mail as a mail program reads it."""
    mail = message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(raw: bytes) -> str:
    """The plain text of a mail; empty when it has none."""
    body = opened(raw).get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
