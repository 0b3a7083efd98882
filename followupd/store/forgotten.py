"""Who asked to be forgotten, and may this mail be kept?

Law 1 builds the index from the mailbox, which is not ours to clean: so something must remember whom to leave out. That is a salted
hash of the address, the moment, and whether he wished not to be written to; no name, no text. Whoever knows the address can ask
whether it was forgotten, and nobody can read it from here.

What was written up to that moment is left out for ever. What a forgotten person writes afterwards is a new buyer's first mail.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from followupd.model import Address, Direction, Message

MOST_ASKED = 100_000
ERASED = "[erased]"
_TOKEN = re.compile(r"[\w.!#$%&'*+/?^`{|}~-]{1,64}@[\w.-]{1,255}")
_EDGES = ".'*`_~{}|-/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """One forgotten address. ``at`` is aware UTC; ``salt`` and ``mark`` are hex."""

    mark: str
    salt: str
    at: datetime
    stop: bool = False
    """He wished not to be written to: that outlives what is known of him."""


def mark_of(email: str, salt: str) -> str:
    """The salted hash of an address."""
    return blake2b(email.strip().lower().encode("utf-8", "surrogatepass"), key=bytes.fromhex(salt), digest_size=16).hexdigest()


def speaks_of(text: str, email: str) -> bool:
    """Does this very address stand in a text? ``bob@x.example`` does not stand in ``jbob@x.example``."""
    said = text.lower()
    return email in said and any(email in _readings(found) for found in _TOKEN.findall(said))


def _readings(found: str) -> tuple[str, ...]:
    """An address as it stands, with and without the marks around it: ``_bob@x.example`` may be emphasis or his very address."""
    return found, found.rstrip(_EDGES), found.strip(_EDGES)


def new_salt() -> str:
    """A salt of our own, for all tombstones of a ledger."""
    return secrets.token_hex(16)


class Forgotten:
    """All tombstones of an account. Empty for nearly everybody, and then it costs nothing."""

    def __init__(self, stones: Iterable[Tombstone] = ()) -> None:
        self.stones = tuple(stones)
        self._by_mark = {(s.salt, s.mark): s for s in self.stones}
        self._salts = sorted({s.salt for s in self.stones})
        self._asked: dict[str, Tombstone | None] = {}

    def __bool__(self) -> bool:
        return bool(self.stones)

    def of(self, email: str) -> Tombstone | None:
        """The tombstone of an address; the same question is answered once."""
        if not self.stones:
            return None
        if email not in self._asked:
            if len(self._asked) >= MOST_ASKED:
                self._asked.clear()
            found = [s for salt in self._salts if (s := self._by_mark.get((salt, mark_of(email, salt))))]
            self._asked[email] = max(found, key=lambda s: s.at, default=None)
        return self._asked[email]

    def about(self, message: Message) -> bool:
        """Is this a forgotten person's mail, of a time that is forgotten: written by him, speaking of him (a bounce), or to him alone?"""
        if not self.stones:
            return False
        at = message.date
        people = [message.sender.email, *(a.email for a in message.reply_to), *_failed(message)]
        if any(self._covers(email, at) for email in people):
            return True
        to = message.to or message.cc
        return message.direction is Direction.OUT and bool(to) and all(self._covers(a.email, at) for a in to)

    def without(self, message: Message) -> Message | None:
        """The mail as it may be kept: None where it is a forgotten person's; in others' his address is struck out wherever it stands.

        Quoted history that names him holds his words as well, so of such a mail only what its writer wrote himself is kept.
        """
        at = message.date
        if not self.stones or at > max(s.at for s in self.stones):
            return message
        if self.about(message):
            return None
        if self._strike(message.quoted, at) != message.quoted:
            message = replace(message, quoted="", text=f"{message.new_text}\n\n{message.signature}".strip())
        return replace(
            message,
            to=self._others(message.to, at),
            cc=self._others(message.cc, at),
            subject=self._strike(message.subject, at),
            base_subject=self._strike(message.base_subject, at),
            text=self._strike(message.text, at),
            new_text=self._strike(message.new_text, at),
            signature=self._strike(message.signature, at),
            attachments=tuple(replace(a, filename=self._strike(a.filename, at), text=self._strike(a.text, at)) for a in message.attachments),
            headers=tuple((name, self._strike(value, at)) for name, value in message.headers),
        )

    def _others(self, people: tuple[Address, ...], at: datetime) -> tuple[Address, ...]:
        return tuple(a for a in people if not self._covers(a.email, at))

    def _covers(self, email: str, at: datetime) -> bool:
        stone = self.of(email)
        return stone is not None and at <= stone.at

    def _strike(self, text: str, at: datetime) -> str:
        if "@" not in text:
            return text
        return _TOKEN.sub(lambda m: ERASED if any(self._covers(e, at) for e in _readings(m[0].lower())) else m[0], text)


def _failed(message: Message) -> list[str]:
    """Whom a bounce speaks of."""
    return [e.strip().lower() for e in message.header("x-failed-recipients").split(",") if "@" in e]
