"""Which bytes are this draft?

Headers are written here line by line, because the standard library folds long Message-IDs into encoded words, which
breaks threading. Every value is checked where it enters; a line break in a value cannot become a header. Same values,
same bytes (law 8).
"""

from __future__ import annotations

import quopri
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from followupd.drafting.clean import email, has_link, message_id, one_line
from followupd.errors import HostileInput
from followupd.model import Address, Message, Thread

LINE = 76
_HTML = "text/html; charset=utf-8"
_BOUNDARY = re.compile(r"=_[A-Za-z0-9.]{1,60}")
_ATOMS = "!#$%&'*+-/=?^_`{|}~ "


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """All that stands in the header. ``date`` carries the offset to print; ids are without brackets."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]


def encode(envelope: Envelope, text: str, html: str = "") -> bytes:
    """RFC 5322 bytes with CRLF. Raises HostileInput.

    ``text`` becomes text/plain, UTF-8, format=flowed, quoted-printable; with ``html`` both are the alternatives of RFC 2046
    section 5.1.4, the plain one first.
    """
    mark = (
        f"=_{envelope.message_id.partition('@')[0]}"  # quoted-printable holds no "=_", so no line can be the boundary
    )
    if html and not _BOUNDARY.fullmatch(mark):
        raise HostileInput("a Message-ID that makes no boundary")
    plain = ("text/plain; charset=utf-8; format=flowed", text)
    headers = [
        ("From", address_list((envelope.sender,))),
        ("To", address_list(envelope.to)),
        ("Cc", address_list(envelope.cc)),
        ("Subject", subject_value(envelope.subject)),
        ("Date", format_datetime(envelope.date)),
        ("Message-ID", _ids((envelope.message_id,))),
        ("In-Reply-To", _ids((envelope.in_reply_to,))),
        ("References", _ids(envelope.references)),
        ("MIME-Version", "1.0"),
        *([("Content-Type", f'multipart/alternative;\r\n boundary="{mark}"')] if html else []),
    ]
    head = "".join(_header(name, value) for name, value in headers if value).encode("ascii")
    if not html:
        return head + _part(*plain)
    parts = b"".join(b"--%b\r\n%b\r\n" % (mark.encode("ascii"), _part(*p)) for p in (plain, (_HTML, html)))
    return head + b"\r\n" + parts + b"--%b--\r\n" % mark.encode("ascii")


def _part(content_type: str, text: str) -> bytes:
    """Headers and body of one text."""
    headers = (("Content-Type", content_type), ("Content-Transfer-Encoding", "quoted-printable"))
    head = "".join(_header(name, value) for name, value in headers)
    body = quopri.encodestring(text.encode("utf-8", "replace")).replace(b"\n", b"\r\n")
    return head.encode("ascii") + b"\r\n" + body


def references(thread: Thread, limit: int) -> tuple[str, tuple[str, ...]]:
    """In-Reply-To and References of an answer to the last mail (RFC 5322 section 3.6.4).

    The parent's own references and the parent, preceded by mails of this thread that they leave out. Beyond ``limit``
    the first id (the root) and the last ones are kept, which is what threading needs.
    """
    parent = next((m for m in reversed(thread.messages) if message_id(m.id)), None)
    if parent is None:
        return "", ()
    chain = [*_ancestors(parent), parent.id]
    earlier = [m.id for m in thread.messages if m.id not in chain]
    ids = list(dict.fromkeys(filter(None, map(message_id, [*chain[:1], *earlier, *chain[1:]]))))
    ids = [id for id in ids if id != message_id(parent.id)] + [message_id(parent.id)]
    return ids[-1], tuple(ids if len(ids) <= limit else [ids[0], *ids[-(limit - 1) :]])


def address_list(addresses: tuple[Address, ...]) -> str:
    """Mailboxes as a header value, one a line; raises HostileInput for an address that cannot stand there."""
    return ",\r\n ".join(_mailbox(a) for a in addresses)


def subject_value(subject: str) -> str:
    """The subject as a header value: plain where it is ASCII, else encoded words; folded."""
    subject = one_line(subject)
    if subject.isascii() and "=?" not in subject:
        return _fold(subject.split(" "), len("Subject: "))
    mark, _, rest = subject.partition(" ")
    plain = mark.isascii() and "=?" not in mark and len(mark) < 20
    value = Header(mark if plain else subject, "us-ascii" if plain else "utf-8", LINE, "Subject")
    if plain:
        value.append(rest, "utf-8")
    return value.encode(linesep="\r\n")


def _ancestors(message: Message) -> tuple[str, ...]:
    """What stands before a mail: its References, else its In-Reply-To where that is one id."""
    return message.references or (message.in_reply_to if len(message.in_reply_to) == 1 else ())


def _mailbox(address: Address) -> str:
    mail = email(address.email)
    if not mail:
        raise HostileInput(f"no usable address: {address.email[:80]!r}")
    name = one_line(address.name, 80)
    if not name or has_link(name):
        return mail
    return f"{_phrase(name)}\r\n <{mail}>" if len(name) + len(mail) > LINE - 12 else f"{_phrase(name)} <{mail}>"


def _phrase(name: str) -> str:
    """A display name: atoms, a quoted string, or encoded words (RFC 5322 section 3.2, RFC 2047 section 5)."""
    if not name.isascii() or "=?" in name:
        return Header(name, "utf-8", LINE, "Reply-To").encode(linesep="\r\n")
    if all(c.isalnum() or c in _ATOMS for c in name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _ids(ids: tuple[str, ...]) -> str:
    good = [message_id(id) for id in ids if id]
    if not all(good):
        raise HostileInput("a Message-ID that cannot stand in a header")
    return "\r\n ".join(f"<{id}>" for id in good)


def _fold(words: list[str], used: int) -> str:
    """Fold at spaces so that no line needs to be longer than 76 characters."""
    out = ""
    for word in words:
        if out and used + 1 + len(word) > LINE:
            out, used = f"{out}\r\n {word}", len(word) + 1
        else:
            out, used = (f"{out} {word}", used + 1 + len(word)) if out else (word, used + len(word))
    return out


def _header(name: str, value: str) -> str:
    """One header; every line break in it must be a fold of ours."""
    for line in value.split("\r\n")[1:]:
        if not line.startswith(" ") or not line.strip():
            raise HostileInput(f"a line break in {name}")
    if any(c in "\r\n\0" for c in value.replace("\r\n ", "")) or not value.isascii():
        raise HostileInput(f"a control character in {name}")
    return f"{name}: {value}\r\n"
