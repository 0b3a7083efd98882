"""What does a mail to the owner look like on the wire?

Plain text with an HTML twin (page.py) that a phone shows well: no remote content, no links but ``mid:`` (RFC 2392) ones that
open the mail in the client.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from followupd.drafting.clean import email, one_line
from followupd.errors import HostileInput
from followupd.model import Identity
from followupd.notify.entry import Entry, Section, clean
from followupd.notify.page import page


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
    mail.set_content(_text(sections, open_label or "mail"))
    mail.add_alternative(page(sections, language, open_label or "mail"), subtype="html")
    mail["Content-Language"] = language  # after the content, which takes all Content- headers with it
    _fix_boundary(mail, occasion)
    return mail


def _mailbox(identity: Identity, fallback: str) -> str:
    return email(identity.address.email) or fallback


def _fix_boundary(mail: EmailMessage, occasion: str) -> None:
    """The boundary is drawn by chance otherwise; the same notice is the same bytes (law 8)."""
    mail.set_boundary("=_" + sha256(occasion.encode()).hexdigest()[:40])


def _text(sections: tuple[Section, ...], label: str) -> str:
    blocks = []
    for section in sections:
        if section.heading:
            blocks.append("\n".join(filter(None, (section.heading, "=" * _columns(section.heading), section.hint))))
        blocks += [_paragraph(entry, label) for entry in section.entries]
    return "\n\n".join(blocks) + "\n"


def _columns(text: str) -> int:
    """How wide a heading is: Chinese signs take two columns."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _paragraph(entry: Entry, label: str) -> str:
    marks = [f"[{mark}]" for mark in (entry.fresh, entry.badge) if mark]
    body = [" ".join(filter(None, (entry.title, *marks)))]
    body += [f"  {line}" for line in entry.lines]
    body += [f"  {name}: {value}" for name, value in entry.facts]
    body += [f"  > {entry.step}"] if entry.step else []
    links = entry.opens(label)
    body += [f"  {name}: <{link}>" if len(links) > 1 else f"  <{link}>" for name, link in links]
    return "\n".join(line for line in body if line.strip())
