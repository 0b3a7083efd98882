"""What does a mail to the owner look like on the wire?

Plain text with a simple HTML twin that a phone can show: no remote content, no links but ``mid:`` (RFC 2392) ones that
open the mail in the client. Whatever stems from a mail is cleaned, shortened and its web addresses made dead (law 9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from urllib.parse import quote

from followupd.drafting.clean import email, message_id, one_line
from followupd.errors import HostileInput
from followupd.model import Address, Identity

_WEB = re.compile(r"\b(?:https?|ftp)(?=:)", re.IGNORECASE)
_DOT = re.compile(r"(?<=www)\.", re.IGNORECASE)
STYLE = "font-family:sans-serif;font-size:16px;line-height:1.4;max-width:40em;margin:0 auto;padding:8px"


@dataclass(frozen=True, slots=True)
class Entry:
    """A paragraph: a bold ``title``, ``lines`` below it, and perhaps the mail it speaks of."""

    title: str
    lines: tuple[str, ...] = ()
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its entries; an empty heading for the text at the top or bottom."""

    heading: str
    entries: tuple[Entry, ...]


def clean(text: str, limit: int = 200) -> str:
    """A string from a mail on one line: no controls, no bidi marks, no web address that a client would make a link."""
    return _DOT.sub("[.]", _WEB.sub("hxxp", one_line(text, limit)))


def mid(id: str) -> str:
    """The ``mid:`` URL of a message (RFC 2392 section 2), empty when its id cannot stand in one."""
    fit = message_id(id)
    return f"mid:{quote(fit, safe='@')}" if fit else ""


def letter(
    subject: str,
    sections: tuple[Section, ...],
    *,
    owner: str,
    identity: Identity,
    now: datetime,
    occasion: str,
    language: str = "en",
    open_label: str = "",
) -> EmailMessage:
    """Build the mail. ``occasion`` makes its Message-ID: the same occasion is the same mail, whenever it is made.

    Raises HostileInput when the owner's address cannot stand in a header.
    """
    to = email(owner)
    if not to:
        raise HostileInput(f"not an address to write to: {one_line(owner, 80)!r}")
    mail = EmailMessage(policy=SMTP.clone(max_line_length=78, cte_type="7bit"))
    mail["Subject"] = clean(subject, 120)
    mail["From"] = _mailbox(identity, to)
    mail["To"] = to
    mail["Date"] = format_datetime(now.astimezone(UTC))
    mail["Message-ID"] = f"<{sha256(f'{to} {occasion}'.encode()).hexdigest()[:32]}@{to.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5: no vacation note answers this
    mail["X-Followupd"] = "notice"
    mail.set_content(_text(sections))
    mail.add_alternative(_html(sections, language, open_label or "mail"), subtype="html")
    mail["Content-Language"] = language  # after the content, which takes all Content- headers with it
    _fix_boundary(mail, occasion)
    return mail


def _mailbox(identity: Identity, fallback: str) -> str:
    return email(identity.address.email) or fallback


def _fix_boundary(mail: EmailMessage, occasion: str) -> None:
    """The boundary is drawn by chance otherwise; the same notice is the same bytes (law 8)."""
    mail.set_boundary("=_" + sha256(occasion.encode()).hexdigest()[:40])


def who(address: Address, name: str = "") -> str:
    """``Anna Schmidt <a.schmidt@example>`` from the parts a mail gave, cleaned."""
    shown = clean(name or address.name, 80)
    return f"{shown} <{clean(address.email, 100)}>" if shown else clean(address.email, 100)


def _text(sections: tuple[Section, ...]) -> str:
    blocks = []
    for section in sections:
        if section.heading:
            blocks.append(f"{section.heading}\n{'=' * len(section.heading)}")
        for entry in section.entries:
            link = mid(entry.message_id)
            body = [entry.title, *(f"  {line}" for line in entry.lines), *([f"  <{link}>"] if link else [])]
            blocks.append("\n".join(line for line in body if line.strip()))
    return "\n\n".join(blocks) + "\n"


def _html(sections: tuple[Section, ...], language: str, label: str) -> str:
    parts = [
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"></head><body style="{STYLE}">'
    ]
    for section in sections:
        if section.heading:
            parts.append(f'<h2 style="font-size:20px">{escape(section.heading)}</h2>')
        parts += [_paragraph(entry, label) for entry in section.entries]
    return "\n".join([*parts, "</body></html>\n"])


def _paragraph(entry: Entry, label: str) -> str:
    lines = [f"<b>{escape(entry.title)}</b>", *(escape(line) for line in entry.lines)]
    if link := mid(entry.message_id):
        lines.append(f'<a href="{escape(link)}">{escape(label)}</a>')
    return f"<p>{'<br>'.join(lines)}</p>"
